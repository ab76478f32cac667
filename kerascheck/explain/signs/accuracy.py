"""What accuracy and loss say together.

A wrong decision costs a cross-entropy at least ln 2, because the true class got less
than one half: loss >= ln 2 * (1 - accuracy). Where the probabilities are calibrated, as
in training they soon are, it costs twice that. An accuracy that is lower than the loss
allows does not belong to the predictions that the loss scores.
"""

from __future__ import annotations

from itertools import pairwise

from kerascheck.explain.signs._curves import (
    ARGMAX,
    BINARY,
    LEAST_SHOWN,
    LN_2,
    ROUNDING,
    entropy,
    stay,
)
from kerascheck.explain.signs._pairs import (
    Pairs,
    are_too_cheap,
    fall,
    of_pairs,
    start_as_crossentropy,
)
from kerascheck.explain.signs._sign import Reading, Sign
from kerascheck.model.typed import Final

_TINY: Final = 1e-6
"""What rounding may add to a loss of zero, or take from it."""

_CHEAPEST: Final = 0.15
"""Less than a wrong decision costs at least under the binary focal loss, 0.17, and
under squared error, 0.25."""

_CHEAPER: Final = 0.08
"""Less than it costs on average under the categorical focal loss, 0.09."""

_NOTHING: Final = 0.02
"""Less than half of what it costs there at least, 0.25 * ln 2 / 4."""


def _zero_accuracy(pairs: Pairs) -> Reading | None:
    best = max(pairs.rights)
    if pairs.costs[0] < 0 or not _is_next_to_nothing(pairs, best):
        return None
    says = "at zero" if best < ROUNDING else f"below {best + 0.01:.2f}"
    return Reading(pairs.lines, f"the accuracy stays {says} while the loss falls")


def _is_next_to_nothing(pairs: Pairs, best: float) -> bool:
    """Say whether an accuracy is lower than any guess, of as few classes as may be.

    A loss below 1 is one of few classes, or of many that are well learned.
    """
    if best <= 0.02:
        return fall(pairs.costs, 0.05)
    return best <= 0.1 and pairs.costs[0] <= 1 and fall(pairs.costs, 0.25)


def _constant(pairs: Pairs) -> Reading | None:
    costs, right = pairs.costs, pairs.rights[0]
    if not 0.02 < right < 1 - ROUNDING:
        return None
    if not pairs.exact and not (max(pairs.rights) < 0.8 and fall(costs, 0.3)):
        return None
    moved = max(costs) - min(costs)
    still = moved <= 1e-3 * abs(costs[0]) and costs[0] >= LEAST_SHOWN
    if min(costs) < -_TINY or max(costs) <= _TINY:
        return None
    stuck = stay(pairs.rights) and (still or _is_learned(pairs) or _knows_better(pairs))
    if not (stuck or _names_the_rare_class(pairs) or _tells_halves_apart(pairs)):
        return None
    codes: tuple[str, ...] = ("KC103", "KC112", "KC111")
    if pairs.name == BINARY:
        codes = ("KC311", "KC103", "KC111")
    elif pairs.name in ARGMAX:
        codes = ("KC303", "KC103", "KC112")
    elif still:
        codes = ("KC103", "KC101", "KC105")
    says = f"the accuracy is {right:.4f} in every epoch"
    if not stay(pairs.rights):
        least, most = min(pairs.rights), max(pairs.rights)
        says = f"the accuracy stays between {least:.4f} and {most:.4f}"
    return Reading(pairs.lines, says, codes)


def _is_learned(pairs: Pairs) -> bool:
    """Say whether a loss is too low for an accuracy that is that of a single answer.

    A categorical focal loss of many classes is low from the start, and then stays so.
    """
    if pairs.rights[-1] < 0.45 and not fall(pairs.costs, 0.1):
        return False
    price = 1.94 * LN_2 if start_as_crossentropy(pairs) else _CHEAPEST
    return are_too_cheap(pairs, price)


def _knows_better(pairs: Pairs) -> bool:
    """Say whether a loss is that of a model which would sometimes answer otherwise.

    Calibrated probabilities that are all on one side of one half cost 2 ln 2 for each
    wrong decision if they are as sure as can be, and the entropy of the share if they
    say nothing; between them they hardly stay on one side from the first step on.
    """
    right = pairs.rights[-1]
    if right < 0.5 or len(pairs.rights) < 4:
        return False
    sure = 2 * LN_2 * (1 - right)
    most = (sure + entropy(right)) / 2
    return start_as_crossentropy(pairs) and max(pairs.costs[-2:]) < most


def _names_the_rare_class(pairs: Pairs) -> bool:
    """Say whether the accuracy stays at less than half under a loss of two classes."""
    rare = _are_alike(pairs.rights) and max(pairs.rights) < 0.45
    return rare and pairs.costs[0] < 0.8 and _is_learned(pairs)


def _tells_halves_apart(pairs: Pairs) -> bool:
    """Say whether one class of two is always predicted, and the loss knows better.

    With halves of 0.5 each, probabilities that carry something are on both sides of it.
    """
    right = pairs.rights[-1]
    if not _are_alike(pairs.rights) or not 0.4 < right < 0.6:
        return False
    least = entropy(right) * (0.975 if stay(pairs.rights) else 0.93)
    return start_as_crossentropy(pairs) and pairs.costs[-1] < least


def _are_alike(shares: list[float]) -> bool:
    return len(shares) > 3 and max(shares) - min(shares) <= 0.004


