"""What is known of arrays and data sets; the interpreter's only way to it."""

from __future__ import annotations

import ast
from typing import Any

from kerascheck.readers.source.values import Value

__all__ = [
    "attribute",
    "call",
    "compare",
    "is_data",
    "items",
    "method",
    "operator",
    "set_item",
    "subscript",
    "unpack",
]


def is_data(value: Value) -> bool:
    """Say whether a value is an array, a table or a data set."""
    return False


def call(name: str, args: list[Value], kwargs: dict[str, Value]) -> Value | None:
    """Return what a function of a library returns; None: it is not known here."""
    return None


def method(
    value: Value, name: str, args: list[Value], kwargs: dict[str, Value]
) -> Value | None:
    """Return what a method of a value returns; None: it is not known here."""
    return None


def attribute(value: Value, name: str) -> Value | None:
    """Return an attribute of a value; None: it is not known here."""
    return None


def operator(op: ast.operator, left: Value, right: Value) -> Value | None:
    """Return what an operator makes of two values; None: it is not known here."""
    return None


def compare(op: ast.cmpop, left: Value, right: Value) -> Value | None:
    """Return what a comparison makes of two values; None: it is not known here."""
    return None


def subscript(value: Value, index: Value) -> Value | None:
    """Return an item of a value; None: it is not known here."""
    return None


def set_item(value: Value, index: Value, item: Value) -> None:
    """Note that an item of a value is assigned."""


def items(value: Value) -> list[Value]:
    """Return what a loop over a value meets first."""
    return []


def unpack(value: Value, count: int) -> list[Any] | None:
    """Return the parts that a value is unpacked to; None: it is not known here."""
    return None
