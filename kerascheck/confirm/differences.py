"""A verdict and the paired differences behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import fmean, stdev

from kerascheck.engine.finding import Verdict
from kerascheck.model.frozen import Frozen

MIN_SEEDS = 3

_T_975 = (
    12.706,
    4.303,
    3.182,
    2.776,
    2.571,
    2.447,
    2.365,
    2.306,
    2.262,
    2.228,
    2.201,
    2.179,
    2.160,
    2.145,
    2.131,
    2.120,
    2.110,
    2.101,
    2.093,
    2.086,
)
"""Student's t at 0.975 for 1 to 20 degrees of freedom; beyond that 2.0 is used."""


class Judgement(Frozen):
    """A verdict, and the figures behind it.

    Attributes:
        verdict: What was found.
        reason: In words and figures.
        difference: Mean paired difference of what was looked at; above 0: harm.
        interval: Its 95 % interval.
        of_ece: It looked at the calibration error.
    """

    verdict: Verdict
    reason: str
    difference: float | None = None
    interval: tuple[float, float] | None = None
    of_ece: bool = False


@dataclass(frozen=True, slots=True)
class PairedDifference:
    """Mean and 95 % interval of paired differences."""

    mean: float
    low: float
    high: float

    @classmethod
    def of(
        cls, less: Sequence[float], more: Sequence[float]
    ) -> PairedDifference | None:
        """Return the interval of more - less; None if there are too few pairs."""
        if len(less) != len(more) or len(less) < MIN_SEEDS:
            return None
        differences = [b - a for a, b in zip(less, more, strict=True)]
        mean = fmean(differences)
        freedom = len(differences) - 1
        t = _T_975[freedom - 1] if freedom <= len(_T_975) else 2.0
        half = t * stdev(differences) / sqrt(len(differences))
        return cls(mean, mean - half, mean + half)


def inconclusive(reason: str, paired: PairedDifference | None = None) -> Judgement:
    """Return that nothing was decided."""
    return judgement(Verdict.INCONCLUSIVE, reason, paired)


def judgement(
    verdict: Verdict, reason: str, paired: PairedDifference | None
) -> Judgement:
    """Return a verdict with the differences that it rests on."""
    if paired is None:
        return Judgement(verdict=verdict, reason=reason)
    return Judgement(
        verdict=verdict,
        reason=reason,
        difference=paired.mean,
        interval=(paired.low, paired.high),
    )
