"""Inputs through their targets without atheris: what broke a promise once must hold.

    python -m fuzz.replay [--inputs FOLDER] [--changed N] [--coverage FILE] [TARGET…]

Each target runs in a fork of its own, in an empty folder, so that what one imports
does not hide what another must not import.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
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
        coverage: Where `coverage` notes the lines that were reached.
    """

    inputs: Path | None = None
    changed: int = 0
    coverage: Path | None = None


def main(arguments: Sequence[str]) -> int:
    """Replay the inputs of targets, and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m fuzz.replay")
    parser.add_argument("--inputs", type=Path)
    parser.add_argument("--changed", type=int, default=0)
    parser.add_argument("--coverage", type=Path)
    parser.add_argument("targets", nargs="*")
    given = parser.parse_args(arguments)
    return replay_all(given.targets, Plan(given.inputs, given.changed, given.coverage))


def replay_all(chosen: Sequence[str], plan: Plan) -> int:
    """Replay the inputs of targets, a core each, and return the exit code."""
    if plan.coverage is None:
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
        with _covered(plan.coverage), tempfile.TemporaryDirectory() as empty:
            target = load(name)
            inputs = list(_inputs(target, plan))
            os.chdir(empty)
            replay(target, inputs, plan.changed)
            os.chdir("/")
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


@contextmanager
def _covered(file: Path | None) -> Iterator[None]:
    if file is None:
        yield
        return
    from coverage import Coverage

    watch = Coverage(str(file.absolute()), data_suffix=True, source=["kerascheck"])
    watch.start()
    try:
        yield
    finally:
        watch.stop()
        watch.save()


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
