"""The one bound on TOML text from a stranger, measured before `tomllib` parses it.

`tomllib` keeps several objects for each part of each key, and for a key of n dotted
parts n paths of up to n parts: 20,000 parts in 40 KB of text take over a gigabyte. So
one linear pass removes strings and comments and counts what is left.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import accumulate

from kerascheck.model.typed import Final

MAX_PARTS: Final = 16
"""Parts of one key, as in `tool.kerascheck.models`."""

MAX_DEPTH: Final = 32
"""Arrays and inline tables inside one another."""

MAX_KEYS: Final = 4_000
"""Keys and headers; in a kerascheck.toml each may be a glob that is tried on models."""

MAX_VALUES: Final = 5_000
"""Commas: a list of globs has as many."""

MAX_STARS: Final = 4_000
MAX_DOTS: Final = 20_000
MAX_LINES: Final = 50_000
MAX_QUOTES: Final = 100_000
MAX_ESCAPES: Final = 100_000

MAX_WORD: Final = 5_000
"""Characters of a bare key or number; Python makes no integer of more than 4,300."""

_QUOTED: Final = re.compile(
    rb'"""(?:[^"\\]++|\\.|"(?!""))*+(?:"{3,5})?+'
    rb"|'''(?:[^']++|'(?!''))*+(?:'{3,5})?+"
    rb'|"(?:[^"\\\n]++|\\[^\n])*+"?+'
    rb"|'[^'\n]*+'?+"
    rb"|#[^\n]*+",
    re.DOTALL,
)
"""A string or a comment. One that is never closed goes on to its end, so that each byte
is passed once; `tomllib` refuses the text there."""

_KEY: Final = re.compile(rb"(?<![\w-])[\w-]++(?:[ \t]*+\.[ \t]*+[\w-]++)++")
_HEADER: Final = re.compile(rb"^[ \t]*+\[", re.MULTILINE)
_LONG_WORD: Final = re.compile(rb"(?<![\w-])[\w-]{%d}" % (MAX_WORD + 1))
_STEPS: Final = bytes.maketrans(b"[{]}", b"\x01\x01\xff\xff")
_NO_BRACKETS: Final = bytes({*range(256)} - {*b"[{]}"})


def excess(data: bytes) -> str | None:
    """Return why a TOML text is not to be parsed; None: it may be.

    Args:
        data: UTF-8, of a size that is bounded.
    """
    as_written = (
        (data.count(b"\n"), MAX_LINES, "lines"),
        (data.count(b'"') + data.count(b"'"), MAX_QUOTES, "quotes"),
        (data.count(b"\\"), MAX_ESCAPES, "escapes"),
        (data.count(b"*"), MAX_STARS, "stars"),
    )
    why = _beyond(as_written)
    if why is not None:
        return why
    bare = _QUOTED.sub(b"s", data)  # a bare key is as good
    without_texts = (
        (_parts(bare), MAX_PARTS, "parts in one key"),
        (_depth(bare), MAX_DEPTH, "levels of nesting"),
        (bare.count(b"=") + _headers(bare), MAX_KEYS, "keys"),
        (bare.count(b"."), MAX_DOTS, "dots"),
        (bare.count(b","), MAX_VALUES, "values"),
    )
    why = _beyond(without_texts)
    if why is not None:
        return why
    if _LONG_WORD.search(bare):
        return f"a key or number of more than {MAX_WORD} characters"
    return None


def _beyond(counts: Iterable[tuple[int, int, str]]) -> str | None:
    for found, most, unit in counts:
        if found > most:
            return f"{found} {unit}, more than the limit of {most}"
    return None


def _parts(bare: bytes) -> int:
    return max((key[0].count(b".") + 1 for key in _KEY.finditer(bare)), default=1)


def _headers(bare: bytes) -> int:
    return sum(1 for _ in _HEADER.finditer(bare))


def _depth(bare: bytes) -> int:
    steps = bare.translate(_STEPS, _NO_BRACKETS)
    return max(accumulate(memoryview(steps).cast("b"), initial=0))
