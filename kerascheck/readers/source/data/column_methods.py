"""Methods of one column of a table."""

from __future__ import annotations

from collections.abc import Callable

from kerascheck.model.frozen import replace
from kerascheck.model.typed import Any, Final
from kerascheck.readers.source.data.array import Array, bits
from kerascheck.readers.source.data.call import Call, Value, is_number
from kerascheck.readers.source.data.containers import Table
from kerascheck.readers.source.data.conversion import mapped
from kerascheck.readers.source.data.pandas_functions import any_rows, codes_of

__all__ = ["COLUMN", "categories", "column_method"]


def column_method(column: Array, name: str, call: Call) -> Value | None:
    """Return what a method of a column, and not of an array, makes."""
    made = COLUMN.get(name)
    return None if made is None else made(column, call)


def _map(column: Array, call: Call) -> Array:
    """A dict that leaves out a value makes it missing."""
    given = call.get(0, "arg", call.named("func"))
    if isinstance(given, dict) and type(given) is dict and given:
        values = list(given.values())
        if all(is_number(v) for v in values):
            return replace(mapped(column, values), dtype=None)
        if all(type(v) is str for v in values):
            return mapped(column, values)
    return Array(shape=column.shape)


def _replace(column: Array, call: Call) -> Array:
    given = call.get(0, "to_replace")
    if column.values is not None and type(given) is dict:
        values = [given.get(v, v) for v in column.values]
        if all(is_number(v) for v in values):
            return replace(mapped(column, values), dtype=None)
    return Array(shape=column.shape)


def _filtered(column: Array, call: Call) -> Array:
    return any_rows(column)


def _isin(column: Array, call: Call) -> Array:
    return bits(column.shape)


COLUMN: Final[dict[str, Callable[[Array, Call], Any]]] = {
    "apply": _map,
    "dropna": _filtered,
    "factorize": lambda column, call: (
        codes_of(column),
        Array(shape=(column.classes,)),
    ),
    "head": _filtered,
    "isin": _isin,
    "isna": _isin,
    "isnull": _isin,
    "map": _map,
    "notna": _isin,
    "notnull": _isin,
    "replace": _replace,
    "reset_index": _filtered,
    "sample": _filtered,
    "tail": _filtered,
    "to_frame": lambda column, call: Table(
        width=1, values=replace(column, shape=((column.shape or (None,))[0], 1))
    ),
}
"""Method of a column, and not of an array -> what it returns."""


def categories(column: Array, name: str) -> Array | None:
    """Return what `.cat` of a column has."""
    return codes_of(column) if name == "codes" else None
