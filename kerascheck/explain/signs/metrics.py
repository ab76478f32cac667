"""What further metrics say."""

from __future__ import annotations

from kerascheck.explain.log import Curve, Log, values
from kerascheck.explain.signs._curves import (
    ROUNDING,
    accuracies,
    accuracy,
    both,
    ends,
    is_called,
    is_constant,
    loss,
    metrics,
    of_training,
)
from kerascheck.explain.signs._sign import Reading, Sign
from kerascheck.model.typed import Final

_FAR_ABOVE: Final = 1.8


def _counts_are_accuracy(log: Log) -> Reading | None:
    precision = next(metrics(log, "precision"), ())
    recall = next(metrics(log, "recall"), ())
    rights = next((curve for _, curve in accuracies(log)), ())
    counts, others = both(precision, recall), both(rights, recall)
    if len(counts) < 2 or len(others) < len(counts):
        return None
    same = all(abs(a.value - b.value) <= 2 * ROUNDING for a, b in (*counts, *others))
    if not same or not any(0 < a.value < 1 - ROUNDING for a, _ in counts):
        return None
    shares = [right.value for right, _ in others]
    if not log.is_exact and (max(shares) > 0.9 or max(shares) - min(shares) < 0.05):
        return None
    return Reading(ends(precision), "precision, recall and accuracy are one number")


def _top_k_of_all(log: Log) -> Reading | None:
    best = accuracy(log)
    if best is None or best[1][0].value > 0.9:
        return None
    for name in of_training(log, "top_k"):
        curve = log.curve(name)
        if any(point.value < 1 - ROUNDING for point in curve):
            continue
        return Reading((curve[0].line,), f"{name} is 1 from the first epoch")
    return None


def _constant_score(log: Log) -> Reading | None:
    costs, best = loss(log), accuracy(log)
    for curve in metrics(log, "f1_score", "fbeta_score"):
        if len(both(costs, curve)) < 3 or not 0.02 < curve[0].value < 1 - ROUNDING:
            continue
        if not is_constant(curve) and not _hardly_moves(curve, costs, best):
            continue
        return Reading(ends(curve), f"the F-score stays at {curve[-1].value:.4f}")
    return None


def _hardly_moves(curve: Curve, loss: Curve, best: tuple[str, Curve] | None) -> bool:
    """Say whether a score stays where it is, below an accuracy that has grown."""
    scores, costs = values(curve), values(loss)
    if best is None or len(scores) < 3 or max(scores) - min(scores) > 0.02:
        return False
    learned = costs[-1] < 0.6 * costs[0]
    return learned and best[1][-1].value > max(scores) + 0.1


def _all_positive(log: Log) -> Reading | None:
    best = accuracy(log)
    if best is None or not is_constant(best[1]) or best[1][0].value >= 1 - ROUNDING:
        return None
    costs = values(loss(log))
    if not log.is_exact and not (costs and costs[-1] < 0.7 * costs[0]):
        return None
    for curve in metrics(log, "recall"):
        if is_constant(curve) and curve[0].value >= 1 - ROUNDING:
            return Reading(ends(curve), "recall is 1 in every epoch")
    return None


def _above_its_loss(log: Log) -> Reading | None:
    names = (
        "binary_crossentropy",
        "categorical_crossentropy",
        "sparse_categorical_crossentropy",
    )
    for name in log.names:
        if not any(is_called(name, one) for one in names):
            continue
        pairs = both(log.curve(name), loss(log))
        if len(pairs) < 2:
            continue
        if all(a.value > _FAR_ABOVE * b.value > 0 for a, b in pairs[-2:]):
            shown, cost = pairs[-1]
            return Reading(
                (shown.line,),
                f"{name} is {shown.value:.3g} where the loss is {cost.value:.3g}",
            )
    return None


def _constant_iou(log: Log) -> Reading | None:
    for name in of_training(log, "io_u"):
        curve = log.curve(name)
        if is_constant(curve) and 0 < curve[0].value < 1 - ROUNDING:
            return Reading(ends(curve), f"{name} never changes")
    return None


SIGNS: Final = (
    Sign(
        title="Precision, recall and accuracy are the same number",
        codes=("KC313",),
        reason="For two columns that exclude each other every miss is a false alarm of "
        "the other column.",
        check="whether the counts are of one column: give them class_id",
        find=_counts_are_accuracy,
    ),
    Sign(
        title="A top-k accuracy is 1.0 from the first epoch",
        codes=("KC314",),
        reason="The right class is always among all of them.",
        check="k against the number of classes",
        find=_top_k_of_all,
        exact=True,
    ),
    Sign(
        title="An F-score never changes",
        codes=("KC307",),
        reason="The score takes the highest unit for the prediction; of one unit that "
        "is always the same.",
        check="F1Score(threshold=0.5) for one unit and for several labels",
        find=_constant_score,
        exact=True,
    ),
    Sign(
        title="Recall is 1.0 in every epoch, and the accuracy does not move",
        codes=("KC311", "KC111"),
        reason="Everything is predicted positive.",
        check="the threshold of the metric against the range of the outputs",
        find=_all_positive,
    ),
    Sign(
        title="A cross-entropy among the metrics is far above the loss",
        codes=("KC312",),
        reason="The metric has a from_logits of its own.",
        check="from_logits of the metric",
        find=_above_its_loss,
    ),
    Sign(
        title="An IoU never changes",
        codes=("KC315",),
        reason="A probability that is cast to a class id is 0, whatever the class.",
        check="whether the metric takes ids or scores",
        find=_constant_iou,
        exact=True,
    ),
)
