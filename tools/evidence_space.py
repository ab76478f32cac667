"""The space of setups whose trainings ship with the package, by kinds.

Task x head x loss x from_logits x labels, and the metrics that are read from each:
what people write, right or wrong, and never a list of models that were seen.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import product

from kerascheck.confirm.build import CLASSES
from kerascheck.confirm.evidence.alike import alike, plain_loss
from kerascheck.confirm.evidence.matrix import BALANCED_WEIGHTS
from kerascheck.confirm.setup import LabelForm, Part, Setup
from kerascheck.model.description import Encoding
from kerascheck.model.frozen import replace

ACTIVATIONS = ("linear", "sigmoid", "softmax", "tanh", "relu")
OF_AMOUNTS = ("softplus", "elu", "leaky_relu", "exponential")
"""Activations of a head that predicts an amount."""

BINARY = ("BinaryCrossentropy", "BinaryFocalCrossentropy")
OF_ROWS = ("CategoricalCrossentropy", "CategoricalFocalCrossentropy")
OF_IDS = ("SparseCategoricalCrossentropy",)
CROSSENTROPIES = (BINARY[0], OF_ROWS[0], OF_IDS[0])
ERRORS = ("MeanSquaredError", "MeanAbsoluteError")
SMOOTH_ERRORS = ("Huber", "LogCosh")
MARGINS = ("Hinge", "SquaredHinge", "CategoricalHinge")
AMOUNTS = ("Poisson", "KLDivergence")
OF_TARGETS = ("MeanSquaredLogarithmicError", "MeanAbsolutePercentageError")
USUAL_ACTIVATIONS = ACTIVATIONS[:3]
USUAL_LOSSES = (*CROSSENTROPIES, *ERRORS, "Hinge")
EVERY = (*BINARY, *OF_ROWS, *OF_IDS, *ERRORS, "LogCosh", *MARGINS, *AMOUNTS)

FLAT = LabelForm(encoding=Encoding.BINARY)
COLUMN = LabelForm(encoding=Encoding.BINARY, column=True)
SIGNED = LabelForm(encoding=Encoding.SIGNED_BINARY)
SIGNED_COLUMN = LabelForm(encoding=Encoding.SIGNED_BINARY, column=True)
ONE_HOT = LabelForm(encoding=Encoding.ONE_HOT)
MULTI_HOT = LabelForm(encoding=Encoding.MULTI_HOT)
IDS = LabelForm(encoding=Encoding.CLASS_IDS)
ID_COLUMN = LabelForm(encoding=Encoding.CLASS_IDS, column=True)
PIXELS = LabelForm(encoding=Encoding.CLASS_IDS, values=(0.0, 255.0))
STRINGS = LabelForm(encoding=Encoding.STRINGS)
TARGETS = (
    LabelForm(encoding=Encoding.CONTINUOUS),
    LabelForm(encoding=Encoding.CONTINUOUS, column=True),
)

METRICS = (
    Part.of("accuracy"),
    Part.of("BinaryAccuracy"),
    Part.of("BinaryAccuracy", threshold=0.0),
    Part.of("CategoricalAccuracy"),
    Part.of("SparseCategoricalAccuracy"),
    Part.of("AUC"),
    Part.of("AUC", from_logits=True),
    Part.of("Precision"),
    Part.of("Recall"),
    Part.of("F1Score"),
    Part.of("MeanSquaredError"),
    Part.of("MeanAbsoluteError"),
)
RARER_METRICS = (
    Part.of("BinaryCrossentropy"),
    Part.of("BinaryCrossentropy", from_logits=True),
    Part.of("CategoricalCrossentropy"),
    Part.of("SparseCategoricalCrossentropy"),
    Part.of("F1Score", threshold=0.5),
    Part.of("F1Score", average="macro"),
    Part.of("AUC", curve="PR"),
    Part.of("AUC", multi_label=True),
    Part.of("TopKCategoricalAccuracy", k=2),
    Part.of("TopKCategoricalAccuracy", k=3),
    Part.of("SparseTopKCategoricalAccuracy", k=2),
    Part.of("BinaryIoU"),
    Part.of("MeanIoU", num_classes=2),
    Part.of("Accuracy"),
)
"""Measured only of heads that are usual."""

METRICS_OF_TARGETS = (
    Part.of("accuracy"),
    *(Part.of(name) for name in (*ERRORS, "RootMeanSquaredError", "R2Score")),
    *(Part.of(name) for name in OF_TARGETS),
)


def space(backend: str) -> list[Setup]:
    """Return every setup that is trained on a backend, each kind of training once."""
    setups = dict.fromkeys(alike(setup, backend) for setup in _with_hidden())
    usual = dict.fromkeys(alike(setup, backend) for setup in _usual())
    return [
        *(replace(setup, watched=_metrics(setup)) for setup in setups),
        *(replace(setup, watched=RARER_METRICS) for setup in usual),
    ]


def _metrics(setup: Setup) -> tuple[Part, ...]:
    return METRICS_OF_TARGETS if setup.task == "regression" else METRICS


def _usual() -> Iterator[Setup]:
    """Yield heads that most people write, right or wrong by one word."""
    heads = ("linear", "sigmoid", "softmax")
    for ending in ("", "_hard"):
        binary = f"binary{ending}"
        yield from _setups(binary, (1,), heads, BINARY[:1], (FLAT, COLUMN))
        yield from _setups(binary, (2,), heads, CROSSENTROPIES, (FLAT, COLUMN, ONE_HOT))
        for n in CLASSES[1:]:
            yield from _setups(
                f"multiclass{ending}",
                (n,),
                heads,
                CROSSENTROPIES,
                (IDS, ID_COLUMN, ONE_HOT),
                classes=n,
            )
        for n in CLASSES:
            yield from _setups(
                f"multilabel{ending}",
                (n,),
                heads,
                CROSSENTROPIES[:2],
                (MULTI_HOT,),
                classes=n,
            )
    for width, loss in ((1, BINARY[0]), (2, OF_ROWS[0]), (2, OF_IDS[0])):
        yield from _setups(
            "binary_imbalanced", (width,), heads, (loss,), (FLAT, COLUMN, ONE_HOT)
        )


def _with_hidden() -> Iterator[Setup]:
    """Yield setups, usual ones also with an operation between activation and loss."""
    yield from _space()
    for setup in _usual():
        yield replace(setup, hidden_activation=True)


def _space() -> Iterator[Setup]:
    for ending in ("", "_hard"):
        yield from _binary(f"binary{ending}")
        for classes in CLASSES[1:]:
            yield from _multiclass(f"multiclass{ending}", classes)
        for tags in CLASSES:
            yield from _multilabel(f"multilabel{ending}", tags)
    yield from _imbalanced()
    yield from _regression()


def _binary(task: str) -> Iterator[Setup]:
    shifted = LabelForm(encoding=Encoding.CLASS_IDS, values=(1.0, 2.0))
    labels = (FLAT, COLUMN, SIGNED, SIGNED_COLUMN, shifted, ONE_HOT)
    yield from _setups(task, (1, 2), ACTIVATIONS, EVERY, labels)
    yield from _setups(task, (1, 2), ACTIVATIONS[:3], CROSSENTROPIES, (PIXELS, STRINGS))
    yield from _smoothed(task, (1, 2), (FLAT, COLUMN, ONE_HOT))
    for setup in _setups(
        task, (1, 2), ("sigmoid", "softmax"), CROSSENTROPIES, (FLAT, COLUMN, ONE_HOT)
    ):
        yield replace(setup, inner_activation="relu")


def _smoothed(
    task: str, units: Sequence[int], labels: Sequence[LabelForm], *, classes: int = 2
) -> Iterator[Setup]:
    """Yield crossentropies that smooth the labels, by the share that is usual."""
    for setup in _setups(
        task, units, ACTIVATIONS[:3], CROSSENTROPIES[:2], labels, classes=classes
    ):
        arguments = dict(setup.loss.arguments)
        loss = Part.of(setup.loss.name, **arguments, label_smoothing=0.1)
        yield replace(setup, loss=loss)


def _imbalanced() -> Iterator[Setup]:
    heads = ("linear", "sigmoid", "softmax")
    one = (*BINARY, *ERRORS, "Hinge")
    two = (*CROSSENTROPIES, *ERRORS)
    for setup in (
        *_setups("binary_imbalanced", (1,), heads, one, (FLAT, COLUMN)),
        *_setups("binary_imbalanced", (2,), heads, two, (FLAT, COLUMN, ONE_HOT)),
    ):
        yield setup
        yield replace(setup, class_weight=BALANCED_WEIGHTS)


def _multiclass(task: str, classes: int) -> Iterator[Setup]:
    shifted = replace(IDS, values=tuple(1.0 + i for i in range(classes)))
    ids = (IDS, ID_COLUMN, shifted)
    yield from _setups(
        task, (classes,), ACTIVATIONS, EVERY, (*ids, ONE_HOT), classes=classes
    )
    yield from _smoothed(task, (classes,), (IDS, ONE_HOT), classes=classes)
    losses = (*CROSSENTROPIES, *ERRORS)
    heads = ("linear", "sigmoid", "softmax", "relu")
    yield from _setups(task, (1,), heads, losses, (*ids, ONE_HOT), classes=classes)
    # A unit more than there are classes: for a class of its own, or by mistake.
    spare = (OF_ROWS[0], *OF_IDS)
    yield from _setups(task, (classes + 1,), heads[:3], spare, ids, classes=classes)


def _multilabel(task: str, tags: int) -> Iterator[Setup]:
    yield from _setups(task, (tags,), ACTIVATIONS, EVERY, (MULTI_HOT,), classes=tags)
    yield from _smoothed(task, (tags,), (MULTI_HOT,), classes=tags)
    yield from _setups(
        task, (1,), ("sigmoid", "softmax"), CROSSENTROPIES, (MULTI_HOT,), classes=tags
    )


def _regression() -> Iterator[Setup]:
    losses = (*ERRORS, *SMOOTH_ERRORS, *OF_TARGETS, *AMOUNTS, *CROSSENTROPIES)
    heads = (*ACTIVATIONS, *OF_AMOUNTS)
    yield from _setups("regression", (1,), heads, losses, TARGETS)
    # A classifier of a few classes on real targets, by mistake.
    for width in (2, 3, 5, 10):
        yield from _setups(
            "regression", (width,), heads[:3], (*CROSSENTROPIES, *ERRORS), TARGETS
        )


def _setups(
    task: str,
    units: Sequence[int],
    activations: Iterable[str],
    losses: Iterable[str],
    labels: Sequence[LabelForm],
    *,
    classes: int = 2,
) -> Iterator[Setup]:
    for width, activation, name, form in product(units, activations, losses, labels):
        if oddness(activation, name) > 1 and task != "regression":
            continue
        for loss in _forms(name):
            yield Setup(
                units=width,
                activation=activation,
                loss=loss,
                labels=form,
                task=task,
                classes=classes,
            )


def oddness(activation: str, loss: str) -> int:
    """Return how many of the two are not usual; two at once are left to training."""
    return (activation not in USUAL_ACTIVATIONS) + (loss not in USUAL_LOSSES)


def _forms(name: str) -> Iterator[Part]:
    """Yield a loss as it is, and on logits if it can be."""
    yield plain_loss(Part.of(name))
    if name.endswith("Crossentropy"):
        yield Part.of(name, from_logits=True)
