"""Baseline files: read, written, and read again."""

from __future__ import annotations

from fuzz.mutators import json_values
from kerascheck.model.errors import UsageError
from kerascheck.suppress.baseline import load, text

mutated = json_values.mutated


def one_input(data: bytes) -> None:
    """Read a baseline; what is written of it has the same entries."""
    try:
        baseline = load("baseline.json", data)
    except UsageError as error:
        assert "\n" not in str(error)
        return
    written = text(baseline.entries)
    again = load("baseline.json", written.encode()).entries
    assert sorted(map(repr, again)) == sorted(map(repr, baseline.entries))
