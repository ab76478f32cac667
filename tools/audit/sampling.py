"""Random setups: right ones, right ones with a part or two changed, and any."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace

from tools.audit.setups import HeadSetup, Named, Setup
from tools.audit.tasks import CLASSES, ROWS, TASKS, VOID

ACTIVATIONS = (
    "linear",
    "sigmoid",
    "softmax",
    "tanh",
    "relu",
    "softplus",
    "elu",
    "hard_sigmoid",
    "log_softmax",
)

CROSSENTROPIES = (
    "BinaryCrossentropy",
    "BinaryFocalCrossentropy",
    "CategoricalCrossentropy",
    "CategoricalFocalCrossentropy",
    "SparseCategoricalCrossentropy",
)

OTHER_LOSSES = (
    "MeanSquaredError",
    "MeanAbsoluteError",
    "MeanAbsolutePercentageError",
    "MeanSquaredLogarithmicError",
    "Huber",
    "LogCosh",
    "Hinge",
    "SquaredHinge",
    "CategoricalHinge",
    "KLDivergence",
    "Poisson",
    "Dice",
    "Tversky",
    "CosineSimilarity",
    "CategoricalGeneralizedCrossEntropy",
    "own function",
    "own class",
)

METRICS: tuple[Named, ...] = (
    ("accuracy", ()),
    ("accuracy", ()),
    ("accuracy", ()),
    ("crossentropy", ()),
    ("AUC", ()),
    ("AUC", (("from_logits", True),)),
    ("AUC", (("multi_label", True),)),
    ("Accuracy", ()),
    ("BinaryAccuracy", ()),
    ("BinaryAccuracy", (("threshold", 0.0),)),
    ("BinaryCrossentropy", ()),
    ("BinaryCrossentropy", (("from_logits", True),)),
    ("BinaryIoU", ()),
    ("CategoricalAccuracy", ()),
    ("CategoricalCrossentropy", ()),
    ("CategoricalCrossentropy", (("from_logits", True),)),
    ("F1Score", ()),
    ("F1Score", (("threshold", 0.5),)),
    ("FBetaScore", ()),
    ("FalseNegatives", ()),
    ("FalsePositives", ()),
    ("IoU", (("num_classes", CLASSES), ("target_class_ids", (1,)))),
    ("MeanAbsoluteError", ()),
    ("MeanIoU", (("num_classes", CLASSES),)),
    ("MeanIoU", (("num_classes", CLASSES), ("sparse_y_pred", False))),
    ("MeanSquaredError", ()),
    ("OneHotIoU", (("num_classes", CLASSES), ("target_class_ids", (1,)))),
    ("OneHotMeanIoU", (("num_classes", CLASSES),)),
    ("Precision", ()),
    ("Precision", (("class_id", 1),)),
    ("PrecisionAtRecall", (("recall", 0.8),)),
    ("R2Score", ()),
    ("Recall", ()),
    ("Recall", (("thresholds", 0.0),)),
    ("Recall", (("class_id", 1),)),
    ("SensitivityAtSpecificity", (("specificity", 0.8),)),
    ("SparseCategoricalAccuracy", ()),
    ("SparseCategoricalCrossentropy", ()),
    ("SparseTopKCategoricalAccuracy", (("k", 2),)),
    ("TopKCategoricalAccuracy", (("k", 2),)),
    ("TrueNegatives", ()),
    ("TruePositives", ()),
    ("Hinge", ()),
    ("CosineSimilarity", ()),
)

_RIGHT: tuple[tuple[str, str, str, int, str, str, tuple[str, ...]], ...] = (
    # task, encoding, loss, units, activation, activation under from_logits, metrics
    ("binary", "binary", "BinaryCrossentropy", 1, "sigmoid", "linear", ("accuracy",)),
    ("binary", "soft", "BinaryCrossentropy", 1, "sigmoid", "linear", ()),
    ("binary", "signed", "Hinge", 1, "linear", "", ()),
    ("binary", "binary", "BinaryFocalCrossentropy", 1, "sigmoid", "linear", ()),
    (
        "binary",
        "binary",
        "SparseCategoricalCrossentropy",
        2,
        "softmax",
        "linear",
        ("accuracy",),
    ),
    (
        "exclusive",
        "ids",
        "SparseCategoricalCrossentropy",
        3,
        "softmax",
        "linear",
        ("accuracy",),
    ),
    (
        "exclusive",
        "one-hot",
        "CategoricalCrossentropy",
        3,
        "softmax",
        "linear",
        ("accuracy",),
    ),
    ("exclusive", "soft rows", "CategoricalCrossentropy", 3, "softmax", "linear", ()),
    ("exclusive", "one-hot", "MeanSquaredError", 3, "softmax", "", ("accuracy",)),
    ("exclusive", "soft rows", "KLDivergence", 3, "softmax", "", ()),
    (
        "several",
        "multi-hot",
        "BinaryCrossentropy",
        3,
        "sigmoid",
        "linear",
        ("BinaryAccuracy",),
    ),
    ("target", "real", "MeanSquaredError", 1, "linear", "", ("MeanAbsoluteError",)),
    ("target", "real", "Huber", 1, "linear", "", ()),
    ("fraction", "fraction", "BinaryCrossentropy", 1, "sigmoid", "linear", ()),
    ("fraction", "fraction", "MeanSquaredError", 1, "sigmoid", "", ()),
    ("count", "counts", "Poisson", 1, "softplus", "", ()),
)

_WEIGHTS = ("by class", "shifted ids", "names", "missing class", "nested")
_SAMPLE_WEIGHTS = ("flat", "column", "per position", "list", "dict")


def random_setups(count: int, rng: random.Random) -> Iterator[Setup]:
    """Yield different setups.

    Args:
        count: How many.
        rng: What chooses.
    """
    seen: set[Setup] = set()
    while len(seen) < count:
        setup = random_setup(rng)
        if setup not in seen:
            seen.add(setup)
            yield setup


def random_setup(rng: random.Random) -> Setup:
    """Return one setup: mostly a right one, with up to two parts changed."""
    rank = rng.choices((2, 3, 4), (6, 2, 2))[0]
    heads = tuple(_head(rng, rank) for _ in range(rng.choices((1, 2, 3), (8, 2, 1))[0]))
    policies = ("float32", "mixed_bfloat16", "mixed_float16", "float64")
    return Setup(
        heads=heads,
        rank=rank,
        policy=rng.choices(policies, (8, 1, 1, 1))[0],
        structure=rng.choice(("list", "dict")) if len(heads) > 1 else "list",
        class_weight=rng.choice(_WEIGHTS) if rng.random() < 0.1 else "",
        sample_weight=rng.choice(_SAMPLE_WEIGHTS) if rng.random() < 0.05 else "",
    )


def _head(rng: random.Random, rank: int) -> HeadSetup:
    head = _right(rng)
    changes = rng.choices((0, 1, 2, 5), (3, 10, 5, 2))[0]
    for change in rng.sample(_CHANGES, min(changes, len(_CHANGES))):
        head = change(rng, head)
    if head.layout == "sample" and rank == 2:
        head = replace(head, layout=_layout(rng, head.encoding))
    return head


def _right(rng: random.Random) -> HeadSetup:
    task, encoding, loss, units, activation, logits, metrics = rng.choice(_RIGHT)
    from_logits = bool(logits) and rng.random() < 0.35
    chosen: tuple[Named, ...] = tuple((name, ()) for name in metrics)
    if not chosen or rng.random() < 0.5:
        chosen = (rng.choice(METRICS),)
    return HeadSetup(
        task=task,
        encoding=encoding,
        layout=_layout(rng, encoding),
        units=units,
        activation=logits if from_logits else activation,
        loss=(loss, (("from_logits", True),) if from_logits else ()),
        metrics=chosen,
        dtype=_dtype(rng, encoding),
        rare=rng.random() < 0.15,
    )


def _layout(rng: random.Random, encoding: str) -> str:
    return "rows" if encoding in ROWS else rng.choice(("flat", "column"))


def _dtype(rng: random.Random, encoding: str) -> str:
    if encoding in ("binary", "one-hot", "multi-hot"):
        return rng.choice(("float32", "int64", "bool", "uint8"))
    if encoding in ("ids", "one-based", "pad 0", "void 255", "counts"):
        return rng.choice(("float32", "int64", "int32"))
    if encoding in VOID or encoding.startswith("signed"):
        return rng.choice(("float32", "int64"))
    if encoding.startswith("byte"):
        return rng.choice(("float32", "uint8"))
    return rng.choice(("float32", "float64"))


def _changed_encoding(rng: random.Random, head: HeadSetup) -> HeadSetup:
    encoding = rng.choice(TASKS[head.task])
    return replace(
        head,
        encoding=encoding,
        layout=_layout(rng, encoding),
        dtype=_dtype(rng, encoding),
    )


def _changed_activation(rng: random.Random, head: HeadSetup) -> HeadSetup:
    return replace(head, activation=rng.choice(ACTIVATIONS))


def _changed_loss(rng: random.Random, head: HeadSetup) -> HeadSetup:
    if rng.random() < 0.5:
        name = rng.choice(CROSSENTROPIES)
        arguments: list[tuple[str, object]] = []
        if rng.random() < 0.4:
            arguments.append(("from_logits", True))
        if name.startswith("Sparse") and head.encoding in VOID:
            if rng.random() < 0.5:
                arguments.append(("ignore_class", VOID[head.encoding]))
        elif not name.startswith("Sparse") and rng.random() < 0.1:
            arguments.append(("label_smoothing", 0.1))
        return replace(head, loss=(name, tuple(arguments)))
    return replace(head, loss=(rng.choice(OTHER_LOSSES), ()))


def _changed_logits(rng: random.Random, head: HeadSetup) -> HeadSetup:
    del rng
    name, arguments = head.loss
    if name not in CROSSENTROPIES:
        return replace(head, activation="linear")
    kept = tuple(pair for pair in arguments if pair[0] != "from_logits")
    if head.from_logits:
        return replace(head, loss=(name, kept))
    return replace(head, loss=(name, (*kept, ("from_logits", True))))


def _changed_units(rng: random.Random, head: HeadSetup) -> HeadSetup:
    return replace(head, units=rng.choice((1, 2, 3, 4)))


def _changed_metric(rng: random.Random, head: HeadSetup) -> HeadSetup:
    return replace(head, metrics=(rng.choice(METRICS),))


def _changed_layout(rng: random.Random, head: HeadSetup) -> HeadSetup:
    rows = head.encoding in ROWS
    choices: Sequence[str] = (
        ("sample", "rows") if rows else ("flat", "column", "sample")
    )
    return replace(head, layout=rng.choice(choices))


def _changed_behind(rng: random.Random, head: HeadSetup) -> HeadSetup:
    return replace(head, behind=rng.choice(("Reshape", "Activation", "Dropout")))


_CHANGES = (
    _changed_encoding,
    _changed_encoding,
    _changed_activation,
    _changed_loss,
    _changed_loss,
    _changed_logits,
    _changed_units,
    _changed_metric,
    _changed_metric,
    _changed_layout,
    _changed_behind,
)
