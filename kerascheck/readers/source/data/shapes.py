"""Functions that change the shape of an array and none of its values."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

from kerascheck.model.description import Shape
from kerascheck.model.frozen import replace
from kerascheck.readers.source.data.array import (
    Array,
    Rows,
    bits,
    ids,
    joined,
    shape_of,
    with_shape,
    without_values,
)
from kerascheck.readers.source.data.call import Value, is_number, is_whole
from kerascheck.readers.source.data.conversion import as_array

__all__ = [
    "concatenated",
    "expanded",
    "flattened",
    "position_of_highest",
    "repeated",
    "reshaped",
    "squeezed",
    "stacked",
    "transposed",
]


def reshaped(array: Array, shape: Value) -> Array:
    """Return the values of an array in another shape, in which -1 is filled."""
    if type(shape) is int:
        shape = (shape,)
    if type(shape) not in (list, tuple):
        return with_shape(array, None)
    filled = _filled(array.shape, tuple(shape))
    same_rows = bool(filled and array.shape and filled[-1] == array.width)
    return with_shape(array, filled, keeps_rows=same_rows and array.width is not None)


def _filled(old: Shape | None, new: tuple[Value, ...]) -> Shape:
    axes = [n if type(n) is int else None for n in new]
    if -1 not in axes:
        return tuple(axes)
    known = [n for n in axes if n is not None and n >= 0]
    size = None
    if old is not None and None not in old and axes.count(None) == 0:
        total, rest = prod(n for n in old if n is not None), prod(known)
        size = total // rest if rest and total % rest == 0 else None
    return tuple(size if n == -1 else n for n in axes)


def flattened(array: Array) -> Array:
    """Return all values along one axis."""
    return reshaped(array, (-1,))


def expanded(array: Array, axis: Value) -> Array:
    """Return an array with a new axis of 1."""
    if array.shape is None or type(axis) is not int:
        return with_shape(array, None)
    rank = len(array.shape) + 1
    place = axis + rank if axis < 0 else axis
    if not 0 <= place < rank:
        return with_shape(array, None)
    shape = (*array.shape[:place], 1, *array.shape[place:])
    return with_shape(array, shape, keeps_rows=place < rank - 1)


def squeezed(array: Array, axis: Value = None) -> Array:
    """Return an array without its axes of 1, or without one of them."""
    shape = array.shape
    if shape is None:
        return with_shape(array, None)
    if type(axis) is int:
        place = axis % len(shape) if shape else 0
        kept: Shape | None = shape[:place] + shape[place + 1 :]
    elif axis is None:
        kept = None if None in shape[1:] else tuple(n for n in shape if n != 1)
    else:
        kept = None
    same = bool(kept) and bool(shape) and shape[-1] not in (1, None)
    return with_shape(array, kept, keeps_rows=same and kept != shape[:-1])


def transposed(array: Array) -> Array:
    """Return an array with its axes the other way round."""
    shape = None if array.shape is None else array.shape[::-1]
    made = with_shape(array, shape)
    return made if array.rank == 1 else replace(made, data=None)


def position_of_highest(array: Array, axis: Value, dtype: str | None) -> Array:
    """Return where along an axis the highest value is: class ids."""
    if array.shape is None:
        width = array.last if axis == -1 else None
        return ids(None, width, dtype)
    if type(axis) is not int or not -len(array.shape) <= axis < len(array.shape):
        return Array()
    place = axis % len(array.shape)
    shape = array.shape[:place] + array.shape[place + 1 :]
    last = place == len(array.shape) - 1
    width = array.shape[place]
    occur = array.rows is Rows.ONE_HOT and last and array.classes == width
    return ids(shape, width, dtype, all_occur=occur and width is not None)


def _parts(values: Value) -> list[Array] | None:
    if type(values) not in (list, tuple) or not values:
        return None
    return [as_array(each) for each in values]


def concatenated(values: Value, axis: Value = 0) -> Array:
    """Return arrays one after the other along an axis."""
    parts = _parts(values)
    if parts is None:
        return Array()
    shape = _joined_shape([part.shape for part in parts], axis)
    made = joined(parts, shape)
    along_rows = shape is not None and axis in (-1, len(shape) - 1)
    return replace(made, rows=None) if along_rows or shape is None else made


def _joined_shape(shapes: Sequence[Shape | None], axis: Value) -> Shape | None:
    known = [shape for shape in shapes if shape is not None]
    ranks = {len(shape) for shape in known}
    if len(ranks) != 1 or type(axis) is not int:
        return None
    rank = ranks.pop()
    if not -rank <= axis < rank:
        return None
    place = axis % rank
    axes = []
    for i in range(rank):
        sizes = [shape[i] for shape in known]
        if i != place:
            axes.append(next((n for n in sizes if n is not None), None))
        elif None in sizes or len(known) < len(shapes):
            axes.append(None)
        else:
            axes.append(sum(n for n in sizes if n is not None))
    return tuple(axes)


def stacked(values: Value, axis: Value = 0) -> Array:
    """Return arrays along a new axis."""
    parts = _parts(values)
    if parts is None:
        return Array()
    return concatenated([expanded(part, axis) for part in parts], axis)


def as_columns(values: Value) -> Array:
    """Return arrays side by side; one axis is a column."""
    parts = _parts(values)
    if parts is None:
        return Array()
    columns = [expanded(p, -1) if p.rank == 1 else p for p in parts]
    return concatenated(columns, 1)


def side_by_side(values: Value) -> Array:
    """Return arrays joined as `hstack` does."""
    parts = _parts(values)
    if parts is None or any(part.rank is None for part in parts):
        return Array()
    return concatenated(parts, 0 if parts[0].rank == 1 else 1)


def on_top(values: Value) -> Array:
    """Return arrays joined as `vstack` does."""
    parts = _parts(values)
    if parts is None or any(part.rank is None for part in parts):
        return Array()
    return concatenated([expanded(p, 0) if p.rank == 1 else p for p in parts], 0)


def repeated(array: Array, shape: Shape | None) -> Array:
    """Return values of an array, each maybe several times."""
    return replace(with_shape(array, shape), data=None)


def tiled(array: Array, times: Value) -> Array:
    """Return an array several times along each axis."""
    counts = shape_of(times)
    if counts is None or array.shape is None:
        return repeated(array, None)
    rank = max(len(counts), len(array.shape))
    old = (1,) * (rank - len(array.shape)) + array.shape
    counts = (1,) * (rank - len(counts)) + counts
    sizes = (
        None if n is None or c is None else n * c
        for n, c in zip(old, counts, strict=True)
    )
    return repeated(array, tuple(sizes))


def chosen(condition: Value, one: Value, other: Value) -> Array:
    """Return values of one array or another, as `where` does."""
    from kerascheck.readers.source.data.array import broadcast

    parts = [as_array(one), as_array(other)]
    shape = as_array(condition).shape
    for part in parts:
        shape = broadcast(shape, part.shape)
    made = joined(parts, shape)
    return replace(made, rows=None, dtype=None, ids=False)


def clipped(array: Array, low: Value, high: Value) -> Array:
    """Return values cut at two ends."""
    ends = [end if is_number(end) else None for end in (low, high)]
    wholes = all(end is None or is_whole(end) for end in ends) and not (
        None in ends and (low, high) != tuple(ends)
    )
    lows = [n for n in (array.low, ends[0]) if n is not None]
    highs = [n for n in (array.high, ends[1]) if n is not None]
    return Array(
        shape=array.shape,
        low=max(lows) if lows else None,
        high=min(highs) if highs else None,
        whole=True if array.whole and wholes else None,
    )


def sums(array: Array, axis: Value) -> Array:
    """Return what is left if an axis is summed up; of unbounded reals it is real."""
    unbounded = array.low is None or array.high is None
    whole = False if array.whole is False and unbounded else None
    if array.shape is None or type(axis) is not int:
        return Array(shape=() if axis is None else None)
    if not -len(array.shape) <= axis < len(array.shape):
        return Array()
    place = axis % len(array.shape)
    left = array.shape[:place] + array.shape[place + 1 :]
    return Array(shape=left, whole=whole if left else None)


def unknown_like(array: Array) -> Array:
    """Return values of the same shape of which nothing is known."""
    return replace(without_values(array), dtype=None)


def tests(array: Array) -> Array:
    """Return one bool for each value."""
    return bits(array.shape)
