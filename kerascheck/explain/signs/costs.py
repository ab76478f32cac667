"""What a wrong decision costs, by loss and accuracy together."""

from __future__ import annotations

from itertools import pairwise
from math import log

from kerascheck.explain.signs._curves import (
    BINARY,
    FEW,
    LN_2,
    ROUNDING,
    calibrated,
    entropy,
    guessed_classes,
    stay,
)
from kerascheck.explain.signs._pairs import Pairs, of_pairs
from kerascheck.explain.signs._sign import Reading, Sign
from kerascheck.model.typed import Final

_CLIPPED: Final = 16.12
"""-log(1e-7), what a prediction costs that Keras clips at its epsilon."""

_HALF_CUT: Final = 8.5
"""What untrained outputs cost at most, of which half are below zero and cut."""

_DEAR: Final = 6.0
"""More than a wrong decision costs on average once probabilities are learned."""


def _clipped(pairs: Pairs) -> Reading | None:
    """Find wrong decisions that cost as much as a clipped probability."""
    if max(pairs.rights) >= 1 - 3 * ROUNDING:
        return None
    costs = [c / (1 - r) for c, r in zip(pairs.costs, pairs.rights, strict=True)]
    if _falls_evenly(pairs.costs) or not (
        _stay_dear(costs, pairs)
        or _never_learn(costs, pairs.wrong)
        or _is_overconfident(costs, pairs)
        or _is_never_repaid(pairs)
        or _stays_and_jumps(costs, pairs)
    ):
        return None
    of_columns = pairs.name == BINARY  # whose loss may be that of a whole row
    return Reading(
        pairs.lines,
        f"a wrong decision costs {costs[-1]:.1f} on average; Keras cuts at 16.1 what "
        "is not a probability",
        ("KC101", "KC208", "KC105", "KC109") if of_columns else (),
    )


def _falls_evenly(losses: list[float]) -> bool:
    """Say whether a loss falls by steps that are alike or shrink, and add up.

    So does that of a right model of raw inputs at a rate that is too low for them.
    What is cut has no gradient; it stays, jumps, or goes at once.
    """
    steps = [a - b for a, b in pairwise(losses)]
    alike = all(0 < after < 1.1 * before for before, after in pairwise(steps))
    return len(steps) > 2 and alike and losses[-1] < 0.95 * losses[0]


def _stay_dear(costs: list[float], pairs: Pairs) -> bool:
    """Say whether a wrong decision costs too much from the first epoch to the last."""
    falls = costs[-1] < 0.8 * costs[0]  # as confidence does that was too high at first
    falls = falls or pairs.costs[-1] < 0.25 * pairs.costs[0]
    dear = min(costs) >= _DEAR and max(costs) < _CLIPPED * 1.05
    return dear and not falls and _high(pairs) and not _has_floor(pairs)


def _never_learn(costs: list[float], wrong: float) -> bool:
    """Say whether many decisions are wrong, and dear in the last three epochs."""
    late = costs[-3:]
    return (
        len(costs) > 3
        and wrong > 0.3
        and 4.5 <= min(late) <= max(late) < 1.6 * _CLIPPED
        and late[-1] > 0.85 * late[0]
    )


def _is_overconfident(costs: list[float], pairs: Pairs) -> bool:
    """Say whether the loss is too high for what a model says of its own training.

    A calibrated one has at most the entropy of its errors. Unscaled inputs lead to
    more, but cost more than a clipped probability can, and the loss falls from then on.
    """
    wrong = pairs.wrong
    if len(costs) < 4 or wrong < 0.15 or max(costs) > _CLIPPED * 1.05:
        return False
    least = min(pairs.costs[-2:])
    if pairs.name == BINARY:
        return least > 1.6 * entropy(wrong)
    most = calibrated(wrong, classes=10)
    return least > 1.15 * most and _jumps(pairs)


def _is_never_repaid(pairs: Pairs) -> bool:
    """Say whether more decisions are right and a high loss is no lower for it."""
    costs, gained = pairs.costs, pairs.rights[-1] - pairs.rights[0]
    high = len(costs) > 3 and min(costs) > 2.5 and max(costs) < _CLIPPED
    return high and gained > 0.1 and costs[-1] >= costs[0]


def _stays_and_jumps(costs: list[float], pairs: Pairs) -> bool:
    """Say whether wrong decisions begin dear, stay so, and the loss rises between.

    Inputs of raw size make them as dear at first; then they are learned and cost a
    third, or the rate is too low for that and the loss falls in every epoch.
    """
    if len(costs) < 4 or not _DEAR < costs[0] < _CLIPPED * 1.05:
        return False
    later, least = costs[1:], 3.3 if pairs.wrong >= 0.12 else 6.5
    stay_dear = least < min(later) <= max(later) < _CLIPPED * 1.05
    rises = any(b > 1.02 * a for a, b in pairwise(pairs.costs))
    return stay_dear and rises and sum(later) > 0.42 * costs[0] * len(later)


def _jumps(pairs: Pairs) -> bool:
    """Say whether the loss rises in an epoch in which decisions get no worse."""
    later = zip(pairs.costs[1:], pairs.rights[1:], strict=True)
    return any(
        cost > 1.12 * before and right > as_right - 0.03
        for (before, as_right), (cost, right) in pairwise(later)
    )


def _has_floor(pairs: Pairs) -> bool:
    """Say whether a loss falls less than its errors do, as with smoothed labels."""
    first, last = pairs.costs[0], pairs.costs[-1]
    fewer = pairs.rights[-1] - pairs.rights[0]
    low = pairs.rights[-1] > 0.7 and last < 1.2
    return low and first - last < 5 * fewer


