"""Loss and accuracy of each epoch together, which several signs look at."""

from __future__ import annotations

from collections.abc import Callable

from kerascheck.explain.log import Line, Log
from kerascheck.explain.signs._curves import accuracy, both, ends, loss
from kerascheck.explain.signs._sign import Reading
from kerascheck.model.frozen import Frozen


class Pairs(Frozen):
    """The epochs that show a loss and an accuracy, as finite numbers.

    Attributes:
        name: Which accuracy it is.
        costs: The losses.
        rights: The accuracies.
        lines: Of the first and of the last epoch.
        exact: They are not rounded to two or three digits.
    """

    name: str
    costs: list[float]
    rights: list[float]
    lines: tuple[Line, ...]
    exact: bool

    @property
    def wrong(self) -> float:
        """The share of wrong decisions in the last epoch."""
        return 1 - self.rights[-1]


def of_pairs(
    find: Callable[[Pairs], Reading | None], *, least: int = 1, last: int = 0
) -> Callable[[Log], Reading | None]:
    """Return what looks for a sign of loss and accuracy in a log.

    Args:
        find: Looks for it in the pairs of a log; without an accuracy, or with several,
            it is not asked.
        least: Epochs that it needs.
        last: Epochs, counted from the end, that it gets; 0: all.
    """

    def find_in(log: Log) -> Reading | None:
        found = accuracy(log)
        if found is None:
            return None
        points = both(loss(log), found[1])
        if len(points) < least:
            return None
        points = points[-last:]
        pairs = Pairs(
            name=found[0],
            costs=[cost.value for cost, _ in points],
            rights=[right.value for _, right in points],
            lines=ends(tuple(cost for cost, _ in points)),
            exact=log.is_exact,
        )
        return find(pairs)

    return find_in


def are_too_cheap(pairs: Pairs, price: float) -> bool:
    """Say whether a wrong decision costs less than a price in the last epochs."""
    late = zip(pairs.costs[-2:], pairs.rights[-2:], strict=True)
    return all(-1e-6 < cost < price * (1 - right) for cost, right in late)


def start_as_crossentropy(pairs: Pairs) -> bool:
    """Say whether the first loss is too high for a focal or a squared loss."""
    return pairs.costs[0] > 0.25


def fall(costs: list[float], share: float) -> bool:
    """Say whether a loss falls by a share of its first value."""
    return costs[0] > 0 and costs[-1] < (1 - share) * costs[0]
