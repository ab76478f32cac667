"""Values of a program as arrays."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kerascheck.model.description import Scalar, Shape
from kerascheck.model.frozen import replace
from kerascheck.readers.source.data.array import (
    MAX_LITERAL,
    MAX_VALUES,
    UNKNOWN,
    Array,
    joined,
    without_values,
)
from kerascheck.readers.source.data.call import NotKnown, Value
from kerascheck.readers.source.data.parts import some_of

__all__ = ["as_array", "mapped", "open_list"]


def as_array(value: Value, made: dict[int, Array] | None = None) -> Array:
    """Return what is known of anything that numpy makes an array of.

    Args:
        value: A number, text, sequence, array or the like.
        made: Arrays of sequences around it, as one may stand in many places.
    """
    if isinstance(value, (list, tuple)):
        made = {} if made is None else made
        if id(value) not in made:
            made[id(value)] = UNKNOWN  # one that holds itself is no array
            made[id(value)] = _of_sequence(value, made)
        return made[id(value)]
    if isinstance(value, Array):
        return value
    own = getattr(value, "as_array", None)
    if own is not None:
        found = own()
        return found if isinstance(found, Array) else UNKNOWN
    if isinstance(value, (bool, int, float, str)):
        return _of_values((value,), ())
    if isinstance(value, NotKnown) and value.is_number:
        return Array(shape=())
    if isinstance(value, range):
        return as_array(list(value[: MAX_LITERAL + 1]))
    return UNKNOWN


def open_list(items: Sequence[Value]) -> Array:
    """Return what is known of a list of which only some items are known.

    A loop fills it, so that all its items have the shape of those. What a plain number
    or text is says nothing of the others.
    """
    parts = [
        each if isinstance(each, Array) else without_values(as_array(each))
        for each in items
    ]
    shapes = {part.shape for part in parts}
    if len(shapes) != 1:
        return UNKNOWN
    inner = shapes.pop()
    shape = None if inner is None else (None, *inner)
    return some_of(replace(joined(parts, shape), values=None))


def _of_sequence(value: Sequence[Value], made: dict[int, Array]) -> Array:
    size = len(value) if type(value) in (list, tuple) else None
    if size is None or size > MAX_LITERAL:
        return Array()
    parts = [as_array(each, made) for each in value]
    if not parts:
        return Array(shape=(0,), dtype="float64")
    shapes = {part.shape for part in parts}
    if len(shapes) > 1 or None in shapes:
        return UNKNOWN
    inner = shapes.pop() or ()
    shape = (size, *inner)
    flat = [part.data for part in parts]
    known = all(part is not None for part in flat)
    if known and sum(len(part or ()) for part in flat) <= MAX_LITERAL:
        return _of_values(tuple(cell for part in flat if part for cell in part), shape)
    return joined(parts, shape)


def _of_values(cells: tuple[Scalar, ...], shape: Shape | None) -> Array:
    """Return an array with just these values."""
    if cells and all(isinstance(cell, str) for cell in cells):
        distinct = sorted({str(cell) for cell in cells})
        listed = tuple(distinct) if len(distinct) <= MAX_VALUES else None
        return Array(
            shape=shape, dtype="str", classes=len(distinct), values=listed, data=cells
        )
    numbers = [cell for cell in cells if isinstance(cell, (int, float))]
    if not numbers or len(numbers) < len(cells):
        return Array(shape=shape)
    finite = [cell for cell in numbers if abs(cell) < float("inf")]
    distinct_numbers = sorted(set(finite))
    small = len(distinct_numbers) <= MAX_VALUES and len(finite) == len(cells)
    return Array(
        shape=shape,
        dtype=_dtype_of(cells),
        low=distinct_numbers[0] if finite else None,
        high=distinct_numbers[-1] if finite else None,
        whole=all(cell == int(cell) for cell in finite),
        values=tuple(distinct_numbers) if small else None,
        classes=len(distinct_numbers),
        data=cells,
    )


def _dtype_of(cells: Iterable[Scalar]) -> str | None:
    kinds = {type(cell) for cell in cells}
    if kinds == {bool}:
        return "bool"
    if float in kinds:
        return "float64"
    return "int64"


def mapped(array: Array, values: Iterable[Value]) -> Array:
    """Return an array of the same shape whose values are all among these."""
    shape = array.shape
    flat = tuple(values)
    return replace(_of_values(flat, shape), data=None, classes=None)
