"""Mutation testing of a random sample: which one-line faults do the tests notice?

mutmut makes the mutants and runs the tests that reach each one; `[tool.mutmut]` in
pyproject.toml names the parts and the tests. There are about ten thousand mutants, at
a few seconds each, so a sample is drawn by a seed: the same tree and seed give the same
sample.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path

FOLDER = Path("mutants")
PACKAGE = FOLDER / "kerascheck"

_RESULTS = {0: "survived", 1: "killed", 3: "killed", 5: "no tests", 33: "no tests"}
_RESULTS |= dict.fromkeys((-24, 24, 36, 152, 255), "timeout")
"""Exit code of the tests of a mutant -> what it means; mutmut 3.8, mutmut/stats.py."""

_KILLED = ("killed", "timeout")
_ALIVE = ("survived", "no tests")

Codes = Mapping[str, int | None]
"""Names of mutants -> exit code of their tests; None: they have not run."""


def mutants(folder: Path = PACKAGE) -> dict[str, dict[str, int | None]]:
    """Return, for each part, its mutants and the exit code of their tests."""
    parts: dict[str, dict[str, int | None]] = {}
    for file in sorted(folder.rglob("*.meta")):
        part = file.relative_to(folder).parts[0].partition(".")[0]
        codes = json.loads(file.read_text(encoding="utf-8"))["exit_code_by_key"]
        parts.setdefault(part, {}).update(codes)
    return {part: codes for part, codes in parts.items() if codes}


def drawn(parts: Mapping[str, Codes], size: int, seed: int) -> list[str]:
    """Return a random sample of `size` mutants of each part."""
    draw = random.Random(seed)
    return [
        name
        for part in sorted(parts)
        for name in draw.sample(sorted(parts[part]), min(size, len(parts[part])))
    ]


def scores(parts: Mapping[str, Codes], sample: Collection[str]) -> Iterator[str]:
    """Yield a line for each part and, after them, each survivor."""
    alive: list[str] = []
    for part, codes in parts.items():
        results = {n: _result(codes[n]) for n in sorted(codes.keys() & set(sample))}
        counts = Counter(results.values())
        tried = len(results) - counts["not run"]
        killed = sum(counts[result] for result in _KILLED)
        share = f" ({killed / tried:.0%})" if tried else ""
        listed = ", ".join(f"{n} {result}" for result, n in sorted(counts.items()))
        yield f"{part}: {killed} of {tried} killed{share}: {listed}"
        alive += [f"{result}: {n}" for n, result in results.items() if result in _ALIVE]
    yield from alive


def _result(code: int | None) -> str:
    return "not run" if code is None else _RESULTS.get(code, "failed otherwise")


def main(size: int, seed: int, say: Callable[[str], None]) -> None:
    """Draw mutants, run their tests, and print the score and the survivors.

    What mutmut says goes to stderr.

    Raises:
        RuntimeError: mutmut made no mutants, or ran no tests.
    """
    _mutmut("no mutant has this name")  # makes the mutants, and runs none
    sample = drawn(mutants(), size, seed)
    if not sample:
        raise RuntimeError("mutmut made no mutants: see what it says above")
    _mutmut(*sample)
    lines = list(scores(mutants(), sample))
    if not any(" killed (" in line for line in lines):
        raise RuntimeError("mutmut ran no tests: see what it says above")
    for line in lines:
        say(line)


def _mutmut(*names: str) -> None:
    jobs = str(os.cpu_count() or 1)
    run = [sys.executable, "-m", "mutmut", "run", "--max-children", jobs, *names]
    subprocess.run(run, check=False, stdout=sys.stderr)
