"""The one place that makes names safe to print, and short enough to read.

Names of files, layers, losses and metrics come from whoever wrote the model. They
may hold terminal escapes, bidirectional overrides, line breaks or the commands of
CI systems, so every format passes every text through `printable`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import accumulate, takewhile

from kerascheck.model.named import NamedTuple
from kerascheck.model.typed import TypeVar

Text = TypeVar("Text", bound=str)

MAX_NAME = 64
"""Characters of one unbroken word that text shows; a longer one loses its middle."""

MAX_TEXT = 1200
"""Characters of one message that text shows."""

# Not printed by a terminal although str.isprintable() accepts them as letters or marks:
# fillers, variation selectors, the grapheme joiner (Unicode 15, Default_Ignorable).
_INVISIBLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0").union(
    map(chr, range(0xFE00, 0xFE10)), map(chr, range(0xE0100, 0xE01F0))
)

_MARKS_IN_A_ROW = 2


class Style(NamedTuple):
    """How a report is shown; `width` in columns."""

    width: int = 80
    colour: bool = False
    unicode: bool = True
    quiet: bool = False  # findings only
    verbose: bool = False  # also each undecided rule and skipped path
    statistics: bool = False  # counts by rule instead of findings
    suppressed: bool = False  # also suppressed findings, in text and SARIF
    hints: bool = False  # name the commands that go on from here
    corrected: bool = False  # fixes were written after what is reported was found
    category: str = ""  # of a SARIF report, if one commit has several


def printable(text: str) -> str:
    r"""Return `text` with all that could steer a terminal or a CI log escaped.

    Control, format, bidirectional, zero-width and line-breaking characters, lone
    surrogates and floods of combining marks become `\x1b` or `\u202e`. "::" and "##",
    which start commands of GitHub, Azure and TeamCity, lose their second character
    to an escape.
    """
    if "::" in text:
        text = text.replace("::", r":\x3a")
    if "##" in text:
        text = text.replace("##", r"#\x23")
    if text.isascii() and text.isprintable():
        return text
    return "".join(_escaped(text))


def _escaped(text: str) -> Iterator[str]:
    from unicodedata import combining

    marks = 0
    for character in text:
        marks = marks + 1 if combining(character) else 0
        shown = character.isprintable() and character not in _INVISIBLE
        if shown and marks <= _MARKS_IN_A_ROW:
            yield character
        else:
            yield _escape(ord(character))


def _escape(point: int) -> str:
    if point < 0x100:
        return f"\\x{point:02x}"
    return f"\\u{point:04x}" if point < 0x10000 else f"\\U{point:08x}"


def shortened(text: str, most: int, *, unicode: bool = True) -> str:
    """Return `text` without its middle if it is longer than `most`."""
    if len(text) <= most:
        return text
    gap = "…" if unicode else "..."
    kept = max(most - len(gap), 2)
    return f"{text[: kept - kept // 2]}{gap}{text[-(kept // 2) :]}"


def shown(text: str, *, unicode: bool = True) -> str:
    """Return untrusted text safe, on one line and at a length people read."""
    text = shortened(text, MAX_TEXT, unicode=unicode)
    return " ".join(
        shortened(word, MAX_NAME, unicode=unicode)
        for word in printable(text).split(" ")
    )


def columns(text: str) -> int:
    """Return the columns of a terminal that `text` takes: wide characters take two.

    Source: East_Asian_Width of Unicode 15, UAX #11; marks stand over a character.
    """
    if text.isascii():
        return len(text)
    from unicodedata import category, east_asian_width

    return sum(
        0 if category(c) in ("Mn", "Me") else 2 if east_asian_width(c) in "WF" else 1
        for c in text
    )


def padded(text: str, width: int) -> str:
    """Return `text` padded with spaces to `width` columns."""
    return text + " " * (width - columns(text))


def wrapped(text: str, width: int) -> list[str]:
    """Break `text` into lines of at most `width` columns, at spaces if possible."""
    lines: list[str] = []
    line = ""
    for word in text.split(" "):
        if line and columns(line) + 1 + columns(word) > width:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}" if line else word
        while columns(line) > width:
            end = _end(line, width)
            lines.append(line[:end])
            line = line[end:]
    return [*lines, line]


def _end(word: str, width: int) -> int:
    """Return where to break a word of more than `width` columns: at / or after (."""
    room = _fitting(word, width)
    end = max(word.rfind("/", 0, room + 1), word.rfind("(", 0, room) + 1)
    return end if end > room // 3 else room


def _fitting(word: str, width: int) -> int:
    """Return how many characters of `word` fit into `width` columns; at least one."""
    if word.isascii():
        return width
    taken = accumulate(map(columns, word))
    return max(1, sum(1 for _ in takewhile(lambda total: total <= width, taken)))


def fit_into(parts: Iterable[Text], room: int) -> list[Text]:
    """Return as many of the first parts as fit into `room` bytes of UTF-8."""
    kept: list[Text] = []
    for part in parts:
        room -= len(part.encode("utf-8", "surrogatepass"))
        if room < 0:
            break
        kept.append(part)
    return kept


def count(number: int, one: str, several: str | None = None) -> str:
    """Return "1 error", "2 errors", "2 classes"."""
    return f"{number} {one if number == 1 else several or one + 's'}"
