"""Every seed through its target, without atheris: what broke once must hold.

    python -m fuzz.replay [TARGET…]

Each target runs in a fork of its own, in an empty folder, so that what one imports
does not hide what another must not import.
"""

from __future__ import annotations

import os
import sys
import tempfile
import traceback
from collections.abc import Sequence
from time import perf_counter

from fuzz.oracle import Guard, selection
from fuzz.targets import Target, load, names


def main(chosen: Sequence[str]) -> int:
    """Replay the seeds of targets, and return the exit code."""
    selection()  # once for all of them
    children = {name: _forked(name) for name in chosen or names()}
    failed = [name for name, child in children.items() if os.waitpid(child, 0)[1]]
    for name in failed:
        print(f"{name}: a seed breaks a promise", file=sys.stderr)
    return int(bool(failed))


def _forked(name: str) -> int:
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        target = load(name)
        with tempfile.TemporaryDirectory() as empty:
            os.chdir(empty)
            replay(target)
            os.chdir("/")
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def replay(target: Target) -> None:
    """Try each seed of a target; one that changes by the mutator as well.

    Raises:
        AssertionError, BrokenPromise: A promise is broken; a note names the seed.
    """
    guard, began = Guard(target.imports), perf_counter()
    seeds = sorted(target.seeds.iterdir())
    assert seeds, "a target needs seeds"
    for seed in seeds:
        try:
            with guard.watching():
                target.one_input(seed.read_bytes())
        except BaseException as error:
            error.add_note(f"the input: {seed}")
            raise
    taken = perf_counter() - began
    print(f"{target.name}: {len(seeds)} inputs in {taken:.1f} s")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
