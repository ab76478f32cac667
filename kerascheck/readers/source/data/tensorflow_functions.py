"""Functions of TensorFlow."""

from __future__ import annotations

from kerascheck.model.frozen import replace
from kerascheck.model.typed import Final
from kerascheck.readers.source.data import shapes
from kerascheck.readers.source.data.array import (
    UNKNOWN,
    Array,
    one_hot,
    reals,
    shape_of,
)
from kerascheck.readers.source.data.call import Call, Function, is_number, whole_number
from kerascheck.readers.source.data.casting import as_dtype
from kerascheck.readers.source.data.conversion import as_array
from kerascheck.readers.source.data.dtypes import dtype_named
from kerascheck.readers.source.data.numpy_functions import SHARED, filled, made_array
from kerascheck.readers.source.data.parsing import PARSING
from kerascheck.readers.source.data.pipelines import SOURCES

__all__ = ["TENSORFLOW"]


def _converted(call: Call) -> Array:
    made = made_array(call)
    literal = call.args and not isinstance(call.args[0], Array)
    if call.get(1, "dtype") is None and literal:
        short = {"float64": "float32", "int64": "int32"}
        return replace(made, dtype=short.get(made.dtype or "", made.dtype))
    return made


def _cast(call: Call) -> Array:
    return as_dtype(as_array(call.get(0, "x")), dtype_named(call.get(1, "dtype")))


def _one_hot(call: Call) -> Array:
    of = as_array(call.get(0, "indices"))
    plain = all(
        call.get(i, name) is None for i, name in ((2, "on_value"), (3, "off_value"))
    )
    if not plain or call.get(4, "axis", -1) not in (-1, None):
        return UNKNOWN
    dtype = call.get(5, "dtype")
    name = "float32" if dtype is None else dtype_named(dtype)
    return one_hot(of, whole_number(call.get(1, "depth")), name)


def _random(low: float | None, high: float | None) -> Function:
    def make(call: Call) -> Array:
        return reals(shape_of(call.get(0, "shape")), low, high, "float32")

    return make


def _uniform(call: Call) -> Array:
    shape = shape_of(call.get(0, "shape"))
    low, high = call.get(1, "minval", 0), call.get(2, "maxval")
    dtype = dtype_named(call.get(3, "dtype", "float32"))
    if dtype is not None and dtype.startswith("int"):
        if type(low) is not int or type(high) is not int or high <= low:
            return Array(shape=shape, dtype=dtype, whole=True)
        few = tuple(range(low, high)) if high - low <= 64 else None
        return Array(
            shape=shape, dtype=dtype, low=low, high=high - 1, whole=True, values=few
        )
    top = 1 if high is None else high
    if not is_number(low) or not is_number(top):
        return reals(shape, dtype=dtype)
    return reals(shape, low, top, dtype)


def _axis(default: int) -> Function:
    def argmax(call: Call) -> Array:
        array = as_array(call.get(0, "input"))
        axis = call.get(1, "axis")
        return shapes.position_of_highest(
            array, default if axis is None else axis, None
        )

    return argmax


TENSORFLOW: Final[dict[str, Function]] = {
    **SHARED,
    **PARSING,
    **SOURCES,
    "argmax": _axis(0),
    "cast": _cast,
    "concat": lambda c: shapes.concatenated(c.get(0, "values"), c.get(1, "axis")),
    "constant": _converted,
    "convert_to_tensor": _converted,
    "math.argmax": _axis(0),
    "one_hot": _one_hot,
    "ones": filled(1, default="float32"),
    "random.normal": _random(None, None),
    "random.truncated_normal": _random(None, None),
    "random.uniform": _uniform,
    "zeros": filled(0, default="float32"),
    "Variable": _converted,
}
"""Name below `tensorflow` -> function that says what it returns."""
