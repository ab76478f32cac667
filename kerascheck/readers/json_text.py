"""Untrusted JSON: size, depth and node count are checked on the bytes, before parsing.

The bytes are decoded and parsed as `json.loads` does, and so as Keras does: a byte
order mark, UTF-16 and UTF-32 are read, NaN and Infinity are floats, and of two equal
keys the last one counts. What Keras would pass over in silence becomes a note.
"""

from __future__ import annotations

import json
from itertools import accumulate
from typing import Any, Final

from kerascheck.core.errors import UnreadableModel
from kerascheck.readers.container import Note
from kerascheck.readers.limits import Limits, over_budget

_UTF8: Final = ("utf-8", "surrogatepass")
"""Encoding and error handler of `json.loads`."""
_OPENING: Final = b"{["
_BRACKETS: Final = b"{}[]"
_BRACKETS_AND_QUOTES: Final = _BRACKETS + b'"'
_STEPS: Final = bytes.maketrans(_BRACKETS, b"\x01\xff\x01\xff")
"""An opening bracket is one step down, a closing one is a step up (-1)."""
_REPEATED_KEYS_NAMED: Final = 5


def _all_but(kept: bytes) -> bytes:
    return bytes(byte for byte in range(256) if byte not in kept)


_NOT_BRACKETS: Final = _all_but(_BRACKETS)
_NOT_BRACKETS_NOR_QUOTES: Final = _all_but(_BRACKETS_AND_QUOTES)


def parse(data: bytes, where: str, limits: Limits) -> tuple[Any, tuple[Note, ...]]:
    """Return the value of a JSON text, and notes on what is odd about it.

    Args:
        data: The text in UTF-8, UTF-16 or UTF-32, with or without byte order mark.
        where: What the text is called in messages, such as "config.json".
        limits: Budgets for size, depth and number of values.

    Raises:
        UnreadableModel: Over a budget, no JSON, or in no Unicode encoding.
    """
    if len(data) > limits.json_bytes:
        raise over_budget(where, len(data), limits.json_bytes, "bytes")
    encoding = json.detect_encoding(data)
    notes: tuple[Note, ...] = ()
    try:
        if encoding != "utf-8":
            data = data.decode(encoding, "surrogatepass").encode(*_UTF8)
            message = f"{where} is written in {encoding}"
            notes = (Note(kind="odd-encoding", message=message),)
        _check_shape(data, where, limits)
        text = data.decode(*_UTF8)
    except UnicodeDecodeError as error:
        raise UnreadableModel(
            "not-text",
            f"{where} is not text in {encoding}: byte {error.start} is wrong",
        ) from None
    try:
        value, repeated = _load(text, data)
    except (ValueError, RecursionError) as error:
        # Python's own texts name a place, or the limit on digits; never the content.
        raise UnreadableModel("bad-json", f"{where} is not JSON: {error}") from None
    return value, notes + _duplicate_keys(repeated, where, limits)


def _check_shape(data: bytes, where: str, limits: Limits) -> None:
    """Refuse too many or too deeply nested values; cheap for small texts."""
    opening = data.count(_OPENING[:1]) + data.count(_OPENING[1:])
    if len(data) > limits.json_nodes:
        # Each value stands first in its container, or after a comma.
        nodes = opening + data.count(b",") + 1
        if nodes > limits.json_nodes:
            raise over_budget(where, nodes, limits.json_nodes, "values")
    if opening > limits.json_depth:
        depth = _depth(data)
        if depth > limits.json_depth:
            raise over_budget(where, depth, limits.json_depth, "levels of nesting")


def _depth(data: bytes) -> int:
    """Return how deeply containers nest, brackets inside strings left out."""
    if b"\\" in data:  # in JSON only inside strings, so that pairs go first
        data = data.replace(b"\\\\", b"").replace(b'\\"', b"")
    brackets = data.translate(None, _NOT_BRACKETS_NOR_QUOTES).replace(b'""', b"")
    if b'"' in brackets:  # some string holds a bracket, else all quotes were in pairs
        outside = b"".join(data.split(b'"')[::2])
        brackets = outside.translate(None, _NOT_BRACKETS)
    steps = memoryview(brackets.translate(_STEPS)).cast("b")
    return max(accumulate(steps, initial=0))


def _load(text: str, data: bytes) -> tuple[Any, list[str]]:
    """Return the value, and the keys that stand twice or more in one object.

    Where each colon follows a quote, there are no more keys than colons; as many keys
    kept as colons then means that none was dropped. Only else are all pairs looked at,
    which takes twice as long.
    """
    colons = data.count(b":")
    if colons == data.count(b'":'):
        kept = 0

        def count(members: dict[str, Any]) -> dict[str, Any]:
            nonlocal kept
            kept += len(members)
            return members

        value = json.loads(text, object_hook=count)
        if kept == colons:
            return value, []
    return _load_watching_keys(text)


def _load_watching_keys(text: str) -> tuple[Any, list[str]]:
    repeated: dict[str, None] = {}

    def build(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        members = dict(pairs)
        if len(members) != len(pairs):
            seen: set[str] = set()
            for key, _ in pairs:
                if key in seen:
                    repeated[key] = None
                seen.add(key)
        return members

    return json.loads(text, object_pairs_hook=build), list(repeated)


def _duplicate_keys(
    repeated: list[str], where: str, limits: Limits
) -> tuple[Note, ...]:
    if not repeated:
        return ()
    named = repeated[:_REPEATED_KEYS_NAMED]
    keys = ", ".join(repr(key[: limits.name_length]) for key in named)
    if len(repeated) > len(named):
        keys += f" and {len(repeated) - len(named)} more"
    return (
        Note(
            kind="duplicate-key",
            message=f"{where} has one key twice in the same object ({keys}); "
            "Keras takes the last",
        ),
    )
