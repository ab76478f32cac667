"""What an index takes out of an array."""

from __future__ import annotations

from collections.abc import Sequence

from kerascheck.model.description import Shape
from kerascheck.model.frozen import replace
from kerascheck.model.typed import Any
from kerascheck.readers.source.data.array import Array, with_shape
from kerascheck.readers.source.data.call import NotKnown, Value
from kerascheck.readers.source.data.conversion import as_array
from kerascheck.readers.source.data.parts import (
    Fold,
    chosen_of,
    fold_of,
    long_part_of,
    some_of,
)

__all__ = ["item_of", "slice_length"]


def item_of(array: Array, index: Value) -> Array:
    """Return what is known of `array[index]`."""
    parts = list(index) if isinstance(index, tuple) else [index]
    if array.shape is None:
        return _of_unknown_rank(array, parts)
    if array.rank is not None and any(part is Ellipsis for part in parts):
        parts = _expanded(parts, array.rank)
    taken = _taken(array.shape, parts)
    part = _part_of(array, parts)
    if taken is None:
        return _by_unknown(array, part, parts)
    shape, keeps_last = taken
    made = with_shape(part, shape, keeps_rows=keeps_last)
    if len(parts) == 1 and array.data is not None:
        return replace(made, data=_literal_part(array, parts[0]))
    return made


def _by_unknown(array: Array, part: Array, parts: list[Value]) -> Array:
    """Return what an index takes that is not known; it may leave rows whole."""
    made = with_shape(part, None)
    if array.rows is None or len(parts) != 1 or len(array.shape or ()) < 2:
        return made
    return replace(made, rows=array.rows, last=array.width)


def _part_of(array: Array, parts: list[Value]) -> Array:
    """Return what holds for the values that an index takes."""
    if parts and isinstance(parts[0], Fold):
        return fold_of(array, parts[0])
    if all(part is None or isinstance(part, slice) for part in parts):
        return long_part_of(array)
    if array.rows is not None or all(isinstance(p, (int, slice)) for p in parts):
        return some_of(array)
    return chosen_of(array)


def _of_unknown_rank(array: Array, parts: list[Value]) -> Array:
    part = parts[0]
    if len(parts) == 1 and (isinstance(part, slice) or _is_mask(part)):
        return _part_of(array, parts)
    made = with_shape(_part_of(array, parts), None)
    if len(parts) > 1 and parts[-1] is None:
        made = replace(made, last=1)
    if array.max_rank != len(parts) or any(p is None or p is ... for p in parts):
        return made
    taken = _taken((None,) * len(parts), parts)
    return made if taken is None else replace(made, shape=taken[0])


def _is_mask(part: Value) -> bool:
    return isinstance(part, Array) and part.dtype == "bool" and part.rank == 1


def _expanded(parts: list[Value], rank: int) -> list[Value]:
    """Replace `...` by the slices that it stands for."""
    place = next(i for i, part in enumerate(parts) if part is Ellipsis)
    used = sum(part is not None for part in parts) - 1
    return [
        *parts[:place],
        *[slice(None)] * max(rank - used, 0),
        *parts[place + 1 :],
    ]


def _taken(shape: Shape, parts: Sequence[Any]) -> tuple[Shape, bool] | None:
    """Return the shape that an index leaves, and whether rows stay whole."""
    made: list[int | None] = []
    axes = list(shape)
    keeps_last, arrays = True, 0
    for part in parts:
        if part is None:
            made.append(None if part is not None else 1)
            continue
        if not axes:
            return None
        size = axes.pop(0)
        found = _one_axis(size, part, axes)
        if found is None:
            return None
        arrays += isinstance(part, (list, Array))
        full = isinstance(part, slice) and part == slice(None)
        keeps_last = keeps_last and (bool(axes) or full) and part is not None
        made += found
    if arrays > 1:
        return None
    adds_last = bool(parts) and parts[-1] is None and not axes
    return (*made, *axes), keeps_last and not adds_last


def _one_axis(
    size: int | None, part: Value, axes: list[int | None]
) -> list[int | None] | None:
    """Return the axes that one part of an index leaves of an axis."""
    if isinstance(part, bool):
        return None
    if isinstance(part, int) or _is_some_number(part):
        return []
    if isinstance(part, slice):
        return [slice_length(size, part)]
    if isinstance(part, (list, Array)):
        array = as_array(part)
        if array.shape is None or array.dtype is None:
            return None
        if array.dtype == "bool":
            del axes[: len(array.shape) - 1]
            return [None]
        return list(array.shape)
    return None


def _is_some_number(part: Value) -> bool:
    return isinstance(part, NotKnown) and part.is_number


def slice_length(size: int | None, part: slice) -> int | None:
    """Return how many of `size` entries a slice leaves; None: unknown."""
    ends = (part.start, part.stop, part.step)
    if ends == (None, None, None) or ends == (None, None, -1):
        return size
    if size is None or not all(end is None or type(end) is int for end in ends):
        return None
    try:
        return len(range(size)[part])
    except ValueError:
        return None


def _literal_part(array: Array, part: Value) -> tuple[Any, ...] | None:
    """Return the values that a number or slice takes of the first axis."""
    if not isinstance(part, (int, slice)) or not array.shape or array.data is None:
        return None
    inner = 1
    for size in array.shape[1:]:
        inner *= size or 0
    rows = [array.data[i : i + inner] for i in range(0, len(array.data), inner or 1)]
    try:
        taken = rows[part] if isinstance(part, slice) else [rows[part]]
    except (IndexError, TypeError, ValueError):
        return None
    return tuple(cell for row in taken for cell in row)
