"""Untrusted JSON: size, depth and node count are checked on the bytes, before parsing.

The bytes are decoded and parsed as `json.loads` does, and so as Keras does: a byte
order mark, UTF-16 and UTF-32 are read, NaN and Infinity are floats, and of two equal
keys the last one counts. What Keras would pass over in silence becomes a problem.
"""

from __future__ import annotations

import json
from collections.abc import Callable

from kerascheck.model.description import Problem
from kerascheck.model.errors import UnreadableModel
from kerascheck.model.typed import Any, Final
from kerascheck.readers.containers.limits import Limits, over_budget
from kerascheck.readers.containers.long_text import may_hold_long_text, shorten_texts
from kerascheck.readers.containers.values import Problems
from kerascheck.trust.json_limits import excess

_UTF8: Final = ("utf-8", "surrogatepass")
"""Encoding and error handler of `json.loads`."""
_LONG_TEXT: Final = 2**20
"""Bytes from which on long integers in it could take long to make."""
_LONG_INTEGER: Final = 400
"""Digits; no float reaches them, and making an integer of 4,300 takes 20 µs."""
_COPIES: Final = 4
"""A text in another encoding than UTF-8 is held in up to so many more forms."""
_REPEATED_KEYS_NAMED: Final = 5


def parse(data: bytes, where: str, limits: Limits) -> tuple[Any, Problems]:
    """Return the value of a JSON text, and what is odd about it.

    Args:
        data: The text in UTF-8, UTF-16 or UTF-32, with or without byte order mark.
        where: What the text is called in messages, such as "config.json".
        limits: Budgets for size, depth and number of values.

    Raises:
        UnreadableModel: Over a budget, no JSON, or in no Unicode encoding.
    """
    encoding = json.detect_encoding(data)
    most = limits.json_bytes // (1 if encoding == "utf-8" else _COPIES)
    if len(data) > most:
        raise over_budget(where, len(data), most, "bytes")
    problems: Problems = ()
    try:
        if encoding != "utf-8":
            data = data.decode(encoding, "surrogatepass").encode(*_UTF8)
            message = f"{where} is written in {encoding}"
            problems = (Problem(kind="odd-encoding", message=message),)
        _check_shape(data, where, limits)
        keys = _most_keys(data)
        text = data.decode(*_UTF8)
        long = len(data) > _LONG_TEXT and _has_long_integer(data)
        wordy = may_hold_long_text(data)
        del data  # as far as nobody else holds it
    except UnicodeDecodeError as error:
        raise UnreadableModel(
            "not-text",
            f"{where} is not text in {encoding}: byte {error.start} is wrong",
        ) from None
    try:
        value, repeated = _load(text, keys, long=long)
    except (ValueError, RecursionError) as error:
        # Python's own texts name a place, or the limit on digits; never the content.
        raise UnreadableModel("bad-json", f"{where} is not JSON: {error}") from None
    del text
    if wordy:
        value = shorten_texts(value)
    return value, problems + _duplicate_keys(repeated, where, limits)


def _check_shape(data: bytes, where: str, limits: Limits) -> None:
    """Refuse too many or too deeply nested values; cheap for small texts."""
    if len(data) > limits.json_nodes:
        # Each value stands first in its container, or after a comma.
        opening = data.count(b"{") + data.count(b"[")
        nodes = opening + data.count(b",") + 1
        if nodes > limits.json_nodes:
            raise over_budget(where, nodes, limits.json_nodes, "values")
    beyond = excess(data, memory=limits.json_memory, depth=limits.json_depth)
    if beyond is not None:
        raise over_budget(where, *beyond)


_BLANKS: Final = b" \t\n\r"


def _most_keys(data: bytes) -> int | None:
    """Return how many keys there may be at most; None: there may be any number.

    A colon follows each key, at once or after blanks.
    """
    at_once = data.count(b'":')
    if data.count(b":") == at_once:
        return at_once
    joined = data.translate(None, _BLANKS)
    return at_once if joined.count(b'":') == at_once else None


def _load(text: str, keys: int | None, *, long: bool) -> tuple[Any, list[str]]:
    """Return the value, and the keys that stand twice or more in one object.

    As many keys kept as there may be means that none was dropped. Only else are all
    pairs looked at, which takes twice as long.

    Args:
        text: JSON.
        keys: How many there may be at most; None: any number.
        long: It may hold many integers that each take long to make.
    """
    if keys is not None and not long and not text.startswith(_BYTE_ORDER_MARK):
        try:
            parse = _idle.pop()
        except IndexError:
            parse = _counting_parser()
        try:
            value, kept = parse(text)
        finally:
            _idle.append(parse)
        if kept == keys:
            return value, []
        del value
    return _load_watching_keys(text, _whole if long else None)


_BYTE_ORDER_MARK: Final = "\ufeff"
"""`json.loads` refuses a text that begins with one."""

_Parser = Callable[[str], tuple[Any, int]]

_idle: list[_Parser] = []
"""Parsers that no thread uses at this moment; making one takes as long as a text."""


def _counting_parser() -> _Parser:
    """Return what parses a text and counts the keys that are kept."""
    kept = 0

    def count(members: dict[str, Any]) -> dict[str, Any]:
        nonlocal kept
        kept += len(members)
        return members

    decode = json.JSONDecoder(object_hook=count).decode

    def parse(text: str) -> tuple[Any, int]:
        nonlocal kept
        kept = 0
        return decode(text), kept

    return parse


def _has_long_integer(data: bytes) -> bool:
    """Say whether an integer of `_LONG_INTEGER` digits may be in there."""
    step = _LONG_INTEGER // 2  # one of a row of equal blocks is digits alone then
    return any(data[at : at + step].isdigit() for at in range(0, len(data), step))


def _whole(digits: str) -> int | float:
    """Return an integer, or infinity in place of one that no float comes near to."""
    return int(digits) if len(digits) < _LONG_INTEGER else float(digits)


def _load_watching_keys(
    text: str, whole: Callable[[str], int | float] | None
) -> tuple[Any, list[str]]:
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

    value = json.loads(text, object_pairs_hook=build, parse_int=whole)
    return value, list(repeated)


def _duplicate_keys(repeated: list[str], where: str, limits: Limits) -> Problems:
    if not repeated:
        return ()
    named = repeated[:_REPEATED_KEYS_NAMED]
    keys = ", ".join(repr(key[: limits.name_length]) for key in named)
    if len(repeated) > len(named):
        keys += f" and {len(repeated) - len(named)} more"
    return (
        Problem(
            kind="duplicate-key",
            message=f"{where} repeats a key in the same object ({keys}); "
            "Keras takes the last",
        ),
    )
