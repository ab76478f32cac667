"""What a head decides and what its metrics should report, in NumPy alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tools.audit.setups import HeadSetup, Named
from tools.audit.tasks import OFFSETS, Sample

Array = NDArray[Any]

_MIDDLE = {"one-based": 1.5, "byte": 127.5, "byte tags": 127.5, "pad 0": 1.5}
"""Encodings of two classes -> the value between them, if it is neither 0 nor 0.5."""

_PER_CLASS = ("F1Score", "FBetaScore")


def shortfall(head: HeadSetup, outputs: Array, sample: Sample) -> float | None:
    """Return how far accuracy stays below the best; None: it has no meaning here.

    For real targets, the share of the variance that is left unexplained.
    """
    if not np.isfinite(outputs).all():
        return float("nan")
    if head.task in ("target", "fraction", "count"):
        return _unexplained(head, outputs, sample)
    right = accuracy(decided(head, outputs), sample.classes, sample.valid)
    best = accuracy(_best_decision(head, sample), sample.classes, sample.valid)
    return best - right


def accuracy(found: Array, classes: Array, valid: Array) -> float:
    """Return the share of valid samples, or tags, that are right."""
    return float((found == classes)[valid].mean())


def decided(head: HeadSetup, outputs: Array) -> Array:
    """Return the classes that a user reads off outputs of shape (samples, …, units)."""
    if head.task == "several":
        return (outputs > threshold(head)).astype("int64")
    if outputs.shape[-1] > 1:
        return np.asarray(outputs.argmax(-1) - _first_id(head))
    scores = outputs[..., 0]
    if head.task == "exclusive":  # one unit: the nearest id
        return np.asarray(np.rint(scores) - _first_id(head))
    return (scores > threshold(head)).astype("int64")


def threshold(head: HeadSetup) -> float:
    """Return the boundary between two classes on the scale of the outputs."""
    name = head.loss[0]
    if "Crossentropy" in name:
        return 0.0 if is_logits(head) else 0.5
    if name in ("Hinge", "SquaredHinge") or head.encoding.startswith("signed"):
        return 0.5 if head.activation in ("sigmoid", "hard_sigmoid") else 0.0
    return _MIDDLE.get(head.encoding, 0.5)


def is_logits(head: HeadSetup) -> bool:
    """Say whether a cross-entropy takes the outputs for logits, and they are."""
    return head.from_logits and head.activation not in (
        "sigmoid",
        "softmax",
        "hard_sigmoid",
    )


def probabilities(head: HeadSetup, outputs: Array) -> Array | None:
    """Return the probabilities shown for each class or tag, as `Sample.best`.

    None if head and loss do not claim to give any.
    """
    name = head.loss[0]
    if "Crossentropy" not in name or "Focal" in name:
        return None
    if dict(head.loss[1]).get("label_smoothing"):
        return None
    binary = name.startswith("Binary")
    if is_logits(head):
        outputs = outputs.astype("float64")
        if binary:
            outputs = 0.5 * (1 + np.tanh(outputs / 2))
        else:
            powers = np.exp(outputs - outputs.max(-1, keepdims=True))
            outputs = powers / powers.sum(-1, keepdims=True)
    elif head.activation not in ("sigmoid", "softmax", "hard_sigmoid"):
        return None
    if head.task == "binary" and outputs.shape[-1] == 1:
        return np.concatenate([1 - outputs, outputs], axis=-1)
    return outputs


def miscalibration(head: HeadSetup, outputs: Array, sample: Sample) -> float | None:
    """Return the mean distance of shown from true probabilities."""
    shown = probabilities(head, outputs)
    if shown is None or not np.isfinite(outputs).all():
        return None
    first = _first_id(head)
    if shown.shape[-1] == sample.best.shape[-1] + first:
        shown = shown[..., first:]
    if shown.shape != sample.best.shape:
        return None
    return float(np.abs(shown - sample.best)[sample.valid].mean())


def metric_truth(
    head: HeadSetup, metric: Named, outputs: Array, sample: Sample
) -> float | None:
    """Return what a metric should report; None: there is no agreed answer.

    Args:
        head: Task, encoding and loss.
        metric: Class or string, and arguments.
        outputs: Shape (samples, …, units), finite.
        sample: Held-out samples.
    """
    name, arguments = metric[0], dict(metric[1])
    if head.task in ("target", "fraction", "count"):
        return None
    found, classes = decided(head, outputs), sample.labelled
    if head.task != "several":
        found, classes = found[sample.valid], classes[sample.valid]
    elif not sample.valid.all():
        return None
    if "ccuracy" in name and "TopK" not in name:
        return float((found == classes).mean())
    if "TopK" in name:
        return _top_k(head, int(arguments.get("k", 5)), outputs, sample)
    if name in ("Precision", "Recall", *_PER_CLASS, "MeanIoU", "OneHotMeanIoU"):
        return _by_class(name, arguments, head, found, classes)
    if name in ("IoU", "OneHotIoU"):
        chosen = {"class_id": arguments["target_class_ids"][0]}
        return _by_class(name, chosen, head, found, classes)
    if name == "BinaryIoU" and head.task == "binary":
        return _by_class("MeanIoU", {}, head, found, classes)
    if name == "AUC":
        return _area(head, outputs, sample)
    return None


def _best_decision(head: HeadSetup, sample: Sample) -> Array:
    if head.task == "several":
        return (sample.best > 0.5).astype("int64")
    return np.asarray(sample.best.argmax(-1))


def _first_id(head: HeadSetup) -> int:
    return OFFSETS.get(head.encoding, 0)


def _unexplained(head: HeadSetup, outputs: Array, sample: Sample) -> float | None:
    if outputs.shape[-1] != 1:
        outputs = outputs.mean(-1, keepdims=True)
    values = outputs[..., 0].astype("float64")
    if is_logits(head) and head.loss[0].startswith("Binary"):
        values = 0.5 * (1 + np.tanh(values / 2))
    wanted = sample.best * (100 if head.encoding == "percent" else 1)
    return float(((values - wanted) ** 2).mean() / wanted.var())


def _top_k(head: HeadSetup, k: int, outputs: Array, sample: Sample) -> float | None:
    if head.task != "exclusive" or outputs.shape[-1] < 3:
        return None
    ids = sample.labelled + _first_id(head)
    ranks = (-outputs).argsort(-1, kind="stable")[..., :k]
    return float((ranks == ids[..., None]).any(-1)[sample.valid].mean())


def _by_class(
    name: str,
    arguments: dict[str, Any],
    head: HeadSetup,
    found: Array,
    classes: Array,
) -> float | None:
    """Return a figure made of confusion counts: of one class, or their mean."""
    scores = dict(_scores(name, head, found, classes))
    if head.task == "several":
        if name in ("MeanIoU", "OneHotMeanIoU", "IoU", "OneHotIoU"):
            return None
        wanted = arguments.get("class_id")
        return scores.get(wanted) if wanted is not None else _mean(scores)
    wanted = arguments.get("class_id")
    if wanted is not None:
        return None if head.units == 1 else scores.get(wanted)
    if head.task == "binary" and head.units == 1 and "IoU" not in name:
        return scores[1]
    return _mean(scores)


def _scores(
    name: str, head: HeadSetup, found: Array, classes: Array
) -> Iterator[tuple[int, float]]:
    several = head.task == "several"
    count = classes.shape[-1] if several else (2 if head.task == "binary" else 3)
    for one in range(count):
        said = found[..., one % found.shape[-1]] == 1 if several else found == one
        is_one = classes[..., one] == 1 if several else classes == one
        hits = float((said & is_one).sum())
        if name == "Precision":
            below = float(said.sum())
        elif name == "Recall":
            below = float(is_one.sum())
        elif name in _PER_CLASS:
            below, hits = float(said.sum() + is_one.sum()), 2 * hits
        else:
            below = float((said | is_one).sum())
        yield one, hits / below if below else 0.0


def _mean(scores: dict[int, float]) -> float:
    return sum(scores.values()) / len(scores)


def _area(head: HeadSetup, outputs: Array, sample: Sample) -> float | None:
    """Return the area under the ROC curve, the mean of all classes or tags."""
    valid, first = sample.valid, _first_id(head)
    if head.task == "binary":
        scores = outputs[..., first + 1] if head.units > first + 1 else outputs[..., 0]
        return _rank_area(scores[valid], sample.labelled[valid] == 1)
    if head.units < 3 + first:
        return None
    areas = []
    for one in range(3):
        if head.task == "several":
            ok = valid[..., one] if valid.ndim == outputs.ndim else valid
            is_one = sample.labelled[..., one] == 1
        else:
            ok, is_one = valid, sample.labelled == one
        areas.append(_rank_area(outputs[..., one + first][ok], is_one[ok]))
    return sum(areas) / 3


def _rank_area(scores: Array, is_one: Array) -> float:
    values, place = np.unique(scores, return_inverse=True)
    ends = np.bincount(place, minlength=len(values)).cumsum()
    starts = np.concatenate([[0], ends[:-1]])
    ranks = ((starts + ends + 1) / 2)[place]
    ones = int(is_one.sum())
    others = len(scores) - ones
    if not ones or not others:
        return 0.5
    above = ranks[is_one.ravel()].sum() - ones * (ones + 1) / 2
    return float(above / (ones * others))
