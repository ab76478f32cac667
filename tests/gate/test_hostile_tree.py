"""A tree with every trick against the gate: nothing runs, what is wrong is found."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.gate import hostile_tree
from tests.gate.conftest import ROOT, Repository, commit, git
from tests.gate.test_action import Runner

LIMIT_SECONDS = 10
LIMIT_MIB = 150

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


class Watched:
    """The command line over the hostile tree, in a process that is watched."""

    def __init__(self, site, at):
        self.site = site
        self.at = at
        self.log = at / "log"
        self.report = at / "report.json"

    def run(self, *arguments):
        environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "XDG_CACHE_HOME": str(self.at / "cache"),
        }
        with (self.at / "out").open("w+") as out, (self.at / "err").open("w+") as err:
            child = subprocess.Popen(
                [
                    *(sys.executable, "-P", "-c", WATCHED),
                    *map(str, (self.site.root, self.site.outside, self.log)),
                    *arguments,
                    *("--report", f"json={self.report}"),
                ],
                cwd=self.site.root,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
            )
            _, status, used = os.wait4(child.pid, 0)
            child.returncode = os.waitstatus_to_exitcode(status)
            return child.returncode, used

    @property
    def err(self):
        return (self.at / "err").read_text()

    @property
    def out(self):
        return (self.at / "out").read_text(errors="replace")


@pytest.fixture(scope="module")
def locked(hostile, tmp_path_factory):
    """The tree once checked in locked mode, and what that run used."""
    watched = Watched(hostile[0], tmp_path_factory.mktemp("watched"))
    watched.code, watched.used = watched.run("check", "--locked", ".")
    return watched


def test_the_gate_fails(locked):
    assert locked.code == 1, locked.err


def test_every_wrong_model_is_found_and_all_else_is_counted(locked, hostile):
    report = json.loads(locked.report.read_text())
    assert said(report, hostile[1]) == []


def test_nothing_of_the_tree_is_executed_and_nothing_outside_is_opened(locked, hostile):
    assert locked.log.read_text() == ""
    assert not hostile[0].marker.exists()


def test_it_ends_in_time_and_within_memory(locked):
    spent = locked.used.ru_utime + locked.used.ru_stime
    assert spent < LIMIT_SECONDS
    assert locked.used.ru_maxrss / 1024 < LIMIT_MIB


def test_it_speaks_in_lines_and_shows_no_traceback(locked):
    assert "Traceback" not in locked.err
    assert "\x1b" not in locked.out
    assert "\n::" not in locked.out
    assert "secret of another team" not in locked.out + locked.err


def test_the_last_line_counts_what_was_passed_over(locked, hostile):
    expected = sum(outcome.says == "passed over" for outcome in hostile[1])
    number, words, _ = locked.out.rstrip().splitlines()[-1].split(" ", 2)
    assert words == "passed"
    assert int(number) >= expected


@pytest.mark.parametrize("name", ["inspect", "baseline"])
def test_other_commands_execute_nothing_either(hostile, tmp_path, name):
    site, _ = hostile
    watched = Watched(site, tmp_path)
    words = {
        "inspect": ["inspect", "--locked", "models/plain.keras"],
        "baseline": ["baseline", "write", "--locked", "--file", str(tmp_path / "b")],
    }[name]
    code, _ = run_without_report(watched, words)
    assert code in (0, 1), watched.err
    assert watched.log.read_text() == ""
    assert not site.marker.exists()


def run_without_report(watched, words):
    """Run a command that takes no --report."""
    done = subprocess.run(
        [
            *(sys.executable, "-P", "-c", WATCHED),
            *map(str, (watched.site.root, watched.site.outside, watched.log)),
            *words,
        ],
        cwd=watched.site.root,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    (watched.at / "err").write_text(done.stderr)
    return done.returncode, None


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
    done = subprocess.run(
        [sys.executable, "-P", "-m", "pre_commit", "run", "--all-files"],
        cwd=site.root,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    assert done.returncode == 1, done.stdout + done.stderr
    for name in ("--exclude=*.keras", "--config=evil.keras", "@x.keras", "-.keras"):
        assert f"names/{name}" in done.stdout
    assert not site.marker.exists()
