"""Which of several named columns or arrays are labels, and of which head."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

from kerascheck.model.errors import UnreadableLabels
from kerascheck.model.typed import Final

Chosen = Mapping[str | None, str]
"""The name of each head's labels; the head None: the only one."""

Choose = Callable[[Sequence[str]], Chosen]

LABEL_NAMES: Final = ("labels", "label", "y_true", "y_test", "y_train", "y")
"""Names that always mean labels; the first that is there is used."""

_UNNAMED: Final = "arr_0"
"""What numpy.savez calls an array that was passed without a name."""

MAX_UNKNOWN: Final = 100
"""Arrays that are measured although nothing says which of them are labels."""


def require_few(count: int, unit: str) -> None:
    """Refuse a file of many arrays of which none is known to be labels.

    Raises:
        UnreadableLabels: There are more than `MAX_UNKNOWN`.
    """
    if count > MAX_UNKNOWN:
        raise UnreadableLabels(
            f"are {count} {unit}, and none is named after a head or `labels`. "
            f"Expected such a name, or at most {MAX_UNKNOWN} {unit}. "
            f"Received: {count}."
        )


def choose_labels(names: Sequence[str], heads: Collection[str]) -> Chosen:
    """Return which of `names` are labels; nothing if that is not clear.

    Names of heads come first, then `LABEL_NAMES`; all others (inputs, indices) are
    ignored. A single array needs no name.

    Args:
        names: Keys or column names in a file.
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
