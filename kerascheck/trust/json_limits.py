"""The one bound on JSON text from a stranger: what parsing would take, before it does.

`json.loads` takes up to 40 times the bytes of its text, and four times those of one
long string that holds a single emoji. So the memory is estimated from the bytes
alone, with counts that cost less than parsing, and never lower than what is taken:
the bytes, the text they become, every string again, and what each object, list, number
and key takes as a Python value. Texts that could not be too much are not counted.

Sizes are those of CPython 3.11 to 3.14 on 64 bits.
"""

from __future__ import annotations

from itertools import accumulate

from kerascheck.model.named import NamedTuple
from kerascheck.model.typed import Final

MIB: Final = 2**20

MAX_MEMORY: Final = 104 * MIB
"""Bytes that a text, its decoded form and its value may take together. With the 25 MB
of the interpreter and kerascheck, a run stays below 150 MB."""

MAX_DEPTH: Final = 200
"""Objects and lists inside one another."""

_DENSEST: Final = 40
"""Bytes of memory that one byte of text can come to at most, as in `{"":0},`."""

_OBJECT: Final = 200  # a dict with room for five keys, seen by the garbage collector
_LIST: Final = 96
_KEY: Final = 100  # in the dict, among the keys known so far, and as a pair
_STRING: Final = 64  # header and rounding; the characters are counted on their own
_VALUE: Final = 44  # place in its list, and a number
_SMALL_CHANGE: Final = 4096

_CHUNK: Final = 2**16


class Excess(NamedTuple):
    """By what a text goes beyond a bound.

    Attributes:
        found: How much there is, or more.
        most: How much may be.
        unit: Of both: "bytes of memory", "levels of nesting".
    """

    found: int
    most: int
    unit: str

    def __str__(self) -> str:
        """Return "540000000 bytes of memory, more than the limit of 109051904"."""
        return f"{self.found} {self.unit}, more than the limit of {self.most}"


def excess(
    data: bytes, *, memory: int = MAX_MEMORY, depth: int = MAX_DEPTH
) -> Excess | None:
    """Return why a JSON text is not to be parsed; None: it may be.

    Args:
        data: UTF-8, such as `json.loads` takes; in UTF-16 or UTF-32 as well, for
            which the bound on memory is more strict.
        memory: Bytes that text and value may take together.
        depth: Most objects and lists inside one another.
    """
    if len(data) * _DENSEST > memory:
        needed = memory_of(data)
        if needed > memory:
            return Excess(needed, memory, "bytes of memory")
    if data.count(b"{") + data.count(b"[") > depth:
        found = depth_of(data, depth)
        if found > depth:
            return Excess(found, depth, "levels of nesting")
    return None


def memory_of(data: bytes) -> int:
    """Return how many bytes a text and its value take at most while it is parsed."""
    quotes = data.count(b'"') - data.count(b'\\"')
    return (
        int(len(data) * _forms(data))
        + data.count(b"{") * _OBJECT
        + data.count(b"[") * _LIST
        + data.count(b":") * _KEY
        + quotes // 2 * _STRING
        + data.count(b",") * _VALUE
        + _SMALL_CHANGE
    )


def _forms(data: bytes) -> float:
    r"""Return bytes for each byte of text: as it came, decoded, and as strings.

    One character beyond Latin-1 makes each of a string two bytes wide, one beyond
    the first 65,536 four (PEP 393). An escape, `\ud83d\ude00`, makes its string wide
    and not the text; while that is put together it is held in a narrow form as well.
    """
    width = _width(data)
    if b"\\u" in data:
        return 1 + width + 2 * max(width, 4 if _may_pair(data) else 2)
    return 1 + width + width * (1.5 if b"\\" in data else 1)


def _width(data: bytes) -> int:
    """Return the bytes of a character in the text, by the largest byte of UTF-8."""
    if data.isascii():
        return 1
    width = 1
    for at in range(0, len(data), _CHUNK):
        rare = data[at : at + _CHUNK].translate(None, _LATIN_1)
        if rare.translate(None, _TWO_WIDE):
            return 4
        width = 2 if rare else width
    return width


_LATIN_1: Final = bytes(range(0xC4))
"""UTF-8 of characters below U+0100, and what goes on a longer one."""
_TWO_WIDE: Final = bytes(range(0xF0))
_SURROGATE: Final = rb"\\u[dD][89aAbB]"


def _may_pair(data: bytes) -> bool:
    r"""Say whether an escape from `\ud800` to `\udbff` may be in there."""
    import re

    return re.search(_SURROGATE, data) is not None


_BRACKETS: Final = b"{}[]"
_STEPS: Final = bytes.maketrans(_BRACKETS, b"\x01\xff\x01\xff")
"""An opening bracket is one step down, a closing one is a step up (-1)."""


def _all_but(kept: bytes) -> bytes:
    return bytes(byte for byte in range(256) if byte not in kept)


_NOT_BRACKETS: Final = _all_but(_BRACKETS)
_NOT_BRACKETS_NOR_QUOTES: Final = _all_but(_BRACKETS + b'"')


def depth_of(data: bytes, enough: int | None = None) -> int:
    """Return how deeply containers nest, not counting brackets inside strings.

    Args:
        data: JSON text in UTF-8.
        enough: Stop at the first stretch of text that goes deeper.
    """
    level = deepest = 0
    inside, rest = False, b""
    for start in range(0, len(data), _CHUNK):
        chunk = rest + data[start : start + _CHUNK]
        rest = b""
        if b"\\" in chunk:  # in JSON only inside strings, so that pairs go first
            if (len(chunk) - len(chunk.rstrip(b"\\"))) % 2:
                chunk, rest = chunk[:-1], b"\\"
            chunk = chunk.replace(b"\\\\", b"").replace(b'\\"', b"")
        brackets = chunk.translate(None, _NOT_BRACKETS_NOR_QUOTES)
        parts = brackets.split(b'"') if b'"' in brackets else [brackets]
        outside = b"".join(parts[inside::2]).translate(_STEPS)
        levels = list(accumulate(memoryview(outside).cast("b"), initial=level))
        level, deepest = levels[-1], max(deepest, max(levels))
        inside ^= len(parts) % 2 == 0
        if enough is not None and deepest > enough:
            break
    return deepest
