"""What accuracy and loss say together.

A wrong decision costs a cross-entropy at least ln 2, because the true class got less
than one half: loss >= ln 2 * (1 - accuracy). Where the probabilities are calibrated, as
in training they soon are, it costs twice that. An accuracy that is lower than the loss
allows does not belong to the predictions that the loss scores.
"""

from __future__ import annotations

from math import e, exp, log
from typing import Final

from kerascheck.explain.log import Log, Point, values
from kerascheck.explain.signs._curves import (
    LN_2,
    ROUNDING,
    Curve,
    accuracy,
    both,
    ends,
    entropy,
    is_constant,
    loss,
)
from kerascheck.explain.signs._sign import Reading, Sign

Pairs = list[tuple[Point, Point]]

_CLIPPED: Final = 16.12
"""-log(1e-7), what a prediction costs that Keras clips at its epsilon."""

_CHEAPEST: Final = 0.15
"""Less than a wrong decision costs at least under the binary focal loss, 0.17, and
under squared error, 0.25."""

_CHEAPER: Final = 0.08
"""Less than it costs on average under the categorical focal loss, 0.09."""

_DEAR: Final = 6.0
"""More than a wrong decision costs on average once a model with probabilities learns."""

_ARGMAX: Final = ("categorical_accuracy", "sparse_categorical_accuracy")


def _pairs(given: Log) -> tuple[str, Pairs] | None:
    found = accuracy(given)
    if found is None:
        return None
    name, curve = found
    pairs = both(loss(given), curve)
    return (name, pairs) if pairs else None


def _too_cheap(pairs: Pairs, price: float) -> bool:
    """Say whether a wrong decision costs less than a price in the last epochs."""
    return all(
        0 < cost.value < price * (1 - right.value) for cost, right in pairs[-2:]
    )


def _starts_as_crossentropy(pairs: Pairs) -> bool:
    """Say whether the first loss is too high for a focal or a squared loss."""
    return pairs[0][0].value > 0.25


def _falls(pairs: Pairs, share: float) -> bool:
    first, last = pairs[0][0].value, pairs[-1][0].value
    return first > 0 and last < (1 - share) * first


def _zero_accuracy(given: Log) -> Reading | None:
    found = _pairs(given)
    if found is None or len(found[1]) < 2:
        return None
    _, pairs = found
    if any(right.value > 0.02 for _, right in pairs) or pairs[0][0].value < 0:
        return None
    if not _falls(pairs, 0.05):
        return None
    return Reading(
        ("KC309", "KC305", "KC304"),
        ends(tuple(cost for cost, _ in pairs)),
        "the accuracy stays at zero while the loss falls",
    )


def _constant(given: Log) -> Reading | None:
    found = _pairs(given)
    if found is None:
        return None
    name, pairs = found
    curve: Curve = tuple(right for _, right in pairs)
    costs = [cost.value for cost, _ in pairs]
    if not is_constant(curve) or not 0.02 < curve[0].value < 1 - ROUNDING:
        return None
    still = max(costs) - min(costs) <= 1e-3 * abs(costs[0])
    if min(costs) < 0 or max(costs) <= 1e-6:
        return None
    price = 1.8 * LN_2 if _starts_as_crossentropy(pairs) else _CHEAPEST
    if not still and not _too_cheap(pairs, price):
        return None
    codes = ("KC103", "KC112", "KC111")
    if name == "binary_accuracy":
        codes = ("KC311", "KC103", "KC111")
    elif name in _ARGMAX:
        codes = ("KC303", "KC103", "KC112")
    elif still:
        codes = ("KC103", "KC101", "KC105")
    return Reading(
        codes, ends(curve), f"the accuracy is {curve[0].value:.4f} in every epoch"
    )


