"""Losses that cannot fall further, as those of two softmaxes."""

from __future__ import annotations

from itertools import pairwise
from math import e, log

from kerascheck.explain.signs._curves import ROUNDING, calibrated, entropy
from kerascheck.explain.signs._pairs import Pairs, of_pairs
from kerascheck.explain.signs._sign import Reading, Sign
from kerascheck.model.typed import Final


def _floor(pairs: Pairs) -> Reading | None:
    right = pairs.rights[-1]
    if not (
        _stands(pairs)
        or _falls_by_its_errors(pairs)
        or _keeps_the_level_of_two_softmaxes(pairs)
    ):
        return None
    return Reading(
        pairs.lines,
        f"the loss stops at {pairs.costs[-1]:.3g} although the accuracy is {right:.2f}",
    )


def _stands(pairs: Pairs) -> bool:
    """Say whether a loss has nearly stopped above what its errors cost."""
    late, wrong = pairs.costs[-3:], pairs.wrong
    if wrong > 0.2 or max(late) - min(late) > 0.08 * late[-1]:
        return False
    return late[-1] >= 1.3 * entropy(wrong) and _is_floor(pairs)


def _is_floor(pairs: Pairs) -> bool:
    """Say whether a loss lies just above that of an activation applied twice.

    For k classes it is ln(1 + (k - 1) / e) and the share of wrong decisions, or more;
    for a sigmoid and balanced classes 0.503 or more. Before training it is ln k or
    less. Smoothed labels have a floor as well, and are soon there. A sigmoid more takes
    about 0.5 off the loss for each error less, and a cross-entropy more than that.
    """
    costs = pairs.costs
    first, second, last = costs[0], costs[1], costs[-1]
    gained = pairs.rights[-1] - pairs.rights[0]
    if 0.45 < last < 0.56 and first < 0.74 and second > 0.72 * first:
        rests = max(costs[-3:]) - last <= 0.03 * last
        dear = last > 1.06 * _smoothed_cost(pairs.wrong)
        return rests and dear and first - last < 0.6 * gained
    return second > 0.72 * first and _is_of_two_softmaxes(pairs, 0.2)


def _is_of_two_softmaxes(pairs: Pairs, smoothed: float, late: int = 0) -> bool:
    """Say whether a loss is at the floor of some count of classes.

    It is not if labels could cost as much that are smoothed by a share.

    Args:
        pairs: Loss and accuracy.
        smoothed: The share.
        late: Epochs at the end that are to be at its level; 0: all.
    """
    first, last = pairs.costs[0], pairs.costs[-1]
    return any(
        first < log(classes)
        and min(pairs.costs) > log(1 + (classes - 1) / e) - ROUNDING
        and _is_never_above(pairs, log(e + classes - 1) + 0.15, late)
        and last > 1.05 * calibrated(1 - _sure(pairs, smoothed, classes), classes)
        for classes in _classes_of_level(last - pairs.wrong)
    )


def _is_never_above(pairs: Pairs, level: float, late: int) -> bool:
    """Say whether loss and accuracy add up to no more, once most are right."""
    points = zip(pairs.costs[-late:], pairs.rights[-late:], strict=True)
    return all(cost + right < level for cost, right in points if right > 0.7)


def _classes_of_level(level: float) -> list[int]:
    """Return the counts of classes for which a softmax of a softmax stands at a level.

    Its loss is ln(e + k - 1) less the probability of the right class, which is nearly
    1 or 0: without the share of wrong decisions it stays at ln(1 + (k - 1) / e), or
    above it as long as the probabilities are not as sure.
    """
    return [
        classes
        for classes in range(3, 1001)
        if -0.015 <= level - log(1 + (classes - 1) / e) <= 0.05
    ]


def _sure(pairs: Pairs, smoothed: float, classes: int) -> float:
    """Return the probability of right classes that smoothed labels lead to."""
    share = max(smoothed, 0.2) if classes == 3 else smoothed
    return (1 - share) * pairs.rights[-1] + share / classes


def _smoothed_cost(wrong: float) -> float:
    """Return what two classes cost under labels smoothed by 0.3, which is a lot."""
    return entropy(0.15 + 0.7 * wrong)


def _falls_by_its_errors(pairs: Pairs) -> bool:
    """Say whether each error less takes about 1 off a loss that comes to rest.

    That is what a softmax of a softmax does: its loss is ln(e + k - 1) without the
    probability of the right class, which is nearly 1 or 0. A cross-entropy of k classes
    falls by ln k for all errors, and by more for the last ones; while it learns too
    slowly to be sure of itself it falls by less, but more and more from epoch to epoch.
    """
    costs, rights = pairs.costs, pairs.rights
    gained = rights[-1] - rights[0]
    if gained < 0.1 or rights[-1] < 0.6:
        return False
    steps = [a - b for a, b in pairwise(costs)]
    rests = 0 <= steps[-1] <= 0.6 * max(steps)
    levels = [cost + right for cost, right in zip(costs, rights, strict=True)]
    if not rests or levels[-1] > levels[-2] + 0.005:
        return False
    by_its_errors = 0.4 * gained < costs[0] - costs[-1] < 1.25 * gained
    return by_its_errors and _is_of_two_softmaxes(pairs, 0.15, late=3)


def _keeps_the_level_of_two_softmaxes(pairs: Pairs) -> bool:
    """Say whether loss and accuracy add up to ln(e + k - 1) while both change.

    A cross-entropy of as many classes adds up to less, the more so the more is right.
    """
    levels = [
        cost + right for cost, right in zip(pairs.costs, pairs.rights, strict=True)
    ]
    if max(levels[1:]) - min(levels[1:]) > 0.04 or pairs.rights[-1] < 0.5:
        return False
    gained = pairs.rights[-1] - pairs.rights[0]
    steps = [a - b for a, b in pairwise(pairs.costs)]
    slows = pairs.rights[-1] >= 0.6 or steps[-1] < 0.85 * max(steps)
    return gained > 0.1 and slows and _is_of_two_softmaxes(pairs, 0.15)


SIGNS: Final = (
    Sign(
        title="The loss stops at a floor although the accuracy is high",
        codes=("KC111", "KC102", "KC114"),
        reason="Confident right predictions bring a cross-entropy to zero, unless they "
        "cannot be confident.",
        check="whether two activations follow each other at the end of the model, or "
        "from_logits=True meets an activation",
        find=of_pairs(_floor, least=4),
    ),
)
