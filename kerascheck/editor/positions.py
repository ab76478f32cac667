"""Places in a text as the protocol counts them: lines from 0, units of an encoding."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable

from lsprotocol import types

from kerascheck.model.typed import Final

__all__ = ["TextLines", "Units", "units_of"]

Units = Callable[[str], int]
"""How many units of the client's encoding a text has."""

_LINE_END: Final = re.compile(r"\r\n|\r|\n")
"""No others: where Python breaks lines as well, as at form feeds, the protocol does
not."""


def units_of(encoding: str | None) -> Units:
    """Return how a client counts characters; without a word of it, in UTF-16."""
    if encoding == types.PositionEncodingKind.Utf8:
        return lambda text: len(text.encode("utf-8", "surrogatepass"))
    if encoding == types.PositionEncodingKind.Utf32:
        return len
    return lambda text: len(text.encode("utf-16-le", "surrogatepass")) // 2


class TextLines:
    """The lines of a text."""

    def __init__(self, text: str, units: Units) -> None:
        """Find the lines.

        Args:
            text: Line ends as they are.
            units: How characters are counted.
        """
        self._text = text
        self._units = units
        self._starts = [0, *(end.end() for end in _LINE_END.finditer(text))]

    def __len__(self) -> int:
        return len(self._starts)

    def line(self, number: int) -> str:
        """Return a line without its end; "" beyond the text."""
        if not 0 <= number < len(self._starts):
            return ""
        start = self._starts[number]
        end = _LINE_END.search(self._text, start)
        return self._text[start : end.start() if end else len(self._text)]

    def start(self, number: int) -> int:
        """Return the offset of the first character of a line."""
        return self._starts[number]

    def position(self, offset: int) -> types.Position:
        """Return the position of the character at an offset."""
        number = bisect_right(self._starts, offset) - 1
        before = self._text[self._starts[number] : offset]
        return types.Position(number, self._units(before))

    def offset(self, position: types.Position) -> int:
        """Return the offset of a position; one beyond a line is at its end."""
        number, left = int(position.line), int(position.character)
        if number >= len(self._starts):
            return len(self._text)
        line, start = self.line(number), self._starts[number]
        if len(line) == self._units(line):
            return start + min(left, len(line))
        for index, character in enumerate(line):
            if left <= 0:
                return start + index
            left -= self._units(character)
        return start + len(line)

    def range(self, start: int, end: int) -> types.Range:
        """Return the range between two offsets."""
        return types.Range(self.position(start), self.position(end))

    def whole(self, number: int) -> types.Range:
        """Return the range of a line without the blanks around it."""
        number = max(min(number, len(self._starts) - 1), 0)
        line = self.line(number)
        first = self._units(line) - self._units(line.lstrip())
        last = self._units(line.rstrip())
        return types.Range(
            types.Position(number, min(first, last)), types.Position(number, last)
        )

    def replaced(self, change: types.TextDocumentContentChangePartial) -> str:
        """Return the text after a change of a part of it."""
        start = self.offset(change.range.start)
        end = self.offset(change.range.end)
        return f"{self._text[:start]}{change.text}{self._text[end:]}"
