"""@FILE in place of arguments, and - in place of paths."""

import io
import sys

import pytest

from kerascheck import kit
from kerascheck.cli import arguments

GOOD = kit.classifier("sigmoid", "bce", labels=kit.labels("binary"))
BAD = kit.classifier("linear", "bce", labels=kit.labels("binary"))


@pytest.fixture
def piped(monkeypatch):
    def pipe(data, *, terminal=False):
        stream = io.TextIOWrapper(io.BytesIO(data))
        monkeypatch.setattr(stream, "isatty", lambda: terminal)
        monkeypatch.setattr(sys, "stdin", stream)

    return pipe


def test_a_file_stands_for_its_lines_as_arguments(saved, run):
    home = saved({"a.keras": BAD, "b c.keras": BAD})
    (home / "args.txt").write_text("--ignore\r\nKC101\n\nb c.keras\n")
    assert run("a.keras").code == 1
    ran = run("a.keras", "@args.txt")
    assert (ran.code, ran.out.startswith("2 models: no findings")) == (0, True)


def test_a_file_of_arguments_may_come_first(saved, run):
    home = saved({"a.keras": GOOD, "b.keras": BAD})
    (home / "args.txt").write_text("a.keras")
    assert run("@args.txt").code == 0


def test_what_follows_two_dashes_is_a_path(saved, run):
    home = saved({"a.keras": GOOD})
    (home / "args.txt").write_text("a.keras")
    ran = run("--", "@args.txt")
    assert ran.code == 2
    assert "'@args.txt', which does not exist" in ran.err


@pytest.mark.parametrize("name", ["@a.keras", "@a.H5", "@a/saved_model.pb"])
def test_a_file_that_is_named_like_a_model_brings_no_arguments(saved, run, name):
    home = saved({name: BAD})
    path = home / name.removeprefix("@")
    path.parent.mkdir(exist_ok=True)
    path.write_text("--exit-zero\n")
    assert run(name).code == 1


@pytest.mark.parametrize("name", ["{upstream}", "~1"])
def test_a_file_that_is_named_like_a_revision_brings_no_arguments(saved, run, name):
    home = saved({"a.keras": BAD})
    (home / name).write_text("HEAD\n--exit-zero\n")
    ran = run("a.keras", "--base", f"@{name}")
    assert ran.code == 2
    assert ran.err.startswith(f"kerascheck: --base @{name}: ")


def test_files_of_arguments_name_no_further_ones(saved, run):
    home = saved({"a.keras": GOOD})
    (home / "args.txt").write_text("@more.txt")
    (home / "more.txt").write_text("a.keras")
    assert "'@more.txt', which does not exist" in run("@args.txt").err


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (None, "cannot be read: No such file or directory; a path of that name is "),
        (b"a\0b", "holds NUL bytes"),
        (b"a" * 10_000_001, "larger than 10000000 bytes"),
    ],
    ids=["missing", "binary", "huge"],
)
def test_a_file_that_holds_no_arguments_is_told(saved, run, data, told):
    home = saved({"a.keras": GOOD})
    if data is not None:
        (home / "args.txt").write_bytes(data)
    ran = run("a.keras", "@args.txt")
    assert ran.code == 2
    assert ran.err.startswith("kerascheck: the file of arguments 'args.txt' ")
    assert told in ran.err


def test_inspect_and_baseline_take_files_of_arguments_too(saved, run, monkeypatch):
    monkeypatch.delenv("CI", raising=False)  # where no baseline is written
    home = saved({"a.keras": BAD})
    (home / "args.txt").write_text("a.keras")
    assert 'Model: "a.keras"' in run("inspect", "@args.txt").out
    assert run("baseline", "write", "@args.txt").out.startswith("1 known finding")


def test_a_dash_stands_for_paths_on_stdin(saved, run, piped):
    saved({"a.keras": GOOD, "b c.keras": GOOD, "d.keras": BAD})
    piped(b"a.keras\n\nb c.keras\r\n")
    assert run("-").out.startswith("2 models: no findings")


def test_paths_on_stdin_stand_where_the_dash_does(saved, piped):
    piped(b"b\nc\n")
    assert arguments.chosen_paths(["a", "-", "d", "-"]) == ("a", "b", "c", "d")


def test_names_that_are_no_text_are_taken_as_the_system_has_them(piped):
    piped(b"\xff.keras\n")
    assert arguments.chosen_paths(["-"]) == ("\udcff.keras",)


def test_an_empty_list_of_paths_is_no_success_and_not_the_current_folder(
    saved, run, piped
):
    saved({"a.keras": GOOD})
    piped(b"\n")
    ran = run("-")
    assert ran.code == 3
    assert "the list of paths on stdin is empty" in ran.err
    assert "nothing to check" in ran.err


def test_a_path_on_stdin_that_is_not_there_is_told(saved, run, piped):
    saved({"a.keras": GOOD})
    piped(b"a.keras\ngone.keras\n")
    ran = run("-")
    assert ran.code == 2
    assert "'gone.keras', which does not exist" in ran.err


def test_lists_that_end_in_nul_are_told(run, piped):
    piped(b"a.keras\0b.keras\0")
    assert "holds NUL bytes. Expected one a line." in run("-").err


@pytest.mark.parametrize("terminal", [True, None])
def test_a_dash_without_a_list_is_told(run, piped, monkeypatch, terminal):
    if terminal:
        piped(b"", terminal=True)
    else:
        monkeypatch.setattr(sys, "stdin", None)
    ran = run("-")
    assert ran.code == 2
    assert "pipe one in" in ran.err


def test_no_path_of_a_list_is_imported(saved, run, piped):
    home = saved({"a.keras": GOOD})
    (home / "code.py").write_text("open('ran', 'w')\n")
    for data in (b"a.keras\ncode:main.keras\n", b"code:main\n"):
        piped(data)
        assert "which does not exist" in run("-").err
        assert "which does not exist" in run("--", *data.decode().split()).err
    assert not (home / "ran").exists()