def _one(given: Log) -> Reading | None:
    found = _pairs(given)
    if found is None:
        return None
    name, pairs = found
    if name not in (*_ARGMAX, "accuracy") or len(pairs) < 2:
        return None
    if any(right.value < 1 - ROUNDING for _, right in pairs):
        return None
    first = pairs[0][0]
    if first.value < (0.1 if name in _ARGMAX else LN_2):
        return None
    return Reading(
        ("KC303",),
        (first.line,),
        f"the accuracy is 1 from the first epoch, at a loss of {first.value:.4g}",
    )


def _below_the_loss(given: Log) -> Reading | None:
    found = _pairs(given)
    if found is None or len(found[1]) < 2:
        return None
    name, pairs = found
    first, last = pairs[0], pairs[-1]
    rights = [right.value for _, right in pairs]
    if name == "binary_accuracy" or is_constant(tuple(r for _, r in pairs)):
        return None
    if max(rights) > 0.9 or max(rights) <= 0.02:
        return None
    stuck = abs(rights[-1] - rights[0]) < 0.12 and _falls(pairs, 0.6)
    if not (stuck and _too_cheap(pairs, _CHEAPER)) and not (
        0.25 < first[0].value < 1.2 and _too_cheap(pairs, LN_2)
    ):
        return None
    return Reading(
        ("KC301", "KC316", "KC112", "KC305", "KC304", "KC309"),
        ends(tuple(cost for cost, _ in pairs)),
        f"an accuracy of {last[1].value:.2f} at a loss of {last[0].value:.3g}: each "
        "wrong decision costs a cross-entropy 0.69 or more",
    )


def _clipped(given: Log) -> Reading | None:
    """Find wrong decisions that cost as much as a clipped probability."""
    found = _pairs(given)
    if found is None:
        return None
    _, pairs = found
    costs = [c.value / (1 - r.value) for c, r in pairs if r.value < 1 - 3 * ROUNDING]
    if len(costs) < 2 or len(costs) < len(pairs) or max(costs) > _CLIPPED * 1.05:
        return None
    falls = costs[-1] < 0.8 * costs[0]  # as confidence does that was too high at first
    if min(costs) < _DEAR or falls or not _high(pairs):
        return None
    return Reading(
        ("KC101", "KC105", "KC109"),
        ends(tuple(cost for cost, _ in pairs)),
        f"a wrong decision costs {costs[-1]:.1f} on average; Keras cuts at 16.1 what is "
        "no probability",
    )


def _high(pairs: Pairs) -> bool:
    """Say whether a loss begins above that of guessing, and is not gone at the end."""
    return pairs[0][0].value > 0.8 and pairs[-1][0].value > 0.1


def _guessing(given: Log) -> Reading | None:
    found = _pairs(given)
    if found is None or len(found[1]) < 4:
        return None
    late = found[1][-3:]
    costs = tuple(cost for cost, _ in late)
    if not is_constant(costs) or not is_constant(tuple(right for _, right in late)):
        return None
    last, right = costs[-1].value, late[-1][1].value
    classes = round(exp(min(last, 7.0)))
    if classes < 3 or abs(last - log(classes)) > 2e-4 or right > 0.6:
        return None
    return Reading(
        ("KC101", "KC105"),
        ends(costs),
        f"the loss stays at {last:.4f} = ln {classes}, as if all classes were alike",
    )


def _floor(given: Log) -> Reading | None:
    found = _pairs(given)
    if found is None or len(found[1]) < 4:
        return None
    _, pairs = found
    costs = values(tuple(cost for cost, _ in pairs))
    late, right = costs[-3:], pairs[-1][1].value
    if right < 0.8 or max(late) - min(late) > 0.06 * late[-1]:
        return None
    if costs[1] < 0.8 * costs[0] or late[-1] < 1.3 * entropy(1 - right):
        return None  # smoothed labels have a floor as well, and are soon there
    if not _is_floor(costs[0], late[-1]):
        return None
    return Reading(
        ("KC111", "KC102", "KC114"),
        ends(tuple(cost for cost, _ in pairs)),
        f"the loss stops at {late[-1]:.3g} although the accuracy is {right:.2f}",
    )


