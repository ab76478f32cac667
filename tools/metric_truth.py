"""What a practitioner reads the name of a metric as, in numpy.

| metric | truth |
|---|---|
| accuracy | share of samples whose class is right; of tags, for several labels |
| top-k | share of samples with one of their classes among the k highest |
| precision, recall | of the positive class; the mean over three or more classes |
| counts | of the positive class, as a share of all samples |
| F scores | of each class, or averaged as the metric is compiled to |
| AUC | of the positive class; the mean over classes, one against the rest |
| IoU | mean over the classes that the metric is asked for |
| cross-entropy, divergence, error | the formula on probabilities, or on the label that a head without probabilities expects |
| hinge | the formula on scores and labels of -1 and 1 |

Two classes count as one positive class, the second. For several labels a sample, the
mean over columns and the figure over all cells are both accepted. Void samples do not
count.
"""  # noqa: E501

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from tools.metric_situations import Sample, Situation

Truths = tuple[Any, ...]
"""Figures of which any is right; none if the name says nothing on these labels."""

_RATES: Final = ("Precision", "Recall")
_COUNTS: Final = {
    "TruePositives": (1, 1),
    "FalsePositives": (0, 1),
    "TrueNegatives": (0, 0),
    "FalseNegatives": (1, 0),
}
"""Class name -> true and predicted value of the cells that it counts."""


def truths(
    name: str, arguments: Mapping[str, Any], situation: Situation, sample: Sample
) -> Truths:
    """Return what a metric should show."""
    function = _FUNCTIONS.get(name)
    return () if function is None else function(name, arguments, situation, sample)


def _accuracy(_: str, __: Any, s: Situation, x: Sample) -> Truths:
    if s.regresses and s.labels == "ids":
        right = x.output.round() == x.target
        return (right.mean(),)
    right = x.hard == x.decision
    return (right.all(axis=1).mean() if s.exclusive else right.mean(),)


def _top_k(_: str, arguments: Any, s: Situation, x: Sample) -> Truths:
    import numpy as np

    if s.units == 1:
        return ()
    k = arguments.get("k", 5)
    highest = np.argsort(-x.score, axis=1)[:, :k]
    hits = np.take_along_axis(x.hard, highest, axis=1).max(axis=1)
    return (hits[x.hard.any(axis=1)].mean(),)


def _columns(s: Situation, x: Sample) -> tuple[Any, Any]:
    if s.units == 2 and s.exclusive:
        return x.hard[:, 1:], x.decision[:, 1:]
    return x.hard, x.decision


def _precision_recall(name: str, arguments: Any, s: Situation, x: Sample) -> Truths:
    if _no_classes(s):
        return ()
    t, d = _columns(s, x)
    if arguments.get("class_id") is not None:
        t, d = (a[:, [arguments["class_id"]]] for a in (x.hard, x.decision))
    base = d if name == "Precision" else t
    hits = t * d
    macro = _ratio(hits.sum(axis=0), base.sum(axis=0)).mean()
    if s.exclusive:
        return (macro,)
    return macro, _ratio(hits.sum(), base.sum())


def _no_classes(s: Situation) -> bool:
    return s.units == 1 and s.classes > 2


def _counts(name: str, _: Any, s: Situation, x: Sample) -> Truths:
    if _no_classes(s) or (s.exclusive and s.units > 2):
        return ()
    t, d = _columns(s, x)
    true, predicted = _COUNTS[name]
    return (((t == true) & (d == predicted)).sum() / len(t),)


def _f_score(_: str, arguments: Any, s: Situation, x: Sample) -> Truths:
    import numpy as np

    if _no_classes(s):
        return ()
    t, d = x.hard, x.decision
    average, beta = arguments.get("average"), arguments.get("beta", 1.0) ** 2
    if average == "micro":
        t, d = t.reshape(-1, 1), d.reshape(-1, 1)
    hits = (t * d).sum(axis=0)
    each = _ratio((1 + beta) * hits, beta * t.sum(axis=0) + d.sum(axis=0))
    if average == "weighted":
        return (np.average(each, weights=t.sum(axis=0)),)
    return (each if average is None else each.mean(),)


def _auc(_: str, arguments: Any, s: Situation, x: Sample) -> Truths:
    if _no_classes(s):
        return ()
    t, score = x.hard, x.score
    curve = _average_precision if arguments.get("curve") == "PR" else _roc_auc
    if s.units == 2 and s.exclusive and not arguments.get("multi_label"):
        t, score = t[:, 1:], score[:, 1:]
    each = [curve(t[:, j], score[:, j]) for j in range(t.shape[1])]
    macro = sum(each) / len(each)
    if s.exclusive or arguments.get("multi_label"):
        return (macro,)
    return macro, curve(t.ravel(), score.ravel())


def _roc_auc(t: Any, score: Any) -> float:
    import numpy as np

    _, place, count = np.unique(score, return_inverse=True, return_counts=True)
    rank = (np.cumsum(count) - (count - 1) / 2)[place.ravel()]
    positive, negative = t.sum(), len(t) - t.sum()
    area = rank[t == 1].sum() - positive * (positive + 1) / 2
    return float(area / (positive * negative))