def _high(pairs: Pairs) -> bool:
    """Say whether a loss begins above that of guessing, and is not gone at the end."""
    guessing = 1.05 * LN_2 if pairs.name == BINARY else 0.8
    return pairs.costs[0] > guessing and pairs.costs[-1] > 0.1


def _guessing(late: Pairs) -> Reading | None:
    last = late.costs[-1]
    classes = guessed_classes(last)
    if classes < 3 or late.rights[-1] > 0.6:
        return None
    off = abs(last - log(classes))
    if not (_is_cut_at_last(late, classes) or _stays_cut(late, classes, off)):
        return None
    return Reading(
        late.lines,
        f"the loss stays at {last:.4f} = ln {classes}, as if all classes were alike",
    )


def _stays_cut(late: Pairs, classes: int, off: float) -> bool:
    if not stay(late.costs):
        return False
    return (stay(late.rights) and off <= 2e-4) or _is_cut(late, classes, off)


def _is_cut_at_last(late: Pairs, classes: int) -> bool:
    """Say whether the last two losses are ln k, with far better decisions."""
    exact = all(abs(cost - log(classes)) <= ROUNDING for cost in late.costs[-2:])
    return exact and classes <= FEW and late.rights[-1] > 2 / classes


def _is_cut(late: Pairs, classes: int, off: float) -> bool:
    """Say whether a loss does not move although decisions do, and better ones are made.

    Who is right more often than a guess can have a lower loss by saying so. The few
    outputs that are not cut alike move the loss a little off ln k.
    """
    could_be = calibrated(late.wrong, classes)
    moves = not stay(late.rights) and classes <= FEW
    return moves and off < 2e-3 and could_be < late.costs[-1] - 0.03


def _worse_than_guessing(late: Pairs) -> Reading | None:
    last = late.costs[-1]
    classes = guessed_classes(last)
    if classes < 3 or max(late.rights) >= 0.6 / classes:
        return None
    if any(abs(cost - log(classes)) >= 0.01 for cost in late.costs):
        return None
    return Reading(
        late.lines,
        f"an accuracy of {late.rights[-1]:.3f} at a loss of {last:.4f} = ln "
        f"{classes}: less than one in {classes}",
    )


def _learns_nothing(pairs: Pairs) -> Reading | None:
    costs, shares = pairs.costs, pairs.rights
    gradual = all(b < a < 2.5 * b for a, b in pairwise(costs[:4]))
    if not gradual or costs[-1] > 0.5 * costs[0] or costs[-1] < 1:
        return None
    if costs[0] > _HALF_CUT or costs[-2] - costs[-1] > 0.08 * costs[-1]:
        return None
    rises = shares[-1] > shares[0] + 0.07 or max(shares) > shares[0] + 0.12
    if rises or max(shares) > 0.6:
        return None
    return Reading(
        pairs.lines,
        f"the loss falls from {costs[0]:.3g} to {costs[-1]:.3g}, and the accuracy "
        f"stays at {shares[-1]:.2f}",
    )


def _high_at_the_loss_of_guessing(pairs: Pairs) -> Reading | None:
    cost, right = pairs.costs[0], pairs.rights[0]
    if pairs.name != BINARY or right < 0.6:
        return None
    classes = 1 / max(1 - right, 1e-3)
    if classes < 2.5 or not 0.75 * LN_2 < cost < 6:
        return None
    if not 4 * (1 - right) < cost < 1.3 * log(classes):
        return None
    return Reading(
        pairs.lines[:1],
        f"a binary accuracy of {right:.2f} at a loss of {cost:.3g}, that of guessing "
        "among several classes",
        ("KC302", "KC101") if _are_dear(pairs) else (),
    )


def _are_dear(pairs: Pairs) -> bool:
    """Say whether wrong columns cost as much as cut ones from first to last."""
    prices = zip(pairs.costs, pairs.rights, strict=True)
    return all(cost > 4 * (1 - right) for cost, right in prices)


SIGNS: Final = (
    Sign(
        title="The loss is far too high for the accuracy, and jumps",
        codes=("KC101", "KC105", "KC109", "KC208"),
        reason="A probability that is wrong costs 2 to 4 on average once the model "
        "learns; what is not a probability is cut at epsilon and costs 16.1.",
        check="the activation of the last layer against from_logits of the loss, and "
        "the rows of labels; if all are right, the scale of the inputs",
        find=of_pairs(_clipped, least=2),
    ),
    Sign(
        title="The loss stays at ln k, the loss of guessing among k classes",
        codes=("KC101", "KC105"),
        reason="Even a model that cannot learn finds the shares of the classes.",
        check="the activation of the last layer; outputs below zero are cut to epsilon",
        find=of_pairs(_guessing, least=4, last=3),
        exact=True,
    ),
    Sign(
        title="The accuracy is below that of guessing, at the loss of guessing",
        codes=("KC101", "KC105"),
        reason="A model that cannot learn names the commonest class, which is right in "
        "one of k cases or more.",
        check="the activation of the last layer; outputs below zero are cut to epsilon",
        find=of_pairs(_worse_than_guessing, least=3, last=2),
    ),
    Sign(
        title="A high loss falls to that of guessing, and nothing is learned",
        codes=("KC101", "KC105"),
        reason="What the optimizer gains is that fewer outputs are cut, not that more "
        "decisions are right.",
        check="the activation of the last layer against from_logits of the loss",
        find=of_pairs(_learns_nothing, least=5),
    ),
    Sign(
        title="The accuracy is high in the first epoch, at a loss of guessing",
        codes=("KC302", "KC101"),
        reason="One column of many is right by saying no; the loss knows better.",
        check="whether binary_accuracy is compiled for classes that exclude each "
        "other; for several labels, the activation of the last layer",
        find=of_pairs(_high_at_the_loss_of_guessing),
    ),
)
