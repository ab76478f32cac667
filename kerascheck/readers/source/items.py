"""What comes out of a value when a loop or an assignment goes through it."""

from __future__ import annotations

from kerascheck.model.typed import Any, Final
from kerascheck.readers.source import arrays
from kerascheck.readers.source.open_values import MORE, is_open
from kerascheck.readers.source.values import Choice, Generated, Unknown, Value

__all__ = ["items_of", "unpack"]

_MAX_ITEMS: Final = 1_000


def items_of(value: Value) -> tuple[list[Value], bool]:
    """Return the items of a value, and whether these are all."""
    if is_open(value):
        return [each for each in value if each is not MORE], False
    if isinstance(value, (list, tuple, set, frozenset, str, range)):
        if isinstance(value, (set, frozenset)):
            return sorted(value, key=repr)[:_MAX_ITEMS], len(value) <= _MAX_ITEMS
        if len(value) > _MAX_ITEMS:
            return list(value[:_MAX_ITEMS]), False
        return list(value), True
    if isinstance(value, dict):
        return list(value), True
    if isinstance(value, Generated):
        return list(value.items), False
    if isinstance(value, Choice):
        return [], False
    return arrays.items(value), False


def unpack(run: Any, value: Value, count: int, starred: int | None) -> list[Value]:
    """Return `count` values for as many targets, one of which may be starred."""
    found = run.models.unpack(value, count)
    if found is None:
        found = arrays.unpack(value, count)
    if found is not None and len(found) == count:
        return list(found)
    items, complete = items_of(value)
    if complete and starred is None and len(items) == count:
        return items
    if complete and starred is not None and len(items) >= count - 1:
        after = count - 1 - starred
        end = len(items) - after
        return [*items[:starred], items[starred:end], *items[end:]]
    why = value.why if isinstance(value, Unknown) else "a part of what is not known"
    return [Unknown(why) for _ in range(count)]
