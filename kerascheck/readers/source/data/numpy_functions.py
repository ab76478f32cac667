"""Functions of NumPy, and those of the same name in TensorFlow, JAX and `keras.ops`."""

from __future__ import annotations

from collections.abc import Callable
from math import prod

from kerascheck.model.frozen import replace
from kerascheck.model.typed import Final
from kerascheck.readers.source.data import shapes
from kerascheck.readers.source.data.array import (
    UNKNOWN,
    Array,
    Rows,
    bits,
    ids,
    joined,
    shape_of,
    typed,
)
from kerascheck.readers.source.data.call import (
    Call,
    Function,
    Value,
    is_number,
    whole_number,
)
from kerascheck.readers.source.data.casting import as_dtype
from kerascheck.readers.source.data.conversion import as_array
from kerascheck.readers.source.data.dtypes import dtype_named
from kerascheck.readers.source.data.operators import compared, computed, product
from kerascheck.readers.source.data.parts import some_of

__all__ = ["NUMPY", "SHARED", "arange", "made_array"]


def made_array(call: Call, place: int = 1) -> Array:
    """Return an array of what is given, in the dtype that is asked for."""
    array = as_array(call.get(0, "object", call.named("value", call.named("a"))))
    if "dtype" in call.kwargs or len(call.args) > place:
        return as_dtype(array, dtype_named(call.get(place, "dtype")))
    return array


def filled(value: float | None, dtype: int = 1, default: str = "float64") -> Function:
    """Return a function that makes an array of one value.

    Args:
        value: The value; None: it is an argument.
        dtype: Position of the argument for the dtype.
        default: What dtype it is if none is given.
    """

    def make(call: Call) -> Array:
        axes = shape_of(call.get(0, "shape"))
        number = as_array(call.get(1, "fill_value") if value is None else value)
        made = replace(joined([number], axes), classes=1 if number.values else None)
        given = call.get(dtype, "dtype")
        if given is None:
            return replace(made, dtype=number.dtype if value is None else default)
        return as_dtype(made, dtype_named(given))

    return make


def like(value: float) -> Function:
    """Return a function that makes an array of one value as large as another."""

    def make(call: Call) -> Array:
        array = as_array(call.get(0, "a"))
        return replace(joined([as_array(value)], array.shape), dtype=None, classes=1)

    return make


def _eye(call: Call) -> Array:
    n, m = call.get(0, "N"), call.get(1, "M")
    rows = whole_number(n)
    columns = rows if m is None else whole_number(m)
    dtype = call.get(3, "dtype")
    name = "float64" if dtype is None else dtype_named(dtype)
    made = bits((rows, columns), name)
    square = m is None and not call.get(2, "k", 0)
    return replace(made, rows=Rows.ONE_HOT, classes=rows) if square else made


def arange(call: Call) -> Array:
    """Return what `numpy.arange` does."""
    ends = call.args[:3]
    whole = all(type(end) is int and is_number(end) for end in ends)
    if not whole or not ends or 0 in ends[2:]:
        return Array(shape=(None,))
    numbers = range(*ends)
    if not numbers:
        return Array(shape=(0,))
    return Array(
        shape=(len(numbers),),
        dtype="int64",
        low=min(numbers[0], numbers[-1]),
        high=max(numbers[0], numbers[-1]),
        whole=True,
        classes=len(numbers),
        dense=abs(numbers.step) == 1,
    )


def _linspace(call: Call) -> Array:
    start, stop, num = call.get(0, "start"), call.get(1, "stop"), call.get(2, "num", 50)
    size = whole_number(num)
    if not is_number(start) or not is_number(stop):
        return Array(shape=(size,))
    low, high = min(start, stop), max(start, stop)
    made = Array(shape=(size,), dtype="float64", low=low, high=high)
    plain = size is None or size < 3 or (stop - start) % (size - 1) == 0
    return made if plain else replace(made, whole=False)


def _empty(call: Call) -> Array:
    dtype = call.get(1, "dtype")
    name = "float64" if dtype is None else dtype_named(dtype)
    return typed(shape_of(call.get(0, "shape")), None if name == "bool" else name)


def _sign(call: Call) -> Array:
    array = _first(call)
    values = (-1, 1) if array.signed and array.whole is False else (-1, 0, 1)
    return Array(shape=array.shape, low=-1, high=1, whole=True, values=values)


def _product(call: Call) -> Array:
    if len(call.args) < 2:
        return UNKNOWN
    return product(as_array(call.args[0]), as_array(call.args[1]))


def _prod(call: Call) -> Value:
    """Return the product of the axes of a shape; None: it is not known."""
    numbers = call.get(0, "a")
    if len(call.args) != 1 or type(numbers) not in (list, tuple):
        return None
    return prod(numbers) if all(type(n) is int for n in numbers) else None


def _where(call: Call) -> Array:
    if len(call.args) < 3:
        return UNKNOWN
    return shapes.chosen(*call.args[:3])


def _unique(call: Call) -> Value:
    array = as_array(call.get(0, "ar"))
    more = [call.named(f"return_{name}") for name in ("index", "inverse", "counts")]
    values = replace(some_of(array), shape=(array.classes,), rows=None)
    if not any(more) and call.get(1, "return_index") is None:
        return values
    if more == [None, True, None] and len(call.args) == 1:
        shape = array.shape if array.rank == 1 else None
        return values, ids(shape, array.classes, all_occur=array.classes is not None)
    return None


