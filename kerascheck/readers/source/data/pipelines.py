"""`tf.data`: data sets from files and generators, and what changes their elements."""

from __future__ import annotations

from collections.abc import Callable

from kerascheck.model.frozen import replace
from kerascheck.model.typed import Final
from kerascheck.readers.source.data.array import (
    UNKNOWN,
    Array,
    shape_of,
    typed,
    with_shape,
)
from kerascheck.readers.source.data.call import Call, Function, Value, whole_number
from kerascheck.readers.source.data.containers import Dataset, Record, mapped_leaves
from kerascheck.readers.source.data.conversion import as_array
from kerascheck.readers.source.data.dtypes import dtype_named
from kerascheck.readers.source.data.parsing import defaults_of
from kerascheck.readers.source.data.parts import some_of

__all__ = ["SOURCES", "dataset_method", "generated_windows", "sliding_windows"]

_TEXT: Final = Array(shape=(), dtype="str")


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
    """Return what the signature says of the elements."""
    signature = call.named("output_signature")
    if signature is not None:
        return Dataset(element=_of_specs(signature), batched=False)
    types = call.get(1, "output_types")
    if types is not None:
        shapes = call.get(2, "output_shapes")
        return Dataset(element=_of_types(types, shapes), batched=False)
    return Dataset(element=UNKNOWN, batched=None)


def _of_specs(spec: Value) -> Value:
    if type(spec) in (tuple, list):
        return tuple(_of_specs(each) for each in spec)
    if isinstance(spec, dict):
        return {key: _of_specs(each) for key, each in spec.items()}
    if isinstance(spec, Record) and spec.get("dtype") is not None:
        return typed(_shape_of_spec(spec.get("shape")), dtype_named(spec.get("dtype")))
    return UNKNOWN


def _shape_of_spec(shape: Value) -> tuple[int | None, ...] | None:
    return None if shape is None else shape_of(shape)


def _of_types(types: Value, shapes: Value) -> Value:
    if type(types) in (tuple, list):
        each = shapes if type(shapes) in (tuple, list) else [None] * len(types)
        if len(each) != len(types):
            each = [None] * len(types)
        return tuple(map(_of_types, types, each))
    if isinstance(types, dict):
        known = shapes if isinstance(shapes, dict) else {}
        return {key: _of_types(each, known.get(key)) for key, each in types.items()}
    return typed(_shape_of_spec(shapes), dtype_named(types))


def _of_texts(call: Call) -> Dataset:
    return Dataset(element=_TEXT, batched=False)


def _numbers(call: Call) -> Dataset:
    return Dataset(element=replace(typed((), "int64"), low=0), batched=False)


def _csv_batches(call: Call) -> Dataset:
    """Batches of all columns by name, and of the labels if they are named."""
    if call.get(4, "label_name") is None:
        return Dataset(element=UNKNOWN)
    return Dataset(element=(UNKNOWN, Array(shape=(None,))))


def _csv(call: Call) -> Dataset:
    columns = defaults_of(call.get(1, "record_defaults"))
    if columns is None:
        return Dataset(element=UNKNOWN, batched=None)
    return Dataset(element=tuple(columns), batched=False)


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
    function = _METHODS.get(name)
    return None if function is None else function(dataset, call)


def _unbatched(dataset: Dataset, call: Call) -> Dataset:
    element = mapped_leaves(dataset.element, _without_first)
    return replace(dataset, element=element, batched=False)


def _batched(dataset: Dataset, call: Call) -> Dataset:
    """Return batches, each of which stands for all."""

    def add(array: Array) -> Array:
        shape = None if array.shape is None else (None, *array.shape)
        return replace(with_shape(array, shape, keeps_rows=True), data=None)

    return replace(dataset, element=mapped_leaves(dataset.element, add), batched=True)


def _mapped(dataset: Dataset, call: Call) -> Dataset:
    made = _made_of(dataset, call)
    return replace(dataset, element=_structure(_as_tuple(made), lambda a: a))


def _made_of(dataset: Dataset, call: Call) -> Value:
    """Return what a function of the program makes of an element."""
    if call.invoke is None:
        return UNKNOWN
    element = dataset.element
    args = element if type(element) is tuple else (element,)
    return call.invoke(call.get(0, "map_func"), args)


def _as_tuple(made: Value) -> Value:
    return tuple(made) if type(made) is list else made


def _flattened(dataset: Dataset, call: Call) -> Dataset:
    """Return the elements of the data sets that a function makes."""
    made = _made_of(dataset, call)
    if not isinstance(made, Dataset):
        return Dataset(element=UNKNOWN, batched=None)
    element = mapped_leaves(made.element, some_of)
    return replace(dataset, element=element, batched=False)


def _windows(dataset: Dataset, call: Call) -> Dataset:
    """Return small data sets; of elements with several parts, as many of them."""
    element = dataset.element
    if type(element) is tuple:
        parts: Value = tuple(Dataset(element=each, batched=False) for each in element)
    else:
        parts = Dataset(element=element, batched=False)
    return replace(dataset, element=parts, batched=False)


_METHODS: Final[dict[str, Callable[[Dataset, Call], Value]]] = {
    "batch": _batched,
    "enumerate": lambda dataset, call: replace(
        dataset, element=(Array(shape=()), dataset.element)
    ),
    "flat_map": _flattened,
    "interleave": _flattened,
    "map": _mapped,
    "padded_batch": _batched,
    "ragged_batch": _batched,
    "unbatch": _unbatched,
    "window": _windows,
    **dict.fromkeys(
        ("as_numpy_iterator", "__iter__", "make_one_shot_iterator"),
        lambda dataset, call: dataset,
    ),
    **dict.fromkeys(
        ("next", "__next__", "get_next", "get_single_element"),
        lambda dataset, call: dataset.element,
    ),
}
"""Method of a data set -> what it returns."""


def sliding_windows(call: Call) -> Dataset:
    """Return batches of windows over a series, each with the target after it."""
    return _windows_of(call, whole_number(call.get(2, "sequence_length")))


def generated_windows(call: Call) -> Dataset:
    """Return what a TimeseriesGenerator yields; its length counts steps left out."""
    length = whole_number(call.get(2, "length"))
    rate = whole_number(call.get(3, "sampling_rate", 1))
    return _windows_of(call, -(-length // rate) if length and rate else None)


def _windows_of(call: Call, length: int | None) -> Dataset:
    series, targets = as_array(call.get(0, "data")), call.get(1, "targets")
    rest = series.shape[1:] if series.shape else None
    x = Array(shape=None if rest is None else (None, length, *rest))
    if targets is None:
        return Dataset(element=x)
    y = some_of(as_array(targets))
    return Dataset(element=(x, with_shape(y, _any_size(y.shape), keeps_rows=True)))


def _any_size(shape: Value) -> Value:
    return (None, *shape[1:]) if shape else shape


SOURCES: Final[dict[str, Function]] = {
    "data.Dataset.from_generator": _from_generator,
    "data.Dataset.from_tensor_slices": _slices,
    "data.Dataset.from_tensors": _tensors,
    "data.Dataset.list_files": _of_texts,
    "data.Dataset.range": _numbers,
    "data.Dataset.zip": _zip,
    "data.FixedLengthRecordDataset": _of_texts,
    "data.TFRecordDataset": _of_texts,
    "data.TextLineDataset": _of_texts,
    "data.experimental.CsvDataset": _csv,
    "data.experimental.make_csv_dataset": _csv_batches,
}
"""Name below `tensorflow` -> data set."""
