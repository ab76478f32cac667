"""Outputs that are no probabilities, which Keras cuts at its epsilon.

A cross-entropy cuts what it gets to [1e-7, 1 - 1e-7]. A wrong decision whose output is
beyond that costs -ln(1e-7), 16.118, or, for an output of 1 or more under a binary one,
15.942, as floats next to 1 are rounded. It costs no more, and cut outputs have no
gradient, so that this cost goes slowly. Inputs of raw size make wrong decisions as dear
by chance, but without a bound, and their cost is halved by the first epochs.
"""

from __future__ import annotations

from itertools import pairwise
from math import log
from typing import NamedTuple

from kerascheck.explain.log import VALIDATION, Line, Log, values
from kerascheck.explain.signs._curves import (
    FEW,
    accuracy,
    both,
    ends,
    guessed_classes,
    is_called,
    loss,
    stay,
)
from kerascheck.explain.signs._pairs import Pairs, of_pairs
from kerascheck.explain.signs._sign import Reading, Sign
from kerascheck.model.typed import Final

_CUT: Final = (16.118, 15.942)
"""What a wrong decision costs that is cut below or above."""

_NEAR: Final = 0.03

_EQUAL: Final = 2e-4
"""More than rounding takes from the logarithm of a count."""

_ENOUGH: Final = 0.15
"""Share of wrong decisions; fewer are as dear by chance where labels are smoothed."""

_DEAR: Final = (7.5, 6.2, 4.7)
"""Costs of a wrong decision in the first three epochs; two to three is usual."""

_KEPT: Final = (1.0, 0.62, 0.4)
"""Share of the first cost that is left; inputs of raw size keep about a half."""

_NOTHING_LOST: Final = (1.0, 0.9, 0.75)
"""Share that is left while hardly an output has a gradient; raw inputs keep less."""

_TRAINED: Final = 0.62
"""An accuracy that says of two classes that something has been learned."""


class _Price(NamedTuple):
    """What a wrong decision costs on average in an epoch."""

    price: float
    line: Line


def _prices(given: Log) -> list[_Price]:
    """Return the prices in training and validation of epochs with enough errors."""
    found = accuracy(given)
    if found is None:
        return []
    name = next((n for n in given.names if is_called(n, found[0])), found[0])
    pairs = [
        *both(loss(given), found[1]),
        *both(given.curve(VALIDATION + "loss"), given.curve(VALIDATION + name)),
    ]
    return [
        _Price(cost.value / (1 - right.value), cost.line)
        for cost, right in pairs
        if 1 - right.value > _ENOUGH
    ]


def _all_are_cut(given: Log) -> Reading | None:
    """Find epochs in which each wrong decision costs just what is cut."""
    for cut in _CUT:
        lines = [p.line for p in _prices(given) if abs(p.price - cut) < _NEAR]
        if len(lines) > 1:
            return Reading(
                tuple(dict.fromkeys((lines[0], lines[-1]))),
                f"a wrong decision costs {cut:.2f}, as much as one that is cut",
            )
    return None


def _stay_dear(pairs: Pairs) -> Reading | None:
    """Find wrong decisions that stay dear for three epochs while something is learned.

    Or hardly cost less: a right training goes fastest where it is most wrong. None may
    cost more than one that is cut, nor may they get dearer, as the fewer errors under
    smoothed labels or a penalty do.
    """
    wrong = [max(1 - right, 1e-4) for right in pairs.rights]
    costs = [cost / share for cost, share in zip(pairs.costs, wrong, strict=True)]
    early = costs[:3]
    dear = all(cost > least for cost, least in zip(early, _DEAR, strict=True))
    if not dear or max(costs) > _CUT[0] + _NEAR or early[2] > 1.1 * early[0]:
        return None
    if max(pairs.rights[:2]) > 0.9:
        return None
    trained = max(pairs.rights[:3]) > _TRAINED and _keep(early, _KEPT)
    if not (trained and _is_set_free(pairs.costs)) and not _stays_and_falls(
        pairs, early
    ):
        return None
    return Reading(
        pairs.lines,
        f"a wrong decision costs {early[0]:.1f}, {early[1]:.1f} and {early[2]:.1f} in "
        "the first epochs; Keras cuts at 16.1 what is not a probability",
    )


def _is_set_free(losses: list[float]) -> bool:
    """Say whether an epoch takes a larger share off a loss than the one before it.

    That is one in which outputs come back from where they are cut. What raw inputs
    cost falls fast at first, and slower and slower.
    """
    left = [b / a for a, b in pairwise(losses)]
    return any(b < a - 0.03 for a, b in pairwise(left))


