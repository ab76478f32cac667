"""The interpreter's way to what is known of arrays and data sets.

Every function returns None for what is not known here.
"""

from __future__ import annotations

from collections.abc import Mapping

from kerascheck.model.frozen import replace
from kerascheck.model.typed import Any, Final
from kerascheck.readers.source.data import (
    array_methods,
    column_methods,
    operators,
    pandas_functions,
    pipelines,
    preprocessing,
    sklearn_functions,
    subscripts,
    tensorflow_functions,
)
from kerascheck.readers.source.data.array import (
    UNKNOWN,
    Array,
    with_items,
    without_values,
)
from kerascheck.readers.source.data.call import Call, NotKnown, Value
from kerascheck.readers.source.data.containers import (
    Dataset,
    Encoder,
    Generator,
    Located,
    Record,
    Table,
)
from kerascheck.readers.source.data.conversion import as_array, open_list
from kerascheck.readers.source.data.keras_functions import KERAS, flow
from kerascheck.readers.source.data.numpy_functions import NUMPY, SHARED
from kerascheck.readers.source.data.random_functions import RANDOM
from kerascheck.readers.source.data.tensorflow_datasets import (
    builder,
    builder_method,
    load,
)

__all__ = [
    "attribute",
    "batch_of",
    "call",
    "compare",
    "forget",
    "is_data",
    "items",
    "layer",
    "length",
    "method",
    "number",
    "open_list",
    "operator",
    "set_item",
    "subscript",
    "unary",
    "unpack",
    "vary",
]

_KINDS: Final = (Array, Table, Located, Record, Dataset, Generator, Encoder)


def _table_of(name: str) -> tuple[Mapping[str, Any], str]:
    """Return the table for a qualified name, and the name in it."""
    first, _, rest = name.partition(".")
    if first in ("keras", "tensorflow") and rest.startswith("random."):
        return tensorflow_functions.TENSORFLOW, rest
    if name.startswith("numpy.random."):
        return RANDOM, rest.removeprefix("random.")
    if name.startswith("jax.numpy."):
        return NUMPY, name.removeprefix("jax.numpy.")
    if first == "keras":
        for prefix in ("ops.", "backend."):
            plain = rest.removeprefix(prefix)
            if plain != rest and rest not in KERAS:
                return SHARED, plain
        return KERAS, rest
    if first == "tensorflow":
        plain = rest.removeprefix("math.")
        known = rest in tensorflow_functions.TENSORFLOW
        return tensorflow_functions.TENSORFLOW, rest if known else plain
    return _TABLES.get(first, {}), rest


_TABLES: Final[dict[str, Mapping[str, Any]]] = {
    "numpy": NUMPY,
    "pandas": pandas_functions.PANDAS,
    "sklearn": sklearn_functions.SKLEARN,
    "tensorflow_datasets": {"builder": builder, "load": load},
}


def is_data(value: Value) -> bool:
    """Say whether a value is an array, a table, a data set or an encoder."""
    return isinstance(value, _KINDS)


def call(name: str, call: Call) -> Value | None:
    """Return what a function of a library returns.

    Args:
        name: Qualified, such as "numpy.eye" or "keras.utils.to_categorical".
        call: Its arguments.
    """
    if name in ("numpy.random.default_rng", "numpy.random.RandomState"):
        return Generator()
    table, rest = _table_of(name)
    function = table.get(rest)
    return None if function is None else function(call)


def method(value: Value, name: str, call: Call) -> Value | None:
    """Return what a method of a value returns."""
    match value:
        case Array():
            column = column_methods.column_method(value, name, call)
            found = column or array_methods.array_method(value, name, call)
        case Table():
            found = pandas_functions.table_method(value, name, call)
        case Dataset():
            found = pipelines.dataset_method(value, name, call)
        case Generator():
            function = RANDOM.get(name)
            found = None if function is None else function(call)
        case Encoder(kind="Builder"):
            found = builder_method(value, name, call)
        case Encoder(kind="Tokenizer"):
            found = preprocessing.tokenizer_method(value, name, call)
        case Encoder(kind="ImageDataGenerator"):
            found = flow(name, call)
        case Encoder():
            found = sklearn_functions.encoder_method(value, name, call)
        case _:
            found = None
    return found


