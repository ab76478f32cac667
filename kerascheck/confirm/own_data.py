"""The user's data: a sample of it, shuffled once, with the truth behind its labels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kerascheck.confirm.build import NotBuildable
from kerascheck.model.description import Encoding, Head
from kerascheck.model.frozen import Frozen
from kerascheck.model.typed import Any, Final

MIN_ROWS: Final = 64
MAX_ROWS: Final = 10_000
HELD_OUT_SHARE: Final = 0.25

_MEASURABLE: Final = (
    *(Encoding.BINARY, Encoding.SIGNED_BINARY, Encoding.CLASS_IDS, Encoding.STRINGS),
    *(Encoding.ONE_HOT, Encoding.MULTI_HOT, Encoding.CONTINUOUS),
)


class Data(Frozen, eq=False):
    """The user's data, shuffled once: a training part, and a part held out.

    Attributes:
        x: Shape (samples, …), or a dict or list of such.
        y: As the user passes it to `fit`.
        truth: Class index of each sample; tags as bools; targets as they are.
        train_count: Samples for training; those after it are held out.
    """

    x: Any
    y: Any
    truth: Any
    train_count: int


def data_of(x: Any, y: Any, head: Head) -> Data:
    """Return a sample of inputs and labels.

    Raises:
        NotBuildable: There are too few, they are no arrays of as many rows, or the
            truth of the labels cannot be measured.
    """
    import numpy as np

    try:
        y = _as_array(y)
        counts = {len(y), *_row_counts(x)}
    except (TypeError, ValueError) as odd:  # numbers and generators, ragged lists
        raise NotBuildable("inputs and labels are not arrays") from odd
    if len(counts) > 1:
        several = " and ".join(map(str, sorted(counts)))
        raise NotBuildable(f"inputs and labels differ in length: {several} rows")
    if len(y) < MIN_ROWS:
        raise NotBuildable(f"{len(y)} samples are too few to train on")
    picks = np.random.default_rng(0).permutation(len(y))[:MAX_ROWS]
    y = y[picks]
    train_count = len(y) - int(len(y) * HELD_OUT_SHARE)
    return Data(
        x=select_rows(x, picks), y=y, truth=_truth(y, head), train_count=train_count
    )


def _truth(y: Any, head: Head) -> Any:
    """Return the class index of each sample, the tags, or the targets."""
    import numpy as np

    encoding = head.labels.encoding if head.labels else Encoding.UNKNOWN
    if encoding not in _MEASURABLE or y.ndim > 2:
        raise NotBuildable(f"the truth of {encoding} labels is not measured")
    if encoding is Encoding.ONE_HOT:
        return y.argmax(axis=-1)
    if encoding is Encoding.MULTI_HOT:
        return y > 0
    flat = y.reshape(-1)
    if encoding is Encoding.CONTINUOUS:
        return y if y.ndim > 1 and y.shape[1] > 1 else flat
    return np.unique(flat, return_inverse=True)[1]


def select_rows(x: Any, rows: Any) -> Any:
    """Return some rows of an array, or of each in a dict or list of arrays."""
    if isinstance(x, Mapping):
        return {name: select_rows(values, rows) for name, values in x.items()}
    if _is_list_of_arrays(x):
        return [select_rows(values, rows) for values in x]
    import numpy as np

    return np.asarray(x)[rows]


def _row_counts(x: Any) -> Iterator[int]:
    """Yield the rows of an array, or of each in a dict or list of arrays."""
    if isinstance(x, Mapping) or _is_list_of_arrays(x):
        for values in x.values() if isinstance(x, Mapping) else x:
            yield from _row_counts(values)
    else:
        yield len(_as_array(x))


def _is_list_of_arrays(x: Any) -> bool:
    return isinstance(x, (list, tuple)) and bool(x) and hasattr(x[0], "shape")


def _as_array(values: Any) -> Any:
    import numpy as np

    return values if hasattr(values, "shape") else np.asarray(values)
