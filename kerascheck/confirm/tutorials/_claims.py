"""What a tutorial says of one quantity, and whether the measured figures agree."""

from __future__ import annotations

from collections.abc import Mapping
from statistics import fmean

from kerascheck.confirm.result import Spread
from kerascheck.confirm.tutorials._tutorial import TrialResult
from kerascheck.model.frozen import Frozen

RAISES = "raises"
"""The quantity of a claim that nothing can be measured."""

TOLERANCE = 0.01
"""Difference of two means that counts as none."""

SMALL = 0.002
"""The same where three seeds or more say how far they scatter."""


class Judgement(Frozen):
    """A claim next to what was measured.

    Attributes:
        quantity: What it is about.
        said: As the text has it; "" if it has nothing.
        agrees: Whether the figures do; None: they cannot say.
        by: Measured value minus that of the text, or of the row it is compared with.
        why: In words: what decided, or what explains the difference.
    """

    quantity: str
    said: str
    agrees: bool | None
    by: float | None = None
    why: str = ""


class Rows:
    """The rows of a tutorial by name, and the backend that trained them."""

    def __init__(self, results: Mapping[str, TrialResult], backend: str = "") -> None:
        self._results = results
        self.backend = backend

    def __contains__(self, name: str) -> bool:
        return name in self._results and self._results[name].finished

    def __getitem__(self, name: str) -> TrialResult:
        return self._results[name]

    def number(self, name: str) -> str:
        """Return what tables call a row: "row 2"."""
        return f"row {list(self._results).index(name) + 1}"

    def mean(self, name: str, quantity: str) -> float | None:
        """Return the mean over the seeds of a row; None: it has no such figure."""
        values = self._results[name].measured.get(quantity)
        return fmean(values) if values else None

    def figure(self, name: str, quantity: str) -> str:
        """Return the mean as a sentence shows it."""
        mean = self.mean(name, quantity)
        return "no number" if mean is None else f"{mean:.4f}"

    def difference(self, name: str, other: str, quantity: str) -> Spread | None:
        """Return a row minus another, seed by seed.

        Returns:
            Over the seeds that both have; None: there are none, or the quantity was
            no number with one of them, so that the others cannot be told.
        """
        rows = self._results[name], self._results[other]
        one, two = (row.measured.get(quantity, ()) for row in rows)
        if (len(one), len(two)) != tuple(row.seeds for row in rows):
            return None
        return Spread.of([a - b for a, b in zip(one, two, strict=False)])


def largest_difference(rows: Rows, name: str, other: str) -> float | None:
    """Return the largest mean difference of a figure; None: both rows have none."""
    shared = rows[name].measured.keys() & rows[other].measured.keys()
    found = [rows.difference(name, other, quantity) for quantity in shared]
    return max((abs(one.mean) for one in found if one is not None), default=None)


class Claim(Frozen):
    """One statement of a text on one quantity of one row.

    Attributes:
        quantity: Name of the figure.
        said: As the text prints it.
    """

    quantity: str
    said: str

    def judge(self, row: TrialResult, rows: Rows) -> Judgement:
        """Compare with what was measured; never called for a row without figures."""
        if row.error is not None:
            return self._judgement(False, None, f"raises {row.error}")
        values = row.measured.get(self.quantity)
        if not values:
            return self._judgement(None, None, "no such figure was measured")
        return self._compare(row, values, rows)

    def _compare(
        self, row: TrialResult, values: tuple[float, ...], rows: Rows
    ) -> Judgement:
        raise NotImplementedError

    def _judgement(self, agrees: bool | None, by: float | None, why: str) -> Judgement:
        return Judgement(
            quantity=self.quantity, said=self.said, agrees=agrees, by=by, why=why
        )


class Figure(Claim):
    """A number of one training.

    On rows of the kind that the text has, the mean must be as near as seeds scatter. On
    others a level says nothing: then learning, or being at chance, must be the same.

    Attributes:
        chance: Of guessing, on the text's rows and on those trained here.
        why: What else can explain a difference.
    """

    chance: float = 0.5
    why: str = ""

    def _compare(
        self, row: TrialResult, values: tuple[float, ...], rows: Rows
    ) -> Judgement:
        spread = Spread.of(values)
        assert spread is not None
        value = float(self.said)
        by = spread.mean - value
        if not row.same_data:
            return self._on_other_data(spread.mean, value)
        slack = max(TOLERANCE, 2 * spread.deviation)
        if abs(by) <= slack:
            return self._judgement(True, by, f"within {slack:.2g}")
        return self._judgement(False, by, self.why)

    def _on_other_data(self, measured: float, value: float) -> Judgement:
        learns, learned = (x > self.chance + 0.05 for x in (measured, value))
        outcome = "learns" if learns else "does not learn"
        if learns == learned:
            why = f"{outcome}, as in the text; the level is that of other data"
        else:
            why = f"{outcome} on the data used here"
        return self._judgement(learns == learned, measured - value, why)


class Level(Claim):
    """A level that the text gives in words.

    Attributes:
        limit: The mean that the words stand for.
        below: The mean is below that; otherwise it is at least that.
    """

    limit: float
    below: bool = False

    def _compare(
        self, row: TrialResult, values: tuple[float, ...], rows: Rows
    ) -> Judgement:
        by = fmean(values) - self.limit
        is_below = by < 0
        side = "below" if is_below else "at least"
        return self._judgement(is_below == self.below, by, f"{side} {self.limit}")


class Compared(Claim):
    """A row against another one, seed by seed.

    Attributes:
        other: Name of the other row.
        order: -1: it is below, 0: as good, 1: above the other.
        why: What explains a difference.
    """

    other: str
    order: int
    why: str = ""

    def _compare(
        self, row: TrialResult, values: tuple[float, ...], rows: Rows
    ) -> Judgement:
        if self.other not in rows:
            return self._judgement(None, None, "the row that is meant was not trained")
        found = rows.difference(row.name, self.other, self.quantity)
        if found is None:
            return self._judgement(None, None, "the two rows have no figure in common")
        measured = _order(found)
        words = {-1: "lower than", 0: "as high as", 1: "higher than"}[measured]
        text = f"{words} in {rows.number(self.other)}"
        if measured == self.order or not self.why:
            return self._judgement(measured == self.order, found.mean, text)
        return self._judgement(False, found.mean, f"{text}: {self.why}")


def _order(difference: Spread) -> int:
    """Return the sign of a difference; 0: it is small, or within what seeds scatter."""
    least = TOLERANCE
    if difference.count >= 3:
        error = difference.deviation / difference.count**0.5
        least = max(SMALL, 2 * error)
    if abs(difference.mean) < least:
        return 0
    return 1 if difference.mean > 0 else -1


class Raises(Claim):
    """A setting that the text says Keras refuses.

    Attributes:
        why: What explains that it trains.
    """

    why: str = ""

    def judge(self, row: TrialResult, rows: Rows) -> Judgement:
        """Compare with the exception, if there was one."""
        if row.error is None:
            return self._judgement(False, None, self.why or "it trains")
        if row.error == self.said:
            return self._judgement(True, None, "raises the same")
        return self._judgement(True, None, f"raises, today as {row.error}")
