"""Losses that cannot fall further, and levels that loss and accuracy keep together."""

from __future__ import annotations

from itertools import pairwise
from math import e, exp, log

from kerascheck.explain.signs._curves import LN_2, ROUNDING, calibrated, entropy, stay
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


def _hinge(pairs: Pairs) -> Reading | None:
    """Find a loss that each error adds 1 to, and that is one half or more without.

    A hinge loss takes labels 0 for -1. A probability p then costs 1 - p for class 1 and
    1 + p for class 0: the share of class 0, and 1 for each wrong decision.
    """
    levels = [c + r - 1 for c, r in zip(pairs.costs, pairs.rights, strict=True)]
    gained, late = pairs.rights[-1] - pairs.rights[0], levels[-3:]
    moved = max(levels) - min(levels)
    halves = max(levels) < 0.575 and moved <= 0.06 and gained > 0.08
    others = max(levels) < 0.95 and moved <= 0.03 and gained > 0.15
    stands = max(late) - min(late) <= 0.012 or pairs.wrong > 0.04
    right = min(levels) <= 0.46 or pairs.wrong > 0.17 or not stands
    if _comes_to_one(pairs):
        says = f"the loss comes to 1 at an accuracy of {pairs.rights[-1]:.4f}"
        return Reading(pairs.lines, says)
    if right or not (halves or others):
        return None
    return Reading(
        pairs.lines,
        f"the loss is the share of wrong decisions and {levels[-1]:.2f} in every epoch",
    )


def _comes_to_one(pairs: Pairs) -> bool:
    """Say whether all samples are said to be of class 0, and a loss comes to rest at 1.

    A hinge of probabilities is 1 then, whatever the shares of the classes are.
    """
    late = pairs.costs[-3:]
    falls = all(b <= a for a, b in pairwise(pairs.costs))
    rests = 1 <= late[-1] <= late[0] < 1.05 and pairs.costs[0] < 1.5
    return falls and rests and stay(pairs.rights[-3:]) and 0.02 < pairs.wrong < 0.3


def _stands_while_right(pairs: Pairs) -> Reading | None:
    """Find a loss of two classes that stays while more and more decisions are right.

    Calibrated probabilities cost 2 ln 2 for each wrong decision at least; here they
    cost less at first, when all answers are the same, and more later.
    """
    costs, rights = pairs.costs, pairs.rights
    early = list(zip(costs[:2], rights[:2], strict=True))
    cheap = all(cost < 0.93 * 2 * LN_2 * (1 - right) for cost, right in early)
    late, gained = costs[-3:], rights[-1] - rights[1]
    still = gained > 0.08 and 0 <= costs[1] - costs[-1] < 0.2 * gained
    halves = min(rights) > 0.4 and 0.4 < costs[-1] < 0.62
    rests = min(rights) > 0.2 and max(late) - late[-1] <= 0.01 * late[-1]
    two_classes = halves or (rests and 0.5 < costs[-1] < costs[1] < 0.66)
    stands = cheap and still and two_classes and max(rights[:2]) < 0.7
    if not (stands or _pays_nothing(pairs)):
        return None
    return Reading(
        pairs.lines,
        f"the accuracy rises from {rights[1]:.2f} to {rights[-1]:.2f}, and the loss "
        f"stays at {costs[-1]:.3g}",
    )


def _pays_nothing(pairs: Pairs) -> bool:
    """Say whether a loss of two classes does not fall for decisions that get better.

    Calibrated probabilities gain the difference of the entropies of their errors, and
    two fifths of it under labels smoothed by 0.3; it is an eighth here. A focal or a
    squared loss gains less as well, and comes to less.
    """
    costs, rights = pairs.costs[1:], pairs.rights[1:]
    gained = rights[-1] - rights[0]
    if not 0.45 < pairs.costs[0] < 0.76 or min(costs) < 0.35:
        return False
    if len(costs) < 4 or rights[0] < 0.6 or gained < 0.06:
        return False
    worth = entropy(1 - rights[0]) - entropy(pairs.wrong)
    return 0 <= costs[0] - costs[-1] < worth / 8 and costs[-1] <= min(costs) + 0.01


def _below_its_accuracy(pairs: Pairs) -> Reading | None:
    """Find a loss of two classes that is lower than calibrated decisions allow.

    A sigmoid of a sigmoid is 0.5 or more, so that nearly all samples are said to be of
    class 1. Its loss knows better and comes to rest at 0.31 for a sample of class 1 and
    at 0.69 for one of class 0, or above that.
    """
    costs, rights = pairs.costs, pairs.rights
    least = [2 * LN_2 * (1 - right) for right in rights]
    late = list(zip(costs[-2:], least[-2:], strict=True))
    lower = all(cost < 0.94 * low for cost, low in late)
    right = rights[-1]
    floor = log(1 + exp(-1)) * right + LN_2 * (1 - right)
    two_classes = 0.5 < costs[0] < 0.76 and floor - 0.02 < costs[-1] < 0.65
    if not (lower and two_classes and max(rights) < 0.65):
        return None
    return Reading(
        pairs.lines,
        f"a loss of {costs[-1]:.3g} at an accuracy of {right:.2f}, with which "
        f"probabilities cost {least[-1]:.3g} or more",
    )


def _rests_at_one_half(pairs: Pairs) -> Reading | None:
    """Find a loss that rests at ln 2, where the accuracy says that classes differ.

    Whoever cannot learn more still finds the shares of the classes, whose entropy is
    below ln 2. A sigmoid of a sigmoid that comes to 0 returns one half for all, and
    has no gradient any more.
    """
    costs, rights = pairs.costs[-4:], pairs.rights[-4:]
    rests = all(abs(cost - LN_2) < 1.5e-4 for cost in costs)
    still = max(rights) - min(rights) <= 0.01
    if not (rests and still) or 0.46 < rights[-1] < 0.54:
        return None
    return Reading(
        pairs.lines,
        f"the loss rests at {costs[-1]:.4f}, ln 2, at an accuracy of {rights[-1]:.2f}",
    )


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
    Sign(
        title="The accuracy rises and the loss stays at about 0.5",
        codes=("KC111", "KC102"),
        reason="Better decisions cost less, unless no output can be below one half, as "
        "with the sigmoid of a sigmoid.",
        check="whether two activations follow each other at the end of the model",
        find=of_pairs(_stands_while_right, least=4),
    ),
    Sign(
        title="The loss is lower than the accuracy allows, and stays above 0.5",
        codes=("KC111", "KC301"),
        reason="Each wrong decision costs calibrated probabilities 2 ln 2, 1.39, or "
        "more on average.",
        check="whether two activations follow each other at the end of the model, then "
        "which accuracy is compiled",
        find=of_pairs(_below_its_accuracy, least=4),
    ),
    Sign(
        title="The loss is the share of wrong decisions and a number that stays",
        codes=("KC114", "KC111", "KC102"),
        reason="An error costs a cross-entropy the more the fewer there are; a hinge "
        "loss of probabilities takes 1 for it, and the share of class 0.",
        check="whether the loss is a hinge loss, and the activation of the last layer",
        find=of_pairs(_hinge, least=4),
    ),
    Sign(
        title="The loss rests at ln 2, although the classes are not of one size",
        codes=("KC111", "KC105"),
        reason="A model that cannot learn finds the shares of the classes, which cost "
        "less than one half for each.",
        check="whether two activations follow each other at the end of the model",
        find=of_pairs(_rests_at_one_half, least=5),
        exact=True,
    ),
)
