"""One target under libFuzzer, by atheris: the coverage of kerascheck leads it.

    python -m fuzz TARGET [FOLDER…] [-option=value…]
    python -m fuzz TARGET FILE

The folders hold inputs: new ones are written to the first. A file is one input to try
again. The options are those of libFuzzer (llvm.org/docs/LibFuzzer.html).
"""

from __future__ import annotations

import os
import random
import sys
from contextlib import suppress
from functools import partial
from importlib import import_module
from typing import Any

import atheris

UNCHANGED_AS_A_WHOLE = 0.3
"""Share of the inputs of a target with its own mutator that libFuzzer changes."""

STEPS = 20_000
"""Of a program that is read: code that counts its branches is slow."""


def main(arguments: list[str]) -> None:
    """Try a target until a promise is broken, or as long as the options say."""
    name, *options = arguments
    # Modules that are imported later, inside functions, are watched as well.
    with atheris.instrument_imports(include=["kerascheck"]):
        oracle = import_module("fuzz.oracle")
        target = import_module("fuzz.targets").load(name)
        oracle.selection()
        guard = oracle.Guard(target.imports)
        for seed in sorted(target.seeds.glob("*")):
            with suppress(Exception):  # it is tried again; imports are slow once
                target.one_input(seed.read_bytes())
        _give_time(sys.modules.get("kerascheck.readers.source.interpreter"))

        def one_input(data: bytes) -> None:
            with guard.watching():
                target.one_input(data)

        def change(data: bytes, most: int, seed: int) -> bytes:
            chance = random.Random(seed)
            if chance.random() >= UNCHANGED_AS_A_WHOLE:
                new: bytes = target.mutated(data, chance)
                if new != data and len(new) <= most:
                    return new
            raw: bytes = atheris.Mutate(data, most)
            return raw

        more = {} if target.mutated is None else {"custom_mutator": change}
        words = [f"-max_len={target.max_bytes}", *options]
        is_repeat = any(os.path.isfile(word) for word in options)
        if target.seeds.is_dir() and not is_repeat:  # OSS-Fuzz has them elsewhere
            words.append(str(target.seeds))
        # Regular expressions and text comparisons lead it too.
        atheris.enabled_hooks.add("str")
        atheris.Setup([f"fuzz_{name}", *words], one_input, **more)
        atheris.Fuzz()


def _give_time(interpreter: Any) -> None:
    """Let steps bound the reading of a program, whose time varies with the load."""
    if interpreter is not None:
        interpreter.Budget = partial(interpreter.Budget, steps=STEPS, seconds=60.0)


if __name__ == "__main__":
    main(sys.argv[1:])
