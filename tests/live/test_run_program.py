"""A program run in this process finds what Python would give it, and leaves nothing."""

import os
import sys
from pathlib import Path

import pytest

from kerascheck.live.run_program import find_program
from kerascheck.model.errors import UsageError


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Write files into the current folder, and run one as `kerascheck run` would."""
    monkeypatch.chdir(tmp_path)

    def run(target, *arguments, module=False, **files):
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return find_program(target, arguments, module=module).run()

    before = set(sys.modules)
    yield run
    for name in set(sys.modules) - before:
        del sys.modules[name]


ABOUT = """
import os, sys
print(sys.argv)
print(os.path.realpath(__file__))
print(os.path.realpath(sys.path[0]))
print(__name__, __doc__, sys.modules["__main__"].__dict__ is globals())
"""


def test_a_script_sees_what_python_shows_it(run, tmp_path, capfd):
    assert run("code/train.py", "a", "--b", **{"code/train.py": ABOUT}) == 0
    folder = os.path.realpath(tmp_path / "code")
    assert capfd.readouterr().out.splitlines() == [
        "['code/train.py', 'a', '--b']",
        f"{folder}/train.py",
        folder,
        "__main__ None True",
    ]


def test_a_script_imports_what_lies_beside_it(run, capfd):
    files = {"code/train.py": "import beside_it", "code/beside_it.py": "print('yes')"}
    assert run("code/train.py", **files) == 0
    assert capfd.readouterr().out == "yes\n"


def test_a_script_may_say_how_it_is_encoded(run, tmp_path, capfd):
    text = "# coding: latin-1\nprint(ascii('ä'))\n"
    (tmp_path / "train.py").write_bytes(text.encode("latin-1"))
    assert run("train.py") == 0
    assert capfd.readouterr().out == "'\\xe4'\n"


def test_annotations_of_a_script_are_what_they_are_in_python(run):
    text = "def f(x: int): pass\nassert f.__annotations__ == {'x': int}"
    assert run("train.py", **{"train.py": text}) == 0


def test_a_module_sees_what_python_shows_it(run, tmp_path, capfd):
    files = {"pack/__init__.py": "", "pack/train.py": ABOUT}
    assert run("pack.train", "a", module=True, **files) == 0
    path = os.path.realpath(tmp_path / "pack" / "train.py")
    assert capfd.readouterr().out.splitlines() == [
        f"['{path}', 'a']",
        path,
        os.path.realpath(tmp_path),
        "__main__ None True",
    ]


def test_a_module_imports_its_package(run, capfd):
    files = {
        "pack/__init__.py": "",
        "pack/data.py": "value = 3",
        "pack/train.py": "from .data import value; print(value)",
    }
    assert run("pack.train", module=True, **files) == 0
    assert capfd.readouterr().out == "3\n"


def test_a_package_runs_its_main_module(run, capfd):
    files = {"pack/__init__.py": "", "pack/__main__.py": "print('main')"}
    assert run("pack", module=True, **files) == 0
    assert capfd.readouterr().out == "main\n"


# How it ends.


@pytest.mark.parametrize(
    ("code", "ends"),
    [("pass", 0), ("raise SystemExit", 0), ("import sys; sys.exit(5)", 5)],
)
def test_the_exit_code_is_that_of_the_program(run, code, ends):
    assert run("train.py", **{"train.py": code}) == ends


def test_an_exit_with_a_text_prints_it_and_is_1(run, capsys):
    assert run("train.py", **{"train.py": "import sys; sys.exit('no data')"}) == 1
    assert capsys.readouterr().err == "no data\n"


RAISING = """
def read():
    raise OSError("no data")

try:
    read()
except OSError as error:
    raise ValueError("nothing to train on") from error
"""


def test_an_error_shows_the_frames_of_the_program_alone(run, capsys):
    assert run("train.py", **{"train.py": RAISING}) == 1
    frames = [line for line in capsys.readouterr().err.splitlines() if "File" in line]
    assert [frame.rpartition(", ")[2] for frame in frames] == [
        "in <module>",
        "in read",
        "in <module>",
    ]


def test_an_error_of_a_module_shows_its_frames_alone(run, capsys):
    assert run("train", module=True, **{"train.py": "1 / 0"}) == 1
    told = capsys.readouterr().err
    assert told.count("File ") == 1
    assert "ZeroDivisionError" in told


def test_a_script_that_is_no_python_is_shown_as_python_shows_it(run, capsys):
    assert run("train.py", **{"train.py": "x = 1\nfor\n"}) == 1
    told = capsys.readouterr().err
    assert "line 2" in told
    assert told.endswith("SyntaxError: invalid syntax\n")
    assert "kerascheck" not in told


def test_an_interruption_is_left_to_the_caller(run):
    with pytest.raises(KeyboardInterrupt):
        run("train.py", **{"train.py": "raise KeyboardInterrupt"})


MEDDLING = """
import io, os, sys
os.chdir("/")
sys.argv.append("more")
sys.path.insert(0, "nowhere")
sys.stdout = sys.stderr = io.StringIO()
{}
"""


@pytest.mark.parametrize("end", ["", "1 / 0", "sys.exit(3)"])
def test_what_a_program_changes_is_as_before(run, end):
    def state():
        told = os.getcwd(), sys.stdout, sys.stderr, sys.modules["__main__"]
        return *told, list(sys.argv), list(sys.path)

    before = state()
    run("train.py", **{"train.py": MEDDLING.format(end)})
    assert state() == before


# What can not be run.


@pytest.mark.parametrize(
    ("target", "module", "told"),
    [
        ("nowhere.py", False, "there is no file 'nowhere.py' to run"),
        ("nowhere", False, r"no file 'nowhere' to run \(-m runs a module\)"),
        ("folder", False, "'folder' is a folder; `kerascheck folder` checks"),
        ("nowhere", True, "there is no module 'nowhere' to run"),
        ("folder", True, "there is no module 'folder' to run"),
        ("os.nowhere", True, "there is no module 'os.nowhere' to run"),
        (".here", True, "there is no module '.here' to run"),
        ("", True, "there is no module '' to run"),
    ],
)
def test_what_is_no_program_is_told_in_one_line(run, target, module, told):
    Path("folder").mkdir()
    with pytest.raises(UsageError, match=told):
        run(target, module=module)


@pytest.mark.parametrize("wrong", ["import no_such_thing", "raise RuntimeError"])
def test_an_error_of_a_package_is_its_own(run, capsys, wrong):
    files = {"pack/__init__.py": wrong, "pack/train.py": ""}
    assert run("pack.train", module=True, **files) == 1
    assert "pack/__init__.py" in capsys.readouterr().err
