"""Arrays of another dtype."""

from __future__ import annotations

from kerascheck.model.frozen import replace
from kerascheck.readers.source.data.array import Array, bits, without_values
from kerascheck.readers.source.data.call import Value

__all__ = ["as_dtype"]


def as_dtype(array: Array, dtype: str | None) -> Array:
    """Return an array in another dtype."""
    if dtype is None:
        return replace(array, dtype=None, **_cast_to_unknown(array))
    if dtype == "bool" and not array.is_bits:
        return bits(array.shape)
    if dtype == "str":
        return Array(shape=array.shape, dtype="str", classes=array.classes)
    made = replace(array, dtype=dtype)
    if _overflows(array, dtype):
        return without_values(made)
    if dtype.startswith(("int", "uint")) and array.whole is not True:
        return _truncated(made)
    return made


def _cast_to_unknown(array: Array) -> dict[str, Value]:
    if array.whole:
        return {"data": None}
    return {"whole": None, "rows": None, "data": None, "values": None}


def _overflows(array: Array, dtype: str) -> bool:
    """Say whether values may not fit a dtype of whole numbers."""
    if not dtype.startswith(("int", "uint")):
        return False
    size = int(dtype.lstrip("uint") or 64)
    low, high = (
        (0, 2**size) if dtype[0] == "u" else (-(2 ** (size - 1)), 2 ** (size - 1))
    )
    if array.ids and (array.low or 0) >= 0:
        return array.high is not None and array.high >= high
    beyond = array.low is not None and array.low < low
    return beyond or (array.high is not None and array.high >= high)


def _truncated(array: Array) -> Array:
    low = None if array.low is None else float(int(array.low))
    high = None if array.high is None else float(int(array.high))
    made = without_values(array)
    return replace(made, low=low, high=high, whole=True)
