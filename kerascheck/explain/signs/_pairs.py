"""Loss and accuracy of each epoch together, which several signs look at."""

from __future__ import annotations

from kerascheck.explain.log import Log, Point
from kerascheck.explain.signs._curves import Curve, accuracy, both, loss

Pairs = list[tuple[Point, Point]]


def pairs_of(given: Log) -> tuple[str, Pairs] | None:
    """Return which accuracy a log shows, and it with the loss of each epoch."""
    found = accuracy(given)
    if found is None:
        return None
    name, curve = found
    pairs = both(loss(given), curve)
    return (name, pairs) if pairs else None


def are_too_cheap(pairs: Pairs, price: float) -> bool:
    """Say whether a wrong decision costs less than a price in the last epochs."""
    return all(
        -1e-6 < cost.value < price * (1 - right.value) for cost, right in pairs[-2:]
    )


def start_as_crossentropy(pairs: Pairs) -> bool:
    """Say whether the first loss is too high for a focal or a squared loss."""
    return pairs[0][0].value > 0.25


def fall(pairs: Pairs, share: float) -> bool:
    """Say whether the loss falls by a share of its first value."""
    first, last = pairs[0][0].value, pairs[-1][0].value
    return first > 0 and last < (1 - share) * first


def losses(pairs: Pairs) -> Curve:
    """Return the loss alone."""
    return tuple(cost for cost, _ in pairs)


def rights(pairs: Pairs) -> Curve:
    """Return the accuracy alone."""
    return tuple(right for _, right in pairs)
