"""What the loss alone says."""

from __future__ import annotations

from itertools import pairwise
from math import exp, isnan, sqrt
from math import log as ln

from kerascheck.explain.log import VALIDATION, Curve, Log, Point, values
from kerascheck.explain.signs._curves import (
    LEAST_SHOWN,
    accuracy,
    both,
    ends,
    has_classes,
    is_constant,
    loss,
)
from kerascheck.explain.signs._sign import Reading, Sign
from kerascheck.model.typed import Final

_ZERO: Final = 1e-6
"""A clipped probability costs a cross-entropy about 1e-7, the epsilon of Keras."""

_STILL_FALLS: Final = 0.03
"""Share of the loss by which it falls an epoch where it has no bound."""

_RISES: Final = 1.15

_LEFT: Final = 0.4
"""Share of a first loss that what is dropped goes on to cost, whatever is learned."""


def _nan(log: Log) -> Reading | None:
    curve = loss(log) or log.curve(VALIDATION + "loss")
    lost = next((p for p in curve if isnan(p.value)), None)
    if lost is None:
        return None
    at_once = isnan(curve[0].value)
    says = "from the first epoch on" if at_once else "after epochs with numbers"
    codes: tuple[str, ...] = ("KC209", "KC105")
    if at_once:
        codes = ("KC209", "KC413", "KC105", "KC205")
    if not has_classes(log):
        codes = ("KC209", "KC113", "KC413") if at_once else ("KC113", "KC209")
    return Reading((lost.line,), f"the loss is NaN {says}", codes)


def _negative(log: Log) -> Reading | None:
    for name in ("loss", VALIDATION + "loss"):
        curve = log.curve(name)
        below = [point for point in curve if point.value < -_ZERO]
        if not below or not (has_classes(log) or _falls_without_bound(log, curve)):
            continue
        lowest = min(below, key=lambda point: point.value)
        return Reading(
            tuple(dict.fromkeys((below[0].line, lowest.line))),
            f"{name} falls to {lowest.value:.4g}: below zero",
        )
    return None


def _falls_without_bound(log: Log, curve: Curve) -> bool:
    """Say whether a loss falls as fast at the end, and by more than errors allow.

    A bell of width s costs ln s + 1.42, and its mean error is 0.8 s. Bells of different
    widths cost less, but hardly by 3.
    """
    found = values(curve)
    if len(log.names) < 2 or len(found) < 3 or found[-1] >= -1:
        return False
    steps = [a - b for a, b in pairwise(found)]
    if steps[-1] <= _STILL_FALLS * abs(found[-1]):
        return False
    errors = [c for n in ("mae", "mean_absolute_error") for c in values(log.curve(n))]
    share = 0.5
    if errors and errors[-1] > 0:
        bell = ln(errors[-1] / 0.8) + 1.42
        if found[-1] > bell - 1:
            return False
        share = 0.3 if found[-1] < bell - 3 else 0.5
    return steps[-1] > share * max(steps)


def _zero(log: Log) -> Reading | None:
    curve = loss(log)
    if not curve or any(abs(point.value) > _ZERO for point in curve):
        return None
    best = accuracy(log)
    if best is not None and all(point.value >= 1 for point in best[1]):
        return None
    return Reading(ends(curve), "the loss is zero from the first epoch")


def _constant(log: Log) -> Reading | None:
    curve, best = loss(log), accuracy(log)
    if not is_constant(curve) or abs(curve[0].value) < LEAST_SHOWN:
        return None
    if best is not None and not is_constant(best[1]):
        return None
    codes = ("KC103", "KC105", "KC101") if has_classes(log) else ("KC120", "KC103")
    says = f"the loss is {curve[0].value:.4g} in every epoch"
    return Reading(ends(curve), says, codes)


def _at_a_bound(log: Log) -> Reading | None:
    """Find errors that are all alike and do not change: predictions at a bound."""
    for name in ("mae", "mean_absolute_error"):
        pairs = both(loss(log), log.curve(name))
        if len(pairs) < 3 or has_classes(log):
            continue
        squared, error = pairs[-1]
        alike = error.value > 0.9 * sqrt(max(squared.value, 1.0))
        costs = [cost.value for cost, _ in pairs]
        if alike and (_do_not_move(costs[-3:]) or _come_to_rest(costs)):
            return Reading(
                ends(loss(log)[-3:]),
                f"every prediction is off by about {error.value:.4g}, and stays so",
            )
    return None


def _do_not_move(costs: list[float]) -> bool:
    return max(costs) - min(costs) <= 3e-5 * abs(costs[0])


