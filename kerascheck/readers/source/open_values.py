"""Lists, dicts and sets that may hold more than is known."""

from __future__ import annotations

from kerascheck.model.typed import Final
from kerascheck.readers.source.values import Unknown, Value

__all__ = ["MORE", "OpenDict", "OpenList", "is_open", "open_up"]


class OpenList(list[Value]):
    """A list that may hold more than is known."""


class OpenDict(dict[Value, Value]):
    """A dict that may hold more than is known."""


MORE: Final = Unknown("further items")
"""Stands in a list, dict or set for further items, of which nothing is known."""


def open_up(value: Value) -> None:
    """Note, in place, that a list, dict or set may hold more than is known."""
    if is_open(value):
        return
    if isinstance(value, list):
        value.append(MORE)
    elif isinstance(value, dict):
        value[MORE] = MORE
    elif isinstance(value, set):
        value.add(MORE)


def is_open(value: Value) -> bool:
    """Say whether a list, dict or set may hold more than is known."""
    if isinstance(value, (OpenList, OpenDict)):
        return True
    if isinstance(value, (list, tuple)):
        return any(each is MORE for each in value)
    return isinstance(value, (dict, set)) and MORE in value
