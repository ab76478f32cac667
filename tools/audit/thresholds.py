"""From when on a measured figure is a harm, and below which it is none.

Between the two is unclear, and never listed: near a threshold, the rules and three
seeds may differ without either being wrong. A right setup measures 0.00 to 0.02 in
each of these.
"""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

Zone = Literal["harm", "unclear", "none"]


class Threshold(NamedTuple):
    """The largest figure that is no harm, and the smallest that is one."""

    none: float
    harm: float

    def zone(self, figure: float) -> Zone:
        """Return the zone of a figure; what is not a number is a harm."""
        if figure <= self.none:
            return "none"
        return "unclear" if figure < self.harm else "harm"


SHORTFALL: Final = Threshold(0.025, 0.06)
"""Accuracy below that of the best possible classifier; mean of the seeds."""

ERROR: Final = Threshold(0.1, 0.3)
"""Share of the variance of a real target that is left unexplained."""

MISCALIBRATION: Final = Threshold(0.06, 0.1)
"""Mean distance of the probabilities shown from the true ones."""

MISREPORT: Final = Threshold(0.02, 0.04)
"""Distance of a reported metric from the truth."""

MISREPORT_WARNED: Final = 0.1
"""A metric that is further off than this is a warning at least."""
