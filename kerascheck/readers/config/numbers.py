"""Numbers from a file: which cannot be computed with, and how they are shown.

JSON holds NaN, infinity, and integers of thousands of digits, which no float takes and
Python may refuse to print. They are noted where they are read; no rule meets one.
"""

from __future__ import annotations

from math import isfinite

from kerascheck.model.typed import Final

MAX_INTEGER: Final = 2**63
"""A greater integer is odd: Keras cannot make a tensor of it."""

_DIGITS_A_BIT: Final = 0.30103  # log10(2)
_MAX_SHOWN: Final = 200
"""Characters of a value in a message."""


def is_odd_number(value: object) -> bool:
    """Say whether this is NaN, infinite, or an integer beyond 64 bits."""
    if isinstance(value, float):
        return not isfinite(value)
    return isinstance(value, int) and not -MAX_INTEGER <= value < MAX_INTEGER


def shown_scalar(value: object) -> str:
    """Return a value of any size as a message shows it."""
    if isinstance(value, int) and not -MAX_INTEGER <= value < MAX_INTEGER:
        digits = int(value.bit_length() * _DIGITS_A_BIT) + 1
        return f"a whole number of about {digits} digits"
    if isinstance(value, (list, tuple)):
        return f"a list of {len(value)}"
    return repr(value)[:_MAX_SHOWN]
