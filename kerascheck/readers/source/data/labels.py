"""Which labels an array of a program is, for the rules."""

from __future__ import annotations

from kerascheck.model.description import Encoding, Labels, Scalar, Shape
from kerascheck.readers.source.data.array import Array, Rows, all_occur

__all__ = ["encodings_of", "labels_of"]

_UNKNOWN = (Encoding.UNKNOWN,)
_OF_ROWS = {
    Rows.COLUMNS: (Encoding.ONE_HOT, Encoding.MULTI_HOT),
    Rows.DISTRIBUTION: (Encoding.DISTRIBUTION,),
    Rows.ONE_HOT: (Encoding.ONE_HOT,),
    Rows.SEVERAL: (Encoding.MULTI_HOT,),
}
_SOFT = {Encoding.PROBABILITY, Encoding.CONTINUOUS}
_FEW = 50  # class ids are rarely more without being known as such
_MAX_LISTED = 16


def labels_of(array: Array, output: Shape | None = None) -> Labels | None:
    """Return what is known of an array as labels; None: nothing of use.

    Values for one unit are taken for a column where their rank is unknown: what is said
    of values holds for any. Rows of classes are taken to have the rank and, if it has
    several units, the width of the output where these are unknown: for any other, `fit`
    raises.

    Args:
        array: What `fit` gets.
        output: Shape of the head that they are for, batch first.
    """
    shape = array.shape if array.rows is None else _rows_shape(array, output)
    if shape is None and output and output[-1] == 1 and array.last in (None, 1):
        shape = (None, *output[1:])
    if not shape:
        return None
    if array.data is not None:
        return _measured(array.data, shape, array.dtype)
    candidates = encodings_of(array, shape)
    known = candidates != _UNKNOWN
    attained = known and _reaches_ends(array)
    listed = array.values if array.values and len(array.values) <= _MAX_LISTED else ()
    return Labels(
        encoding=candidates[0] if _is_one(candidates) else Encoding.UNKNOWN,
        candidates=candidates,
        shape=shape,
        dtype=array.dtype or "unknown",
        samples=0,
        classes=array.classes if _is_one(candidates) else None,
        low=array.low if known and (attained or array.ids) else None,
        high=array.high if attained else None,
        integral=known and array.whole is True,
        ones=(1, 1) if candidates == (Encoding.ONE_HOT,) else None,
        values=listed if attained else (),
        signed=array.signed,
    )


def _rows_shape(array: Array, output: Shape | None) -> Shape | None:
    shape = array.shape
    if shape is None:
        rank = 2 if output is None else max(len(output), 2)
        shape = (*(None,) * (rank - 1), array.last)
    if not shape or shape[-1] is not None or not output or output[-1] == 1:
        return shape
    return (*shape[:-1], output[-1])


def _is_one(candidates: tuple[Encoding, ...]) -> bool:
    """Say whether the encoding is as well known as from a sample."""
    return len(candidates) == 1 or set(candidates) == _SOFT


def _reaches_ends(array: Array) -> bool:
    """Say whether the lowest and the highest value that are possible occur."""
    if array.low is None or array.high is None:
        return False
    return array.is_bits or array.whole is False or all_occur(array) or _are_two(array)


def _are_two(array: Array) -> bool:
    """Say whether there are two values, of which labels that differ have each."""
    return array.values is not None and len(array.values) == 2


def _measured(
    values: tuple[Scalar, ...], shape: Shape, dtype: str | None
) -> Labels | None:
    """Return what literal values show, as for labels of a file."""
    from kerascheck.labels.measure import measure_literal
    from kerascheck.model.errors import UnreadableLabels

    sizes = tuple(size for size in shape if size is not None)
    if len(sizes) < len(shape):
        return None
    known = None if dtype in ("str", "bfloat16") else dtype
    try:
        return measure_literal(values, sizes, known)
    except (ImportError, UnreadableLabels, ValueError, OverflowError, TypeError):
        return None


def encodings_of(array: Array, shape: Shape) -> tuple[Encoding, ...]:
    """Return every encoding that the values may have, likeliest first."""
    if array.dtype == "str":
        return (Encoding.STRINGS,)
    column = len(shape) == 1 or shape[-1] == 1
    if array.rows is not None and not column:
        return _OF_ROWS[array.rows]
    if array.dtype == "bool":
        return _bits(shape, column=column)
    if array.signed and array.whole is None:  # two values may become -1 and 1
        return Encoding.CONTINUOUS, Encoding.SIGNED_BINARY
    if array.whole is False:
        return _fractions(array, column=column)
    if not array.whole:
        return _UNKNOWN
    if array.is_bits:
        return _bits(shape, column=column)
    if array.values is not None and set(array.values) <= {-1, 1}:
        return (Encoding.SIGNED_BINARY,)
    return _whole(array)


def _bits(shape: Shape, *, column: bool) -> tuple[Encoding, ...]:
    if column:
        return (Encoding.BINARY,)
    several = (Encoding.MULTI_HOT, Encoding.ONE_HOT)
    if len(shape) > 2 or shape[-1] is None:
        return (*several, Encoding.BINARY)
    return several


def _fractions(array: Array, *, column: bool) -> tuple[Encoding, ...]:
    low, high = array.low, array.high
    outside = (low is not None and low < 0) or (high is not None and high > 1)
    if outside or low is None or high is None:
        return (Encoding.CONTINUOUS,)
    both = (Encoding.PROBABILITY, Encoding.CONTINUOUS)
    return both if column else both[::-1]


def _whole(array: Array) -> tuple[Encoding, ...]:
    if array.ids:
        if all_occur(array) and array.high - array.low > 1:  # type: ignore[operator]
            return (Encoding.CLASS_IDS,)
        return (Encoding.CLASS_IDS, Encoding.BINARY)
    if array.low is None or array.high is None:
        return _UNKNOWN
    from_start, few = array.low in (-1, 0, 1), array.high - array.low < _FEW
    both = (Encoding.CLASS_IDS, Encoding.CONTINUOUS)
    if few and array.low == -1:
        return (Encoding.SIGNED_BINARY, *both)
    return both if from_start and few else both[::-1]
