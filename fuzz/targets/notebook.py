"""Notebooks, whose cells hold a program among other things."""

from __future__ import annotations

import json
import random

from fuzz.mutators import json_values, programs
from fuzz.oracle import sometimes
from fuzz.targets.program import checked
from kerascheck.settings.settings import Settings

IMPORTS = frozenset({"numpy", "pickle"})  # for labels that are written out

NAME = "train.ipynb"
SETTINGS = Settings(stdin_name=NAME, isolated=True)
MAX_BYTES = 8192


def one_input(data: bytes) -> None:
    """Judge a notebook twice."""
    report = checked(data, SETTINGS)
    if sometimes(data):
        assert repr(checked(data, SETTINGS)) == repr(report)


def mutated(data: bytes, chance: random.Random) -> bytes:
    """Change the program of one cell, or the notebook as JSON."""
    if chance.random() < 0.4:
        return json_values.mutated(data, chance)
    try:
        notebook = json.loads(data)
        cell = chance.choice(notebook["cells"])
        text = "".join(cell["source"]).encode("utf-8", "surrogatepass")
        new = programs.mutated(text, chance).decode("utf-8", "surrogatepass")
        cell["source"] = new.splitlines(keepends=True)
        return json.dumps(notebook).encode()
    except (ValueError, LookupError, TypeError, RecursionError):
        return data
