"""Which label encodings a sample fits, likeliest first.

0/1 values: one a sample is `binary`; rows with exactly one 1 fit both `one-hot` and
`multi-hot`; any other rows are `multi-hot`, and if labels have more than two axes they
may also be `binary` masks without a channel axis.

Fractions: one a sample inside [0, 1] fits `probability` and `continuous`; rows that
sum to 1 are a `distribution`; other rows inside [0, 1] (soft tags, grey images) fit
`continuous` and `probability`; all else is `continuous`, but for rows of one value and
zeros, which are unknown: they may be one-hot rows times a weight or an advantage, on
which a cross-entropy trains as policy gradients do.

Whole numbers: `class-ids`, `continuous` or both; `whole_numbers` draws the line.
"""

from __future__ import annotations

from itertools import pairwise

from kerascheck.model.description import Encoding
from kerascheck.model.frozen import Frozen
from kerascheck.model.typed import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kerascheck.labels.seam import Cells, Table

Encodings = tuple[Encoding, ...]

EXACT: Final = 2**53
"""Floats below it are exact for whole numbers."""

_PROBE: Final = 4096
"""Fractions looked at first: if these are diverse, the rest is not counted."""

MAX_VALUES: Final = 16
"""Distinct values that are worth listing."""

_SUM_SLACK: Final = 2e-3
"""How far a row of probabilities written with three decimals may miss 1."""

_ULPS: Final = 8
"""Rounding errors that arithmetic may leave on a value that should be whole."""

_FLOATX: Final = 2.0**-23
"""Relative rounding error of float32, in which `fit` computes with labels."""


class Tally(Frozen, eq=False):
    """The finite values of a sample, counted."""

    low: float
    high: float
    whole: bool  # every value is a whole number
    distinct: Sequence[float]  # rising; empty: fractions too diverse to count
    counts: Sequence[int]  # of each distinct value
    total: int  # how many values were counted

    @property
    def majority(self) -> float:
        """Share of the commonest value, in (0, 1]."""
        return float(max(self.counts) / self.total)


def tally(cells: Cells) -> Tally:
    """Count values; there is at least one."""
    low, high = cells.ends()
    whole = cells.whole() == len(cells)
    few = whole or cells.first(_PROBE).distinct() <= MAX_VALUES
    distinct, counts = cells.counted() if few else ((), ())
    return Tally(
        low=low,
        high=high,
        whole=whole,
        distinct=distinct,
        counts=counts,
        total=len(cells),
    )


def rounding_of(noise: float) -> float:
    """Return how far arithmetic of this relative error leaves a whole number.

    Labels of a wider dtype than float32 are rounded to it in `fit`.
    """
    return _ULPS * max(noise, _FLOATX)


def nearly_whole(cells: Cells, noise: float) -> bool:
    """Say whether all values would be whole numbers but for rounding errors."""
    slack = rounding_of(noise)
    return cells.first(_PROBE).near_whole(slack) and cells.near_whole(slack)


def encodings(tallied: Tally, rows: Table, *, rank: int, noise: float) -> Encodings:
    """Return every encoding that the labels fit, likeliest first.

    Args:
        tallied: All finite values.
        rows: The rows without NaN or infinity.
        rank: Axes of the whole container.
        noise: Relative rounding error of the labels' own dtype.
    """
    if not tallied.whole:
        slack = rounding_of(noise)
        inside = tallied.low >= -slack and tallied.high <= 1 + slack
        return _fractions(rows, inside=inside, noise=noise)
    if tallied.low >= 0 and tallied.high <= 1:
        return _zeros_and_ones(rows, rank)
    if tallied.low == -1 and set(tallied.distinct[:3]) <= {-1, 1}:
        both = tallied.high == 1
        likely = (Encoding.SIGNED_BINARY,)
        return likely if both else likely + whole_numbers(tallied)
    return whole_numbers(tallied)


