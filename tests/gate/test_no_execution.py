"""No code of a tree is run by what only looks at it, in no process."""

import os
import shutil
import sys
from pathlib import Path

import pytest

from tests.gate.conftest import FIXTURES, RIGHT
from tests.gate.watched import ROOT, Watch
from tests.test_own_rules import RULE

WRONG = FIXTURES / "zero-and-one-softmax"

MODULES = (
    "click",
    "conftest",
    "enum",
    "evil_rules",
    "h5py",
    "jax",
    "json",
    "keras",
    "numpy",
    "platformdirs",
    "re",
    "sitecustomize",
    "tempfile",
    "threading",
    "tomllib",
    "typing",
    "usercustomize",
    "venv",
)
PACKAGES = (
    "jax_plugins/evil",
    "kerascheck",
    "ml_dtypes",
    "optree",
    "pip",
    "tensorflow",
    "torch",
)
FAKE = "Metadata-Version: 2.1\nName: {name}\nVersion: 99.0\n"
OFFERS = (
    "kerascheck.rules",
    "kerascheck.report.formats",
    "pytest11",
    "jax_plugins",
    "keras.plugins",
)
SETTINGS = """
[tool.kerascheck]
ignore = ["KC108"]

[tool.pytest.ini_options]
addopts = "-p evil_rules"

[project]
name = "evil"
version = "1.0"

[project.entry-points."kerascheck.rules"]
evil = "evil_rules"
"""
CODE = (".py", ".pyc", ".pth", ".so", "METADATA", "entry_points.txt", "keras.json")
"""Ends of what is not even opened."""

SNIFFED = (".keras/keras.json",)
"""What a search of the tree looks into, as any JSON may be a model; data, never run."""


@pytest.fixture
def tree(tmp_path):
    """A folder with wrong models and code under every name that might be imported.

    Each runs with a word: it leaves a file behind.
    """
    tree = tmp_path / "tree"
    tree.mkdir()
    code = f"open({str(tmp_path / 'ran-{name}')!r}, 'w').close()\n"
    for name in (*MODULES, *(f"{package}/__init__" for package in PACKAGES)):
        for home in (tree, tree / "src"):
            path = home / f"{name}.py"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(code.replace("{name}", name.replace("/", ".")))
    for module in ("__main__", "cli", "pytest_plugin"):
        (tree / "kerascheck" / f"{module}.py").write_text(
            code.replace("{name}", f"kerascheck.{module}")
        )
    (tree / "evil.pth").write_text("import evil_rules\n./src\n")
    offers = "".join(f"[{group}]\nevil = evil_rules\n" for group in OFFERS)
    for name in ("evil", "keras", "tensorflow", "numpy"):
        info = tree / f"{name}-99.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(FAKE.format(name=name))
        (info / "entry_points.txt").write_text(offers)
    (tree / "bin").mkdir()
    (tree / "bin" / "uname").write_text(f"#!/bin/sh\ntouch {tmp_path}/ran-uname\n")
    (tree / "bin" / "uname").chmod(0o755)
    (tree / "tensorflow-plugins").mkdir()
    (tree / "tensorflow-plugins" / "evil.so").write_bytes(b"\x7fELF")
    (tree / "pyproject.toml").write_text(SETTINGS)
    (tree / ".keras").mkdir()
    (tree / ".keras" / "keras.json").write_text('{"floatx": "float16"}')
    for name, case in (("wrong", WRONG), ("right", RIGHT)):
        shutil.copy(case / "model.keras", tree / f"{name}.keras")
        (labels,) = case.glob("labels.*")
        shutil.copy(labels, tree / f"{name}.labels{labels.suffix}")
    return tree


@pytest.fixture
def watch(tmp_path, tree):
    return Watch(tmp_path, tree)