def _stays_and_falls(pairs: Pairs, early: list[float]) -> bool:
    """Say whether a loss that hardly moved at first falls by larger steps later."""
    steps = [a - b for a, b in pairwise(pairs.costs)]
    return _keep(early, _NOTHING_LOST) and max(steps[1:]) > 1.15 * steps[0]


def _keep(costs: list[float], shares: tuple[float, ...]) -> bool:
    """Say whether as large a share of the first cost is left in each epoch."""
    pairs = zip(costs, shares, strict=True)
    return all(cost >= share * costs[0] for cost, share in pairs)


def _dies(pairs: Pairs) -> Reading | None:
    """Find a loss that comes to rest at that of guessing, with what was learned lost.

    A rate that comes to nothing keeps what is learned; one that is too high moves the
    biases on.
    """
    last, right = pairs.costs[-1], pairs.rights[-1]
    classes = guessed_classes(last)
    still = stay(pairs.costs[-4:]) and stay(pairs.rights[-4:])
    guesses = 3 <= classes <= FEW and abs(last - log(classes)) < 0.01
    still = (still and guesses) or _rises_to_guessing(pairs, classes)
    if not (still and max(pairs.rights) > 1.5 * right):
        return None
    return Reading(
        pairs.lines,
        f"the loss stays at {last:.4f}, about ln {classes}, and the accuracy at "
        f"{right:.4f}; it was {max(pairs.rights):.2f}",
    )


def _rises_to_guessing(pairs: Pairs, classes: int) -> bool:
    """Say whether a loss rises from epoch to epoch and comes to rest just below ln k.

    A rate that is too high brings it above that before it comes back.
    """
    costs = pairs.costs
    rises = all(b >= a for a, b in pairwise(costs)) and costs[-1] > 1.15 * costs[0]
    if not rises or not 3 <= classes <= FEW or costs[-1] - costs[-3] > 0.015:
        return False
    return 0 <= log(classes) - costs[-1] < 0.03


def _held_out_are_cut(given: Log) -> Reading | None:
    """Find a validation loss of ln k where the classes are not of one size.

    All outputs that are cut are one k-th each. A model that cannot learn finds the
    shares in the data that it is trained with, which others cost less or more than
    that.
    """
    best, held = accuracy(given), values(given.curve(VALIDATION + "loss"))[-3:]
    costs = values(loss(given))[-3:]
    if best is None or not (stay(held) and len(costs) == 3):
        return None
    rights, classes = values(best[1])[-3:], guessed_classes(held[-1])
    guesses = 3 <= classes <= FEW and abs(held[-1] - log(classes)) <= _EQUAL
    near = all(abs(cost - log(classes)) < _NEAR for cost in costs)
    one_answer = max(rights) - min(rights) <= 0.01 and rights[-1] > 1.1 / classes
    if not (guesses and near and one_answer):
        return None
    return Reading(
        ends(loss(given)[-3:]),
        f"the validation loss stays at {held[-1]:.4f} = ln {classes}, and the accuracy "
        f"at {rights[-1]:.4f}",
    )


SIGNS: Final = (
    Sign(
        title="The validation loss stays at ln k, although classes differ in size",
        codes=("KC101", "KC105"),
        reason="A model that cannot learn finds the shares of the classes it is "
        "trained with, and others cost it less or more than ln k.",
        check="the activation of the last layer; outputs below zero are cut to epsilon",
        find=_held_out_are_cut,
        exact=True,
    ),
    Sign(
        title="What was learned is lost, and the loss stays at that of guessing",
        codes=("KC105", "KC101"),
        reason="Outputs that are all cut have no gradient, so that nothing moves them.",
        check="the activation of the last layer; outputs below zero are cut to epsilon",
        find=of_pairs(_dies, least=5),
        exact=True,
    ),
    Sign(
        title="A wrong decision costs 16.12, as much as an output that is cut",
        codes=("KC101", "KC105", "KC103"),
        reason="Probabilities that are wrong cost as much as they are sure, which "
        "differs from sample to sample.",
        check="the activation of the last layer against from_logits of the loss",
        find=_all_are_cut,
        exact=True,
    ),
    Sign(
        title="Wrong decisions stay dear while the model learns",
        codes=("KC101", "KC105"),
        reason="What a wrong probability costs falls to 2 or 3 as soon as the model "
        "learns; outputs that are cut have no gradient and stay as dear.",
        check="the activation of the last layer against from_logits of the loss; if "
        "both are right, the scale of the inputs",
        find=of_pairs(_stay_dear, least=4),
    ),
)