def _zeros_and_ones(rows: Table, rank: int) -> Encodings:
    if rows.width == 1:
        return (Encoding.BINARY,)
    if len(rows) and rows.row_sums() == (1, 1):
        return (Encoding.ONE_HOT, Encoding.MULTI_HOT)
    if rank > 2:
        return (Encoding.MULTI_HOT, Encoding.BINARY)
    return (Encoding.MULTI_HOT,)


def _fractions(rows: Table, *, inside: bool, noise: float) -> Encodings:
    if not inside and rows.width > 1 and len(rows) and rows.most_filled() == 1:
        return (Encoding.UNKNOWN,)
    if not inside:
        return (Encoding.CONTINUOUS,)
    if rows.width == 1:
        return (Encoding.PROBABILITY, Encoding.CONTINUOUS)
    slack = _SUM_SLACK + rows.width * noise
    if len(rows) and all(abs(total - 1) <= slack for total in rows.row_sums()):
        return (Encoding.DISTRIBUTION,)
    return (Encoding.CONTINUOUS, Encoding.PROBABILITY)


def whole_numbers(tallied: Tally) -> Encodings:
    """Distinguish class ids from counts, ages, prices and other whole targets.

    Surely ids: two distinct values, each seen twice on average; or values that start
    at 0 or 1, fill at least 0.8 of their range, and come up often (twice each on
    average up to 10 values, four times beyond), if
    - all classes are about as frequent, or
    - there are three or fewer, or
    - there are ten or fewer from 0 on, whose frequencies do not rise to one peak and
      fall off again as those of counts and grades do.

    Both: other values that start at -1, 0 or 1, that fill half of their range, or of
    which there are ten or fewer. Ids come first if the values start at -1, 0 or 1,
    come up twice on average, and are few (50, or the root of how many were seen), but
    for more than ten whose frequencies have one peak: ages. All else is continuous.
    """
    if _surely_ids(tallied):
        return (Encoding.CLASS_IDS,)
    k, from_start = len(tallied.distinct), tallied.low in (-1, 0, 1)
    repeated = tallied.total >= 2 * k
    if not (from_start or _filled(tallied) >= 0.5 or (k <= 10 and repeated)):
        return (Encoding.CONTINUOUS,)
    few = k <= max(50, tallied.total**0.5)
    ages = k > 10 and _one_peak(tallied.counts)
    if from_start and repeated and few and not ages:
        return (Encoding.CLASS_IDS, Encoding.CONTINUOUS)
    return (Encoding.CONTINUOUS, Encoding.CLASS_IDS)


def _surely_ids(tallied: Tally) -> bool:
    k, low = len(tallied.distinct), tallied.low
    if tallied.total < k * (2 if k <= 10 else 4):
        return False
    if k == 2:
        return True
    if k == 1 or low not in (0, 1) or _filled(tallied) < 0.8:
        return False
    if k <= 3 or _balanced(tallied):
        return True
    return k <= 10 and low == 0 and not _one_peak(tallied.counts)


def _filled(tallied: Tally) -> float:
    return len(tallied.distinct) / (tallied.high - tallied.low + 1)


def _balanced(tallied: Tally) -> bool:
    """Say whether frequencies differ by less than half their mean, beyond chance."""
    places = tallied.high - tallied.low + 1
    mean = tallied.total / places
    squares = sum(count * count for count in tallied.counts) / places
    chance = mean  # variance of counts drawn from classes that are equally frequent
    return squares - mean**2 - chance <= 0.25 * mean**2


def _one_peak(several: Sequence[int]) -> bool:
    """Say whether counts rise to one peak and fall, but for chance (3 sigma)."""
    counts = [*several]
    peak = counts.index(max(counts))
    steps = [*pairwise(counts[: peak + 1]), *pairwise(counts[peak:][::-1])]
    return all(a - b <= 3 * (a + b) ** 0.5 for a, b in steps)  # towards the peak
