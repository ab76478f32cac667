"""What is known of arrays and data sets; the interpreter's only way to it.

Nothing of it is imported before a program has a value that may be data.
"""

from __future__ import annotations

import ast
from collections.abc import Callable

from kerascheck.model.description import Labels, Shape
from kerascheck.model.typed import Any, Final
from kerascheck.readers.source.bounds import is_known, is_small
from kerascheck.readers.source.names import canonical
from kerascheck.readers.source.open_values import MORE, is_open
from kerascheck.readers.source.run import Exhausted, Raised
from kerascheck.readers.source.values import (
    Generated,
    Native,
    Slice,
    Unknown,
    UnknownNumber,
    Value,
)

__all__ = [
    "as_data",
    "attribute",
    "batch_of",
    "call",
    "compare",
    "is_data",
    "items",
    "labels_of",
    "layer",
    "length",
    "method",
    "operator",
    "set_item",
    "shape_of",
    "subscript",
    "unary",
    "unpack",
    "vary",
]

_MAX_ITEMS: Final = 64
"""Items of a list with further ones that are looked at."""

_HOME: Final = "kerascheck.readers.source.data"
_LIBRARIES: Final = frozenset(
    {"numpy", "jax", "pandas", "sklearn", "tensorflow", "tensorflow_datasets", "keras"}
)
Invoke = Callable[[Value, tuple[Value, ...]], Value]


def _ask(question: str, *args: Any) -> Any:
    """Return what the data part answers; unknown where it cannot.

    Arguments of programs may be anything, so anything may be raised over them.
    """
    from kerascheck.readers.source.data import library

    try:
        return getattr(library, question)(*args)
    except (Exhausted, Raised):
        raise
    except Exception as error:
        return Unknown(f"what is known of data raises {type(error).__name__}")


def is_data(value: Value) -> bool:
    """Say whether a value is an array, a table, a data set or an encoder."""
    return type(value).__module__.startswith(_HOME)


def _plain(found: Value) -> Value:
    """Return a value of the data part as the interpreter knows values."""
    if type(found).__name__ == "NotKnown":
        return (UnknownNumber if found.is_number else Unknown)(found.why)
    return found


def _given(value: Value, depth: int = 4) -> Value:
    """Return a value as the data part knows values."""
    if isinstance(value, Slice):
        return slice(*(_given(each) for each in (value.lower, value.upper, value.step)))
    if isinstance(value, UnknownNumber):
        return _ask("number", value.why)
    if isinstance(value, (Generated, Native)):
        return Unknown("a list that is not fully known")
    if is_open(value):
        return _of_open(value, depth)
    if not is_small(value):
        return Unknown("a value that is too large")
    if depth and isinstance(value, (list, tuple)) and not is_known(value):
        return type(value)(_given(each, depth - 1) for each in value)
    return value


def _of_open(value: Value, depth: int) -> Value:
    """Return what is known of a list that has further items, or of a dict or set."""
    if not depth or not isinstance(value, (list, tuple)) or not is_small(value):
        return Unknown("a list that is not fully known")
    items = [_given(each, depth - 1) for each in value if each is not MORE]
    return _ask("open_list", items[:_MAX_ITEMS])


def _call(
    args: list[Value], kwargs: dict[str, Value], invoke: Invoke | None = None
) -> Any:
    from kerascheck.readers.source.data.call import Call

    named = {name: _given(value) for name, value in kwargs.items()}
    calls = None if invoke is None else lambda f, given: _result(invoke(f, given))
    return Call(tuple(_given(value) for value in args), named, calls)


def _result(value: Value) -> Value:
    """Return what a function of the program makes, as the data part knows values."""
    if isinstance(value, Generated):
        value = value.items[0] if value.items else Unknown("what it yields")
    return _given(value)


def layer(kind: str, config: dict[str, Any], value: Value) -> Value | None:
    """Return what a layer makes of data; None: it is no data."""
    known = is_data(value) or isinstance(value, (list, tuple))
    return _ask("layer", kind, config, _given(value)) if known else None


def call(
    name: str,
    args: list[Value],
    kwargs: dict[str, Value],
    invoke: Invoke | None = None,
) -> Value | None:
    """Return what a function of a library returns; None: it is not known here."""
    known = canonical(name)
    if known.partition(".")[0] not in _LIBRARIES:
        return None
    return _plain(_ask("call", known, _call(args, kwargs, invoke)))


