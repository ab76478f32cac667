"""Text that is changed by lines: moved, removed, doubled, with another value."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence

_VALUE = re.compile(rb"(?<=[:=,])[^:=,\n]*")
_ODD = (
    *(b"", b"0", b"-1", b"1e999", b"nan", b"true", b'""', b'"x"', b"[]", b"{}"),
    *(b'["KC101"]', b'[["a"]]', b'{ "*" = "KC2" }', b'"off"', b'"error"', b"''"),
    *(b"2026-12-31", b"2026-13-01", b"1979-05-27T07:32:00Z", b"99999999999999999999"),
    *(b'"""', b'"\\u0000"', b'"\\ud800"', b"\xff", b"loss", b"accuracy", b" 0.5"),
)


def mutated(data: bytes, chance: random.Random, more: Sequence[bytes] = ()) -> bytes:
    """Return a text with up to four changes.

    Args:
        data: The text.
        chance: Decides.
        more: Lines that may come in.
    """
    lines = data.split(b"\n")
    for _ in range(chance.choice((1, 1, 2, 4))):
        at = chance.randrange(len(lines))
        match chance.randrange(5):
            case 0:
                lines.insert(at, chance.choice(lines))
            case 1 if len(lines) > 1:
                del lines[at]
            case 2 if more:
                lines.insert(at, chance.choice(more))
            case 3:
                other = chance.randrange(len(lines))
                lines[at], lines[other] = lines[other], lines[at]
            case _:
                lines[at] = _with_value(lines[at], chance)
    return b"\n".join(lines)


def _with_value(line: bytes, chance: random.Random) -> bytes:
    places = [found.span() for found in _VALUE.finditer(line)]
    if not places:
        return line + chance.choice(_ODD)
    start, end = chance.choice(places)
    return line[:start] + chance.choice(_ODD) + line[end:]
