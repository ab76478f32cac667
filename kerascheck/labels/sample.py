"""A bounded sample of label arrays, spread evenly over the whole."""

from __future__ import annotations

from math import prod

from kerascheck.model.errors import UnreadableLabels
from kerascheck.model.frozen import Frozen
from kerascheck.model.typed import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kerascheck.labels.seam import Rows

MAX_CELLS: Final = 4_000_000
"""Single values that are looked at; as float64 they take_sample 32 MB."""

MAX_BYTES: Final = 32 * 2**20
"""Bytes of the sampled values as stored: long strings are fewer."""

_GOLDEN: Final = 0.6180339887498949


class Sample(Frozen, eq=False):
    """Rows that stand for a container of labels."""

    rows: Rows
    shape: tuple[int, ...]  # (samples, …), of the whole container
    samples: int  # entries of the first axis that the rows were taken from


def width_of(shape: tuple[int, ...]) -> int:
    """Return the values of one row: the size of the last axis, 1 for (samples,)."""
    return shape[-1] if len(shape) > 1 else 1


def rows_of(shape: tuple[int, ...]) -> int:
    """Return how many rows a container of this shape holds."""
    return prod(shape[:-1]) if len(shape) > 1 else shape[0]


def pick_rows(
    shape: tuple[int, ...], itemsize: int, limit: int, *, most: int = MAX_CELLS
) -> NDArray[Any]:
    """Return the rising indices of the rows to look at, spread over the whole.

    Args:
        shape: (samples, …) of the whole.
        itemsize: Bytes of one value.
        limit: Most entries of the first axis.
        most: Most rows, of those entries.

    Raises:
        UnreadableLabels: There is nothing to look at, or one row is too wide.
    """
    require_values(shape)
    width = width_of(shape)
    most = min(most, MAX_CELLS // width, MAX_BYTES // (width * itemsize))
    if most < 1:
        raise UnreadableLabels(
            f"have {width} values of {itemsize} bytes in a row, too many to measure. "
            f"Expected at most {MAX_CELLS} values and {MAX_BYTES} bytes in a row. "
            f"Received: shape {shape}."
        )
    each = rows_of(shape) // shape[0]
    entries = spread(shape[0], min(shape[0], max(limit, 1), most))
    inside = spread(len(entries) * each, min(len(entries) * each, most))
    if len(entries) == shape[0]:
        return inside
    picks: NDArray[Any] = entries[inside // each] * each + inside % each
    return picks


def require_values(shape: tuple[int, ...]) -> None:
    """Refuse a container of this shape that is empty, or one value without an axis.

    Raises:
        UnreadableLabels: It is.
    """
    if not shape or not prod(shape):
        raise UnreadableLabels(
            "hold no values, so there is nothing to measure. "
            f"Expected an array of shape (samples, …). Received: shape {shape}."
        )


def no_characters(dtype: str) -> UnreadableLabels:
    """Return why text is refused of which a code is not one of Unicode."""
    return UnreadableLabels(
        "hold text with characters that do not exist. Expected Unicode. "
        f"Received: dtype {dtype}."
    )


def spread(total: int, wanted: int) -> NDArray[Any]:
    """Return `wanted` rising indices below `total`, one in each equal stretch.

    The place inside its stretch follows the golden ratio: every class of a sorted
    file shows, and no period of the labels (0, 1, 2, 0, 1, 2, …) can fall in step
    with the picks, as it would with a fixed stride.
    """
    import numpy as np

    if wanted >= total:
        return np.arange(total)
    steps = np.arange(wanted + 1)
    bounds = (steps * (total / wanted)).astype(np.int64)
    bounds[-1] = total
    places = (steps[:-1] * _GOLDEN % 1.0) * np.diff(bounds)
    return bounds[:-1] + places.astype(np.int64)


def samples_in(picks: NDArray[Any], shape: tuple[int, ...]) -> int:
    """Return how many entries of the first axis these rising row indices touch."""
    import numpy as np

    entries = picks // (rows_of(shape) // shape[0])
    return int(np.count_nonzero(np.diff(entries))) + 1


def take_sample(array: NDArray[Any], limit: int) -> Sample:
    """Return a sample of an array in memory, of any layout, without copying the rest.

    Args:
        array: Shape (samples, …).
        limit: Most entries of the first axis.

    Raises:
        UnreadableLabels: There is nothing to look at, or one row is too wide.
    """
    import numpy as np

    from kerascheck.labels.arrays import ArrayRows

    shape = array.shape
    picks = pick_rows(shape, array.itemsize or 1, limit)
    if len(picks) == rows_of(shape):
        rows = array.reshape(-1, width_of(shape))
    elif array.flags.c_contiguous:
        rows = array.reshape(-1, width_of(shape))[picks]
    else:
        places = np.unravel_index(picks, shape[:-1] or shape)
        rows = array[places].reshape(-1, width_of(shape))
    return Sample(
        rows=ArrayRows(rows),
        shape=shape,
        samples=samples_in(picks, shape),
    )
