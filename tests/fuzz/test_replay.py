"""Every seed, and what once broke a promise, through its target; no atheris needed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from fuzz import make_seeds
from fuzz.targets import SEEDS, load, names

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="forks of POSIX")


def python(*words, folder=ROOT):
    return subprocess.run(
        [sys.executable, *words],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def test_every_seed_holds_and_so_does_what_is_made_of_it():
    ran = python("-m", "fuzz.replay", "--changed", "1")
    assert ran.returncode == 0, ran.stderr
    tried = {line.partition(":")[0] for line in ran.stdout.splitlines()}
    assert tried == set(names())


@pytest.mark.slow
def test_every_seed_holds_however_it_is_changed():
    ran = python("-m", "fuzz.replay", "--changed", "60")
    assert ran.returncode == 0, ran.stderr


def test_every_target_has_seeds_that_are_small():
    assert set(make_seeds.MAKERS) == set(names()) == {p.name for p in SEEDS.iterdir()}
    sizes = [path.stat().st_size for path in SEEDS.rglob("*") if path.is_file()]
    assert sum(sizes) < 1_000_000
    for name in names():
        target = load(name)
        assert all(p.stat().st_size <= target.max_bytes for p in target.seeds.iterdir())


PLANTED = """\
import sys
from fuzz import replay, targets
{fault}
sys.exit(replay.main(["{target}"]))
"""
FAULTS = {
    "an exception": (
        "baseline",
        "from fuzz.targets import baseline; baseline.load = lambda *_: 1 / 0",
        "ZeroDivisionError",
    ),
    "an import": (
        "baseline",
        "from fuzz.targets import baseline\n"
        "baseline.load = lambda *_: __import__('numpy')",
        "BrokenPromise: numpy is imported",
    ),
    "a connection": (
        "baseline",
        "from fuzz.targets import baseline; import socket\n"
        "baseline.load = lambda *_: socket.create_connection(('127.0.0.1', 9))",
        "BrokenPromise: socket.",
    ),
    "a program that starts": (
        "baseline",
        "from fuzz.targets import baseline; import os\n"
        "baseline.load = lambda *_: os.posix_spawn('/bin/true', ['true'], {})",
        "BrokenPromise: os.posix_spawn",
    ),
    "another verdict the second time": (
        "keras_json",
        "from fuzz import oracle; from itertools import count; number = count()\n"
        "oracle._report_on = lambda model: next(number)",
        "BrokenPromise: the same model is judged in two ways",
    ),
    "an input that takes long": (
        "baseline",
        "from fuzz import oracle; oracle.SECONDS = -1",
        "s of the processor for one input",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_found(fault, tmp_path):
    target, code, words = FAULTS[fault]
    program = tmp_path / "planted.py"
    program.write_text(PLANTED.format(target=target, fault=code))
    ran = python(str(program))
    assert ran.returncode == 1
    assert words in ran.stderr
    assert "the input: " in ran.stderr