def _come_to_rest(costs: list[float]) -> bool:
    """Say whether the steps of a loss shrink so fast that hardly anything is to come.

    A sigmoid or tanh comes to its bound like this. A slow training without a bound
    takes steps that stay alike or grow, as long as it is far from its targets.
    """
    steps = [a - b for a, b in pairwise(costs)]
    if len(steps) < 4 or steps[-1] <= 0:
        return False
    if any(after > before for before, after in pairwise(steps)):
        return False
    ratio = exp(ln(steps[-1] / steps[0]) / (len(steps) - 1))
    return ratio < 0.8 and steps[-1] * ratio / (1 - ratio) < 2e-3 * costs[-1]


def _rising(log: Log) -> Reading | None:
    curve = loss(log)
    found = values(curve)
    if len(found) < 3 or len(found) < len(curve) or found[0] <= 0:
        return None
    start = found.index(min(found))
    late = found[start:]
    steady = len(late) > 2 and all(b > a for a, b in pairwise(late))
    whole = start == 0 or (len(late) > 3 and _accuracy_rises(log, start))
    whole = whole or _rises_evenly(late) or _rises_for_long(late)
    if not (steady and whole and has_classes(log)) or late[-1] < _RISES * late[0]:
        return None
    return Reading(
        tuple(dict.fromkeys((curve[start].line, curve[-1].line))),
        f"the training loss rises from epoch to epoch, {late[0]:.4g} to {late[-1]:.4g}",
    )


def _rises_evenly(costs: list[float]) -> bool:
    """Say whether a loss rises by about as much for many epochs.

    One that diverges rises faster and faster.
    """
    steps = [b - a for a, b in pairwise(costs)]
    return len(steps) > 5 and max(steps[2:]) < 2 * min(steps[2:])


def _rises_for_long(costs: list[float]) -> bool:
    """Say whether a loss doubles in five epochs or more, each of them above the last.

    One that diverges jumps, comes back, or is soon NaN.
    """
    return len(costs) > 5 and costs[-1] > 2 * costs[0]


def _accuracy_rises(log: Log, start: int) -> bool:
    """Say whether decisions get better from an epoch on, so that nothing diverges."""
    best = accuracy(log)
    if best is None or len(best[1]) <= start:
        return False
    return best[1][-1].value >= best[1][start].value


def _training_above_validation(log: Log) -> Reading | None:
    found = both(loss(log), log.curve(VALIDATION + "loss"))
    pairs = found[-2:]
    if not pairs or not all(_far_above(train, held) for train, held in pairs):
        return None
    if pairs[-1][0].value < _LEFT * found[0][0].value:
        return None
    if not has_classes(log):
        return None
    train, held = pairs[-1]
    return Reading(
        (train.line,),
        f"the training loss is {train.value:.4g}, that of validation {held.value:.4g}",
    )


def _far_above(train: Point, held: Point) -> bool:
    return train.value > 0.9 and train.value > 4 * abs(held.value)


SIGNS: Final = (
    Sign(
        title="The loss is NaN",
        codes=("KC209", "KC113", "KC413", "KC105", "KC205"),
        reason="Keras keeps its own losses finite by clipping; what is not a number "
        "comes from the data, the weights of samples or a logarithm of zero.",
        check="np.isfinite(labels).all(), the weights given to fit, the activation of "
        "the last layer; if all are right, the learning rate",
        find=_nan,
    ),
    Sign(
        title="The loss is negative",
        codes=("KC206", "KC413", "KC121"),
        reason="A cross-entropy of labels in [0, 1] is never below zero.",
        check="labels.min() and labels.max(), and sample or class weights below zero",
        find=_negative,
    ),
    Sign(
        title="The loss is zero from the first epoch",
        codes=("KC104", "KC413", "KC416"),
        reason="An untrained model is wrong somewhere, and that costs something.",
        check="the units of the last layer, and weights that are all zero",
        find=_zero,
    ),
    Sign(
        title="The loss never changes",
        codes=("KC103", "KC105", "KC101", "KC120"),
        reason="Training moves the loss in the first epochs, by a last digit at least.",
        check="the activation and the units of the last layer, and the range of labels",
        find=_constant,
        exact=True,
    ),
    Sign(
        title="A regression stays off by the same amount",
        codes=("KC120",),
        reason="Without a bound, the mean of the targets is reached at least.",
        check="the range of the targets against that of the last activation",
        find=_at_a_bound,
    ),
    Sign(
        title="The training loss rises in every epoch",
        codes=("KC208", "KC121", "KC402"),
        reason="The optimizer descends this very loss.",
        check="rows of labels: do they sum to 1? is a loss weight negative?",
        find=_rising,
    ),
    Sign(
        title="The training loss is several times that of validation",
        codes=("KC109",),
        reason="Dropout inside the network costs less than that: only what is dropped "
        "behind the head costs as much as a wrong prediction.",
        check="the layers behind the last one with an activation",
        find=_training_above_validation,
    ),
)
