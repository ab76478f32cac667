"""Random numbers of NumPy."""

from __future__ import annotations

from kerascheck.model.frozen import replace
from kerascheck.model.typed import Any, Final
from kerascheck.readers.source.data.array import (
    Array,
    bits,
    reals,
    shape_of,
    with_shape,
)
from kerascheck.readers.source.data.call import Call, Function, Value, is_number
from kerascheck.readers.source.data.conversion import as_array
from kerascheck.readers.source.data.numpy_functions import arange
from kerascheck.readers.source.data.parts import some_of

__all__ = ["RANDOM", "random_integers"]


def random_integers(call: Call) -> Array:
    """Return whole numbers from a range that leaves out its end."""
    low, high = call.get(0, "low"), call.get(1, "high")
    if high is None:
        low, high = 0, low
    return _integers(call, 2, low, high)


def _legacy_integers(call: Call) -> Array:
    low, high = call.get(0, "low"), call.get(1, "high")
    if high is None:
        low, high = 1, low
    return _integers(call, 2, low, high + 1 if type(high) is int else None)


def _integers(call: Call, place: int, low: Value, high: Value) -> Array:
    shape = _size(call, place)
    if type(low) is not int or type(high) is not int or high <= low:
        known = type(low) is int
        return Array(shape=shape, dtype="int64", low=low if known else None, whole=True)
    few = high - low <= 64
    often = _size_is(shape, 10 * (high - low))
    return Array(
        shape=shape,
        dtype="int64" if call.named("dtype") is None else None,
        low=low,
        high=high - 1,
        whole=True,
        values=tuple(range(low, high)) if few else None,
        ids=often and low in (0, 1) and few,
        dense=often,
    )


def _size_is(shape: Any, least: int) -> bool:
    """Say whether an array has so many values."""
    size = 1
    for axis in shape or ():
        size *= axis or 1
    return bool(shape) and size >= least


def _size(call: Call, place: int) -> Any:
    size = call.get(place, "size")
    return () if size is None else shape_of(size)


def _of_axes(low: float | None, high: float | None) -> Function:
    """Return a function that takes the size of each axis."""

    def make(call: Call) -> Array:
        return _around_zero(reals(shape_of(call.args), low, high))

    return make


def _around_zero(array: Array) -> Array:
    """Note that unbounded numbers around 0 have both signs, if there are several."""
    unbounded = array.low is None and array.high is None
    return replace(array, signed=unbounded and _size_is(array.shape, 10))


def _sized(low: float | None, high: float | None, place: int = 0) -> Function:
    def make(call: Call) -> Array:
        return _around_zero(reals(_size(call, place), low, high))

    return make


def _normal(call: Call) -> Array:
    made = reals(_size(call, 2))
    return _around_zero(made) if call.get(0, "loc", 0) == 0 else made


def _uniform(call: Call) -> Array:
    low, high = call.get(0, "low", 0.0), call.get(1, "high", 1.0)
    known = is_number(low) and is_number(high)
    return reals(_size(call, 2), low if known else None, high if known else None)


def _choice(call: Call) -> Array:
    a, shape = call.get(0, "a"), _size(call, 1)
    if type(a) is int:
        return _integers(Call(kwargs={"size": call.get(1, "size")}), 9, 0, a)
    array = as_array(a)
    if array.rank != 1:
        return Array(shape=shape)
    return replace(with_shape(some_of(array), shape))


def _binomial(call: Call) -> Array:
    n, shape = call.get(0, "n"), _size(call, 2)
    if n == 1:
        return replace(bits(shape), dtype="int64")
    return Array(shape=shape, dtype="int64", low=0, whole=True)


def _permutation(call: Call) -> Array:
    array = as_array(call.get(0, "x"))
    if type(call.get(0, "x")) is int:
        return arange(Call((call.get(0, "x"),)))
    return replace(array, data=None)


RANDOM: Final[dict[str, Function]] = {
    "beta": _sized(0, 1, 2),
    "binomial": _binomial,
    "choice": _choice,
    "integers": random_integers,
    "normal": _normal,
    "permutation": _permutation,
    "rand": _of_axes(0, 1),
    "randint": random_integers,
    "randn": _of_axes(None, None),
    "random": _sized(0, 1),
    "random_integers": _legacy_integers,
    "random_sample": _sized(0, 1),
    "standard_normal": _sized(None, None),
    "uniform": _uniform,
}
"""Method of a random generator, or function of `numpy.random` -> what it returns."""
