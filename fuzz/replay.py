"""Inputs through their targets without atheris: what broke a promise once must hold.

    python -m fuzz.replay [--inputs FOLDER] [--changed N] [TARGET…]

Each of several targets runs in a fork of its own, so that what one imports does not
hide what another must not import.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
import traceback
from collections.abc import Iterator, Sequence
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

from fuzz.mutators import raw
from fuzz.oracle import Guard, selection
from fuzz.targets import Target, load, names


class Plan(NamedTuple):
    """What is replayed.

    Attributes:
        inputs: Below it a folder for each target, next to the seeds; None: only those.
        changed: How often each input is changed and tried again, the same each time.
    """

    inputs: Path | None = None
    changed: int = 0


def main(arguments: Sequence[str]) -> int:
    """Replay the inputs of targets, and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m fuzz.replay")
    parser.add_argument("--inputs", type=Path)
    parser.add_argument("--changed", type=int, default=0)
    parser.add_argument("targets", nargs="*")
    given = parser.parse_args(arguments)
    plan = Plan(given.inputs, given.changed)
    if len(given.targets) == 1:
        return replay_one(given.targets[0], plan)
    return replay_all(given.targets, plan)


def replay_all(chosen: Sequence[str], plan: Plan) -> int:
    """Replay the inputs of targets, a core each, and return the exit code."""
    selection()  # once for all of them
    waiting, running = list(chosen or names()), dict[int, str]()
    failed = []
    while waiting or running:
        while waiting and len(running) < (os.cpu_count() or 1):
            name = waiting.pop(0)
            running[_forked(name, plan)] = name
        child, status = os.wait()
        if status and child in running:
            failed.append(running[child])
        running.pop(child, None)
    for name in failed:
        print(f"{name}: an input breaks a promise", file=sys.stderr)
    return int(bool(failed))


def _forked(name: str, plan: Plan) -> int:
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        code = replay_one(name, plan)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def replay_one(name: str, plan: Plan) -> int:
    """Replay the inputs of one target in an empty folder, and return the exit code."""
    target = load(name)
    inputs = list(_inputs(target, plan))
    try:
        with tempfile.TemporaryDirectory() as empty:
            os.chdir(empty)
            replay(target, inputs, plan.changed)
            os.chdir("/")
    except BaseException:
        traceback.print_exc()
        return 1
    return 0


def _inputs(target: Target, plan: Plan) -> Iterator[Path]:
    yield from sorted(target.seeds.iterdir())
    if plan.inputs is not None and (plan.inputs / target.name).is_dir():
        yield from sorted((plan.inputs.absolute() / target.name).iterdir())


def replay(target: Target, inputs: Sequence[Path], changed: int) -> None:
    """Try each input of a target.

    Raises:
        AssertionError, BrokenPromise: A promise is broken; a note names the input.
    """
    assert inputs, "a target needs seeds"
    guard, began = Guard(target.imports), perf_counter()
    change = target.mutated or raw.changed
    for path in inputs:
        data, chance = path.read_bytes(), random.Random(path.name)
        for number in range(1 + changed):
            try:
                with guard.watching():
                    target.one_input(data)
            except BaseException as error:
                error.add_note(f"the input: {path}, changed {number} times: {data!r}")
                raise
            data = change(data, chance)[: target.max_bytes]
    taken, tried = perf_counter() - began, len(inputs) * (1 + changed)
    print(f"{target.name}: {tried} inputs in {taken:.1f} s")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
