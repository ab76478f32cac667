"""Operators and comparisons on values; what cannot be computed safely is unknown."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Iterable

from kerascheck.model.typed import Any, Final
from kerascheck.readers.source.bounds import is_constant, is_known
from kerascheck.readers.source.open_values import MORE, OpenList, is_open
from kerascheck.readers.source.values import (
    Choice,
    Library,
    Slice,
    Unknown,
    UnknownNumber,
    Value,
)

__all__ = ["MAX_LENGTH", "binary", "compare", "subscript", "truth", "unary"]

MAX_LENGTH: Final = 10_000
"""Items of a list or characters of a text that are kept."""

_MAX_BITS: Final = 4_096

_BINARY: Final[dict[type[ast.operator], Callable[[Any, Any], Any]]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
    ast.LShift: operator.lshift,
    ast.RShift: operator.rshift,
    ast.BitOr: operator.or_,
    ast.BitXor: operator.xor,
    ast.BitAnd: operator.and_,
}
_COMPARE: Final[dict[type[ast.cmpop], Callable[[Any, Any], Any]]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
_PLAIN: Final = (int, float, bool, str, bytes, list, tuple, dict, set, frozenset)


def binary(op: ast.operator, left: Value, right: Value) -> Value:
    """Return what an operator makes of two plain values; unknown if it cannot."""
    for one, other in ((left, right), (right, left)):
        if isinstance(one, Unknown):
            return _partly_known(op, left, right, one)
        if isinstance(one, Choice) and is_constant(other):
            pairs = [(v, right) if one is left else (left, v) for v in one.values]
            return choice_of([binary(op, a, b) for a, b in pairs])
    if not isinstance(left, _PLAIN) or not isinstance(right, _PLAIN):
        return Unknown("an operator on values that are not known")
    if _too_large(op, left, right):
        return Unknown("a value that is too large")
    try:
        made = _BINARY[type(op)](left, right)
    except Exception as error:
        return Unknown(f"an operator raises {type(error).__name__}")
    if isinstance(left, OpenList) or isinstance(right, OpenList):
        return OpenList(made) if isinstance(made, list) else made
    return made


def choice_of(values: list[Value]) -> Value:
    """Return a choice among values, or the only one."""
    found: list[Value] = []
    for value in values:
        if isinstance(value, Unknown):
            return value
        if not any(one is value or same(one, value) for one in found):
            found.append(value)
    return found[0] if len(found) == 1 else Choice(found)


def same(one: Value, other: Value) -> bool:
    """Say whether two constants are equal and of one type."""
    return type(one) is type(other) and is_constant(one) and bool(one == other)


def _partly_known(op: ast.operator, left: Value, right: Value, why: Unknown) -> Value:
    """Return a list of which a part is known as one."""
    if isinstance(op, ast.Add):
        if isinstance(left, list):
            return OpenList(left)
        if isinstance(right, list):
            return OpenList(right)
    if isinstance(op, ast.Mult) and (isinstance(left, list) or isinstance(right, list)):
        return OpenList(left if isinstance(left, list) else right)
    if all(isinstance(each, (int, float, UnknownNumber)) for each in (left, right)):
        return UnknownNumber(why.why)
    return Unknown(why.why)


def _too_large(op: ast.operator, left: Value, right: Value) -> bool:
    if isinstance(op, (ast.Pow, ast.LShift)):
        if not all(isinstance(v, (int, float)) for v in (left, right)):
            return False
        if isinstance(left, int) and isinstance(right, int):
            base = max(abs(left).bit_length(), 1) if isinstance(op, ast.Pow) else 1
            return abs(right) * base > _MAX_BITS
        return False
    if isinstance(op, ast.Mod) and isinstance(left, (str, bytes)):
        return len(left) > 1_000 or not is_known(right) or _wide_format(left)
    if isinstance(op, (ast.Mult, ast.Add)):
        sizes = [len(v) for v in (left, right) if hasattr(v, "__len__")]
        if isinstance(op, ast.Mult) and sizes:
            times = next((v for v in (left, right) if isinstance(v, int)), 1)
            return sizes[0] * max(times, 0) > MAX_LENGTH
        if sizes:
            return sum(sizes) > MAX_LENGTH
    return any(isinstance(v, int) and v.bit_length() > _MAX_BITS for v in (left, right))


def _wide_format(text: str | bytes) -> bool:
    """Say whether a format may ask for a width that is too large."""
    shown = text if isinstance(text, str) else text.decode("latin-1")
    return "*" in shown or any(len(part) > 3 for part in _numbers(shown))


def _numbers(text: str) -> list[str]:
    return "".join(c if c.isdigit() else " " for c in text).split()


def unary(op: ast.unaryop, value: Value) -> Value:
    """Return what `not`, `-`, `+` or `~` makes of a value."""
    if isinstance(op, ast.Not):
        known = truth(value)
        return Unknown("a condition that is not known") if known is None else not known
    if isinstance(value, Choice):
        return choice_of([unary(op, each) for each in value.values])
    if not isinstance(value, (int, float)):
        return value if isinstance(value, Unknown) else Unknown("an operator")
    if isinstance(op, ast.USub):
        return -value
    if isinstance(op, ast.UAdd):
        return +value
    return ~value if isinstance(value, int) else Unknown("an operator")


def truth(value: Value) -> bool | None:
    """Return whether a value counts as true; None: it is not known."""
    if isinstance(value, (Unknown, Choice)):
        if isinstance(value, Choice):
            found = {truth(each) for each in value.values}
            return found.pop() if len(found) == 1 else None
        return None
    if is_open(value):
        return True if any(each is not MORE for each in value) else None
    if isinstance(value, Library):
        return None
    if isinstance(value, _PLAIN) or value is None:
        return bool(value)
    if type(value).__module__.startswith("kerascheck.readers.source.data"):
        return None
    return True


def compare(op: ast.cmpop, left: Value, right: Value) -> Value:
    """Return the result of one comparison."""
    unknown = Unknown("a comparison with what is not known")
    if isinstance(op, (ast.Is, ast.IsNot)):
        found = _is_same(left, right)
        if found is None:
            return unknown
        return found if isinstance(op, ast.Is) else not found
    if isinstance(op, (ast.In, ast.NotIn)):
        found = _holds(right, left)
        if found is None:
            return unknown
        return found if isinstance(op, ast.In) else not found
    for value in (left, right):
        if isinstance(value, Choice) or not is_known(value):
            return unknown
    try:
        return bool(_COMPARE[type(op)](left, right))
    except Exception:
        return unknown


def _is_same(left: Value, right: Value) -> bool | None:
    if isinstance(left, (Unknown, Choice)) or isinstance(right, (Unknown, Choice)):
        return None
    if left is None or right is None or isinstance(left, bool):
        return left is right
    return True if left is right else None


def _holds(container: Value, item: Value) -> bool | None:
    if not is_known(item) or is_open(container):
        return None
    try:
        if isinstance(container, dict):
            return item in container
        return item in container if is_known(container) else None
    except Exception:
        return None


def subscript(value: Value, index: Value) -> Value:
    """Return an item of a plain value; unknown if it is not known."""
    if isinstance(value, Unknown):
        return value
    if isinstance(value, dict):
        try:
            if is_known(index) and index in value:
                return value[index]
        except TypeError:  # a list is no key
            pass
        return _item_like(value.values())
    if isinstance(value, (list, tuple, str, bytes, range)):
        if isinstance(index, Slice):
            index = _slice(index)
        if isinstance(index, (int, slice)) and not (
            isinstance(index, int) and _may_be_elsewhere(value, index)
        ):
            try:
                found = value[index]
            except (IndexError, ValueError):
                return Unknown("an item beyond the end")
            if isinstance(found, list) and is_open(value):
                return OpenList(each for each in found if each is not MORE)
            return found
    return Unknown("an item of what is not known")


def _item_like(values: Iterable[Value]) -> Unknown:
    """Return an item of a dict that is not known: a number, if all known ones are."""
    known = [each for each in values if each is not MORE]
    if known and all(isinstance(each, (int, float, UnknownNumber)) for each in known):
        return UnknownNumber("an item of a dict that is not known")
    return Unknown("an item of a dict that is not known")


def _may_be_elsewhere(value: Value, index: int) -> bool:
    """Say whether items that are not known may shift the one at an index."""
    if isinstance(value, OpenList):
        return index < 0
    places = [p for p, each in enumerate(value) if each is MORE]
    if not places:
        return False
    return index >= places[0] if index >= 0 else index + len(value) <= places[-1]


def _slice(index: Slice) -> slice | Unknown:
    parts = (index.lower, index.upper, index.step)
    if all(part is None or type(part) is int for part in parts):
        return slice(*parts)
    return Unknown("a slice that is not known")
