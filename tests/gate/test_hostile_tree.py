"""A tree with every trick against the gate: nothing runs, what is wrong is found."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.gate import hostile_tree
from tests.gate.conftest import ROOT, Repository, commit, git
from tests.gate.measured import MIB, measured
from tests.gate.test_action import Runner
from tests.gate.test_hooks import pre_commit

MAX_SECONDS = 30
"""Of CPU time."""
MAX_BYTES = 150 * MIB

WATCHED = """
import os, sys
tree, outside, log = (os.path.realpath(path) for path in sys.argv[1:4])
seen = open(log, "a", buffering=1)

def within(path, folder):
    try:
        text = os.fsdecode(path)
    except TypeError:
        return False
    if text.startswith("<"):  # "<string>": code without a file
        return False
    path = os.path.realpath(text)
    return path == folder or path.startswith(folder + os.sep)

def watch(event, arguments):
    first = arguments[0] if arguments else None
    if event == "open" and within(first, outside):
        seen.write(f"opened {first!r}\\n")
    elif event == "exec" and within(first.co_filename, tree):
        seen.write(f"ran {first.co_filename!r}\\n")
    elif event == "compile" and within(arguments[1], tree):
        seen.write(f"compiled {arguments[1]!r}\\n")
    elif event.startswith(("socket.", "pickle.", "marshal.loads", "ctypes.dlopen")):
        if event == "socket.connect" or event.startswith("pickle"):
            seen.write(f"{event}\\n")
    elif event in ("os.system", "os.exec", "subprocess.Popen", "os.posix_spawn"):
        seen.write(f"{event} {first!r}\\n")

