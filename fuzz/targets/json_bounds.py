"""What is counted in JSON before it is parsed is what there is when it was."""

from __future__ import annotations

import json
from typing import Any

from fuzz.mutators import json_values
from kerascheck.trust.json_limits import MAX_DEPTH, depth_of, excess

MAX_BYTES = 1024

mutated = json_values.mutated


def one_input(data: bytes) -> None:
    """Count the levels of a text, and compare them with those of its value."""
    beyond = excess(data)
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        return
    if json.detect_encoding(data) != "utf-8":
        return
    depth = depth_of(data)
    assert _depth(value) <= depth  # of equal keys only the last one is left
    if depth > MAX_DEPTH:
        assert beyond is not None


def _depth(value: Any) -> int:
    level, deepest = [value], 0
    while level := [one for one in level if isinstance(one, (list, dict))]:
        deepest += 1
        members = (one if isinstance(one, list) else one.values() for one in level)
        level = [member for inside in members for member in inside]
    return deepest
