"""An array, as far as it is known: its shape and what its values can be.

Each fact holds for the array that the program makes. Without a fact, anything is
possible. `kerascheck.readers.source.data.labels` says which labels they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum

from kerascheck.model.description import Scalar, Shape
from kerascheck.model.frozen import Frozen, replace
from kerascheck.model.typed import Final
from kerascheck.readers.source.data.call import NotKnown, Value

__all__ = [
    "MAX_LITERAL",
    "MAX_VALUES",
    "UNKNOWN",
    "Array",
    "Rows",
    "all_occur",
    "bits",
    "broadcast",
    "ids",
    "joined",
    "one_hot",
    "reals",
    "shape_of",
    "typed",
    "with_items",
    "with_shape",
    "without_values",
]

MAX_LITERAL: Final = 10_000
"""Values of a literal that are kept."""

MAX_VALUES: Final = 64
_MAX_RANK: Final = 32


class Rows(StrEnum):
    """What every row along the last axis is."""

    ONE_HOT = "one-hot"  # exactly one 1, and 0 elsewhere
    DISTRIBUTION = "distribution"  # probabilities that sum to 1
    COLUMNS = "columns"  # 0 and 1, of several columns
    SEVERAL = "several"  # 0 and 1, made for samples with several classes


class Array(Frozen):
    """What is known of an array, tensor or column."""

    shape: Shape | None = None  # None: not even the rank is known
    last: int | None = None  # size of the last axis, if the rank is not known
    max_rank: int = _MAX_RANK  # if the rank is not known
    dtype: str | None = None  # numpy's name, or "str"
    low: float | None = None  # no finite value is lower
    high: float | None = None  # no finite value is higher
    whole: bool | None = None  # all are whole numbers; False: surely not all
    values: tuple[Scalar, ...] | None = None  # every value is one of these
    classes: int | None = None  # distinct values that occur; of rows, columns with a 1
    ids: bool = False  # numbers of classes, one after the other
    dense: bool = False  # has every whole number from low to high, in any long part
    varies: bool = False  # a loop assigns to it, and one round of the loop is known
    signed: bool = False  # reals of which some are below 0 and some above
    rows: Rows | None = None
    data: tuple[Scalar, ...] | None = None  # all values in order, if literal

    @property
    def rank(self) -> int | None:
        """Number of axes; None: unknown."""
        return None if self.shape is None else len(self.shape)

    @property
    def width(self) -> int | None:
        """Size of the last axis; None: unknown, or there is none."""
        return (self.shape[-1] if self.shape else None) if self.shape else self.last

    @property
    def is_bits(self) -> bool:
        """Say whether every value is 0 or 1."""
        inside = self.low is not None and self.high is not None
        return bool(self.whole and inside and self.low >= 0 and self.high <= 1)  # type: ignore[operator]


UNKNOWN: Final = Array()


def without_values(array: Array) -> Array:
    """Return what is left if nothing is known of the values."""
    return Array(
        shape=array.shape,
        last=array.last,
        max_rank=array.max_rank,
        dtype=array.dtype,
    )


def with_items(array: Array, index: Value, items: Array) -> Array:
    """Return what is known of an array after some of its values are assigned.

    Of a loop one round is known: a plain value of it says nothing of the other rounds.
    """
    if array.varies:
        bare = replace(array, varies=False)
        made = without_values(bare) if _is_plain(items) else with_items(bare, 0, items)
        return replace(made, varies=True)
    if items.whole is not True and (array.dtype or "int").startswith(("int", "uint")):
        return without_values(array)
    made = replace(joined([array, items], array.shape), dtype=array.dtype, rows=None)
    made = replace(made, last=array.last, max_rank=array.max_rank)
    if items.values != (1,):
        return made
    if array.values == (0,) and _is_once_a_row(array, index):
        return replace(made, rows=Rows.ONE_HOT)
    fills = array.values == (0,) or array.rows is Rows.COLUMNS
    return (
        replace(made, rows=Rows.COLUMNS) if fills and _is_cell(array, index) else made
    )


def _is_plain(items: Array) -> bool:
    return items.data is not None or len(items.values or (0, 1)) < 2


def _is_cell(array: Array, index: Value) -> bool:
    """Say whether an index is one cell of a matrix, in a column that is computed."""
    if not isinstance(index, tuple) or array.rank != len(index) or len(index) < 2:
        return False
    whole = any(isinstance(each, slice) for each in index)
    return not whole and not isinstance(index[-1], (int, Array))


def _is_once_a_row(array: Array, index: Value) -> bool:
    """Say whether an index is `[arange(rows), columns]`."""
    if not isinstance(index, tuple) or len(index) != 2 or array.rank != 2:
        return False
    rows, shape = index[0], array.shape
    if not isinstance(rows, Array) or not shape or rows.shape != shape[:1]:
        return False
    return rows.dense and rows.low == 0 and rows.classes == shape[0]


def with_shape(array: Array, shape: Shape | None, *, keeps_rows: bool = False) -> Array:
    """Return the same values in another shape."""
    rows = array.rows if keeps_rows else None
    last = array.last if keeps_rows and shape is None else None
    return replace(array, shape=shape, rows=rows, last=last, max_rank=_MAX_RANK)


def all_occur(array: Array) -> bool:
    """Say whether every whole number from the lowest to the highest value occurs."""
    if array.low is None or array.high is None or not array.whole:
        return False
    return array.dense or array.classes == array.high - array.low + 1


def bits(shape: Shape | None, dtype: str | None = "bool") -> Array:
    """Return values 0 and 1."""
    return Array(shape=shape, dtype=dtype, low=0, high=1, whole=True, values=(0, 1))


def ids(
    shape: Shape | None,
    classes: int | None = None,
    dtype: str | None = "int64",
    *,
    all_occur: bool = False,
    mixed: bool = True,
) -> Array:
    """Return class ids from 0 on.

    Args:
        shape: Of the array.
        classes: How many classes there are.
        dtype: Of the array.
        all_occur: Whether each class occurs.
        mixed: Whether each does in any long part, too.
    """
    known = classes is not None
    return Array(
        shape=shape,
        dtype=dtype,
        low=0,
        high=classes - 1 if classes is not None else None,
        whole=True,
        ids=True,
        dense=known and all_occur and mixed,
        classes=classes if all_occur else None,
        values=tuple(range(classes)) if known and classes <= MAX_VALUES else None,  # type: ignore[operator, arg-type]
    )


def reals(
    shape: Shape | None,
    low: float | None = None,
    high: float | None = None,
    dtype: str | None = "float64",
) -> Array:
    """Return real values of which most are no whole numbers."""
    return Array(shape=shape, dtype=dtype, low=low, high=high, whole=False)


def typed(shape: Shape | None, dtype: str | None) -> Array:
    """Return values of which only the dtype is known."""
    of_numbers = dtype is not None and dtype.startswith(("int", "uint"))
    return Array(shape=shape, dtype=dtype, whole=True if of_numbers else None)


def one_hot(
    of: Array, width: int | None, dtype: str | None, *, columns: bool = False
) -> Array:
    """Return rows with one 1 for each value of an array.

    Args:
        of: Class ids.
        width: Length of a row.
        dtype: Of the rows.
        columns: Whether a last axis of 1 is taken off first, as Keras does.
    """
    shape = of.shape
    if columns and shape and len(shape) > 1 and shape[-1] == 1:
        shape = shape[:-1]
    made = bits(None if shape is None else (*shape, width), dtype)
    classes = of.classes if of.whole and of.low == 0 else None
    last = width if shape is None else None
    return replace(made, rows=Rows.ONE_HOT, last=last, classes=classes)


def shape_of(value: Value) -> Shape | None:
    """Return a shape that a program writes: a number, list or tuple."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return (value,)
    if isinstance(value, NotKnown):
        return (None,)
    if type(value) not in (list, tuple) or len(value) > _MAX_RANK:
        return None
    return tuple(v if type(v) is int and v >= 0 else None for v in value)


