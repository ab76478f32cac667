"""A value in a config that is there but not known.

No file holds one: a program may compute what its text does not say.
"""

from __future__ import annotations

from kerascheck.model.typed import Final

__all__ = ["UNKNOWN", "UnknownValue"]


class UnknownValue:
    """Stands for any value."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = UnknownValue()
