"""One target a file: what is called with each input, and what must hold of it.

A target is a module with

    def one_input(data: bytes) -> None

which returns, whatever the input, unless a promise is broken: then it raises. It may
have `mutated(data, chance) -> bytes` as well, for inputs that mean something only if
they are changed as a whole, `MAX_BYTES` of an input, and `IMPORTS`, further packages
that it may import. It is found by its place.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

SEEDS = Path(__file__).resolve().parents[1] / "seeds"

MAX_BYTES = 4096
"""Of an input, unless a target says otherwise: small ones find more in the time."""


class Target(NamedTuple):
    """What is tried with each input."""

    name: str
    one_input: Callable[[bytes], None]
    mutated: Callable[[bytes, random.Random], bytes] | None
    max_bytes: int
    imports: frozenset[str]

    @property
    def seeds(self) -> Path:
        """The folder of its seeds, and of inputs that once broke it."""
        return SEEDS / self.name


def names() -> tuple[str, ...]:
    """Return the names of all targets, sorted."""
    files = (name for name in os.listdir(__path__[0]) if name.endswith(".py"))
    return tuple(sorted(name[:-3] for name in files if not name.startswith("_")))


def load(name: str) -> Target:
    """Return a target; its module, and what that imports, is imported now."""
    module = import_module(f"{__name__}.{name}")
    return Target(
        name=name,
        one_input=module.one_input,
        mutated=getattr(module, "mutated", None),
        max_bytes=getattr(module, "MAX_BYTES", MAX_BYTES),
        imports=getattr(module, "IMPORTS", frozenset()),
    )