def method(
    value: Value,
    name: str,
    args: list[Value],
    kwargs: dict[str, Value],
    invoke: Invoke | None = None,
) -> Value | None:
    """Return what a method of a value returns; None: it is not known here."""
    if not is_data(value):
        return None
    return _plain(_ask("method", value, name, _call(args, kwargs, invoke)))


def attribute(value: Value, name: str) -> Value | None:
    """Return an attribute of a value; None: it is not known here."""
    return _sized(_ask("attribute", value, name)) if is_data(value) else None


def _sized(found: Value) -> Value:
    """Return a shape whose axes may be unknown."""
    if isinstance(found, tuple) and not is_data(found):
        why = Unknown("an axis of unknown size")
        return tuple(why if each is None else _plain(each) for each in found)
    return _plain(found)


def operator(op: ast.AST, left: Value, right: Value) -> Value | None:
    """Return what an operator makes of two values; None: it is not known here."""
    if not (is_data(left) or is_data(right)):
        return None
    if right is None:
        return unary(op, left)
    return _plain(_ask("operator", type(op).__name__, _given(left), _given(right)))


def unary(op: ast.AST, value: Value) -> Value | None:
    """Return what `-`, `+` or `~` makes of a value; None: it is not known here."""
    if not is_data(value):
        return None
    return _plain(_ask("unary", type(op).__name__, value))


def compare(op: ast.cmpop, left: Value, right: Value) -> Value | None:
    """Return what a comparison makes of two values; None: it is not known here."""
    if not (is_data(left) or is_data(right)):
        return None
    return _plain(_ask("compare", type(op).__name__, _given(left), _given(right)))


def subscript(value: Value, index: Value) -> Value | None:
    """Return an item of a value; None: it is not known here."""
    if not is_data(value):
        return None
    found = _plain(_ask("subscript", value, _given(index)))
    return Unknown("an item of data") if found is None else found


def set_item(value: Value, index: Value, item: Value) -> Value | None:
    """Return a value after an item of it is assigned; None: it is as it was."""
    if not is_data(value):
        return None
    return _ask("set_item", value, _given(index), _given(item))


def forget(value: Value) -> Value:
    """Return a value after any of its items may have been assigned."""
    return _ask("forget", value) if is_data(value) else value


def vary(value: Value) -> Value:
    """Return a value before a loop assigns its items, of which one round is known."""
    return _ask("vary", value) if is_data(value) else value


def length(value: Value) -> Value | None:
    """Return how long a value is; None: it is not known here."""
    return _plain(_ask("length", value)) if is_data(value) else None


def items(value: Value) -> list[Value]:
    """Return what a loop over a value meets first."""
    found = _ask("items", value) if is_data(value) else None
    return found if isinstance(found, list) else []


def unpack(value: Value, count: int) -> list[Value] | None:
    """Return the parts that a value is unpacked to; None: it is not known here."""
    found = _ask("unpack", value, count) if is_data(value) else None
    return found if isinstance(found, list) else None


def as_data(value: Value) -> Any:
    """Return an array for a value of any kind; None: nothing is known of it."""
    if is_data(value):
        return value
    if is_open(value) and isinstance(value, (list, tuple)):
        found = _of_open(value, 4)
        return found if is_data(found) else None
    if not isinstance(value, (list, tuple, int, float)) or not is_known(value):
        return None
    found = _ask("call", "numpy.array", _call([value], {}))
    return found if is_data(found) else None


def shape_of(value: Value) -> Shape | None:
    """Return the shape of data, whose axes may be None; None: unknown."""
    from kerascheck.readers.source.data.conversion import as_array

    return as_array(value).shape


def batch_of(value: Value) -> tuple[Value, Value, Value] | None:
    """Return x, y and weights of a data set; None: it is not one."""
    if isinstance(value, Generated):
        value = value.items[0] if value.items else None
        known = isinstance(value, tuple)
    else:
        known = is_data(value) and type(value).__name__ == "Dataset"
    found = _ask("batch_of", value) if known else None
    return found if isinstance(found, tuple) else None


def labels_of(value: Value, output: Shape | None) -> Labels | None:
    """Return what is known of labels; None: nothing.

    Args:
        value: As `fit` is given it.
        output: Shape of the head; None: unknown.
    """
    data = as_data(value)
    if data is None:
        return None
    from kerascheck.readers.source.data.conversion import as_array
    from kerascheck.readers.source.data.labels import labels_of as found_of

    try:
        return found_of(as_array(data), output)
    except Exception:  # whatever values of a program raise
        return None
