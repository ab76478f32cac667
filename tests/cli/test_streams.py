"""Terminals, pipes and interruptions, each in a process of its own."""

import os
import subprocess
import sys

import pytest

from kerascheck.cli.streams import colours, style_of_stdout
from tests.cli.conftest import ROOT

FIXTURES = ROOT / "fixtures" / "artefacts"

pytestmark = pytest.mark.skipif(os.name == "nt", reason="POSIX terminals and pipes")


def shell(command, **settings):
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "KERASCHECK": f"{sys.executable} -m kerascheck",
        **settings,
    }
    return subprocess.run(
        ["bash", "-c", command],
        cwd=FIXTURES,
        env=environment,
        capture_output=True,
        timeout=60,
        check=False,
    )


def test_a_reader_that_goes_away_is_no_error():
    done = shell("$KERASCHECK . -v | head -1; echo ${PIPESTATUS[0]}")
    assert done.stdout.count(b"\n") == 2
    assert done.stdout.endswith(b"\n1\n")
    assert done.stderr == b""


def test_a_closed_stdout_is_no_error():
    done = shell("$KERASCHECK . >&-")
    assert done.returncode == 1
    assert done.stderr == b""


def test_a_closed_stderr_is_no_error():
    done = shell("$KERASCHECK nowhere 2>&-")
    assert done.returncode == 2


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no full disk")
def test_a_full_disk_exits_with_2_and_one_line():
    done = shell("$KERASCHECK . >/dev/full")
    assert done.returncode == 2
    assert done.stderr.startswith(b"kerascheck: writing to stdout failed: ")
    assert done.stderr.count(b"\n") == 1


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_disk_that_fills_up_while_it_is_written_exits_with_2(unbuffered, tmp_path):
    out = tmp_path / "out.json"
    done = shell(
        f"ulimit -f 1; $KERASCHECK . --output-format json >{out}",
        PYTHONUNBUFFERED=unbuffered,
    )
    assert 0 < out.stat().st_size <= 1024
    assert done.returncode == 2
    assert done.stderr == b"kerascheck: writing to stdout failed: File too large\n"


@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
def test_what_is_not_buffered_is_the_same(encoding):
    buffered, unbuffered = (
        shell("$KERASCHECK .", PYTHONIOENCODING=encoding, PYTHONUNBUFFERED=how)
        for how in ("", "1")
    )
    assert buffered.stdout == unbuffered.stdout != b""


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no full disk")
def test_an_error_that_nobody_can_read_exits_with_2():
    done = shell("$KERASCHECK nowhere 2>/dev/full")
    assert done.returncode == 2


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "latin-1"])
def test_a_terminal_without_unicode_gets_escapes(encoding):
    done = shell("$KERASCHECK .", PYTHONIOENCODING=encoding)
    assert done.returncode == 1
    assert b"Traceback" not in done.stderr
    assert done.stdout.isascii()


def test_a_terminal_without_unicode_gets_tables_of_dashes():
    command = "$KERASCHECK inspect 2.12.0/func_dict_out.h5"
    done = shell(command, PYTHONIOENCODING="ascii")
    assert done.returncode == 0
    assert b"+-" in done.stdout
    assert b"\\u" not in done.stdout


def test_an_interruption_exits_with_130_and_no_traceback(child):
    code = (
        "import os, signal, sys, kerascheck.api as api\n"
        "api.find_models = lambda paths, **_: os.kill(os.getpid(), signal.SIGINT)\n"
        "from kerascheck.cli import main\n"
        "main(['.'])\n"
    )
    ran = child("-c", code)
    assert ran.code == 130
    assert ran.err.strip() == ""


def on_a_terminal(command, **settings):
    """Run a command with a pseudo terminal as stdout and return what it shows."""
    import pty

    ours, theirs = pty.openpty()
    kept = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "FORCE_COLOR")}
    environment = {**kept, "PYTHONPATH": str(ROOT), "TERM": "xterm", **settings}
    process = subprocess.Popen(
        [sys.executable, "-m", "kerascheck", *command],
        cwd=FIXTURES,
        env=environment,
        stdout=theirs,
        stderr=subprocess.DEVNULL,
    )
    os.close(theirs)
    shown = b""
    while True:
        try:
            read = os.read(ours, 65536)
        except OSError:  # Linux says so when the other end is closed
            break
        if not read:
            break
        shown += read
    process.wait(60)
    os.close(ours)
    return shown


def test_a_terminal_gets_colour():
    assert b"\x1b[1;33mwarning[" in on_a_terminal(["."])


@pytest.mark.parametrize("setting", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_a_terminal_that_wants_none_gets_none(setting):
    assert b"\x1b" not in on_a_terminal(["."], **setting)


def test_json_has_no_colour_on_a_terminal():
    assert b"\x1b" not in on_a_terminal([".", "--output-format", "json"])


def test_a_pipe_gets_no_colour():
    assert b"\x1b" not in shell("$KERASCHECK .").stdout


def test_colour_can_be_forced(monkeypatch):
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert colours(terminal=False)


def test_no_color_comes_before_force_color(monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert not colours(terminal=True)


@pytest.mark.parametrize(
    ("columns", "width"), [("60", 60), ("1", 40), ("9999", 120), ("x", 80), ("²", 80)]
)
def test_columns_are_taken_from_the_environment(monkeypatch, columns, width):
    monkeypatch.setenv("COLUMNS", columns)
    assert style_of_stdout().width == width
