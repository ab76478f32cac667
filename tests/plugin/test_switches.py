"""The plugin beside others, switched off, and unused."""

import pytest

from kerascheck.rules import our_rules

RULES = len(our_rules())
"""Items of a model, but for the one of its file."""

CLEAN = 'def test_clean(kerascheck):\n    kerascheck.assert_clean("models/a.keras")\n'

LOADED = """
import sys

def pytest_unconfigure():
    heavy = {"numpy", "click", "tomllib", "keras", "tensorflow"}
    ours = {name for name in sys.modules if name.partition(".")[0] == "kerascheck"}
    print("loaded:", *sorted(ours | heavy & set(sys.modules)))
"""


def loaded(ran):
    """Return which of our modules, and of heavy ones, a run has imported."""
    (line,) = (line for line in ran.outlines if line.startswith("loaded:"))
    return set(line.split()[1:])


def test_an_unused_plugin_loads_nothing(project):
    project.file("conftest.py", LOADED)
    project.test("def test_other(tmp_path): pass")
    ran = project.run_apart()
    ran.assert_outcomes(passed=1)
    assert loaded(ran) == {"kerascheck", "kerascheck.pytest_plugin"}


def test_the_probe_would_see_more(wrong):
    wrong.file("conftest.py", LOADED)
    ran = wrong.run_apart("--kerascheck")
    assert {"kerascheck.in_pytest.items", "kerascheck.api"} <= loaded(ran)
    assert not {"click", "numpy", "keras", "tensorflow"} & loaded(ran)


def test_it_can_be_switched_off(wrong):
    ran = wrong.run("-p", "no:kerascheck", "--kerascheck")
    assert ran.ret == pytest.ExitCode.USAGE_ERROR
    wrong.test("def test_other(): pass")
    wrong.file("conftest.py", "collect_ignore = ['models']")
    wrong.run("-p", "no:kerascheck").assert_outcomes(passed=1)


def test_it_does_without_the_cache(wrong):
    wrong.test(CLEAN)
    ran = wrong.run("-p", "no:cacheprovider", "--kerascheck")
    ran.assert_outcomes(failed=2, passed=RULES)
    assert not (wrong.path / ".pytest_cache").exists()


def test_the_marker_is_known(wrong):
    wrong.run("--kerascheck", "--strict-markers", "-m", "kerascheck").assert_outcomes(
        failed=1, passed=RULES
    )


@pytest.fixture
def distributed(wrong):
    """A run in two processes, of a project that uses all of the plugin."""
    pytest.importorskip("xdist")
    wrong.add("models/b.keras", "file-uncompiled")
    wrong.file("pytest.ini", "[pytest]\nkerascheck_models = models/a.keras")
    wrong.test(CLEAN + "\ndef test_path(keras_model_path): pass\n")
    return wrong


def test_workers_agree_on_the_items(distributed):
    alone = distributed.run("--kerascheck", "-v").parseoutcomes()
    ran = distributed.run_apart("--kerascheck", "-n", "2", "-v")
    assert ran.parseoutcomes() == alone
    assert alone == {"failed": 2, "passed": RULES + 1, "skipped": RULES + 1}
    ran.stdout.fnmatch_lines(
        [
            "*= kerascheck =*",
            "checked: models/a.keras",
            "not checked: models/b.keras: the model is not compiled",
            "models/a.keras: KC101 error: *",
            "2 models: 2 findings; 1 not checked",
        ]
    )


SHUFFLING = """
import random
import numpy

def pytest_collection_modifyitems(items):
    random.Random({seed}).shuffle(items)

def pytest_runtest_setup():
    random.seed({seed})
    numpy.random.seed({seed})

def pytest_runtest_teardown():
    assert random.random() == random.Random({seed}).random()
    assert numpy.random.random() == numpy.random.RandomState({seed}).random()
"""


@pytest.mark.parametrize("seed", [1, 2])
def test_the_order_and_the_seed_of_tests_change_nothing(wrong, seed):
    """As under pytest-randomly, which shuffles and seeds; the seed is left as it is."""
    wrong.file("conftest.py", SHUFFLING.format(seed=seed))
    wrong.test(CLEAN)
    wrong.run("--kerascheck").assert_outcomes(failed=2, passed=RULES)
