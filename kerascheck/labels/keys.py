"""Which of several named columns or arrays are labels, and of which head."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Final

from kerascheck.model.errors import UnreadableLabels

Chosen = Mapping[str | None, str]
"""The name of each head's labels; the head None: the only one."""

Choose = Callable[[Sequence[str]], Chosen]

LABEL_NAMES: Final = ("labels", "label", "y_true", "y_test", "y_train", "y")
"""Names that are labels wherever they stand; the first that is there is taken."""

_UNNAMED: Final = "arr_0"
"""What numpy.savez calls an array that was given without a name."""


MAX_UNKNOWN: Final = 100
"""Arrays that are measured although nothing tells which of them are labels."""


def require_few(count: int, unit: str) -> None:
    """Refuse a file of very many arrays of which none is known to be labels.

    Raises:
        UnreadableLabels: There are more than `MAX_UNKNOWN`.
    """
    if count > MAX_UNKNOWN:
        raise UnreadableLabels(
            f"are {count} {unit}, and none is called after a head or `labels`. "
            f"Expected a name that tells, or at most {MAX_UNKNOWN} {unit}. "
            f"Received: {count}."
        )


def choose(names: Sequence[str], heads: Collection[str]) -> Chosen:
    """Return what of `names` is labels; nothing where that can not be told.

    Names of heads come first, then `LABEL_NAMES`; all beside them (inputs, indices) is
    left alone. A single array needs no name.

    Args:
        names: Keys or column names that a file holds.
        heads: Names of the model's heads; empty: not known.
    """
    known_heads = frozenset(heads)
    of_heads = [name for name in names if name in known_heads]
    if of_heads:
        return {name: name for name in of_heads}
    for known in LABEL_NAMES:
        if known in names:
            return {None: known}
    if len(names) == 1:
        unnamed = heads or names[0] == _UNNAMED
        return {None if unnamed else names[0]: names[0]}
    return {}
