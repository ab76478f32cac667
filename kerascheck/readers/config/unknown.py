"""Values in a config that no file holds, but a program may have.

It may compute what its text does not say, and its own functions may be followed.
"""

from __future__ import annotations

from kerascheck.model.frozen import Frozen
from kerascheck.model.typed import Any, Final

__all__ = ["UNKNOWN", "OwnLoss", "UnknownValue"]


class UnknownValue:
    """Stands for any value."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = UnknownValue()


class OwnLoss(Frozen, eq=False):
    """A function of the program that computes a loss of Keras."""

    name: str  # of the function
    saved: Any  # the loss, as a saved file holds it
    over_tensorflow: bool = False  # a function of `tf.nn` computes it
    weighs: bool = False  # what is not known weighs it, or is added to it