def _average_precision(t: Any, score: Any) -> float:
    import numpy as np

    t = t[np.argsort(-score, kind="stable")]
    precision = np.cumsum(t) / np.arange(1, len(t) + 1)
    return float((precision * t).sum() / t.sum())


def _iou(name: str, arguments: Any, s: Situation, x: Sample) -> Truths:
    import numpy as np

    if _no_classes(s):
        return ()
    t, d = x.hard, x.decision
    if not s.exclusive:
        if name != "BinaryIoU":
            return ()
        t, d = t.reshape(-1, 1), d.reshape(-1, 1)
    if t.shape[1] == 1:
        t, d = (np.hstack([1 - a, a]) for a in (t, d))
    each = _ratio((t * d).sum(axis=0), np.maximum(t, d).sum(axis=0))
    wanted = arguments.get("target_class_ids")
    return (each.mean() if wanted is None else each[list(wanted)].mean(),)


def _ratio(above: Any, below: Any) -> Any:
    import numpy as np

    return above / np.maximum(below, 1e-12)


def _cross_entropy(name: str, _: Any, s: Situation, x: Sample) -> Truths:
    import numpy as np

    t, p = x.truth, np.clip(x.probability, 1e-7, 1 - 1e-7)
    if _no_classes(s) or s.regresses:
        return ()
    cells = -(t * np.log(p))
    if name == "BinaryCrossentropy" or s.units == 1:
        return ((cells - (1 - t) * np.log(1 - p)).mean(),)
    return (cells.sum(axis=1).mean(),) if s.exclusive else ()


def _divergence(_: str, __: Any, s: Situation, x: Sample) -> Truths:
    import numpy as np

    if s.units == 1 or not s.exclusive:
        return ()
    t, p = (np.clip(a, 1e-7, 1) for a in (x.truth, x.probability))
    return ((t * np.log(t / p)).sum(axis=1).mean(),)


def _error(name: str, _: Any, s: Situation, x: Sample) -> Truths:
    import numpy as np

    if s.loss in ("Hinge", "CategoricalHinge"):
        return ()
    raw = s.regresses or s.labels in ("signed", "signed-rows", "one-two", "bytes")
    t, p = (x.target, x.output) if raw else (x.truth, x.probability)
    if name == "MeanAbsoluteError":
        return (abs(t - p).mean(),)
    square = ((t - p) ** 2).mean()
    return (np.sqrt(square) if name.startswith("Root") else square,)


def _cosine(_: str, __: Any, s: Situation, x: Sample) -> Truths:
    import numpy as np

    if s.units == 1:
        return ()
    t, p = (
        a / np.linalg.norm(a, axis=1, keepdims=True).clip(1e-12)
        for a in (x.target, x.output)
    )
    return ((t * p).sum(axis=1).mean(),)


def _hinge(name: str, _: Any, s: Situation, x: Sample) -> Truths:
    import numpy as np

    if s.regresses or s.labels in ("probability", "distribution"):
        return ()
    t, o = x.truth, x.output
    if name == "CategoricalHinge":
        if s.units == 1 or not s.exclusive:
            return ()
        wrong = ((1 - t) * o).max(axis=1)
        return (np.maximum(wrong - (t * o).sum(axis=1) + 1, 0).mean(),)
    margin = np.maximum(1 - (2 * t - 1) * o, 0)
    return ((margin**2 if name == "SquaredHinge" else margin).mean(),)


_FUNCTIONS: Final[dict[str, Callable[[str, Any, Situation, Sample], Truths]]] = {
    **dict.fromkeys(
        (
            "accuracy",
            "Accuracy",
            "BinaryAccuracy",
            "CategoricalAccuracy",
            "SparseCategoricalAccuracy",
        ),
        _accuracy,
    ),
    **dict.fromkeys(
        ("TopKCategoricalAccuracy", "SparseTopKCategoricalAccuracy"), _top_k
    ),
    **dict.fromkeys(_RATES, _precision_recall),
    **dict.fromkeys(_COUNTS, _counts),
    **dict.fromkeys(("F1Score", "FBetaScore"), _f_score),
    "AUC": _auc,
    **dict.fromkeys(
        ("IoU", "MeanIoU", "BinaryIoU", "OneHotIoU", "OneHotMeanIoU"), _iou
    ),
    **dict.fromkeys(
        (
            "crossentropy",
            "BinaryCrossentropy",
            "CategoricalCrossentropy",
            "SparseCategoricalCrossentropy",
        ),
        _cross_entropy,
    ),
    "KLDivergence": _divergence,
    **dict.fromkeys(
        ("MeanSquaredError", "MeanAbsoluteError", "RootMeanSquaredError"), _error
    ),
    "CosineSimilarity": _cosine,
    **dict.fromkeys(("Hinge", "SquaredHinge", "CategoricalHinge"), _hinge),
}
"""Class of a metric, or a string that Keras resolves -> its truth."""
