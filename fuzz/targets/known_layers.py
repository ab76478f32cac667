"""A config that is split between its layers has the value of the whole text."""

from __future__ import annotations

from fuzz.mutators import json_values
from kerascheck.model.errors import UnreadableModel
from kerascheck.readers.containers import json_text, known_layers
from kerascheck.readers.containers.limits import LIMITS

mutated = json_values.mutated


def one_input(data: bytes) -> None:
    """Parse the text whole, and three times by layers: split, then known."""
    known = known_layers.Known()
    expected = _whole(data)
    for _ in range(3):
        assert _by_layers(data, known) == expected


def _whole(data: bytes) -> tuple[str, object]:
    try:
        value, problems = json_text.parse(data, "config.json", LIMITS)
    except UnreadableModel as error:
        return error.kind, str(error)
    return repr(value), problems


def _by_layers(data: bytes, known: known_layers.Known) -> tuple[str, object]:
    try:
        value, problems = known_layers.parse(data, "config.json", LIMITS, known=known)
    except UnreadableModel as error:
        return error.kind, str(error)
    return repr(value), problems
