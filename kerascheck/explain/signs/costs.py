"""What a wrong decision costs, by loss and accuracy together."""

from __future__ import annotations

from itertools import pairwise
from math import e, exp, log

from kerascheck.explain.signs._curves import (
    BINARY,
    LN_2,
    ROUNDING,
    calibrated,
    entropy,
    stay,
)
from kerascheck.explain.signs._pairs import Pairs, of_pairs
from kerascheck.explain.signs._sign import Reading, Sign
from kerascheck.model.typed import Final

_CLIPPED: Final = 16.12
"""-log(1e-7), what a prediction costs that Keras clips at its epsilon."""

_HALF_CUT: Final = 8.5
"""What untrained outputs cost at most, of which half are below zero and cut."""

_FEW: Final = 20
"""Classes; the losses of guessing among more are close to each other."""

_DEAR: Final = 6.0
"""More than a wrong decision costs on average once probabilities are learned."""


def _clipped(pairs: Pairs) -> Reading | None:
    """Find wrong decisions that cost as much as a clipped probability."""
    if max(pairs.rights) >= 1 - 3 * ROUNDING:
        return None
    costs = [c / (1 - r) for c, r in zip(pairs.costs, pairs.rights, strict=True)]
    if not (
        _stay_dear(costs, pairs)
        or _never_learn(costs, pairs.wrong)
        or _is_overconfident(costs, pairs)
        or _is_never_repaid(pairs)
    ):
        return None
    of_columns = pairs.name == BINARY  # whose loss may be that of a whole row
    return Reading(
        pairs.lines,
        f"a wrong decision costs {costs[-1]:.1f} on average; Keras cuts at 16.1 what "
        "is not a probability",
        ("KC101", "KC208", "KC105", "KC109") if of_columns else (),
    )


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
    return pairs.costs[0] > 0.8 and pairs.costs[-1] > 0.1


def _guessing(late: Pairs) -> Reading | None:
    last = late.costs[-1]
    classes = _guessed_classes(last)
    if not stay(late.costs) or classes < 3 or late.rights[-1] > 0.6:
        return None
    off = abs(last - log(classes))
    if not ((stay(late.rights) and off <= 2e-4) or _is_cut(late, classes, off)):
        return None
    return Reading(
        late.lines,
        f"the loss stays at {last:.4f} = ln {classes}, as if all classes were alike",
    )


def _is_cut(late: Pairs, classes: int, off: float) -> bool:
    """Say whether a loss does not move although decisions do, and better ones are made.

    Who is right more often than a guess can have a lower loss by saying so. The few
    outputs that are not cut alike move the loss a little off ln k.
    """
    could_be = calibrated(late.wrong, classes)
    moves = not stay(late.rights) and classes <= _FEW
    return moves and off < 2e-3 and could_be < late.costs[-1] - 0.03


def _guessed_classes(loss: float) -> int:
    """Return the count of classes whose loss of guessing is nearest."""
    return round(exp(min(loss, 7.0)))


def _worse_than_guessing(late: Pairs) -> Reading | None:
    last = late.costs[-1]
    classes = _guessed_classes(last)
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
    if costs[0] > _HALF_CUT:
        return None
    rises = shares[-1] > shares[0] + 0.07 or max(shares) > shares[0] + 0.12
    if rises or max(shares) > 0.6:
        return None
    return Reading(
        pairs.lines,
        f"the loss falls from {costs[0]:.3g} to {costs[-1]:.3g}, and the accuracy "
        f"stays at {shares[-1]:.2f}",
    )


def _floor(pairs: Pairs) -> Reading | None:
    right = pairs.rights[-1]
    if not (_stands(pairs) or _falls_by_its_errors(pairs)):
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
    if 0.45 < last < 0.56 and first < 0.74 and second > 0.8 * first:
        rests = max(costs[-3:]) - last <= 0.03 * last
        return rests and first - last < 0.6 * gained
    return second > 0.72 * first and _is_of_two_softmaxes(pairs)


def _is_of_two_softmaxes(pairs: Pairs) -> bool:
    """Say whether a loss is at the floor of some count of classes.

    It is not if labels that are smoothed could cost as much.
    """
    first, last = pairs.costs[0], pairs.costs[-1]
    return any(
        floor <= last - pairs.wrong < 1.08 * floor
        and first < log(classes)
        and last > 1.05 * calibrated(_smoothed(pairs.wrong, classes), classes)
        for classes in range(3, 1001)
        if (floor := log(1 + (classes - 1) / e))
    )


def _smoothed(wrong: float, classes: int) -> float:
    """Return the share of errors under labels smoothed by more than is usual.

    For three classes what smoothing costs is near the floor of two softmaxes.
    """
    by = 0.2 if classes == 3 else 0.15
    return 1 - ((1 - by) * (1 - wrong) + by / classes)


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
    return by_its_errors and _is_of_two_softmaxes(pairs)


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
    if not (cheap and still and two_classes and max(rights[:2]) < 0.7):
        return None
    return Reading(
        pairs.lines,
        f"the accuracy rises from {rights[1]:.2f} to {rights[-1]:.2f}, and the loss "
        f"stays at {costs[-1]:.3g}",
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
    )


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
        title="The accuracy is high in the first epoch, at a loss of guessing",
        codes=("KC302",),
        reason="One column of many is right by saying no; the loss knows better.",
        check="whether binary_accuracy is compiled for classes that exclude each other",
        find=of_pairs(_high_at_the_loss_of_guessing),
    ),
)
