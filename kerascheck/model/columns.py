"""Frozen values as columns, which are carried between processes in few steps.

`pickle` calls a function for each value, twice. The models of a folder have the same
fields, so that lists of values are turned into a list for each field, and back, without
a step of Python a value. A tuple that was met before is carried once.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from itertools import chain, repeat
from operator import attrgetter

from kerascheck.model.frozen import Frozen
from kerascheck.model.named import NamedTuple
from kerascheck.model.typed import Any, Final

__all__ = ["packed", "unpacked"]


class _Same(NamedTuple):
    """One value, again and again."""

    value: Any


class _Values(NamedTuple):
    """Values of one class.

    Attributes:
        kind: The class.
        present: Which of them are there; None: all.
        number: How many are there.
        fields: A column for each field.
    """

    kind: Any
    present: Sequence[bool] | None
    number: int
    fields: Sequence[Any]


class _Tuples(NamedTuple):
    """Tuples of values of one class.

    Attributes:
        places: Of each, its number among all tuples; None: there is none.
        lengths: Of those that come for the first time.
        values: A column with what they hold.
    """

    places: Sequence[int | None]
    lengths: Sequence[int]
    values: Any


def packed(lists: Iterable[list[Any]]) -> list[Any]:
    """Return lists of any values as what `pickle` writes quickly."""
    return list(map(_Packing().column, lists))


def unpacked(columns: Iterable[Any]) -> list[list[Any]]:
    """Return the lists that were packed."""
    return list(map(_Unpacking().column, columns))


_PLAIN: Final = frozenset({bool, float, int, str})


class _Packing:
    """Lists on their way into columns."""

    def __init__(self) -> None:
        self._places: dict[int, int] = {}  # by identity, as they live on meanwhile

    def column(self, values: list[Any]) -> Any:
        """Return values as a column, or as they are."""
        if values and type(values[0]) in _PLAIN:
            return values
        kinds = set(map(type, values))
        some = type(None) in kinds
        kinds.discard(type(None))
        if len(kinds) != 1:
            return values
        kind = kinds.pop()
        if kind is tuple:
            return self._tuples(values)
        if not issubclass(kind, Frozen):
            return values
        present = None
        if some:
            present = [value is not None for value in values]
            values = [value for value in values if value is not None]
        fields = [
            self._field(list(map(attrgetter(name), values))) for name in kind._specs
        ]
        return _Values(kind, present, len(values), fields)

    def _field(self, values: list[Any]) -> Any:
        """Return the values of one field as a column, or one value if all are it."""
        if not values:
            return values
        first, last = values[0], values[-1]
        if first is last and (not first or type(first) in _PLAIN):
            if len(set(map(id, values))) == 1:
                return _Same(first)
        elif type(first) is not str:
            return self.column(values)
        if first == last and set(map(type, values)) == {str}:
            return _Same(first) if values.count(first) == len(values) else values
        return self.column(values)

    def _tuples(self, tuples: list[Any]) -> Any:
        held = set(map(type, chain.from_iterable(filter(None, tuples))))
        if held == {tuple} and None not in tuples:
            return _shared(tuples)
        if len(held) != 1 or not issubclass(held.pop(), Frozen):
            return tuples
        known = self._places
        places: list[int | None] = []
        new: list[tuple[Any, ...]] = []
        for one in tuples:
            if one is None:
                places.append(None)
                continue
            if id(one) not in known:
                known[id(one)] = len(known)
                new.append(one)
            places.append(known[id(one)])
        lengths = list(map(len, new))
        return _Tuples(places, lengths, self.column(list(chain.from_iterable(new))))


def _shared(tuples: list[Any]) -> list[Any]:
    """Return tuples of tuples of text, equal ones as one, which is written once."""
    pairs = chain.from_iterable(tuples)
    if set(map(type, chain.from_iterable(pairs))) != {str}:
        return tuples  # in others 1, 1.0 and True are equal
    known: dict[Any, Any] = {}
    return list(map(known.setdefault, tuples, tuples))


class _Unpacking:
    """Columns on their way back into lists."""

    def __init__(self) -> None:
        self._tuples: list[tuple[Any, ...]] = []

    def column(self, column: Any) -> list[Any]:
        """Return the values of a column."""
        if isinstance(column, _Values):
            return self._values(column)
        if isinstance(column, _Tuples):
            return self._of_tuples(column)
        values: list[Any] = column
        return values

    def _values(self, column: _Values) -> list[Any]:
        kind, present, number, fields = column
        made = list(map(object.__new__, repeat(kind, number)))
        for (_, put), field in zip(kind._setters, fields, strict=True):
            same = isinstance(field, _Same)
            each = repeat(field.value) if same else self.column(field)
            deque(map(put, made, each), maxlen=0)
        if present is None:
            return made
        rest = iter(made)
        return [next(rest) if there else None for there in present]

    def _of_tuples(self, column: _Tuples) -> list[Any]:
        places, lengths, values = column
        known = self._tuples
        numbers = len(known), len(known) + len(lengths)
        known += [()] * len(lengths)
        rest = iter(self.column(values))
        for place, length in zip(range(*numbers), lengths, strict=True):
            known[place] = tuple([next(rest) for _ in range(length)])
        return [None if place is None else known[place] for place in places]
