"""Tables, records, batches of data sets and fitted encoders, as far as known."""

from __future__ import annotations

from collections.abc import Mapping

from kerascheck.model.frozen import Frozen
from kerascheck.readers.source.data.array import UNKNOWN, Array, joined
from kerascheck.readers.source.data.call import Call, Value

__all__ = [
    "Dataset",
    "Encoder",
    "Generator",
    "Located",
    "Record",
    "Table",
    "mapped_leaves",
]


class Table:
    """A DataFrame; assignments change it.

    Attributes:
        columns: What is known of some columns, by name.
        rest: What holds for every other column.
        width: How many columns there are; None: unknown.
        rows: What every row is, as `Array.rows`, and other facts of all values.
    """

    __slots__ = ("columns", "rest", "values", "width")

    def __init__(
        self,
        columns: Mapping[Value, Array] | None = None,
        *,
        width: int | None = None,
        rest: Array | None = None,
        values: Array | None = None,
    ) -> None:
        self.columns = dict(columns or {})
        self.width = width
        self.rest = rest if rest is not None else Array(shape=(None,))
        self.values = values

    def column(self, name: Value) -> Array:
        """Return one column."""
        try:
            return self.columns.get(name, self.rest)
        except TypeError:
            return self.rest

    def as_array(self) -> Array:
        """Return all columns as one array."""
        if self.values is not None:
            return self.values
        shape = (self.rest.shape or (None,))[0], self.width
        if self.width is None or self.width != len(self.columns):
            return Array(shape=shape)
        return joined([*self.columns.values()], shape)

    def copy(self) -> Table:
        """Return a table that can be changed on its own."""
        return Table(self.columns, width=self.width, rest=self.rest, values=self.values)

    def assign(self, name: Value, column: Array) -> None:
        """Put a column in place of another, or next to the others."""
        self.values = None
        if not isinstance(name, (str, int)):
            self.columns.clear()
            self.width = None
        elif name not in self.columns:
            self.columns[name] = column
            self.width = None
        else:
            self.columns[name] = column


class Located(Frozen, eq=False):
    """What `loc` or `iloc` of a table is."""

    table: Table


class Record(Frozen):
    """An object of which some attributes are known, which are its items as well."""

    fields: tuple[tuple[str, Value], ...]

    def get(self, name: Value) -> Value | None:
        """Return an attribute; None: it is not known."""
        return dict(self.fields).get(name) if isinstance(name, str) else None


class Dataset(Frozen, eq=False):
    """What yields batches, or samples that are yet to be batched.

    Attributes:
        element: One of them: an `Array`, or a tuple or dict of such values.
    """

    element: Value
    batched: bool | None = True  # None: unknown
    classes: int | None = None  # that `class_names` has
    splits: bool = False  # whether it may be a list of data sets

    @property
    def batch(self) -> Value:
        """What `fit` gets at once."""
        return self.element if self.batched is not None else UNKNOWN


class Generator(Frozen, eq=False):
    """A generator of random numbers."""

    library: str = "numpy"


class Encoder:
    """An encoder or scaler of scikit-learn; `fit` changes it.

    Attributes:
        kind: Name of its class.
        call: What it was made with.
        fitted: What it was fitted on; None: nothing yet.
    """

    __slots__ = ("call", "fitted", "kind")

    def __init__(self, kind: str, call: Call) -> None:
        self.kind = kind
        self.call = call
        self.fitted: Array | None = None


def mapped_leaves(element: Value, change: Value) -> Value:
    """Return a structure with each array in it changed."""
    if type(element) in (list, tuple):
        return tuple(mapped_leaves(each, change) for each in element)
    if isinstance(element, dict):
        return {key: mapped_leaves(each, change) for key, each in element.items()}
    return change(element) if isinstance(element, Array) else UNKNOWN
