"""From an array of labels to what a bounded sample of it shows."""

from __future__ import annotations

from collections.abc import Iterator

from kerascheck.labels.encoding import (
    EXACT,
    MAX_VALUES,
    Encodings,
    Tally,
    encodings,
    nearly_whole,
    tally,
    whole_numbers,
)
from kerascheck.labels.sample import Sample, take_sample
from kerascheck.labels.void import void_in, without
from kerascheck.model.description import Encoding, Labels, Scalar
from kerascheck.model.errors import UnreadableLabels
from kerascheck.model.typed import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from numpy.typing import NDArray

MAX_SAMPLES: Final = 100_000
"""Samples that are looked at by default."""

_MAX_VALUE: Final = 40
"""Characters of a string label that are kept."""

_COUNTED: Final = (
    Encoding.BINARY,
    Encoding.SIGNED_BINARY,
    Encoding.CLASS_IDS,
)


def measure(
    values: object, *, limit: int = MAX_SAMPLES, path: str | None = None
) -> Labels:
    """Measure labels and say which encodings they fit.

    Args:
        values: Anything that numpy makes an array of: shape (samples,), (samples, 1),
            (samples, classes), (samples, steps), (samples, height, width, 1), …;
            bools, whole numbers, floats or strings.
        limit: Most samples to look at, taken evenly over the whole. Never more than
            4,000,000 values are.
        path: The file they came from, as given.

    Raises:
        UnreadableLabels: They are empty, ragged, or hold something else.
    """
    try:
        return describe_sample(take_sample(_as_array(values), limit), path=path)
    except UnreadableLabels as error:
        subject = "the labels" if path is None else f"the labels of {path!r}"
        raise UnreadableLabels(f"{subject} {error}") from None


def _as_array(values: object) -> NDArray[Any]:
    import numpy as np

    try:
        return np.asarray(values)
    except Exception as error:  # __array__ of a foreign container may raise anything
        raise UnreadableLabels(
            "cannot be made one array, for example because rows differ in length. "
            f"Expected labels of one shape and kind. Received: {type(values).__name__}."
        ) from error


def describe_sample(sample: Sample, *, path: str | None = None) -> Labels:
    """Say what a sample of labels shows.

    Raises:
        UnreadableLabels: It holds neither numbers nor strings.
    """
    kind = sample.rows.dtype.kind
    if kind in "biuf":
        import numpy as np

        # Signalling NaN and sums beyond the largest float are reported, not warned of.
        with np.errstate(all="ignore"):
            return _numbers(sample, path)
    if kind in "USTO":
        return _strings(sample, path)
    raise UnreadableLabels(
        "hold neither numbers nor strings. Expected bools, whole numbers, floats or "
        f"strings. Received: dtype {sample.rows.dtype.name}."
    )


def _strings(sample: Sample, path: str | None) -> Labels:
    counts: dict[str, int] = {}
    for text in _texts(sample.rows):
        counts[text] = counts.get(text, 0) + 1
    listed = sorted(counts) if len(counts) <= MAX_VALUES else []
    return Labels(
        encoding=Encoding.STRINGS,
        candidates=(Encoding.STRINGS,),
        shape=sample.shape,
        dtype="str",
        samples=sample.samples,
        classes=len(counts),
        majority=max(counts.values()) / sample.rows.size,
        values=tuple(value[:_MAX_VALUE] for value in listed),
        path=path,
    )


def _texts(rows: NDArray[Any]) -> Iterator[str]:
    try:
        found: list[object] = rows.ravel().tolist()
    except (SystemError, ValueError) as error:  # as numpy raises for such code points
        raise UnreadableLabels(
            "hold text with characters that do not exist. Expected Unicode. "
            f"Received: dtype {rows.dtype.name}."
        ) from error
    for value in found:
        if isinstance(value, str):
            yield value
        elif isinstance(value, bytes):
            yield value.decode("utf-8", "backslashreplace")
        else:
            raise UnreadableLabels(
                "hold Python objects, which cannot be measured. Expected bools, whole "
                f"numbers, floats or strings. Received: {type(value).__name__}."
            )


