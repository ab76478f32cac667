"""Levels that loss and accuracy keep together, as those of bounded outputs."""

from __future__ import annotations

from itertools import pairwise
from math import exp, log

from kerascheck.explain.signs._curves import LN_2, entropy, stay
from kerascheck.explain.signs._pairs import Pairs, of_pairs
from kerascheck.explain.signs._sign import Reading, Sign
from kerascheck.model.typed import Final


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
