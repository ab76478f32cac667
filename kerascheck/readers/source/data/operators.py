"""What operators and comparisons make of arrays."""

from __future__ import annotations

import operator as plain
from collections.abc import Callable

from kerascheck.model.frozen import replace
from kerascheck.model.typed import Any, Final
from kerascheck.readers.source.data.array import Array, bits, broadcast, without_values
from kerascheck.readers.source.data.call import Value, is_number, is_whole
from kerascheck.readers.source.data.conversion import as_array, mapped

__all__ = ["compared", "computed", "negated", "product"]

_ARITHMETIC: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "Add": plain.add,
    "Sub": plain.sub,
    "Mult": plain.mul,
    "Div": plain.truediv,
    "FloorDiv": plain.floordiv,
    "Mod": plain.mod,
    "Pow": plain.pow,
}
_KEEPS_WHOLE: Final = ("Add", "Sub", "Mult")
_OF_BITS: Final = ("BitAnd", "BitOr", "BitXor")
_COMPARISONS: Final = ("Eq", "NotEq", "Lt", "LtE", "Gt", "GtE")


def compared(op: str, left: Value, right: Value) -> Array | None:
    """Return the result of a comparison value by value; None: it is another one."""
    if op not in _COMPARISONS:
        return None
    return bits(broadcast(as_array(left).shape, as_array(right).shape))


def computed(op: str, left: Value, right: Value) -> Array | None:
    """Return what an operator makes of an array and another value."""
    one, other = as_array(left), as_array(right)
    if op == "MatMult":
        return product(one, other)
    shape = broadcast(one.shape, other.shape)
    if op in _OF_BITS:
        both = one.dtype == other.dtype == "bool"
        return bits(shape) if both else Array(shape=shape)
    if op not in _ARITHMETIC:
        return Array(shape=shape)
    if is_number(right) or is_number(left):
        array, number = (one, right) if is_number(right) else (other, left)
        swapped = not is_number(right)
        return _with_number(op, replace(array, shape=shape), number, swapped=swapped)
    whole = _whole_of(op, one, other)
    return Array(shape=shape, whole=whole, last=one.last or other.last)


def product(one: Array, other: Array) -> Array:
    """Return what is known of a matrix product; of real values it is not whole."""
    made = Array(whole=_whole_of("Add", one, other), signed=one.signed)
    if not one.shape or not other.shape:
        return made
    lead = broadcast(one.shape[:-2], other.shape[:-2])
    ends = (*one.shape[-2:-1], *(other.shape[-1:] if len(other.shape) > 1 else ()))
    return replace(made, shape=None if lead is None else (*lead, *ends))


def _whole_of(op: str, one: Array, other: Array) -> bool | None:
    """Say whether sums and products of two arrays are whole numbers.

    Those of real and whole numbers are not, nor are those of two real ones that do not
    depend on each other.
    """
    if op not in _KEEPS_WHOLE or one.whole is None or other.whole is None:
        return None
    if one.whole and other.whole:
        return True
    return None if op == "Mult" else False


def negated(op: str, array: Array) -> Array:
    """Return what `-`, `+` or `~` makes of an array."""
    if op == "Invert":
        return bits(array.shape) if array.dtype == "bool" else without_values(array)
    if op == "UAdd":
        return array
    return _with_number("Mult", array, -1, swapped=False)


def _with_number(op: str, array: Array, number: float, *, swapped: bool) -> Array:
    """Return what an operator makes of every value and one number."""
    dtype = _dtype(op, array, number)
    bare = replace(without_values(array), dtype=dtype)
    function = _ARITHMETIC[op]

    def apply(value: float) -> float:
        made: float = function(number, value) if swapped else function(value, number)
        return made

    try:
        made = _applied(op, array, number, apply, swapped=swapped)
    except (ArithmeticError, ValueError, TypeError):
        return bare
    if made is None or _wraps(dtype, made):
        return bare
    return replace(made, last=array.last, max_rank=array.max_rank, dtype=dtype)


