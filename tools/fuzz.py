"""Coverage-guided fuzzing for long: targets in turn, over a few processes.

What libFuzzer says of each run is added up below the folder that holds the inputs, a
file a target, so that a table can be made of many runs.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

from fuzz.targets import names

ROOT = Path(__file__).resolve().parents[1]

Say = Callable[[str], None]
Figures = dict[str, dict[str, float]]

TIMEOUT = 25
"""Seconds, on the clock, for one input, after which libFuzzer ends the run."""

MEMORY = 1024
"""Mebibytes of a process, that of atheris and of the inputs among them."""

_FIGURE = re.compile(r"^stat::(\w+):\s+(\d+)", re.MULTILINE)
_COVERAGE = re.compile(r"cov: (\d+) ft: (\d+) corp: (\d+)/")
_BROKEN = re.compile(r"Test unit written to (\S*(?:crash|timeout|oom|leak)-\S+)")


class Run(NamedTuple):
    """How one run of a target ended."""

    target: str
    inputs: int
    seconds: float
    peak_mb: int
    slowest_s: int
    branches: int
    broken: str | None  # the input that broke a promise


def main(
    targets: Sequence[str],
    *,
    seconds: float,
    turn: int,
    jobs: int,
    folder: Path,
    say: Say,
) -> bool:
    """Fuzz targets in turn, and return whether every promise held.

    Args:
        targets: Their names; none: all.
        seconds: In all, on the clock.
        turn: Of one run of a target.
        jobs: Processes at once.
        folder: Where inputs and figures are kept, to go on later.
        say: Prints a line.
    """
    folder.mkdir(parents=True, exist_ok=True)
    end = time.monotonic() + seconds
    is_sound = True
    for runs in _rounds(targets or names(), end, turn, jobs, folder):
        for run in runs:
            is_sound &= run.broken is None
            _add(folder / "figures", run)
            rate = run.inputs / max(run.seconds, 1)
            ending = f", BROKEN by {run.broken}" if run.broken else ""
            say(
                f"{run.target}: {run.inputs} inputs, {rate:.0f}/s, {run.branches} "
                f"branches, {run.peak_mb} MB{ending}"
            )
    for line in table(_figures(folder / "figures")):
        say(line)
    return is_sound


def _rounds(
    targets: Sequence[str], end: float, turn: int, jobs: int, folder: Path
) -> Iterator[Iterator[Run]]:
    """Yield the runs of all targets, again and again until the time is over."""
    with ThreadPoolExecutor(jobs) as pool:
        while time.monotonic() < end:

            def run(target: str) -> Run | None:
                left = min(turn, int(end - time.monotonic()))
                return _run(target, left, folder) if left > 0 else None

            yield (one for one in pool.map(run, targets) if one is not None)


def _run(target: str, seconds: int, folder: Path) -> Run:
    inputs, broken = folder / target, folder / "broken" / target
    for each in (inputs, broken):
        each.mkdir(parents=True, exist_ok=True)
    command = [
        *(sys.executable, "-m", "fuzz", target, str(inputs)),
        *(f"-max_total_time={seconds}", f"-timeout={TIMEOUT}"),
        f"-report_slow_units={TIMEOUT}",
        *(f"-rss_limit_mb={MEMORY}", f"-artifact_prefix={broken}{os.sep}"),
        "-print_final_stats=1",
    ]
    began = time.monotonic()
    ended = subprocess.run(command, capture_output=True, text=True, errors="replace")
    said = ended.stdout[-5000:] + ended.stderr[-20_000:]  # exceptions are on stdout
    (folder / f"{target}.log").write_text(said, encoding="utf-8")
    found = {name: int(value) for name, value in _FIGURE.findall(ended.stderr)}
    coverage = _COVERAGE.findall(ended.stderr)
    artefact = _BROKEN.search(ended.stderr)
    why = artefact[1] if artefact else None
    if ended.returncode and why is None:
        why = f"exit code {ended.returncode}, see {target}.log"
    return Run(
        target=target,
        inputs=found.get("number_of_executed_units", 0),
        seconds=time.monotonic() - began,
        peak_mb=found.get("peak_rss_mb", 0),
        slowest_s=found.get("slowest_unit_time_sec", 0),
        branches=int(coverage[-1][0]) if coverage else 0,
        broken=why,
    )


def _figures(folder: Path) -> Figures:
    files = sorted(folder.glob("*.json"))
    return {f.stem: json.loads(f.read_text(encoding="utf-8")) for f in files}


def _add(folder: Path, run: Run) -> None:
    folder.mkdir(exist_ok=True)
    old: Mapping[str, Any] = _figures(folder).get(run.target, {})
    figures = {
        "inputs": old.get("inputs", 0) + run.inputs,
        "seconds": round(old.get("seconds", 0) + run.seconds),
        "peak_mb": max(old.get("peak_mb", 0), run.peak_mb),
        "slowest_s": max(old.get("slowest_s", 0), run.slowest_s),
        "branches": max(old.get("branches", 0), run.branches),
        "broken": old.get("broken", 0) + (run.broken is not None),
    }
    path = folder / f"{run.target}.json"
    path.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


def table(figures: Figures) -> Iterator[str]:
    """Yield a Markdown table of all runs so far, with their sum."""
    yield "| target | inputs | hours | branches | peak memory | slowest input |"
    yield "|---|---:|---:|---:|---:|---:|"
    for name, one in sorted(figures.items()):
        hours = one["seconds"] / 3600
        yield (
            f"| {name} | {one['inputs']:,} | {hours:.2f} | {one['branches']:,} | "
            f"{one['peak_mb']} MB | {one['slowest_s'] or '< 1'} s |"
        )
    inputs = sum(one["inputs"] for one in figures.values())
    hours = sum(one["seconds"] for one in figures.values()) / 3600
    yield f"| all | {inputs:,} | {hours:.2f} | | | |"


def coverage(folder: Path, jobs: int) -> Iterator[str]:
    """Replay all inputs so far, and yield a table of the lines that they reach.

    Raises:
        RuntimeError: One breaks a promise.
    """
    from coverage import Coverage

    data = folder / "coverage"
    for old in folder.glob("coverage*"):
        old.unlink()

    def replay(target: str) -> int:
        run = ["coverage", "run", "-p", f"--data-file={data}", "--source=kerascheck"]
        words = ["-m", "fuzz.replay", f"--inputs={folder}", target]
        return subprocess.run([sys.executable, "-m", *run, *words]).returncode

    with ThreadPoolExecutor(jobs) as pool:
        if any(pool.map(replay, names())):
            raise RuntimeError("an input breaks a promise: see above")
    watch = Coverage(str(data), source=["kerascheck"])
    watch.combine([str(path) for path in folder.glob("coverage.*")])
    yield "| part | lines | reached |"
    yield "|---|---:|---:|"
    for part, (lines, reached) in _by_part(watch).items():
        yield f"| {part} | {lines:,} | {reached / lines:.0%} |"


def _by_part(watch: Any) -> dict[str, tuple[int, int]]:
    """Return, for each part of kerascheck, its lines, and how many were reached."""
    found: dict[str, tuple[int, int]] = {}
    for file in sorted(watch.get_data().measured_files()):
        _, lines, _, missing, _ = watch.analysis2(file)
        inside = Path(file).relative_to(ROOT / "kerascheck").parts
        deep = inside[0] in ("readers", "labels", "report", "confirm")
        part = "/".join(inside[:-1][: 2 if deep else 1]) or "kerascheck"
        of, reached = found.get(part, (0, 0))
        found[part] = of + len(lines), reached + len(lines) - len(missing)
    return found
