"""Functions, tables and columns of pandas."""

from __future__ import annotations

from collections.abc import Callable

from kerascheck.model.frozen import replace
from kerascheck.model.typed import Final
from kerascheck.readers.source.data.array import UNKNOWN, Array, Rows, bits, ids
from kerascheck.readers.source.data.call import Call, Function, Value
from kerascheck.readers.source.data.casting import as_dtype
from kerascheck.readers.source.data.containers import Located, Record, Table
from kerascheck.readers.source.data.conversion import as_array
from kerascheck.readers.source.data.dtypes import dtype_named
from kerascheck.readers.source.data.parts import chosen_of, long_part_of, some_of

__all__ = [
    "PANDAS",
    "any_rows",
    "codes_of",
    "located",
    "table_attribute",
    "table_item",
    "table_method",
]


def _read(call: Call) -> Table:
    names = call.named("names")
    width = len(names) if type(names) is list else None
    return Table(width=width)


def _frame(call: Call) -> Table:
    data, names = call.get(0, "data"), call.get(2, "columns")
    if isinstance(data, Table):
        return data.copy()
    if isinstance(data, dict):
        columns = {key: as_array(value) for key, value in data.items()}
        return Table(columns, width=len(columns))
    array = as_array(data)
    made = Table(width=array.width if array.rank == 2 else None)
    if type(names) is list and array.rank == 2:
        column = replace(some_of(array), shape=array.shape[:1], rows=None)  # type: ignore[index]
        made.columns = {name: column for name in names if isinstance(name, (str, int))}
    return made


def _series(call: Call) -> Array:
    return as_array(call.get(0, "data"))


def _dummies(call: Call) -> Value:
    """One column of 0 and 1 for each value; of a column, one 1 a row."""
    data = call.get(0, "data")
    if isinstance(data, Table) and data.columns is not None:
        return Table()
    array = as_array(data)
    plain = not call.named("drop_first") and not call.named("dummy_na")
    if array.rank != 1 or not plain:
        return Table()
    shape = (array.shape[0] if array.shape else None, array.classes)
    dtype = call.named("dtype")
    made = bits(shape, None if dtype is None else dtype_named(dtype))
    rows = replace(made, rows=Rows.ONE_HOT, classes=array.classes)
    return Table(width=array.classes, rest=bits(shape[:1], None), values=rows)


def _factorized(call: Call) -> Value:
    array = as_array(call.get(0, "values"))
    return codes_of(array), Array(shape=(array.classes,))


def codes_of(array: Array) -> Array:
    """Numbers of the values; -1 for a value that is missing."""
    made = ids(array.shape if array.rank == 1 else (None,), array.classes, None)
    if array.classes is not None:
        return made
    return replace(made, low=None)


def _joined(call: Call) -> Value:
    return Table() if call.named("axis") in (1, "columns") else UNKNOWN


PANDAS: Final[dict[str, Function]] = {
    "Categorical": lambda c: Record(
        fields=(("codes", codes_of(as_array(c.get(0, "values")))),)
    ),
    "DataFrame": _frame,
    "Series": _series,
    "concat": _joined,
    "factorize": _factorized,
    "get_dummies": _dummies,
    "read_csv": _read,
    "read_excel": _read,
    "read_json": _read,
    "read_parquet": _read,
    "read_pickle": _read,
    "read_table": _read,
}
"""Name below `pandas` -> function that says what it returns."""

_SAME_TABLE: Final = frozenset(
    {
        "copy",
        "drop_duplicates",
        "dropna",
        "fillna",
        "head",
        "interpolate",
        "query",
        "reset_index",
        "sample",
        "set_index",
        "sort_index",
        "sort_values",
        "tail",
    }
)


