"""Few values, which are measured without NumPy: which these are, and their samples."""

from __future__ import annotations

import sys
from itertools import chain
from types import NoneType

from kerascheck.labels.plain import MAX_INTEGER, PlainRows, as_float32
from kerascheck.labels.sample import Sample, require_values, width_of
from kerascheck.model.errors import UnreadableLabels
from kerascheck.model.typed import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

MAX_CELLS: Final = 50_000
"""Values of one container; measuring them takes a fifth of importing NumPy."""

_MAX_BYTES: Final = 2**20
"""Bytes of them as stored: long strings are fewer."""

_MAX_IN_ALL: Final = 250_000
"""Values of all containers of a process; beyond, importing NumPy takes less time."""

_LOWEST: Final = -MAX_INTEGER - 1

_PLAIN: Final = (str, bool, int, float)

_held = 0


def few_enough(cells: int, size: int = 0) -> bool:
    """Say whether so many values are measured without NumPy, and count them.

    Args:
        cells: How many.
        size: Bytes that they take as stored.
    """
    global _held
    if cells > MAX_CELLS or size > _MAX_BYTES or _loaded():
        return False
    _held += cells
    return _held <= _MAX_IN_ALL or not _has_numpy()


def _loaded() -> bool:
    return sys.modules.get("numpy") is not None


def _has_numpy() -> bool:
    try:
        import numpy  # noqa: F401
    except ImportError:
        return False
    return True


def needs_numpy(subject: str) -> UnreadableLabels:
    """Return why labels are refused where NumPy cannot be imported."""
    return UnreadableLabels(
        f"{subject} need NumPy, which is not installed. Expected at most {MAX_CELLS} "
        f"values, and {_MAX_BYTES} bytes in all. Received: more, or other values."
    )


def whole_sample(values: Sequence[Any], shape: tuple[int, ...], dtype: str) -> Sample:
    """Return a sample that is the whole container.

    Args:
        values: Row after row.
        shape: Of the container.
        dtype: As NumPy names it.

    Raises:
        UnreadableLabels: It holds no values.
    """
    require_values(shape)
    rows = PlainRows(values, width_of(shape), dtype)
    return Sample(rows=rows, shape=shape, samples=shape[0])


def sample_of_list(
    cells: Sequence[Any], shape: tuple[int, ...], dtype: str | None = None
) -> Sample | None:
    """Return values as a sample.

    Args:
        cells: Row after row; None: NaN.
        shape: Of the container.
        dtype: As NumPy names it; None: the one that NumPy gives them.

    Returns:
        The sample; None: only NumPy knows what becomes of them.

    Raises:
        UnreadableLabels: It holds no values.
    """
    kinds = set(map(type, cells))
    cast = _as_dtype(cells, kinds, dtype or _dtype(kinds))
    return None if cast is None else whole_sample(cast, shape, dtype or _dtype(kinds))


def _dtype(kinds: set[type]) -> str:
    if kinds == {str}:
        return "object"
    if kinds == {bool}:
        return "bool"
    return "int64" if kinds and kinds <= {bool, int} else "float64"


def _as_dtype(cells: Sequence[Any], kinds: set[type], dtype: str) -> list[Any] | None:
    """Return values of these kinds cast to a dtype; None: NumPy must do it."""
    numbers = kinds <= {bool, int, float, NoneType}
    if dtype == "object" and kinds == {str}:
        return [*cells]
    if dtype == "bool" and kinds == {bool}:
        return [*cells]
    if dtype in ("int32", "int64") and kinds <= {bool, int}:
        most = MAX_INTEGER if dtype == "int64" else 2**31 - 1
        fit = not cells or (min(cells) >= -most - 1 and max(cells) <= most)
        return [*map(int, cells)] if fit else None
    if dtype not in ("float32", "float64") or not numbers or not _fit(cells):
        return None
    values = [float("nan") if cell is None else float(cell) for cell in cells]
    return values if dtype == "float64" else as_float32(values)


def _fit(cells: Sequence[Any]) -> bool:
    return all(type(c) is not int or _LOWEST <= c <= MAX_INTEGER for c in cells)


def integer(value: int) -> int:
    """Return a whole number of 64 bits as it is.

    Raises:
        ValueError: It has more.
    """
    if not _LOWEST <= value <= MAX_INTEGER:
        raise ValueError("more than 64 bits")
    return value


def sample_of_nested(values: Sequence[Any]) -> Sample | None:
    """Return few values in nested lists as `sample_of_list` does.

    Raises:
        UnreadableLabels: There are none.
    """
    if _loaded() or len(values) > MAX_CELLS:
        return None
    try:
        cells, shape = flattened(values)
    except UnreadableLabels:
        return None
    if any(type(cell) not in _PLAIN for cell in cells) or not few_enough(len(cells)):
        return None
    # NumPy ends text at its last character that is not NUL.
    texts = [c.rstrip("\0") if isinstance(c, str) else c for c in cells]
    return sample_of_list(texts, shape)


def flattened(lists: Sequence[Any]) -> tuple[Sequence[Any], tuple[int, ...]]:
    """Return all values of nested lists in order, and the shape that they had.

    Raises:
        UnreadableLabels: Rows differ in length.
    """
    shape = [len(lists)]
    cells = lists
    while cells and all(isinstance(item, (list, tuple)) for item in cells):
        lengths = set(map(len, cells))
        if len(lengths) > 1:
            raise UnreadableLabels(
                "cannot be made one array. Expected rows of one length. Received: "
                f"rows of {min(lengths)} to {max(lengths)} values."
            )
        shape += lengths
        cells = list(chain.from_iterable(cells))
    return cells, tuple(shape)
