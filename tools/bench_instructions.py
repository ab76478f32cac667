"""Instructions of a cold start and of one warm model, as ratios to `import click`.

Times differ from run to run by half on a shared machine; instructions do by less than
a hundredth. They are counted by valgrind, or by perf where the processor lets it. What
is committed is the ratio, for the minor version of Python that it was counted on:
`python -m tools bench instructions` compares with it and fails beyond `MAX_GROWTH`.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from tools.bench_static import kerascheck_command, usual_environment

ROOT = Path(__file__).resolve().parents[1]
COMMITTED = ROOT / "tools" / "measured" / "instructions.json"
MODEL = ROOT / "fixtures" / "format-archive-right" / "model.keras"
LABELS = MODEL.with_name("labels.npy")

MAX_GROWTH = 1.1
"""Times the committed ratio; beyond it the comparison fails."""

FEW, MANY = 10, 60
"""Checks of one model in a process; the difference is that of warm ones."""

_LOOP = """\
import sys
from kerascheck.api import check
for _ in range(int(sys.argv[2])):
    check(sys.argv[1])
"""

Counter = Callable[[list[str]], int]


def counter() -> Counter | None:
    """Return what counts the instructions of a command; None: nothing can."""
    for count in (_by_valgrind, _by_perf):
        try:
            count([sys.executable, "-c", "pass"])
        except (OSError, ValueError):
            continue
        return count
    return None


def _by_valgrind(command: list[str]) -> int:
    tool = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null"]
    return _found(r"Collected : (\d+)", [*tool, *command])


def _by_perf(command: list[str]) -> int:
    tool = ["perf", "stat", "-x,", "-e", "instructions:u"]
    return _found(r"^(\d+),", [*tool, *command])


def _found(pattern: str, command: list[str]) -> int:
    done = subprocess.run(command, env=_environment(), capture_output=True, text=True)
    found = re.search(pattern, done.stderr, re.MULTILINE)
    if done.returncode not in (0, 1) or found is None:
        raise ValueError(f"{command} ended with {done.returncode}: {done.stderr}")
    return int(found[1])


def _environment() -> dict[str, str]:
    """Return an environment in which a command always does the same.

    Threads of NumPy count what they wait: up to a tenth on a busy machine.
    """
    fixed = {"PYTHONHASHSEED": "0", "OPENBLAS_NUM_THREADS": "1"}
    return {**usual_environment(), **fixed}


def ratios(count: Counter) -> dict[str, float]:
    """Return instructions as ratios to those of importing click."""
    python = sys.executable
    with TemporaryDirectory() as folder:
        model = Path(folder, "alone", "model.keras")
        labelled = Path(folder, "labelled", "model.keras")
        for path in (model, labelled):
            path.parent.mkdir()
            shutil.copy(MODEL, path)
        shutil.copy(LABELS, labelled.parent)
        commands = {
            "click": [python, "-c", "import click"],
            "cold": kerascheck_command(model),
            "cold with labels": kerascheck_command(labelled),
            "few": [python, "-c", _LOOP, str(model), str(FEW)],
            "many": [python, "-c", _LOOP, str(model), str(MANY)],
        }
        for command in commands.values():  # once before: bytecode is written
            subprocess.run(command, env=_environment(), capture_output=True)
        found = {name: count(command) for name, command in commands.items()}
    click = found["click"]
    return {
        "cold, one model": found["cold"] / click,
        "cold, one model with labels": found["cold with labels"] / click,
        "warm, one model": (found["many"] - found["few"]) / (MANY - FEW) / click,
    }


def compare(say: Callable[[str], None], *, write: bool = False) -> bool:
    """Count, compare with what is committed, and say whether it is as good.

    Args:
        say: Called with each line.
        write: Commit to what is counted.
    """
    count = counter()
    if count is None:
        say("instructions: not counted, as neither valgrind nor perf can do it here")
        return True
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    committed: dict[str, dict[str, float]] = json.loads(COMMITTED.read_bytes())
    found = ratios(count)
    if write:
        committed[version] = {name: round(ratio, 4) for name, ratio in found.items()}
        COMMITTED.write_text(json.dumps(committed, indent=2) + os.linesep)
    return judge(found, committed.get(version), version, say)


def judge(
    found: Mapping[str, float],
    committed: Mapping[str, float] | None,
    version: str,
    say: Callable[[str], None],
) -> bool:
    """Say each ratio next to the committed one, and return whether all are as good."""
    if committed is None:
        say(f"instructions: no ratios are committed for Python {version}")
    good = True
    for name, ratio in found.items():
        before = None if committed is None else committed.get(name)
        grown = before is not None and ratio > before * MAX_GROWTH
        good &= not grown
        beside = "" if before is None else f", committed {before:.4f}"
        verdict = f": grown by more than {MAX_GROWTH - 1:.0%}" if grown else ""
        say(f"instructions of {name}: {ratio:.4f} times import click{beside}{verdict}")
    return good