def _argmax(dtype: str | None) -> Function:
    def argmax(call: Call) -> Array:
        return shapes.position_of_highest(_first(call), call.get(1, "axis"), dtype)

    return argmax


def _first(call: Call) -> Array:
    names = ("a", "x", "array", "arr", "tensor", "input", "inputs", "m")
    found = next((call.kwargs[n] for n in names if n in call.kwargs), None)
    return as_array(call.args[0] if call.args else found)


def _joined_by(function: Callable[..., Array]) -> Function:
    def join(call: Call) -> Array:
        values = call.args[0] if call.args else next(iter(call.kwargs.values()), None)
        if function in (shapes.concatenated, shapes.stacked):
            return function(values, call.get(1, "axis", 0))
        return function(values)

    return join


def operator(name: str) -> Function:
    """Return the function of two arrays that is an operator."""

    def apply(call: Call) -> Value:
        if len(call.args) < 2:
            return UNKNOWN
        left, right = call.args[:2]
        made = compared(name, left, right) or computed(name, left, right)
        return None if made is None else replace(made, dtype=None)

    return apply


def _shape_argument(call: Call) -> Value:
    return call.get(1, "shape", call.named("newshape"))


def _curved(low: float | None, high: float | None) -> Function:
    """Return a function whose values are whole for few arguments."""

    def apply(call: Call) -> Array:
        array = _first(call)
        several = array.dense and (array.classes or 0) > _FEW
        surely = array.whole is False or several
        made = Array(shape=array.shape, low=low, high=high)
        return replace(made, whole=False) if surely else made

    return apply


_FEW: Final = 4
"""Whole numbers of which a sine, root or the like may all be whole."""


def _plain(change: Callable[[Array], Array]) -> Function:
    return lambda call: change(_first(call))


SHARED: Final[dict[str, Function]] = {
    "abs": _plain(shapes.unknown_like),
    "add": operator("Add"),
    "argmax": _argmax(None),
    "concatenate": _joined_by(shapes.concatenated),
    "divide": operator("Div"),
    "dot": _product,
    "equal": operator("Eq"),
    "cos": _curved(-1, 1),
    "exp": _curved(None, None),
    "expand_dims": lambda c: shapes.expanded(_first(c), c.get(1, "axis")),
    "greater": operator("Gt"),
    "greater_equal": operator("GtE"),
    "isnan": _plain(shapes.tests),
    "less": operator("Lt"),
    "less_equal": operator("LtE"),
    "log": _plain(shapes.unknown_like),
    "logical_not": _plain(shapes.tests),
    "matmul": _product,
    "mod": operator("Mod"),
    "multiply": operator("Mult"),
    "not_equal": operator("NotEq"),
    "ones_like": like(1),
    "prod": _prod,
    "reshape": lambda c: shapes.reshaped(_first(c), _shape_argument(c)),
    "sign": _sign,
    "sin": _curved(-1, 1),
    "sqrt": _plain(shapes.unknown_like),
    "squeeze": lambda c: shapes.squeezed(_first(c), c.get(1, "axis")),
    "stack": _joined_by(shapes.stacked),
    "subtract": operator("Sub"),
    "tile": lambda c: shapes.tiled(_first(c), c.get(1, "reps", c.named("multiples"))),
    "where": _where,
    "zeros_like": like(0),
}
"""Name -> function that NumPy, TensorFlow, JAX and `keras.ops` have alike."""


_FILE: Final = Array(max_rank=2)

NUMPY: Final[dict[str, Function]] = {
    **SHARED,
    "arange": arange,
    "argmax": _argmax("int64"),
    "argsort": lambda c: Array(shape=_first(c).shape, whole=True, low=0),
    "array": made_array,
    "asarray": made_array,
    "ascontiguousarray": made_array,
    "atleast_2d": lambda c: _first(c) if _first(c).rank == 2 else UNKNOWN,
    "clip": lambda c: shapes.clipped(_first(c), c.get(1, "a_min"), c.get(2, "a_max")),
    "column_stack": _joined_by(shapes.as_columns),
    "copy": _first,
    "empty": _empty,
    "eye": _eye,
    "full": filled(None, dtype=2),
    "genfromtxt": lambda c: _FILE,
    "hstack": _joined_by(shapes.side_by_side),
    "identity": _eye,
    "linspace": _linspace,
    "load": lambda c: UNKNOWN,
    "loadtxt": lambda c: _FILE,
    "logical_and": lambda c: bits(None),
    "logical_or": lambda c: bits(None),
    "mean": lambda c: shapes.sums(_first(c), c.get(1, "axis")),
    "ones": filled(1),
    "ravel": _plain(shapes.flattened),
    "round": _plain(lambda a: replace(shapes.unknown_like(a), whole=True)),
    "sum": lambda c: shapes.sums(_first(c), c.get(1, "axis")),
    "tanh": _curved(-1, 1),
    "transpose": _plain(shapes.transposed),
    "unique": _unique,
    "vstack": _joined_by(shapes.on_top),
    "zeros": filled(0),
}
"""Function of `numpy` -> what it returns."""