def attribute(value: Value, name: str) -> Value | None:
    """Return an attribute of a value."""
    match value:
        case Array():
            return array_methods.array_attribute(value, name)
        case Table() if name == "shape":
            return array_methods.array_attribute(value.as_array(), name)
        case Table():
            return pandas_functions.table_attribute(value, name)
        case Record():
            return value.get(name)
        case Encoder():
            return sklearn_functions.encoder_attribute(value, name)
        case Dataset(classes=int() as classes) if name == "num_classes":
            return classes
        case Dataset() if name == "class_names":
            return Array(shape=(value.classes,), dtype="str")
        case _:
            return None


def operator(op: str, left: Value, right: Value) -> Value | None:
    """Return what an operator makes of two values.

    Args:
        op: Name of its class in `ast`, such as "Add".
        left: One value.
        right: The other.
    """
    if not (_is_array(left) or _is_array(right)):
        return None
    return operators.computed(op, left, right)


def compare(op: str, left: Value, right: Value) -> Value | None:
    """Return what a comparison makes of two values, by the name of its class."""
    if not (_is_array(left) or _is_array(right)):
        return None
    return operators.compared(op, left, right)


def unary(op: str, value: Value) -> Value | None:
    """Return what `-`, `+` or `~` makes of a value, by the name of its class."""
    if not _is_array(value):
        return None
    return operators.negated(op, as_array(value))


def _is_array(value: Value) -> bool:
    return isinstance(value, (Array, Table))


def subscript(value: Value, index: Value) -> Value | None:
    """Return an item; a slice in the index is a `slice`, `...` is `Ellipsis`."""
    match value:
        case Array():
            return subscripts.item_of(value, index)
        case Table():
            return pandas_functions.table_item(value, index)
        case Located():
            return pandas_functions.located(value.table, index)
        case Record():
            return value.get(index)
        case Dataset() if isinstance(index, int):
            return replace(value, splits=False) if value.splits else value.batch
        case _:
            return None


def set_item(value: Value, index: Value, item: Value) -> Value | None:
    """Return the value after an item is assigned, to be kept in its place."""
    if isinstance(value, Table):
        value.assign(index, as_array(item))
        return value
    if isinstance(value, Located):
        value.table.assign(None, UNKNOWN)
        return value
    if not isinstance(value, Array):
        return None
    return with_items(value, index, as_array(item))


def forget(value: Value) -> Value:
    """Return a value after any of its items may have been assigned."""
    return without_values(value) if isinstance(value, Array) else value


def vary(value: Value) -> Value:
    """Return a value before a loop assigns its items, of which one round is known."""
    return replace(value, varies=True) if isinstance(value, Array) else value


def layer(kind: str, config: Mapping[str, Any], value: Value) -> Array | None:
    """Return what a layer of a class makes of data."""
    return preprocessing.layer_on(kind, config, value)


def number(why: str) -> NotKnown:
    """Return a number that is not known."""
    return NotKnown(why)


def length(value: Value) -> int | NotKnown | None:
    """Return `len(value)`."""
    if not _is_array(value):
        return None
    shape = as_array(value).shape
    if shape and shape[0] is not None:
        return shape[0]
    return NotKnown("the length of an array is not known")


def items(value: Value) -> list[Value] | None:
    """Return what a loop over a value meets first."""
    if isinstance(value, Dataset):
        return [value.batch]
    if isinstance(value, Array) and value.shape:
        return [replace(subscripts.item_of(value, 0), data=None)]
    return None


def unpack(value: Value, count: int) -> list[Value] | None:
    """Return the parts that a value is unpacked to."""
    if isinstance(value, Dataset) and value.splits:
        return [replace(value, splits=False)] * count
    if isinstance(value, Array) and value.shape and value.shape[0] in (count, None):
        return [subscripts.item_of(value, place) for place in range(count)]
    return None


def batch_of(value: Value) -> tuple[Value, Value, Value]:
    """Return x, y and sample weights that `fit` gets of a data set.

    Each is an `Array`, a tuple or dict of them, or None where there is none.
    """
    element = value.batch if isinstance(value, Dataset) else value
    if isinstance(element, (list, tuple)):
        if len(element) in (1, 2, 3):
            x, y, weight = (*element, None, None)[:3]
            return x, y, weight
        return UNKNOWN, UNKNOWN, UNKNOWN
    if isinstance(element, Array) and element == UNKNOWN:
        return UNKNOWN, UNKNOWN, UNKNOWN
    return element, None, None