def _numbers(sample: Sample, path: str | None) -> Labels:
    import numpy as np

    rows = _as_numbers(sample.rows)
    finite = np.isfinite(rows)
    cells = rows.ravel() if finite.all() else rows[finite]
    nans = int(np.isnan(rows).sum())
    complete = rows if len(cells) == rows.size else rows[finite.all(axis=1)]
    facts: dict[str, object] = {
        "shape": sample.shape,
        "dtype": sample.rows.dtype.name,
        "samples": sample.samples,
        "nans": nans,
        "infinities": rows.size - len(cells) - nans,
        "path": path,
        "encoding": Encoding.UNKNOWN,
        "candidates": (Encoding.UNKNOWN,),
    }
    rank = len(sample.shape)
    if len(cells):
        noise = _noise(sample.rows)
        counted = tally(cells)
        facts |= _shares(cells, counted)
        rounded = not counted.whole and nearly_whole(cells, noise)
        if rounded:
            counted, complete = tally(np.rint(cells)), np.rint(complete)
        fitted = encodings(counted, complete, rank=rank, noise=noise)
        void = void_in(counted, several_axes=complete.shape[1] > 1 or rank > 2)
        if void is not None:
            facts |= _void_facts(counted, void)
            counted, fitted = without(counted, void), _with_void(counted, fitted, void)
        facts |= _facts(counted, complete, fitted)
        if rounded or void is not None:
            facts |= {"low": float(cells.min()), "high": float(cells.max())}
        if rounded:
            facts |= {"integral": bool((_as_fit_does(cells) == np.rint(cells)).all())}
    return Labels(**facts)  # type: ignore[arg-type]


def _as_numbers(rows: NDArray[Any]) -> NDArray[Any]:
    """Return the rows as int64 or, where that does not hold them, float64."""
    import numpy as np

    if rows.dtype.kind == "f":
        return rows.astype(np.float64)
    if rows.dtype == np.uint64 and rows.max() > np.iinfo(np.int64).max:
        return rows.astype(np.float64)
    return rows.astype(np.int64)


def _noise(rows: NDArray[Any]) -> float:
    import numpy as np

    return float(np.finfo(rows.dtype).eps) if rows.dtype.kind == "f" else 0.0


def _facts(
    counted: Tally, complete: NDArray[Any], fitted: Encodings
) -> dict[str, object]:
    encoding = fitted[0]
    facts: dict[str, object] = {
        "encoding": encoding,
        "candidates": fitted,
        "low": float(counted.low),
        "high": float(counted.high),
        "integral": counted.whole,
    }
    if 0 < len(counted.distinct) <= MAX_VALUES:
        facts["values"] = tuple(_scalar(value) for value in counted.distinct.tolist())
    if encoding in _COUNTED:
        facts |= {"classes": len(counted.distinct), "majority": counted.majority}
        facts["rarest"] = int(counted.counts.min()) if len(counted.counts) else None
    if encoding in (Encoding.ONE_HOT, Encoding.MULTI_HOT):
        facts |= _row_facts(complete, encoding)
    return facts


def _shares(cells: NDArray[Any], counted: Tally) -> dict[str, object]:
    """Return how many values are whole numbers, and how many lowest or highest."""
    import numpy as np

    if counted.whole and len(counted.distinct) == 2:
        return {}
    ends = (cells == counted.low) | (cells == counted.high)
    facts: dict[str, object] = {"ends_share": float(ends.mean())}
    if not counted.whole:
        facts["whole_share"] = float((cells == np.rint(cells)).mean())
    return facts


def _as_fit_does(cells: NDArray[Any]) -> NDArray[Any]:
    """Return labels as `fit` casts them: to float32, whose whole numbers are exact."""
    import numpy as np

    return cells.astype(np.float32).astype(np.float64)


def _void_facts(counted: Tally, void: int) -> dict[str, object]:
    rest = without(counted, void)
    return {
        "void": void,
        "void_share": 1 - rest.total / counted.total,
        "classes_from": float(rest.low),
        "classes_to": float(rest.high),
    }


def _with_void(counted: Tally, fitted: Encodings, void: int) -> Encodings:
    """Return the encodings of labels with a void value: ids if the others are."""
    rest = whole_numbers(without(counted, void))
    if Encoding.CLASS_IDS not in rest or Encoding.CLASS_IDS is fitted[0]:
        return fitted
    return (Encoding.CLASS_IDS, Encoding.CONTINUOUS)


def _row_facts(rows: NDArray[Any], encoding: Encoding) -> dict[str, object]:
    columns, ones = rows.sum(axis=0), rows.sum(axis=1)
    facts: dict[str, object] = {"classes": int((columns > 0).sum())}
    if len(rows):
        facts["ones"] = (int(ones.min()), int(ones.max()))
    if encoding is Encoding.ONE_HOT:
        facts["majority"] = float(columns.max() / len(rows))
    return facts


def _scalar(value: float) -> Scalar:
    return int(value) if value == int(value) and abs(value) < EXACT else value
