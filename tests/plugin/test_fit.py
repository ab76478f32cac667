"""Models that the tests of a user train, checked with the labels that arrive."""

import os
import shutil

import pytest

from tests.plugin.conftest import FIXTURES

SAMPLE = FIXTURES / "project"

NETWORK = """
import numpy as np
import keras

X = np.linspace(-1, 1, 40).reshape(20, 2)
Y = np.arange(20) % 2

def network(activation=None):
    layer = keras.layers.Dense(1, activation=activation, name="head")
    model = keras.Sequential([keras.Input((2,)), layer], name="net")
    model.compile("sgd", "binary_crossentropy", run_eagerly=True)
    return model
"""

FIT = f"{NETWORK}\ndef test_net(): network().fit(X, Y, verbose=0)\n"


@pytest.fixture(scope="module", autouse=True)
def keras():
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    return pytest.importorskip("keras")


@pytest.fixture
def sample(project):
    """The sample project, untouched."""
    shutil.copytree(SAMPLE, project.path, dirs_exist_ok=True)
    return project


def test_the_sample_knows_nothing_of_kerascheck():
    files = [path for path in SAMPLE.rglob("*") if path.suffix in (".py", ".toml")]
    assert len(files) > 4
    assert not [path for path in files if "kerascheck" in path.read_text()]


def test_one_option_catches_the_mistake_of_the_sample(sample):
    ran = sample.run_apart("--kerascheck-fit", "-v")
    ran.assert_outcomes(failed=1, passed=2)
    ran.stdout.fnmatch_lines(
        [
            "*::test_loss_falls FAILED*",
            ">       history = model.fit([*]harvest(500), epochs=5, verbose=0).history",
            "E * error[[]KC206] labels-outside-zero-to-one",
            "E * at * orchard: heads.ripe.labels (orchard/model.py:18, *",
            "E       1 model: 1 error",
            "tests/test_model.py:12: FindingsError",
            "*= kerascheck =*",
            "orchard/model.py:18: KC206 error: *",
        ]
    )


def test_only_the_line_of_the_test_is_shown(project):
    project.test(FIT)
    ran = project.run("--kerascheck-fit")
    ran.stdout.fnmatch_lines([">*network().fit(X, Y*", "test_it.py:14: FindingsError"])
    for module in ("call_sites.py", "fit_hook.py", "first_batch.py"):
        assert module not in ran.stdout.str()
    assert "traceback_utils.py" not in ran.stdout.str()


def test_findings_are_warnings_by_option_where_the_model_is_compiled(project):
    project.test(FIT)
    ran = project.run("--kerascheck-fit-warn")
    ran.assert_outcomes(passed=1, warnings=1)
    ran.stdout.fnmatch_lines(
        ["  test_it.py:11: FindingsWarning: ", "  error[[]KC101] *"]
    )


@pytest.mark.parametrize(
    ("setting", "expected"),
    [
        ("kerascheck_fit", {"failed": 1}),
        ("kerascheck_fit_warn", {"passed": 1, "warnings": 1}),
    ],
)
def test_settings_turn_it_on(project, setting, expected):
    project.file("pytest.ini", f"[pytest]\n{setting} = true\n")
    project.test(FIT)
    project.run().assert_outcomes(**expected)


@pytest.mark.parametrize(
    "options",
    [
        ["--kerascheck-fit", "--kerascheck-ignore", "KC101"],
        ["--kerascheck-fit", "--kerascheck-select", "KC2"],
        ["--kerascheck-fit", "--kerascheck-fail-on", "never"],
        ["-p", "no:kerascheck"],
        [],
    ],
)
def test_a_test_passes_without_the_rule_or_the_option(project, options):
    project.test(FIT)
    project.run(*options).assert_outcomes(passed=1)


def test_the_configuration_of_the_project_holds(project):
    project.file("kerascheck.toml", 'levels = { KC101 = "note" }')
    project.test(FIT)
    ran = project.run("--kerascheck-fit")
    ran.assert_outcomes(passed=1)
    ran.stdout.fnmatch_lines(["test_it.py:[0-9]*: KC101 note: *"])


