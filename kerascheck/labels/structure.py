"""The structure of what `fit` receives: one array, or arrays in lists and dicts.

Source: `keras.tree` of Keras 3.15.1: lists, tuples and dicts are structure, the keys of
a dict are sorted, and None is a leaf. A list of plain numbers is one array here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice

from kerascheck.model.typed import Any, Final

__all__ = ["Path", "items_of", "leaves", "structure_of"]

MAX_LEAVES: Final = 1_000
"""Arrays of one structure that are looked at; no model has as many outputs."""

_MAX_DEPTH: Final = 20
_MAX_KEY: Final = 60  # characters of a key
_LOOKED_AT: Final = 8  # items of a list, to see whether it holds arrays

Path = tuple[str | int, ...]
"""Keys and positions that lead to an array."""


def structure_of(values: Any) -> str:
    """Return a structure as text, "*" for each array: "[*, {'a': *}]"."""
    items = items_of(values)
    if items is None:
        return "*"
    inner = [(key, structure_of(value)) for key, value in islice(items, MAX_LEAVES)]
    if isinstance(values, Mapping):
        return f"{{{', '.join(f'{_shown(key)}: {text}' for key, text in inner)}}}"
    text = ", ".join(text for _, text in inner)
    if isinstance(values, tuple):
        return f"({text},)" if len(inner) == 1 else f"({text})"
    return f"[{text}]"


def leaves(values: Any) -> list[tuple[Path, Any]]:
    """Return each array of a structure with its path, in the order of Keras."""
    return list(islice(_leaves(values, ()), MAX_LEAVES))


def _leaves(values: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    items = items_of(values) if len(path) < _MAX_DEPTH else None
    if items is None:
        yield path, values
        return
    for key, inner in items:
        yield from _leaves(inner, (*path, key))


def items_of(values: Any) -> list[tuple[Any, Any]] | None:
    """Return keys and values of a dict or list that holds arrays; None: it is one."""
    if isinstance(values, Mapping):
        return sorted(values.items(), key=_order)
    if isinstance(values, (list, tuple)) and _holds_arrays(values):
        return list(enumerate(values))
    return None


def _shown(key: Any) -> str:
    return repr(key[:_MAX_KEY] if isinstance(key, str) else key)[: _MAX_KEY + 2]


def _order(item: tuple[Any, Any]) -> tuple[str, Any]:
    key = item[0]
    return (
        ("", key) if isinstance(key, (int, float)) else (type(key).__name__, str(key))
    )


def _holds_arrays(values: Any, depth: int = 0) -> bool:
    """Say whether a list has an array in it, at any depth."""
    if isinstance(values, Mapping) or hasattr(values, "__array__"):
        return True
    if not isinstance(values, (list, tuple)) or depth > _MAX_DEPTH:
        return False
    return any(
        _holds_arrays(inner, depth + 1)
        for inner in values[:_LOOKED_AT]
        if not isinstance(inner, (int, float, str)) or hasattr(inner, "__array__")
    )
