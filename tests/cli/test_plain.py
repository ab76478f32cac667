"""A call of paths alone does the same without click."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from subprocess import run

import pytest

from kerascheck.cli import check, plain
from kerascheck.cli.bundles import ConfirmOptions, FixOptions, SettingsOptions
from kerascheck.cli.plain import exit_code_of_paths
from kerascheck.cli.program import exit_code
from kerascheck.cli.writing import Output
from kerascheck.model.errors import UsageError

FIXTURES = Path(__file__).parents[2] / "fixtures"
WRONG = FIXTURES / "format-archive-wrong" / "model.keras"


def forget_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith(("KERASCHECK_", "GITHUB_")):
            monkeypatch.delenv(name)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a working folder with a wrong model, what is none, and a program."""

    shutil.copy(WRONG, tmp_path / "bad.keras")
    (tmp_path / "broken.keras").write_bytes(b"PK\x03\x04 cut")
    (tmp_path / "notes.txt").write_text("no model")
    (tmp_path / "empty").mkdir()
    (tmp_path / "train.py").write_text("import keras\n")
    (tmp_path / "wrong").mkdir()
    (tmp_path / "wrong" / "kerascheck.toml").write_text("fail-on = 3\n")
    forget_variables(monkeypatch)
    monkeypatch.chdir(tmp_path)
    return tmp_path


CALLS = [
    [],
    ["."],
    ["bad.keras"],
    ["check", "bad.keras"],
    ["check"],
    ["bad.keras", "broken.keras"],
    ["broken.keras"],
    ["notes.txt"],
    ["empty"],
    ["./empty"],
    ["train.py"],
    ["./wrong"],
]


@pytest.mark.parametrize("call", CALLS, ids=" ".join)
@pytest.mark.usefixtures("folder")
def test_both_doors_print_the_same_and_exit_alike(
    call: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    code = exit_code_of_paths(call)
    printed = capsys.readouterr()
    assert code == exit_code(call)
    assert printed == capsys.readouterr()


@pytest.mark.parametrize(
    "call",
    [
        ["--help"],
        ["bad.keras", "-q"],
        ["rule", "KC101"],
        ["rul"],
        ["missing.keras"],
        ["@bad.keras"],
        ["-"],
        ["--", "bad.keras"],
        ["module:function"],
        ["bad.keras\0"],
    ],
    ids=" ".join,
)
@pytest.mark.usefixtures("folder")
def test_any_other_call_is_left_to_click(call: list[str]) -> None:
    assert exit_code_of_paths(call) is None


@pytest.mark.usefixtures("folder")
def test_a_folder_called_like_the_command_is_left_to_click(folder: Path) -> None:
    (folder / "check").mkdir()
    assert exit_code_of_paths(["check"]) is None
    assert exit_code_of_paths(["check", "bad.keras"]) is None


@pytest.mark.parametrize("name", ["KERASCHECK_STRICT", "_KERASCHECK_COMPLETE"])
@pytest.mark.usefixtures("folder")
def test_a_variable_of_ours_is_left_to_click(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, "1")
    assert exit_code_of_paths(["bad.keras"]) is None


@pytest.mark.parametrize(
    "error", [UsageError("so"), RuntimeError("so"), KeyboardInterrupt()], ids=repr
)
@pytest.mark.usefixtures("folder")
def test_both_doors_report_errors_alike(
    error: BaseException,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def fail(*_: object, **__: object) -> int:
        raise error

    monkeypatch.setattr(plain, "run_check", fail)
    monkeypatch.setattr(check, "run_check", fail)
    code = exit_code_of_paths(["bad.keras"])
    printed = capsys.readouterr()
    assert code == exit_code(["bad.keras"])
    assert printed == capsys.readouterr()


def test_both_doors_have_the_same_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    given = {}

    def note(paths: object, **bundles: object) -> int:
        given.update(bundles)
        return 0

    monkeypatch.setattr(check, "run_check", note)
    assert exit_code(["check", "."]) == 0
    assert given == {
        "options": SettingsOptions(),
        "fixes": FixOptions(),
        "output": Output(),
        "confirmation": ConfirmOptions(),
        "show_files": False,
        "show_settings": False,
        "jobs": 1,
        "watch": False,
        "scheduler": None,
    }


def test_click_is_not_imported_for_paths(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    forget_variables(monkeypatch)
    shutil.copy(WRONG, tmp_path / "one.keras")
    program = (
        "import os, sys\n"
        "os._exit = lambda code: print(*sorted(sys.modules))\n"
        "from kerascheck.cli import main\n"
        "main(['one.keras'])\n"
    )
    done = run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True
    )
    modules = done.stdout.splitlines()[-1].split()
    assert "kerascheck.api" in modules
    unwanted = {"click", "numpy", "inspect", "dataclasses", "typing", "importlib"}
    assert not unwanted & set(modules)
