"""What the plugin costs a run of pytest that makes no use of it.

Two folders stand for two environments. Both hold pytest and what it needs; kerascheck
lies in one of them, with the metadata that pip writes, so pytest finds the plugin
there and nothing of it in the other. Both run in turn on an empty project, and the one
without is timed under two names, which shows how far chance goes.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from collections.abc import Callable
from importlib.metadata import distribution
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]

_NEEDED = ("pytest", "pluggy", "iniconfig", "packaging", "pygments")

_WITHOUT, _AGAIN, _WITH = "without", "without, again", "with kerascheck"

_NOTHING_RAN = 5
"""Exit code of pytest where there is no test."""


class Cost(NamedTuple):
    """What one run took, in seconds."""

    clock: float
    processor: float


def bench(runs: int, say: Callable[[str], None]) -> None:
    """Time `runs` rounds and say the medians, then all as one line of JSON."""
    with TemporaryDirectory() as temporary:
        folder = Path(temporary)
        site, both, project = (folder / name for name in ("site", "both", "project"))
        for made in (site, both, project):
            made.mkdir()
        _link_pytest(site)
        _link_kerascheck(both)
        paths = {_WITHOUT: [site], _WITH: [site, both], _AGAIN: [site]}
        costs = _timed(paths, project, runs)
    clock, processor = _medians(costs, 0), _medians(costs, 1)
    for name in (_WITHOUT, _AGAIN, _WITH):
        times = f"{clock[name] * 1000:7.1f} ms, {processor[name] * 1000:7.1f} ms of CPU"
        say(f"{name:<16}{times}")
    figures = {
        "benchmark": "pytest",
        "python": sys.version.split()[0],
        "pytest": distribution("pytest").version,
        "runs": runs,
        "seconds": clock,
        "cpu_seconds": processor,
        "ratio": _ratio(clock, _WITH),
        "cpu_ratio": _ratio(processor, _WITH),
        "ratio_by_chance": _ratio(clock, _AGAIN),
        "cpu_ratio_by_chance": _ratio(processor, _AGAIN),
    }
    say(f"ratio           {figures['ratio']:7.3f}   , {figures['cpu_ratio']:7.3f}")
    say(json.dumps(figures))


def _link_pytest(site: Path) -> None:
    """Link all that pytest consists of into a folder."""
    for name in _NEEDED:
        found = distribution(name)
        tops = {file.parts[0] for file in found.files or []} - {"..", "__pycache__"}
        for top in tops:
            (site / top).symlink_to(Path(str(found.locate_file(top))).resolve())


def _link_kerascheck(site: Path) -> None:
    """Link this package into a folder, and write its metadata as pip would."""
    package = ROOT / "kerascheck"
    (site / package.name).symlink_to(package)
    metadata = site / "kerascheck-0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Name: kerascheck\nVersion: 0\n")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    plugins = project["entry-points"]["pytest11"].items()
    lines = ["[pytest11]", *(f"{name} = {module}" for name, module in plugins)]
    (metadata / "entry_points.txt").write_text("\n".join(lines))
    files = (file for file in package.rglob("*") if "__pycache__" not in file.parts)
    record = [f"{file.relative_to(ROOT).as_posix()},," for file in files]
    (metadata / "RECORD").write_text("\n".join(record))


def _timed(
    paths: dict[str, list[Path]], project: Path, runs: int
) -> dict[str, list[Cost]]:
    """Return what each environment took, run by run, after one that counts not."""
    costs: dict[str, list[Cost]] = {name: [] for name in paths}
    for path in paths.values():
        _cost(path, project)
    for number in range(runs):
        names = list(paths)
        first = number % len(names)
        for name in names[first:] + names[:first]:
            costs[name].append(_cost(paths[name], project))
    return costs


def _cost(path: list[Path], project: Path) -> Cost:
    """Run pytest on an empty project, with nothing on the path but `path`."""
    ours = {"PYTHONPATH": os.pathsep.join(map(str, path)), "PATH": os.defpath}
    command = [sys.executable, "-S", "-m", "pytest", "-p", "no:cacheprovider"]
    used, start = _processor(), perf_counter()
    done = subprocess.run(command, cwd=project, env=ours, capture_output=True)
    cost = Cost(perf_counter() - start, _processor() - used)
    text = done.stdout.decode()
    has_plugin = "plugins: kerascheck" in text
    if done.returncode != _NOTHING_RAN or has_plugin is not (len(path) > 1):
        raise RuntimeError(
            f"pytest ended with {done.returncode}: {text}{done.stderr!r}"
        )
    return cost


def _processor() -> float:
    """Return seconds of processor time that children took so far."""
    used = getrusage(RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _medians(costs: dict[str, list[Cost]], which: int) -> dict[str, float]:
    return {
        name: round(median(cost[which] for cost in several), 4)
        for name, several in costs.items()
    }


def _ratio(seconds: dict[str, float], name: str) -> float:
    return round(seconds[name] / seconds[_WITHOUT], 3)