def table_method(table: Table, name: str, call: Call) -> Value | None:
    """Return what a method of a table makes."""
    if name in _SAME_TABLE:
        return _rest_of(table, chosen=name in ("dropna", "query"))
    if name in ("to_numpy", "as_matrix"):
        dtype = call.get(0, "dtype")
        array = table.as_array()
        return array if dtype is None else as_dtype(array, dtype_named(dtype))
    if name == "pop":
        return _popped(table, call.get(0, "item"))
    if name == "filter" and not set(call.kwargs) - {"items"}:
        return table_item(table, call.get(0, "items"))
    if name == "drop":
        return _without(table, call)
    if name == "astype":
        dtype = dtype_named(call.get(0, "dtype"))
        values = None if table.values is None else as_dtype(table.values, dtype)
        return Table(width=table.width, values=values)
    if name in (
        "join",
        "merge",
        "apply",
        "replace",
        "rename",
        "assign",
        "select_dtypes",
    ):
        return Table()
    return None


def _rest_of(table: Table, *, chosen: bool = True) -> Table:
    """Return some rows of a table, maybe chosen by what is in them."""
    made = table.copy()
    part = chosen_of if chosen else long_part_of
    made.columns = {k: any_rows(c, part) for k, c in table.columns.items()}
    made.rest = Array(shape=(None,))
    if table.values is not None and table.values.shape:
        shape = (None, *table.values.shape[1:])
        made.values = replace(part(table.values), shape=shape)
    return made


def any_rows(column: Array, part: Callable[[Array], Array] = chosen_of) -> Array:
    """Return a column of which some rows are chosen."""
    return replace(part(column), shape=(None,) if column.rank == 1 else None)


def _popped(table: Table, name: Value) -> Array:
    column = table.column(name)
    table.values = None
    table.width = None if table.width is None else table.width - 1
    if _is_key(name):
        table.columns.pop(name, None)
    return column


def _without(table: Table, call: Call) -> Table:
    """Leave out columns, or rows."""
    names = call.named("columns")
    if names is None and call.get(1, "axis") in (1, "columns"):
        names = call.get(0, "labels")
    made = table.copy()
    if names is None:
        return _rest_of(table)
    listed = names if type(names) is list else [names]
    in_place = call.named("inplace") is True
    made = table if in_place else made
    made.columns = {k: c for k, c in table.columns.items() if k not in listed}
    known = all(isinstance(name, (str, int)) for name in listed)
    left = table.width - len(listed) if table.width is not None and known else None
    made.width, made.values = left, None
    return made


def table_attribute(table: Table, name: str) -> Value | None:
    """Return an attribute of a table: its values, a column, a way to index it."""
    if name == "values":
        return table.as_array()
    if name in ("iloc", "loc", "ix"):
        return Located(table=table)
    if name == "columns":
        return Array(shape=(table.width,), dtype=None)
    if name in table.columns:
        return table.columns[name]
    return None


def table_item(table: Table, index: Value) -> Value:
    """Return a column, several columns, or rows."""
    if isinstance(index, str) or type(index) is int:
        return table.column(index)
    if type(index) is list:
        kept = {k: table.columns[k] for k in index if _is_key(k) and k in table.columns}
        return Table(kept, width=len(index), rest=table.rest)
    if isinstance(index, (Array, slice)):
        return _rest_of(table, chosen=isinstance(index, Array))
    return UNKNOWN


def _is_key(value: Value) -> bool:
    return isinstance(value, (str, int))


def located(table: Table, index: Value) -> Value:
    """Return rows and columns by their places or names."""
    parts = index if type(index) is tuple else (index, slice(None))
    if len(parts) != 2 or isinstance(parts[0], int):
        return UNKNOWN
    column = parts[1]
    if isinstance(column, (str, int)) and not isinstance(column, bool):
        by_name = table.columns.get(column) if isinstance(column, str) else None
        return by_name or Array(shape=(None,))
    if isinstance(column, slice):
        if column == slice(None):
            return _rest_of(table)
        return Table(width=_width_of(table, column))
    if type(column) is list:
        return Table(width=len(column))
    return UNKNOWN


def _width_of(table: Table, part: slice) -> int | None:
    from kerascheck.readers.source.data.subscripts import slice_length

    ends = (part.start, part.stop)
    if table.width is None and all(type(e) is int and e >= 0 for e in ends):
        return None
    return slice_length(table.width, part)