def test_junit_has_the_code(project):
    project.test(FIT)
    project.run("--kerascheck-fit", "--junit-xml=junit.xml")
    told = (project.path / "junit.xml").read_text()
    assert '<property name="kerascheck.code" value="KC101" />' in told


@pytest.mark.parametrize(
    "call",
    ["evaluate(X, Y, verbose=0)", "train_on_batch(X, Y)", "fit(X, Y, verbose=0)"],
)
def test_every_way_to_use_labels_is_checked(project, call):
    project.test(f"{NETWORK}\ndef test_net(): network().{call}\n")
    ran = project.run("--kerascheck-fit")
    ran.assert_outcomes(failed=1)
    ran.stdout.fnmatch_lines(["E * error[[]KC101] *"])


def test_a_right_model_trains_as_ever(project):
    project.test(
        f"{NETWORK}\ndef test_net(): network('sigmoid').fit(X, Y, verbose=0)\n"
    )
    ran = project.run("--kerascheck-fit")
    ran.assert_outcomes(passed=1)
    assert "= kerascheck =" not in ran.stdout.str()


def test_a_fit_in_a_fixture_is_an_error_of_its_tests(project):
    project.test(
        f"""{NETWORK}
import pytest

@pytest.fixture
def trained():
    model = network()
    model.fit(X, Y, verbose=0)
    return model

def test_net(trained): pass
"""
    )
    ran = project.run("--kerascheck-fit")
    ran.assert_outcomes(errors=1)
    ran.stdout.fnmatch_lines(["*model.fit(X, Y*", "E * error[[]KC101] *"])


def test_a_fit_while_tests_are_collected_is_an_error(project):
    project.test(f"{NETWORK}\nnetwork().fit(X, Y, verbose=0)\ndef test_net(): pass\n")
    ran = project.run("--kerascheck-fit")
    ran.assert_outcomes(errors=1)
    ran.stdout.fnmatch_lines(["E * error[[]KC101] *"])


def test_what_keras_refuses_fails_with_its_error_and_our_report(project):
    texts = 'np.array(["yes", "no"] * 10)'
    project.test(f"{NETWORK}\ndef test_net(): network().fit(X, {texts}, verbose=0)\n")
    ran = project.run("--kerascheck-fit")
    ran.assert_outcomes(failed=1)
    report = ["-* Captured kerascheck call -*", "error[[]KC207] string-labels"]
    ran.stdout.fnmatch_lines(["E  *Error: *", *report])
    assert "FindingsError" not in ran.stdout.str()


def test_what_could_not_be_checked_is_told(project):
    project.file("kerascheck.toml", 'labels = "none.npy"')
    project.test(FIT)
    ran = project.run("--kerascheck-fit")
    ran.assert_outcomes(passed=1)
    ran.stdout.fnmatch_lines(
        ["not checked: net: kerascheck.toml: the label file 'none.npy' does not exist"]
    )


def test_a_run_without_training_says_so(project):
    project.test("def test_other(): pass")
    ran = project.run("--kerascheck-fit")
    ran.assert_outcomes(passed=1)
    ran.stdout.fnmatch_lines(["kerascheck: no model was checked"])


def test_nothing_is_left_in_keras(project, keras):
    fit = keras.Model.fit
    project.test(FIT)
    project.run("--kerascheck-fit").assert_outcomes(failed=1)
    assert keras.Model.fit is fit
    project.run().assert_outcomes(passed=1)


def test_a_live_model_is_clean_or_not(project):
    project.test(
        f"""{NETWORK}
def test_wrong(kerascheck): kerascheck.assert_clean(network(), Y)
def test_right(kerascheck): kerascheck.assert_clean(network("sigmoid"), Y)
"""
    )
    ran = project.run()
    ran.assert_outcomes(failed=1, passed=1)
    ran.stdout.fnmatch_lines(
        ["E * at * net: heads.head.loss.from_logits (test_it.py:*"]
    )