sys.addaudithook(watch)
sys.argv = ["kerascheck", *sys.argv[4:]]
from kerascheck.cli import main
main()
"""
"""Runs the command line, and notes what must not happen in a file."""


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hostile")
    site, outcomes = hostile_tree.build(folder)
    yield site, outcomes
    shutil.rmtree(folder, ignore_errors=True)


def said(report, outcomes):
    """Return the paths of which a report does not say what it must."""
    plain = {o.path.encode("utf-8", "backslashreplace").decode(): o for o in outcomes}
    failing = {
        finding["model"]
        for finding in report["findings"]
        if finding["severity"] != "note"
    }
    skipped = {item["path"] for item in report["skipped"]}
    kept = {"wrong": failing, "passed over": skipped}
    return [
        f"{outcome.path!r} is not {outcome.says}"
        for path, outcome in plain.items()
        if not any(same(path, one) for one in kept[outcome.says])
    ]


def same(path, other):
    """Say whether two paths are one; a long one has its middle left out."""
    return path == other or ("…" in other and path.endswith(other.rpartition("…")[2]))


class Noted(NamedTuple):
    """How the command line ended over the hostile tree, and what was noted of it."""

    code: int
    out: str
    err: str
    log: str
    report: Path


def noted(site, at, *arguments):
    """Run the command line over the hostile tree in a process that is watched."""
    log, report = at / "log", at / "report.json"
    done = subprocess.run(
        [
            *(sys.executable, "-P", "-c", WATCHED),
            *map(str, (site.root, site.outside, log)),
            *(word.format(report=report) for word in arguments),
        ],
        cwd=site.root,
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "XDG_CACHE_HOME": str(at / "cache"),
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    return Noted(done.returncode, done.stdout, done.stderr, log.read_text(), report)


@pytest.fixture(scope="module")
def locked(hostile, tmp_path_factory):
    """The tree once checked in locked mode."""
    words = ("check", "--locked", ".", "--report", "json={report}")
    return noted(hostile[0], tmp_path_factory.mktemp("noted"), *words)


def test_the_gate_fails(locked):
    assert locked.code == 1, locked.err


def test_every_wrong_model_is_found_and_all_else_is_counted(locked, hostile):
    report = json.loads(locked.report.read_text())
    assert said(report, hostile[1]) == []


def test_nothing_of_the_tree_is_executed_and_nothing_outside_is_opened(locked, hostile):
    assert locked.log == ""
    assert not hostile[0].marker.exists()


def test_it_ends_in_time_and_within_memory(hostile):
    run = measured("check", "--locked", ".", folder=hostile[0].root)
    assert run.code == 1
    assert run.seconds < MAX_SECONDS
    assert run.peak < MAX_BYTES


def test_it_speaks_in_lines_and_shows_no_traceback(locked):
    assert "Traceback" not in locked.err
    assert "\x1b" not in locked.out
    assert "\n::" not in locked.out
    assert "secret of another team" not in locked.out + locked.err


def test_the_summary_counts_what_was_passed_over(locked, hostile):
    expected = sum(outcome.says == "passed over" for outcome in hostile[1])
    (number,) = re.findall(r"^(\d+) passed over", locked.out, re.MULTILINE)
    assert int(number) >= expected


@pytest.mark.parametrize(
    "words",
    [
        ("inspect", "--locked", "models/plain.keras"),
        ("inspect", "--locked", "heads/number.keras"),
        ("baseline", "write", "--locked", "--file", "{report}"),
        ("check", "--locked", "--diff", "."),
        ("check", "--isolated", "."),
    ],
    ids=" ".join,
)
def test_other_calls_execute_nothing_either(hostile, tmp_path, words):
    site, _ = hostile
    ran = noted(site, tmp_path, *words)
    assert ran.code in (0, 1), ran.err
    assert "Traceback" not in ran.err
    executed = [line for line in ran.log.splitlines() if not line.startswith("opened")]
    assert executed == []
    assert not site.marker.exists()


@pytest.fixture
def committed(tmp_path):
    """The tree as a Git checkout: what Git can hold of it."""
    site, outcomes = hostile_tree.build(tmp_path / "site")
    for pipe in site.root.rglob("*"):
        if pipe.is_fifo() or pipe.is_socket() or pipe.name == "sparse.keras":
            pipe.unlink()
    commit(site.root)
    return site, outcomes


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")
def test_the_steps_of_the_action_fail_on_it(committed, tmp_path):
    site, outcomes = committed
    (tmp_path / "runner").mkdir()
    runner = Runner(Repository(site.root), tmp_path / "runner")
    # The base is one in which nothing was hostile yet.
    out = runner.check(PATHS=".\n", BASE="")
    assert out["exit-code"] == "1"
    report = json.loads(Path(out["json-file"]).read_text())
    gone = ("bombs/sparse", "bombs/pipe", "bombs/socket")
    left = [one for one in outcomes if not one.path.startswith(gone)]
    assert said(report, left) == []
    assert not site.marker.exists()


@pytest.mark.slow
def test_pre_commit_fails_on_it(committed, tmp_path):
    site, _ = committed
    at = tmp_path / "hooks"
    names = ("kerascheck", "pyproject.toml", "README.md", "LICENSE")
    for name in (*names, ".pre-commit-hooks.yaml"):
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, at / name)
        else:
            at.mkdir(exist_ok=True)
            shutil.copy(source, at / name)
    head = commit(at)
    hooks = "".join(f"  - id: {name}\n" for name in ("kerascheck-locked",))
    site.write(
        ".pre-commit-config.yaml",
        f"repos:\n- repo: {at}\n  rev: {head}\n  hooks:\n{hooks}",
    )
    git(site.root, "add", ".pre-commit-config.yaml")
    assert pre_commit(site.root).returncode != 0
    # pre-commit itself fails on a name that is not UTF-8; without it the hook runs.
    git(site.root, "rm", "-q", "--", os.fsdecode(b"names/\xff\xfe.keras"))
    done = pre_commit(site.root)
    assert done.returncode == 1, done.stdout + done.stderr
    for name in ("--exclude=*.keras", "--config=evil.keras", "@x.keras", "-.keras"):
        assert f"names/{name}" in done.stdout
    assert not site.marker.exists()
