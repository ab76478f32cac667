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
EVERY = (*BINARY, *OF_ROWS, *OF_IDS, *ERRORS, "LogCosh", *MARGINS, *AMOUNTS)

FLAT = LabelForm(encoding=Encoding.BINARY)
COLUMN = LabelForm(encoding=Encoding.BINARY, column=True)
SIGNED = LabelForm(encoding=Encoding.SIGNED_BINARY)
SIGNED_COLUMN = LabelForm(encoding=Encoding.SIGNED_BINARY, column=True)
ONE_HOT = LabelForm(encoding=Encoding.ONE_HOT)
MULTI_HOT = LabelForm(encoding=Encoding.MULTI_HOT)
IDS = LabelForm(encoding=Encoding.CLASS_IDS)
ID_COLUMN = LabelForm(encoding=Encoding.CLASS_IDS, column=True)
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
METRICS_OF_TARGETS = (
    Part.of("accuracy"),
    *(Part.of(name) for name in (*ERRORS, "RootMeanSquaredError", "R2Score")),
    *(Part.of(name) for name in OF_TARGETS),
)


def space(backend: str) -> list[Setup]:
    """Return every setup that is trained on a backend, each kind of training once."""
    setups = dict.fromkeys(alike(setup, backend) for setup in _with_hidden())
    return [replace(setup, watched=_metrics(setup)) for setup in setups]


def _metrics(setup: Setup) -> tuple[Part, ...]:
    return METRICS_OF_TARGETS if setup.task == "regression" else METRICS


def _with_hidden() -> Iterator[Setup]:
    """Yield setups, each also with an operation between activation and loss."""
    for setup in _space():
        yield setup
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
    for setup in _setups(
        task, (1, 2), ("sigmoid", "softmax"), CROSSENTROPIES, (FLAT, COLUMN, ONE_HOT)
    ):
        yield replace(setup, inner_activation="relu")


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
    losses = (*CROSSENTROPIES, *ERRORS)
    heads = ("linear", "sigmoid", "softmax", "relu")
    yield from _setups(task, (1,), heads, losses, (*ids, ONE_HOT), classes=classes)
    # A unit more than there are classes: for a class of its own, or by mistake.
    spare = (OF_ROWS[0], *OF_IDS)
    yield from _setups(task, (classes + 1,), heads[:3], spare, ids, classes=classes)


def _multilabel(task: str, tags: int) -> Iterator[Setup]:
    yield from _setups(task, (tags,), ACTIVATIONS, EVERY, (MULTI_HOT,), classes=tags)
    yield from _setups(
        task, (1,), ("sigmoid", "softmax"), CROSSENTROPIES, (MULTI_HOT,), classes=tags
    )


def _regression() -> Iterator[Setup]:
    losses = (*ERRORS, *SMOOTH_ERRORS, *OF_TARGETS, *AMOUNTS, *CROSSENTROPIES)
    heads = (*ACTIVATIONS, *OF_AMOUNTS)
    yield from _setups("regression", (1,), heads, losses, TARGETS)


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
        for loss in _forms(name):
            yield Setup(
                units=width,
                activation=activation,
                loss=loss,
                labels=form,
                task=task,
                classes=classes,
            )


def _forms(name: str) -> Iterator[Part]:
    """Yield a loss as it is, and on logits if it can be."""
    yield plain_loss(Part.of(name))
    if name.endswith("Crossentropy"):
        yield Part.of(name, from_logits=True)