@pytest.fixture
def nothing_ran(tmp_path, tree):
    """Say that no code of the tree was run, nor opened but as the text of programs."""

    def nothing_ran(watched, *, but=(), within=None, programs=False):
        assert {path.name for path in tmp_path.glob("ran-*")} == set()
        allowed = {str(tree / name) for name in but}
        allowed |= {path for path in watched.opened if "-pytest-" in path}
        if within is not None:
            seen = watched.opened | watched.ran
            allowed |= {path for path in seen if path.startswith(str(within))}
        assert watched.ran <= allowed
        code = tuple(end for end in CODE if not (programs and end == ".py"))
        assert not {p for p in watched.opened - allowed if p.endswith(code)}

    return nothing_ran


PATHS = {"": "", "an empty entry": ":", "a relative one": ":src", "absolute": "{tree}"}
COMMANDS = (
    (".",),
    ("check", "--strict", "--report", "sarif=report.sarif", "wrong.keras", "."),
    ("--output-format", "json", "--diff", "."),
    ("inspect", "wrong.keras"),
    ("rule", "KC103"),
    ("baseline", "write", "--reason", "old"),
    ("baseline", "show"),
    ("baseline", "prune"),
)

_OF_ONE = ("inspect", "rule")
"""Commands that search no tree."""


@pytest.mark.parametrize("path", PATHS.values(), ids=PATHS)
def test_the_installed_command_runs_nothing_of_the_tree(watch, nothing_ran, tree, path):
    for arguments in COMMANDS:
        watched = watch.run(*watch.command, *arguments, path=path.format(tree=tree))
        assert watched.code in (0, 1), watched.err
        nothing_ran(watched, but=SNIFFED, programs=arguments[0] not in _OF_ONE)
        assert watched.out + watched.err
    assert str(tree / "wrong.keras") in watched.opened  # the watch is awake


def test_python_m_runs_nothing_of_the_tree_that_python_has_not_run_before(
    watch, nothing_ran, tree
):
    shutil.rmtree(tree / "kerascheck")  # that is what `-m kerascheck` would be
    for arguments in COMMANDS:
        watched = watch.run(sys.executable, "-m", "kerascheck", *arguments)
        assert watched.code in (0, 1), watched.err
        nothing_ran(watched, but=SNIFFED, programs=arguments[0] not in _OF_ONE)


@pytest.mark.parametrize("flag", ["-P", "-I"])
def test_python_m_with_a_safe_path_loses_no_other_entry(watch, nothing_ran, tree, flag):
    watched = watch.run(sys.executable, flag, "-m", "kerascheck", "wrong.keras")
    assert watched.code == 1, watched.err
    nothing_ran(watched)


def test_a_folder_elsewhere_is_the_tree_as_well(watch, nothing_ran, tree, tmp_path):
    command = [*watch.command, str(tree)]
    here = tmp_path / "elsewhere"
    here.mkdir()
    watched = watch.run("env", "-C", str(here), *command, path=str(tree / "src"))
    assert watched.code == 1, watched.err
    nothing_ran(watched, but=SNIFFED, programs=True)


def test_the_watch_sees_what_is_run(watch, tree, tmp_path):
    watched = watch.run(sys.executable, "-c", "import numpy, evil_rules")
    assert watched.ran == {str(tree / "numpy.py"), str(tree / "evil_rules.py")}
    assert {path.name for path in tmp_path.glob("ran-*")} == {
        "ran-numpy",
        "ran-evil_rules",
    }


def test_confirm_runs_nothing_of_the_tree_in_parent_and_child(
    watch, nothing_ran, tree, tmp_path
):
    watched = watch.run(
        *watch.command,
        *("wrong.keras", "--confirm", "--no-cache", "--report", "markdown=report.md"),
        path=f":{tree}",
        PATH=os.pathsep.join(["", "bin", str(tree / "bin"), os.environ["PATH"]]),
        HOME=str(tree),
        KERASCHECK_CACHE_DIR=str(tmp_path / "cache"),
    )
    assert watched.code == 1, watched.err
    assert "confirmed" in watched.out, watched.out
    nothing_ran(watched)
    started = [e for e in watched.events if e.what == "subprocess.Popen"]
    assert started[0].process == watched.process
    assert watched.started_by_children == started[1:]
    assert all("'uname'" in event.place for event in started[1:])  # ends at once


