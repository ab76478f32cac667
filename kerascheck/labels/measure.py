"""From an array of labels to what a bounded sample of it shows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import prod

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
from kerascheck.labels.few import (
    few_enough,
    needs_numpy,
    sample_of_list,
    sample_of_nested,
)
from kerascheck.labels.sample import Sample, no_characters, take_sample
from kerascheck.labels.void import void_in, without
from kerascheck.model.description import Encoding, Labels, Scalar
from kerascheck.model.errors import UnreadableLabels
from kerascheck.model.typed import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kerascheck.labels.seam import Cells, Rows, Table

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
        return describe_sample(_sample_of(values, limit), path=path)
    except ImportError:
        raise needs_numpy("the labels") from None
    except UnreadableLabels as error:
        subject = "the labels" if path is None else f"the labels of {path!r}"
        raise UnreadableLabels(f"{subject} {error}") from None


def _sample_of(values: object, limit: int) -> Sample:
    if isinstance(values, (list, tuple)) and len(values) <= limit:
        few = sample_of_nested(values)
        if few is not None:
            return few
    return take_sample(_as_array(values), limit)


def measure_literal(
    cells: Sequence[Scalar], shape: tuple[int, ...], dtype: str | None
) -> Labels:
    """Measure values that a program names, as `measure` does.

    Args:
        cells: All values in order.
        shape: Of the array.
        dtype: Its dtype; None: the one that NumPy gives them.

    Raises:
        UnreadableLabels: They are empty, or hold something else.
        ValueError, OverflowError, TypeError: They cannot be such an array.
    """
    if prod(shape) != len(cells):
        raise ValueError(f"there are {len(cells)} values for shape {shape}")
    few = sample_of_list(cells, shape, dtype) if few_enough(len(cells)) else None
    if few is not None:
        return describe_sample(few)
    import numpy as np

    return measure(np.array(cells, dtype=dtype).reshape(shape))


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
    if sample.rows.kind in "biuf":
        return _numbers(sample, path)
    if sample.rows.kind in "USTO":
        return _strings(sample, path)
    raise UnreadableLabels(
        "hold neither numbers nor strings. Expected bools, whole numbers, floats or "
        f"strings. Received: dtype {sample.rows.dtype}."
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


def _texts(rows: Rows) -> Iterator[str]:
    try:
        found = rows.objects()
    except (SystemError, ValueError) as error:  # as numpy raises for such code points
        raise no_characters(rows.dtype) from error
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
    numbers = sample.rows.numbers()
    cells, complete = numbers.cells, numbers.complete
    facts: dict[str, object] = {
        "shape": sample.shape,
        "dtype": sample.rows.dtype,
        "samples": sample.samples,
        "nans": numbers.nans,
        "infinities": numbers.infinities,
        "path": path,
        "encoding": Encoding.UNKNOWN,
        "candidates": (Encoding.UNKNOWN,),
    }
    rank = len(sample.shape)
    if len(cells):
        noise = sample.rows.noise
        counted = tally(cells)
        facts |= _shares(cells, counted)
        rounded = not counted.whole and nearly_whole(cells, noise)
        if rounded:
            counted, complete = tally(cells.rounded()), complete.rounded()
        fitted = encodings(counted, complete, rank=rank, noise=noise)
        void = void_in(counted, several_axes=complete.width > 1 or rank > 2)
        if void is not None:
            facts |= _void_facts(counted, void)
            counted, fitted = without(counted, void), _with_void(counted, fitted, void)
        facts |= _facts(counted, complete, fitted)
        if rounded or void is not None:
            low, high = cells.ends()
            facts |= {"low": float(low), "high": float(high)}
        if rounded:
            facts |= {"integral": cells.whole_as_float32()}
    return Labels(**facts)  # type: ignore[arg-type]


def _facts(counted: Tally, complete: Table, fitted: Encodings) -> dict[str, object]:
    encoding = fitted[0]
    facts: dict[str, object] = {
        "encoding": encoding,
        "candidates": fitted,
        "low": float(counted.low),
        "high": float(counted.high),
        "integral": counted.whole,
    }
    if 0 < len(counted.distinct) <= MAX_VALUES:
        facts["values"] = tuple(_scalar(value) for value in counted.distinct)
    if encoding in _COUNTED:
        facts |= {"classes": len(counted.distinct), "majority": counted.majority}
        facts["rarest"] = int(min(counted.counts)) if len(counted.counts) else None
    if encoding in (Encoding.ONE_HOT, Encoding.MULTI_HOT):
        facts |= _row_facts(complete, encoding)
    return facts


def _shares(cells: Cells, counted: Tally) -> dict[str, object]:
    """Return how many values are whole numbers, and how many lowest or highest."""
    if counted.whole and len(counted.distinct) == 2:
        return {}
    ends = sum(cells.equal(end) for end in {counted.low, counted.high})
    facts: dict[str, object] = {"ends_share": ends / len(cells)}
    if not counted.whole:
        facts["whole_share"] = cells.whole() / len(cells)
    return facts


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


def _row_facts(rows: Table, encoding: Encoding) -> dict[str, object]:
    columns, most = rows.column_sums()
    facts: dict[str, object] = {"classes": columns}
    if len(rows):
        fewest_ones, most_ones = rows.row_sums()
        facts["ones"] = (int(fewest_ones), int(most_ones))
    if encoding is Encoding.ONE_HOT:
        facts["majority"] = most / len(rows)
    return facts


def _scalar(value: float) -> Scalar:
    return int(value) if value == int(value) and abs(value) < EXACT else value