def _is_floor(first: float, last: float) -> bool:
    """Say whether a loss lies just above that of an activation applied twice.

    For k classes it cannot be below ln(1 + (k - 1) / e), for a sigmoid and balanced
    classes not below 0.503; before training it is ln k or less.
    """
    if 0.45 < last < 0.56 and first < 0.74:
        return True
    return any(
        floor <= last < 1.12 * floor and first < log(classes)
        for classes in range(3, 1001)
        if (floor := log(1 + (classes - 1) / e))
    )


def _high_at_the_loss_of_guessing(given: Log) -> Reading | None:
    found = _pairs(given)
    if found is None:
        return None
    name, pairs = found
    cost, right = pairs[0]
    if name != "binary_accuracy" or right.value < 0.6:
        return None
    classes = 1 / max(1 - right.value, 1e-3)
    if classes < 2.5 or not 0.75 * LN_2 < cost.value < 6:
        return None
    if cost.value / (1 - right.value) < 4:
        return None
    return Reading(
        ("KC302",),
        (cost.line,),
        f"a binary accuracy of {right.value:.2f} at a loss of {cost.value:.3g}, that "
        "of guessing among several classes",
    )


SIGNS: Final = (
    Sign(
        title="The accuracy stays at 0.0 while the loss falls",
        codes=("KC309", "KC305", "KC304"),
        reason="A model that learns is right sometimes; only a comparison that no "
        "output can meet is always wrong.",
        check="whether the labels are real numbers, and which accuracy is compiled",
        find=_zero_accuracy,
    ),
    Sign(
        title="The accuracy is stuck at one value, such as the share of a class",
        codes=("KC103", "KC101", "KC105", "KC111", "KC112", "KC303", "KC311"),
        reason="Where the loss falls below what this accuracy allows, or does not move "
        "either, the figure does not follow the training.",
        check="the units and the activation of the last layer, then the metric",
        find=_constant,
    ),
    Sign(
        title="The accuracy is 1.0 from the first epoch",
        codes=("KC303",),
        reason="The first epoch counts the guesses of an untrained model as well.",
        check="the units of the last layer: the argmax over one unit is always 0",
        find=_one,
    ),
    Sign(
        title="The loss falls and the accuracy does not",
        codes=("KC301", "KC316", "KC112", "KC305", "KC304", "KC309"),
        reason="Each wrong decision costs a cross-entropy at least ln 2, so that the "
        "loss cannot be below 0.69 * (1 - accuracy).",
        check="which accuracy `accuracy` became for these labels: several tags, signed "
        "and real labels have their own",
        find=_below_the_loss,
    ),
    Sign(
        title="The loss is far too high for the accuracy, and jumps",
        codes=("KC101", "KC105", "KC109"),
        reason="A probability that is wrong costs 2 to 4 on average once the model "
        "learns; what is no probability is cut at epsilon and costs 16.1.",
        check="the activation of the last layer against from_logits of the loss",
        find=_clipped,
    ),
    Sign(
        title="The loss stays at ln k, the loss of guessing among k classes",
        codes=("KC101", "KC105"),
        reason="Even a model that cannot learn finds the shares of the classes.",
        check="the activation of the last layer; outputs below zero are cut to epsilon",
        find=_guessing,
    ),
    Sign(
        title="The loss stops at a floor although the accuracy is high",
        codes=("KC111", "KC102", "KC114"),
        reason="Confident right predictions bring a cross-entropy to zero, unless they "
        "cannot be confident.",
        check="whether two activations follow each other at the end of the model, or "
        "from_logits=True meets an activation",
        find=_floor,
    ),
    Sign(
        title="The accuracy is high in the first epoch, at a loss of guessing",
        codes=("KC302",),
        reason="One column of many is right by saying no; the loss knows better.",
        check="whether binary_accuracy is compiled for classes that exclude each other",
        find=_high_at_the_loss_of_guessing,
    ),
)
