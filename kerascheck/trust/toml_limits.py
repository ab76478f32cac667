"""The one bound on TOML text from a stranger, measured before `tomllib` parses it.

`tomllib` keeps several objects for each part of each key, and for a key of n dotted
parts n paths of up to n parts: 20,000 parts in 40 KB of text take over a gigabyte. So
one linear pass takes strings and comments away and counts what is left.
"""

from __future__ import annotations

import re
from itertools import accumulate
from typing import Final

MOST_PARTS: Final = 16
"""Parts of one key, as in `tool.kerascheck.models`."""

MOST_DEPTH: Final = 32
"""Arrays and inline tables inside one another."""

MOST_KEYS: Final = 20_000
"""Keys and headers."""

MOST_DOTS: Final = 40_000
MOST_VALUES: Final = 50_000
MOST_ESCAPES: Final = 100_000

LONGEST_WORD: Final = 5_000
"""Characters of a bare key or number; Python makes no integer of more than 4,300."""

_QUOTED: Final = re.compile(
    rb'"""(?:[^"\\]++|\\.|"(?!""))*+(?:"{3,5})?+'
    rb"|'''(?:[^']++|'(?!''))*+(?:'{3,5})?+"
    rb'|"(?:[^"\\\n]++|\\[^\n])*+"?+'
    rb"|'[^'\n]*+'?+"
    rb"|(#)[^\n]*+",
    re.DOTALL,
)
"""A string or a comment. One that is never closed goes on to its end, so that each byte
is passed once; `tomllib` refuses the text there."""

_KEY: Final = re.compile(rb"(?<![\w-])[\w-]++(?:[ \t]*+\.[ \t]*+[\w-]++)++")
_LONG_WORD: Final = re.compile(rb"(?<![\w-])[\w-]{%d}" % (LONGEST_WORD + 1))
_STEPS: Final = bytes.maketrans(b"[{]}", b"\x01\x01\xff\xff")
_NO_BRACKETS: Final = bytes({*range(256)} - {*b"[{]}"})


def excess(data: bytes) -> str | None:
    """Return why a TOML text is not to be parsed; None: it may be.

    Args:
        data: UTF-8, of a size that is bounded.
    """
    bare = _QUOTED.sub(_stand_in, data)
    counts = (
        (_parts(bare), MOST_PARTS, "parts in one key"),
        (_depth(bare), MOST_DEPTH, "levels of nesting"),
        (bare.count(b"=") + _headers(bare), MOST_KEYS, "keys"),
        (bare.count(b"."), MOST_DOTS, "dots"),
        (bare.count(b","), MOST_VALUES, "values"),
        (data.count(b"\\"), MOST_ESCAPES, "escapes"),
    )
    for found, most, unit in counts:
        if found > most:
            return f"{found} {unit}, more than the limit of {most}"
    if _LONG_WORD.search(bare):
        return f"a key or number of more than {LONGEST_WORD} characters"
    return None


def _stand_in(quoted: re.Match[bytes]) -> bytes:
    """Return a bare key in place of a string, nothing in place of a comment."""
    return b"" if quoted[1] else b"s"


def _parts(bare: bytes) -> int:
    return max((key[0].count(b".") + 1 for key in _KEY.finditer(bare)), default=1)


def _headers(bare: bytes) -> int:
    return sum(line.lstrip(b" \t").startswith(b"[") for line in bare.split(b"\n"))


def _depth(bare: bytes) -> int:
    steps = bare.translate(_STEPS, _NO_BRACKETS)
    return max(accumulate(memoryview(steps).cast("b"), initial=0))