@pytest.mark.slow
def test_an_editable_install_inside_the_tree_trains_and_shares_only_itself(
    watch, nothing_ran, tree
):
    shutil.rmtree(tree / "src" / "kerascheck")
    shutil.copytree(ROOT / "kerascheck", tree / "src" / "kerascheck")
    watched = watch.run(
        *watch.command,
        *("wrong.keras", "--confirm"),
        PYTHONPATH=os.pathsep.join([str(watch._hooks), str(tree / "src")]),
    )
    assert "confirmed" in watched.out, watched.err
    nothing_ran(watched, within=tree / "src" / "kerascheck")


CONFTEST = "import sys\nassert {tree!r} in sys.path\n"


def test_the_plugin_of_pytest_adds_nothing_to_what_pytest_runs(
    watch, nothing_ran, tree
):
    (tree / "pyproject.toml").write_text('[tool.kerascheck]\nfail-on = "error"\n')
    (tree / "conftest.py").write_text(CONFTEST.format(tree=str(tree)))
    (tree / "src" / "conftest.py").unlink()
    watched = watch.run(
        sys.executable,
        *("-P", "-m", "pytest", "--kerascheck", "-p", "no:cacheprovider", "-q"),
        *("-p", "no:hypothesispytest", "--rootdir", ".", "."),
        path="",
    )
    assert watched.code == 1, watched.out + watched.err
    assert "KC103" in watched.out
    nothing_ran(watched, but=["conftest.py"])


USES = """
def test_saved(kerascheck, keras_model_path):
    kerascheck(keras_model_path)


def test_wrong(kerascheck):
    assert not kerascheck("wrong.keras").ok
"""


def test_its_fixtures_add_nothing_either(watch, nothing_ran, tree):
    (tree / "pyproject.toml").unlink()
    (tree / "pytest.ini").write_text("[pytest]\nkerascheck_models = *.keras\n")
    (tree / "conftest.py").write_text(CONFTEST.format(tree=str(tree)))
    (tree / "test_models.py").write_text(USES)
    watched = watch.run(
        sys.executable,
        *("-P", "-m", "pytest", "-p", "no:cacheprovider", "-q"),
        *("-p", "no:hypothesispytest", "test_models.py"),
    )
    assert watched.code == 0, watched.out + watched.err
    nothing_ran(watched, but=["conftest.py", "test_models.py", "pytest.ini"])


@pytest.mark.parametrize("start", ["command", "module"])
def test_rules_of_the_tree_run_on_the_users_word_and_take_no_other_place(
    watch, tree, tmp_path, start
):
    shutil.rmtree(tree / "kerascheck")
    (tree / "team_rules.py").write_text(f"import shared\n{RULE}")
    (tree / "shared.py").write_text("")
    command = watch.command
    if start == "module":
        command = [sys.executable, "-m", "kerascheck"]
    watched = watch.run(*command, "--rules", "team_rules", "wrong.keras")
    assert watched.code == 1, watched.err
    assert watched.ran == {str(tree / "team_rules.py"), str(tree / "shared.py")}
    assert list(tmp_path.glob("ran-*")) == []


@pytest.mark.parametrize("start", ["command", "module"])
def test_a_program_that_is_run_imports_as_if_kerascheck_were_not_there(
    watch, tree, tmp_path, start
):
    shutil.rmtree(tree / "kerascheck")
    (tree / "program.py").write_text("import sys, json, evil_rules\nprint(sys.path)\n")
    command = watch.command
    if start == "module":
        command = [sys.executable, "-m", "kerascheck"]
    watched = watch.run(*command, "run", "program.py", path=str(tree / "src"))
    assert "nothing to check" in watched.err
    assert str(tree / "src") in watched.out
    assert Path(tmp_path / "ran-evil_rules").exists()