def broadcast(one: Shape | None, other: Shape | None) -> Shape | None:
    """Return the shape of an operation on two arrays; None: unknown."""
    if one is None or other is None:
        return None
    rank = max(len(one), len(other))
    pairs = zip(
        (1,) * (rank - len(one)) + one, (1,) * (rank - len(other)) + other, strict=True
    )
    return tuple(_axis(a, b) for a, b in pairs)


def _axis(a: int | None, b: int | None) -> int | None:
    if a == 1:
        return b
    if b == 1 or a == b:
        return a
    return b if a is None else a if b is None else None


def joined(arrays: Sequence[Array], shape: Shape | None) -> Array:
    """Return what holds for the values of all these arrays together."""
    if not arrays:
        return Array(shape=shape)
    first = arrays[0]
    wholes = {each.whole for each in arrays}
    values: set[Scalar] | None = set()
    for each in arrays:
        values = (
            None if values is None or each.values is None else {*values, *each.values}
        )
    listed = None if values is None or len(values) > MAX_VALUES else values
    return Array(
        shape=shape,
        dtype=first.dtype if len({a.dtype for a in arrays}) == 1 else None,
        low=_end(min, [a.low for a in arrays]),
        high=_end(max, [a.high for a in arrays]),
        whole=False if False in wholes else None if None in wholes else True,
        values=None if listed is None else _sorted(listed),
        ids=all(a.ids for a in arrays),
        signed=all(a.signed for a in arrays),
        rows=first.rows if len({a.rows for a in arrays}) == 1 else None,
    )


def _sorted(values: Iterable[Scalar]) -> tuple[Scalar, ...]:
    return tuple(sorted(values, key=lambda v: (isinstance(v, str), v)))


def _end(choose: Value, ends: list[float | None]) -> float | None:
    known = [end for end in ends if end is not None]
    return choose(known) if len(known) == len(ends) else None
