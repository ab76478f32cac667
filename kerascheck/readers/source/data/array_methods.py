"""Methods and attributes of arrays, tensors and columns."""

from __future__ import annotations

from collections.abc import Callable

from kerascheck.model.frozen import replace
from kerascheck.model.typed import Any, Final
from kerascheck.readers.source.data import shapes
from kerascheck.readers.source.data.array import Array
from kerascheck.readers.source.data.call import Call, NotKnown, Value
from kerascheck.readers.source.data.casting import as_dtype
from kerascheck.readers.source.data.column_methods import categories
from kerascheck.readers.source.data.containers import Record
from kerascheck.readers.source.data.conversion import as_array
from kerascheck.readers.source.data.dtypes import dtype_named
from kerascheck.readers.source.data.operators import product
from kerascheck.readers.source.data.parts import some_of

__all__ = ["METHODS", "array_attribute", "array_method"]


def _astype(array: Array, call: Call) -> Value:
    dtype = call.get(0, "dtype")
    if dtype == "category":
        return array
    return as_dtype(array, dtype_named(dtype))


def _reshape(array: Array, call: Call) -> Array:
    axes = call.args
    shape = call.get(0, "shape") if len(axes) < 2 else axes
    return shapes.reshaped(array, shape)


def _to_numpy(array: Array, call: Call) -> Array:
    dtype = call.get(0, "dtype")
    return array if dtype is None else as_dtype(array, dtype_named(dtype))


def _unique(array: Array, call: Call) -> Array:
    return replace(some_of(array), shape=(array.classes,), rows=None)


def _nunique(array: Array, call: Call) -> Value:
    if array.classes is not None:
        return array.classes
    return NotKnown("how many distinct values there are is not known")


def _extreme(name: str) -> Callable[[Array, Call], Value]:
    def extreme(array: Array, call: Call) -> Value:
        known = getattr(array, name)
        exact = array.dense or array.data is not None
        if call.get(0, "axis") is None and exact and known is not None:
            return int(known) if array.whole else known
        if call.get(0, "axis") is None:
            return NotKnown("a value of an array is not known")
        return shapes.sums(array, call.get(0, "axis"))

    return extreme


def _sum(array: Array, call: Call) -> Value:
    axis = call.get(0, "axis")
    if axis is None:
        return NotKnown("a value of an array is not known")
    return shapes.sums(array, axis)


def _same(array: Array, call: Call) -> Array:
    return array


METHODS: Final[dict[str, Callable[[Array, Call], Any]]] = {
    "argmax": lambda array, call: shapes.position_of_highest(
        array, call.get(0, "axis"), "int64"
    ),
    "astype": _astype,
    "clip": lambda array, call: shapes.clipped(
        array, call.get(0, "min"), call.get(1, "max")
    ),
    "copy": _same,
    "dot": lambda array, call: product(array, as_array(call.get(0, "b"))),
    "flatten": lambda array, call: shapes.flattened(array),
    "max": _extreme("high"),
    "mean": _sum,
    "min": _extreme("low"),
    "numpy": _same,
    "nunique": _nunique,
    "ravel": lambda array, call: shapes.flattened(array),
    "reshape": _reshape,
    "round": lambda array, call: array if array.whole else shapes.unknown_like(array),
    "squeeze": lambda array, call: shapes.squeezed(array, call.get(0, "axis")),
    "std": _sum,
    "sum": _sum,
    "to_list": _same,
    "to_numpy": _to_numpy,
    "toarray": _same,
    "todense": _same,
    "tolist": _same,
    "transpose": lambda array, call: Array() if call.args else shapes.transposed(array),
    "unique": _unique,
}
"""Method of an array -> what it returns."""


def array_method(array: Array, name: str, call: Call) -> Value | None:
    """Return what a method of an array makes."""
    made = METHODS.get(name)
    return None if made is None else made(array, call)


def array_attribute(array: Array, name: str) -> Value | None:
    """Return an attribute of an array; an axis that is not known is `NotKnown`."""
    if name == "shape":
        return _shape(array)
    if name == "ndim":
        return array.rank if array.rank is not None else NotKnown("the rank is unknown")
    if name == "dtype":
        return array.dtype
    if name == "size":
        return NotKnown("the size of an array is not known")
    if name in ("values", "array", "iloc", "loc"):
        return array
    if name == "T":
        return shapes.transposed(array)
    if name == "cat":
        codes = categories(array, "codes")
        return Record(fields=(("codes", codes),))
    return None


def _shape(array: Array) -> Value:
    if array.shape is None:
        return NotKnown("the shape of an array is not known", is_number=False)
    missing = NotKnown("the length of an axis is not known")
    return tuple(missing if size is None else size for size in array.shape)
