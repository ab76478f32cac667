"""A value that is built of bytes, each of which decides something."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from fuzz.mutators.names import PIECES

Item = TypeVar("Item")


class Choices:
    """Takes an input from its beginning; behind its end, all bytes are zero."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def byte(self) -> int:
        """Return the next byte."""
        self._at += 1
        return self._data[self._at - 1] if self._at <= len(self._data) else 0

    def one_of(self, items: Sequence[Item]) -> Item:
        """Return one of some items; the first one for zero."""
        return items[self.byte() % len(items)]

    def text(self, usual: str) -> str:
        """Return a usual name, or one of up to five pieces that mean harm."""
        number = self.byte() % 12
        if number > 5:
            number = 0
        return "".join(self.one_of(PIECES) for _ in range(number)) or usual

    def number(self) -> float | None:
        """Return a number, an odd one, or none."""
        odd = (1.0, 0.0, -1.0, 0.5, float("nan"), float("inf"), 1e308, 1e-300, None)
        return self.one_of(odd)
