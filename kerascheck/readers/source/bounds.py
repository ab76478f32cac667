"""Whether a value is known to its last part, and small enough to be worked with."""

from __future__ import annotations

from kerascheck.model.typed import Final
from kerascheck.readers.source.open_values import OpenDict, OpenList
from kerascheck.readers.source.values import Value

__all__ = ["MAX_PARTS", "is_constant", "is_known", "is_small"]

_CONSTANTS: Final = (str, int, float, bool, complex, bytes, type(None), type(...))


def is_constant(value: Value) -> bool:
    """Say whether this is a number, text, None or the like."""
    return isinstance(value, _CONSTANTS)


MAX_PARTS: Final = 50_000
"""Parts of a value that is computed with; a list in a list counts where it stands."""

_TEXT_PER_PART: Final = 64


def is_known(value: Value) -> bool:
    """Say whether a value is made of constants alone, and small."""
    return is_constant(value) or _is_bounded(value, constants=True)


def is_small(value: Value) -> bool:
    """Say whether a value can be gone through.

    A list may hold another in many places, so that it is written in a few lines and
    takes years to go through.
    """
    return not isinstance(value, _HOLDERS) or _is_bounded(value, constants=False)


_HOLDERS: Final = (list, tuple, set, frozenset, dict)


def _is_bounded(value: Value, *, constants: bool) -> bool:
    """Say whether a value has few parts, and if asked whether all are constants."""
    left, waiting = MAX_PARTS, [value]
    while waiting:
        each = waiting.pop()
        left -= 1
        if isinstance(each, _HOLDERS):
            is_partial = isinstance(each, (OpenList, OpenDict))
            if len(each) + len(waiting) > left or (constants and is_partial):
                return False
            waiting += each.values() if isinstance(each, dict) else each
        elif isinstance(each, (str, bytes)):
            left -= len(each) // _TEXT_PER_PART
        elif constants and not is_constant(each) and not isinstance(each, range):
            return False
    return left >= 0