def _dtype(op: str, array: Array, number: float) -> str | None:
    dtype = array.dtype
    if dtype is None or dtype == "bool" or dtype == "str":
        return None
    if dtype.startswith("float"):
        return dtype
    if op == "Div":
        return "float64" if dtype.endswith(("32", "64")) else None
    return dtype if isinstance(number, int) and number is not True else "float64"


def _wraps(dtype: str | None, made: Array) -> bool:
    """Say whether values may be beyond a dtype of whole numbers, and start again."""
    if dtype is None or dtype.startswith("float"):
        return dtype is None and (made.low or 0) < 0
    size = int(dtype.lstrip("uint") or 64)
    low, high = (
        (0, 2**size) if dtype[0] == "u" else (-(2 ** (size - 1)), 2 ** (size - 1))
    )
    if made.low is None or made.high is None:
        return not made.ids or (made.low or 0) < low
    return made.low < low or made.high >= high


def _applied(
    op: str,
    array: Array,
    number: float,
    apply: Callable[[float], float],
    *,
    swapped: bool,
) -> Array | None:
    if array.values is not None and array.dtype != "str":
        made = mapped(array, (apply(v) for v in array.values))  # type: ignore[arg-type]
        one_to_one = len(made.values or ()) == len(array.values)
        return replace(
            made,
            classes=array.classes if one_to_one else None,
            ids=array.ids and _shifts(op, number, swapped=swapped),
            dense=array.dense and _shifts(op, number, swapped=swapped),
        )
    if op == "Mod" and not swapped and isinstance(number, int) and number > 0:
        return _remainders(array, number)
    if op == "Pow" and array.whole is False and number in (2, 3) and not swapped:
        return _power(array, int(number))
    if op not in ("Add", "Sub", "Mult", "Div") or (op == "Div" and swapped):
        return None
    return _scaled(op, array, number, apply, swapped=swapped)


def _power(array: Array, number: int) -> Array:
    """Return the squares or cubes of real values."""
    if array.low is None or array.high is None:
        return Array(shape=array.shape, whole=False)
    ends = [array.low**number, array.high**number]
    if array.low < 0 < array.high:
        ends.append(0)
    return Array(shape=array.shape, low=min(ends), high=max(ends), whole=False)


def _scaled(
    op: str,
    array: Array,
    number: float,
    apply: Callable[[float], float],
    *,
    swapped: bool,
) -> Array | None:
    if number == 0 and op in ("Mult", "Div"):
        return None
    ends = [None if v is None else apply(v) for v in (array.low, array.high)]
    falls = (op == "Sub" and swapped) or (op in ("Mult", "Div") and number < 0)
    low, high = ends[::-1] if falls else ends
    shifts = _shifts(op, number, swapped=swapped)
    return Array(
        shape=array.shape,
        low=low,
        high=high,
        whole=_whole_after(op, array, number),
        classes=array.classes,
        ids=array.ids and shifts,
        dense=array.dense and shifts,
        signed=array.signed and op in ("Mult", "Div"),
    )


def _shifts(op: str, number: float, *, swapped: bool) -> bool:
    """Say whether whole numbers stay so, in their order and distance."""
    return op in ("Add", "Sub") and not swapped and is_whole(number)


def _whole_after(op: str, array: Array, number: float) -> bool | None:
    integer = is_whole(number)
    if op in _KEEPS_WHOLE and integer and array.whole:
        return True
    if array.whole is False:
        return False if op in ("Mult", "Div") or integer else None
    if array.whole and not integer and op in ("Add", "Sub"):
        return False
    if op == "Div" and array.dense and abs(number) > 1:
        return False
    return None


def _remainders(array: Array, number: int) -> Array | None:
    if not array.whole:
        return None
    values = tuple(range(number)) if number <= 64 else None
    return Array(shape=array.shape, low=0, high=number - 1, whole=True, values=values)
