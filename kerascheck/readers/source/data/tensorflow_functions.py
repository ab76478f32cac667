"""Functions of TensorFlow, and `tf.data`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from kerascheck.model.frozen import replace
from kerascheck.readers.source.data import shapes
from kerascheck.readers.source.data.array import (
    UNKNOWN,
    Array,
    as_array,
    as_dtype,
    one_hot,
    reals,
    shape_of,
    with_shape,
)
from kerascheck.readers.source.data.call import (
    Call,
    Function,
    Value,
    is_number,
    whole_number,
)
from kerascheck.readers.source.data.containers import Dataset, mapped_leaves
from kerascheck.readers.source.data.dtypes import dtype_named
from kerascheck.readers.source.data.numpy_functions import (
    SHARED,
    filled,
    made_array,
)

__all__ = ["TENSORFLOW", "dataset_method"]


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


def _slices(call: Call) -> Value:
    if not call.args and "tensors" not in call.kwargs:
        return None
    given = call.get(0, "tensors")
    return Dataset(element=_structure(given, _without_first), batched=False)


def _structure(given: Value, change: Callable[[Array], Array]) -> Value:
    """Return tensors in tuples and dicts as they come, each changed."""
    if type(given) is tuple:
        return tuple(_structure(each, change) for each in given)
    if isinstance(given, dict):
        return {key: _structure(each, change) for key, each in given.items()}
    return change(as_array(given))


def _without_first(array: Array) -> Array:
    shape = None if not array.shape else array.shape[1:]
    rows = None if shape == () else array.rows
    return replace(array, shape=shape, data=None, rows=rows)


def _tensors(call: Call) -> Dataset:
    return Dataset(
        element=_structure(call.get(0, "tensors"), lambda a: a), batched=False
    )


def _zip(call: Call) -> Value:
    parts = call.get(0, "datasets")
    if len(call.args) > 1:
        parts = call.args
    if type(parts) not in (list, tuple) or not all(
        isinstance(part, Dataset) for part in parts
    ):
        return None
    batched = {part.batched for part in parts}
    element = tuple(part.element for part in parts)
    return Dataset(
        element=element, batched=batched.pop() if len(batched) == 1 else None
    )


def _from_generator(call: Call) -> Dataset:
    return Dataset(element=UNKNOWN, batched=None)


_KEEPS: Final = frozenset(
    {
        "cache",
        "concatenate",
        "filter",
        "ignore_errors",
        "prefetch",
        "repeat",
        "shard",
        "shuffle",
        "skip",
        "snapshot",
        "take",
        "with_options",
    }
)
"""Methods of a data set that change none of its elements."""


def dataset_method(dataset: Dataset, name: str, call: Call) -> Value | None:
    """Return what a method of a data set makes of it."""
    if name in _KEEPS:
        return dataset
    if name in ("batch", "padded_batch", "ragged_batch"):
        return _batched(dataset)
    if name in ("unbatch",):
        return replace(
            dataset,
            element=mapped_leaves(dataset.element, _without_first),
            batched=False,
        )
    if name == "map":
        return _mapped(dataset, call)
    if name == "enumerate":
        return replace(dataset, element=(Array(shape=()), dataset.element))
    if name in ("as_numpy_iterator", "__iter__", "make_one_shot_iterator"):
        return dataset
    if name in ("next", "__next__", "get_next", "get_single_element"):
        return dataset.element
    return None


def _batched(dataset: Dataset) -> Dataset:
    """Return batches, each of which stands for all."""

    def add(array: Array) -> Array:
        shape = None if array.shape is None else (None, *array.shape)
        return replace(with_shape(array, shape, keeps_rows=True), data=None)

    return replace(dataset, element=mapped_leaves(dataset.element, add), batched=True)


def _mapped(dataset: Dataset, call: Call) -> Dataset:
    function = call.get(0, "map_func")
    element = dataset.element
    if call.invoke is None:
        return replace(dataset, element=UNKNOWN)
    args = element if type(element) is tuple else (element,)
    made = call.invoke(function, args)
    return replace(dataset, element=_structure(_as_tuple(made), lambda a: a))


def _as_tuple(made: Value) -> Value:
    return tuple(made) if type(made) is list else made


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
    "argmax": _axis(0),
    "cast": _cast,
    "concat": lambda c: shapes.concatenated(c.get(0, "values"), c.get(1, "axis")),
    "constant": _converted,
    "convert_to_tensor": _converted,
    "data.Dataset.from_generator": _from_generator,
    "data.Dataset.from_tensor_slices": _slices,
    "data.Dataset.from_tensors": _tensors,
    "data.Dataset.zip": _zip,
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
