"""What the interpreter passes to functions of the libraries."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from kerascheck.model.named import NamedTuple
from kerascheck.model.typed import Any, Final, TypeAlias

__all__ = [
    "Call",
    "Function",
    "NotKnown",
    "Value",
    "is_number",
    "is_whole",
    "whole_number",
]

Value: TypeAlias = Any

_LARGE: Final = 2**62


class NotKnown:
    """A plain value, such as a length, that is not known.

    Attributes:
        why: The reason.
        is_number: Whether it is a number.
    """

    __slots__ = ("is_number", "why")

    def __init__(self, why: str, *, is_number: bool = True) -> None:
        self.why = why
        self.is_number = is_number

    def __repr__(self) -> str:
        return f"NotKnown({self.why!r})"


class Call(NamedTuple):
    """Arguments of one call, as far as they are known.

    Attributes:
        args: By position.
        kwargs: By name.
        invoke: Returns what a function of the program makes of these arguments.
    """

    args: tuple[Value, ...] = ()
    kwargs: Mapping[str, Value] = {}
    invoke: Callable[[Value, tuple[Value, ...]], Value] | None = None

    def get(self, place: int, name: str, default: Value = None) -> Value:
        """Return an argument by its position or name."""
        if name in self.kwargs:
            return self.kwargs[name]
        return self.args[place] if 0 <= place < len(self.args) else default

    def named(self, name: str, default: Value = None) -> Value:
        """Return an argument that is only given by name."""
        return self.kwargs.get(name, default)


def is_number(value: Value) -> bool:
    """Say whether a value is a known, finite number that is not very large."""
    return isinstance(value, (int, float)) and abs(value) < _LARGE


def is_whole(number: float) -> bool:
    """Say whether a number is finite and whole."""
    return isinstance(number, int) or number.is_integer()


def whole_number(value: Value) -> int | None:
    """Return a known whole number; None: it is not known."""
    return value if isinstance(value, int) and not isinstance(value, bool) else None


Function = Callable[[Call], Value]
"""Says what a function of a library returns."""