def _one(pairs: Pairs) -> Reading | None:
    if pairs.name not in (*ARGMAX, "accuracy") or min(pairs.rights) < 1 - ROUNDING:
        return None
    first = pairs.costs[0]
    if first < (0.1 if pairs.name in ARGMAX else LN_2):
        return None
    return Reading(
        pairs.lines[:1],
        f"the accuracy is 1 from the first epoch, at a loss of {first:.4g}",
    )


def _stays_behind(pairs: Pairs) -> bool:
    """Say whether an accuracy hardly moves, and the loss falls below what it allows."""
    costs = pairs.costs
    if abs(pairs.rights[-1] - pairs.rights[0]) >= 0.12:
        return False
    if fall(costs, 0.6) and are_too_cheap(pairs, _CHEAPER):
        return True
    return costs[0] > 0.4 and fall(costs, 0.3) and are_too_cheap(pairs, LN_2)


def _becomes_too_cheap(pairs: Pairs) -> bool:
    """Say whether the loss is a cross-entropy at first and too low for one later.

    At first it is that of guessing for each tag, 0.69 or less. A focal loss is too low
    from the start, or of so many classes that hardly any decision is right then.
    """
    cost, right = pairs.costs[0], pairs.rights[0]
    as_usual = LN_2 * (1 - right) < cost < 0.75
    moves = abs(pairs.rights[-1] - right)
    if right < 0.12 or moves > 0.35 or not fall(pairs.costs, 0.1):
        return False
    return as_usual and cost > 0.3 and are_too_cheap(pairs, 1.3 * LN_2)


def _goes_the_other_way(pairs: Pairs) -> bool:
    """Say whether an accuracy falls while the loss falls in every epoch."""
    best = max(pairs.rights)
    after = pairs.costs[pairs.rights.index(best) :]
    steady = all(b < a for a, b in pairwise(pairs.costs))
    worse = pairs.rights[-1] < best - 0.08
    return steady and worse and len(after) > 3 and fall(after, 0.15)


def _never_half(pairs: Pairs) -> bool:
    """Say whether fewer than half of all decisions are right at a loss close to zero.

    Whoever begins at a loss of about 1 or less has few classes, or a loss that is not a
    cross-entropy; what is left of it in the end are a few wrong decisions, not half.
    Nor do decisions stay as they are while a loss goes on to fall so far.
    """
    if max(pairs.rights) >= 0.5 or not fall(pairs.costs, 0.5):
        return False
    if 0.45 < pairs.costs[0] < 1.1 and are_too_cheap(pairs, 0.42 * 2 * LN_2):
        return True
    if not fall(pairs.costs, 0.6):
        return False
    later = pairs.rights[1:]
    if max(later) - min(later) <= 0.02 and are_too_cheap(pairs, _CHEAPEST):
        return len(later) > 2
    return 0.6 < pairs.costs[0] < 1.1 and are_too_cheap(pairs, LN_2 / 2)


def _costs_nothing(pairs: Pairs) -> bool:
    """Say whether wrong decisions cost less than under any loss of classes.

    The categorical focal loss takes 0.04 for one. A squared loss takes half of what an
    untrained model costs, however many classes it is the mean of.
    """
    price = min(_NOTHING, 0.25 * pairs.costs[0])
    return pairs.wrong > 0.3 and are_too_cheap(pairs, price)


def _below_the_loss(pairs: Pairs) -> Reading | None:
    if pairs.name == BINARY or stay(pairs.rights):
        return None
    best = max(pairs.rights)
    if best > 0.9 or best <= 0.02:
        return None
    if not (
        _stays_behind(pairs)
        or _becomes_too_cheap(pairs)
        or _goes_the_other_way(pairs)
        or _never_half(pairs)
        or _costs_nothing(pairs)
    ):
        return None
    return Reading(
        pairs.lines,
        f"an accuracy of {pairs.rights[-1]:.2f} at a loss of {pairs.costs[-1]:.3g}: "
        "each wrong decision costs a cross-entropy 0.69 or more",
    )


SIGNS: Final = (
    Sign(
        title="The accuracy stays at 0.0 while the loss falls",
        codes=("KC309", "KC305", "KC316", "KC304"),
        reason="A model that learns is right sometimes; only a comparison that no "
        "output can meet is always wrong.",
        check="whether the labels are real numbers, and which accuracy is compiled",
        find=of_pairs(_zero_accuracy, least=2),
    ),
    Sign(
        title="The accuracy is stuck at one value, such as the share of a class",
        codes=("KC103", "KC101", "KC105", "KC111", "KC112", "KC303", "KC311"),
        reason="Where the loss falls below what this accuracy allows, or does not move "
        "either, the figure does not follow the training.",
        check="the units and the activation of the last layer, then the metric",
        find=of_pairs(_constant),
    ),
    Sign(
        title="The accuracy is 1.0 from the first epoch",
        codes=("KC303",),
        reason="The first epoch counts the guesses of an untrained model as well.",
        check="the units of the last layer: the argmax over one unit is always 0",
        find=of_pairs(_one, least=2),
    ),
    Sign(
        title="The loss falls and the accuracy does not",
        codes=("KC301", "KC316", "KC112", "KC305", "KC304", "KC309"),
        reason="Each wrong decision costs a cross-entropy at least ln 2, so that the "
        "loss cannot be below 0.69 * (1 - accuracy).",
        check="which accuracy `accuracy` became for these labels: several tags, signed "
        "and real labels have their own",
        find=of_pairs(_below_the_loss, least=2),
    ),
)
