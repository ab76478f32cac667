"""The space of setups whose trainings ship with the package, by kinds.

Task x head x loss x from_logits x labels, and the metrics that are read from each:
what people write, right or wrong, and never a list of models that were seen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import product
from typing import Any

from kerascheck.confirm.build import CLASSES
from kerascheck.confirm.evidence.alike import alike, plain_loss
from kerascheck.confirm.evidence.matrix import ACCURACIES, BALANCED_WEIGHTS
from kerascheck.confirm.setup import (
    DEEP,
    NO_CLASS,
    NO_NUMBER,
    ONE_CLASS,
    OTHER_RATE,
    REGRESSION,
    SEVERAL_TARGETS,
    LabelForm,
    Part,
    Setup,
)
from kerascheck.model.description import Encoding
from kerascheck.model.frozen import replace

HEADS = ("linear", "sigmoid", "softmax")
"""Activations that people put on a head."""

ODD_HEADS = ("tanh", "relu")
AMOUNT_HEADS = (*ODD_HEADS, "softplus", "exponential")
"""Activations of a head that predicts an amount."""

BINARY = "BinaryCrossentropy"
OF_ROWS = "CategoricalCrossentropy"
OF_IDS = "SparseCategoricalCrossentropy"
CROSSENTROPIES = (BINARY, OF_ROWS, OF_IDS)
FOCAL = "BinaryFocalCrossentropy"
FOCAL_OF_ROWS = "CategoricalFocalCrossentropy"
ERRORS = ("MeanSquaredError", "MeanAbsoluteError")
ODD_LOSSES = (*(FOCAL, "SquaredHinge", "LogCosh", "Poisson", "KLDivergence"),)
OF_TARGETS = ("Huber", "LogCosh", "Poisson", "MeanSquaredLogarithmicError")

FLAT = LabelForm(encoding=Encoding.BINARY)
COLUMN = LabelForm(encoding=Encoding.BINARY, column=True)
SIGNED = LabelForm(encoding=Encoding.SIGNED_BINARY)
SIGNED_COLUMN = LabelForm(encoding=Encoding.SIGNED_BINARY, column=True)
BOOL = LabelForm(encoding=Encoding.BINARY, dtype="bool")
BOOL_COLUMN = LabelForm(encoding=Encoding.BINARY, dtype="bool", column=True)
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
    *ACCURACIES,
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


def metrics_of_one_column(columns: int) -> tuple[Part, ...]:
    """Return what looks at one column of rows at a time; of the first two columns."""
    rates = product(("Precision", "Recall"), (0, 1))
    return (
        *(Part.of(name, class_id=i, top_k=1) for name, i in rates),
        Part.of("AUC", multi_label=True, num_labels=columns),
    )


METRICS_OF_TARGETS = (
    Part.of("accuracy"),
    *(Part.of(name) for name in (*ERRORS, "RootMeanSquaredError", "R2Score")),
    Part.of("MeanSquaredLogarithmicError"),
    Part.of("MeanAbsolutePercentageError"),
)


def space(backend: str) -> list[Setup]:
    """Return every setup that is trained on a backend, each kind of training once.

    Keras on TensorFlow looks for the logits behind an activation, so that an operation
    in between makes a difference there, and more setups of the space.
    """
    usual = list(_usual())
    hidden = (replace(setup, hidden_activation=True) for setup in usual)
    every = dict.fromkeys(
        alike(setup, backend) for setup in (*usual, *hidden, *_space())
    )
    rarer = dict.fromkeys(alike(setup, backend) for setup in usual if _is_hard(setup))
    columns = [setup for setup in rarer if setup.labels == ONE_HOT and setup.units > 1]
    return [
        *(replace(setup, watched=_metrics(setup)) for setup in every),
        *(replace(setup, watched=RARER_METRICS) for setup in rarer),
        *(replace(s, watched=metrics_of_one_column(s.units)) for s in columns),
    ]


_OTHER: tuple[dict[str, Any], ...] = (
    {"network": DEEP},
    {"learning_rate": OTHER_RATE},
)


def more(backend: str, trains: Callable[[Setup], bool]) -> list[Setup]:
    """Return what few models have, and all with another network and another rate.

    Metrics are watched where claims about them are tried.

    Args:
        backend: Of Keras.
        trains: Whether a setup trains with the usual ones; if it raises, it raises
            with any.
    """
    usual = [alike(setup, backend) for setup in _usual()]
    every = dict.fromkeys([*usual, *(replace(s, watched=()) for s in space(backend))])
    rare = list(dict.fromkeys(alike(setup, backend) for setup in _rare()))
    stacked = [setup for setup in rare if not setup.behind]
    return [
        *(replace(s, watched=_metrics(s) if s.labels.spoilt else ()) for s in rare),
        *(
            replace(setup, **change, watched=_metrics(setup) if _is_hard(setup) else ())
            for setup in (*stacked, *filter(trains, every))
            for change in _OTHER
        ),
    ]


def _rare() -> Iterator[Setup]:
    """Yield what few models have: one of it at a time, on heads that fit."""
    for setup in _fitting():
        yield replace(setup, loss_weight=0.0)
        if setup.labels.encoding in (Encoding.BINARY, Encoding.CLASS_IDS):
            yield replace(setup, labels=replace(setup.labels, spoilt=ONE_CLASS))
        if setup.activation != "linear":
            for layer in ("Dropout", "BatchNormalization"):
                yield replace(setup, behind=(layer,))
                if setup.loss.name in (*CROSSENTROPIES, FOCAL_OF_ROWS):
                    loss = Part.of(setup.loss.name, from_logits=True)
                    yield replace(setup, behind=(layer,), loss=loss)
        if setup.activation == "softmax":
            yield replace(setup, over_steps=True)
        if setup.task in REGRESSION:
            yield replace(setup, labels=replace(setup.labels, spoilt=NO_NUMBER))
        if setup.loss.name == OF_ROWS:
            yield replace(setup, labels=replace(setup.labels, spoilt=NO_CLASS))
        if setup.loss.name == OF_IDS:
            for void in (255, -1, -100):
                form = replace(setup.labels, spoilt=str(void))
                arguments = dict(setup.loss.arguments) | {"ignore_class": void}
                yield replace(setup, labels=form)
                yield replace(setup, labels=form, loss=Part.of(OF_IDS, **arguments))


def _fitting() -> Iterator[Setup]:
    """Yield heads that fit their labels and loss."""
    for ending in ("", "_hard"):
        task = f"binary{ending}"
        yield from _plain(task, 1, "sigmoid", BINARY, (FLAT, COLUMN))
        for n in CLASSES:
            task = f"multiclass{ending}" if n > 2 else f"binary{ending}"
            labels = (IDS,) if n > 2 else (FLAT,)
            yield from _plain(task, n, "softmax", OF_IDS, labels, classes=n)
            for name in (OF_ROWS, FOCAL_OF_ROWS):
                yield from _plain(task, n, "softmax", name, (ONE_HOT,), classes=n)
    for name in ERRORS:
        yield from _plain("regression", 1, "linear", name, TARGETS)
        for n in CLASSES:
            labels = (replace(TARGETS[0], width=n),)
            yield from _plain(SEVERAL_TARGETS, n, "linear", name, labels, classes=n)


def _plain(
    task: str,
    units: int,
    activation: str,
    loss: str,
    labels: Sequence[LabelForm],
    *,
    classes: int = 2,
) -> Iterator[Setup]:
    found = _setups(task, units, (activation,), (loss,), labels, classes=classes)
    return (s for s in found if "from_logits" not in dict(s.loss.arguments))


def _metrics(setup: Setup) -> tuple[Part, ...]:
    return METRICS_OF_TARGETS if setup.task in REGRESSION else METRICS


def _is_hard(setup: Setup) -> bool:
    """Say whether claims about metrics are tried on the task of a setup."""
    return setup.task.endswith(("_hard", "_faint", "_imbalanced"))


def _usual() -> Iterator[Setup]:
    """Yield heads and labels that fit, under every cross-entropy, right or wrong."""
    for ending in ("", "_hard"):
        yield from _setups(f"binary{ending}", 1, HEADS, (BINARY,), (FLAT, COLUMN))
        for n in CLASSES:
            task = f"multiclass{ending}" if n > 2 else f"binary{ending}"
            ids = (FLAT, COLUMN) if n == 2 else (IDS, ID_COLUMN)
            labels = (*ids, ONE_HOT)
            yield from _setups(task, n, HEADS, CROSSENTROPIES, labels, classes=n)
            focal = (FOCAL_OF_ROWS,)
            yield from _setups(task, n, HEADS, focal, (ONE_HOT,), classes=n)
            task = f"multilabel{ending}"
            losses = (BINARY, OF_ROWS)
            yield from _setups(task, n, HEADS, losses, (MULTI_HOT,), classes=n)
        task = f"binary_imbalanced{ending}"
        yield from _setups(task, 1, HEADS, (BINARY,), (FLAT, COLUMN))
        yield from _setups(task, 2, HEADS, (OF_ROWS,), (ONE_HOT,))


def _space() -> Iterator[Setup]:
    for ending in ("", "_hard"):
        yield from _binary(f"binary{ending}")
        for classes in CLASSES[1:]:
            yield from _multiclass(f"multiclass{ending}", classes)
        for tags in CLASSES:
            yield from _multilabel(f"multilabel{ending}", tags)
        yield from _imbalanced(f"binary_imbalanced{ending}")
    yield from _faint()
    yield from _regression()


def _binary(task: str) -> Iterator[Setup]:
    shifted = LabelForm(encoding=Encoding.CLASS_IDS, values=(1.0, 2.0))
    labels = (FLAT, COLUMN, SIGNED, SIGNED_COLUMN, shifted, ONE_HOT)
    losses = (*CROSSENTROPIES, *ERRORS, "Hinge")
    for units in (1, 2):
        yield from _setups(task, units, HEADS, losses, labels)
        yield from _setups(task, units, HEADS, CROSSENTROPIES, (PIXELS, STRINGS))
        yield from _setups(task, units, HEADS, ERRORS, (STRINGS,))
    yield from _setups(task, 1, HEADS, (BINARY, *ERRORS), (BOOL, BOOL_COLUMN))
    # A unit more than there are classes.
    yield from _setups(task, 3, HEADS, (OF_IDS,), (FLAT, COLUMN))
    yield from _setups(task, 1, ODD_HEADS, (BINARY, *ERRORS), labels[:4])
    yield from _setups(task, 1, HEADS, ODD_LOSSES, labels[:4])
    yield from _setups(task, 2, HEADS, ODD_LOSSES, (FLAT, ONE_HOT))
    for setup in _setups(task, 1, HEADS[1:], (BINARY,), (FLAT, COLUMN)):
        yield replace(setup, inner_activation="relu")
    yield from _doubled(task, 2, FLAT)
    yield from _smoothed(task, 1, (BINARY,), (FLAT, COLUMN))
    yield from _smoothed(task, 2, (BINARY, OF_ROWS), (ONE_HOT,))


def _doubled(task: str, classes: int, ids: LabelForm) -> Iterator[Setup]:
    """Yield a softmax over another activation."""
    for setup in (
        *_plain(task, classes, "softmax", OF_ROWS, (ONE_HOT,), classes=classes),
        *_plain(task, classes, "softmax", OF_IDS, (ids,), classes=classes),
    ):
        for inner in ("relu", "sigmoid", "softmax"):
            yield replace(setup, inner_activation=inner)


def _smoothed(
    task: str,
    units: int,
    losses: Iterable[str],
    labels: Sequence[LabelForm],
    *,
    classes: int = 2,
) -> Iterator[Setup]:
    """Yield cross-entropies that smooth the labels: by the usual share, or away."""
    for setup in _setups(task, units, HEADS, losses, labels, classes=classes):
        arguments = dict(setup.loss.arguments)
        fits = (setup.activation == "linear") == arguments.get("from_logits", False)
        for share in (0.1, 1.0) if fits else (0.1,):
            loss = Part.of(setup.loss.name, **arguments, label_smoothing=share)
            yield replace(setup, loss=loss)


def _faint() -> Iterator[Setup]:
    """Yield heads whose scores crowd around the cut of a metric."""
    heads, losses = HEADS[:2], (BINARY, FOCAL)
    hinges = ("Hinge", "SquaredHinge")
    yield from _setups("binary_faint", 1, heads, (*losses, *hinges), (FLAT, COLUMN))
    yield from _setups("binary_faint", 2, heads, (BINARY,), (ONE_HOT,))
    for n in CLASSES:
        task, labels = "multilabel_faint", (MULTI_HOT,)
        yield from _setups(task, n, heads, losses, labels, classes=n)


def _imbalanced(task: str) -> Iterator[Setup]:
    for setup in (
        *_setups(task, 1, HEADS, (*CROSSENTROPIES, ERRORS[0]), (FLAT, COLUMN)),
        *_setups(task, 2, HEADS, (OF_ROWS,), (ONE_HOT,)),
        *_setups(task, 2, HEADS, (OF_IDS,), (FLAT, COLUMN)),
    ):
        yield setup
        yield replace(setup, class_weight=BALANCED_WEIGHTS)


def _multiclass(task: str, classes: int) -> Iterator[Setup]:
    shifted = replace(IDS, values=tuple(1.0 + i for i in range(classes)))
    ids = (IDS, ID_COLUMN, shifted)
    every = (*ids, ONE_HOT)
    losses = (*CROSSENTROPIES, *(ERRORS if classes == 3 else ()))
    yield from _setups(task, classes, HEADS, losses, every, classes=classes)
    yield from _setups(task, 1, HEADS, losses, every, classes=classes)
    # A unit more than there are classes: for a class of its own, or by mistake.
    yield from _setups(task, classes + 1, HEADS, (OF_IDS,), ids, classes=classes)
    yield from _smoothed(task, classes, (OF_ROWS,), (ONE_HOT,), classes=classes)
    yield from _doubled(task, classes, IDS)


def _multilabel(task: str, tags: int) -> Iterator[Setup]:
    losses = (*CROSSENTROPIES, *(ERRORS if tags == 3 else ()))
    yield from _setups(task, tags, HEADS, losses, (MULTI_HOT,), classes=tags)
    yield from _setups(task, 1, HEADS, (BINARY,), (MULTI_HOT,), classes=tags)
    yield from _smoothed(task, tags, (BINARY,), (MULTI_HOT,), classes=tags)


def _regression() -> Iterator[Setup]:
    heads = (*HEADS, *AMOUNT_HEADS)
    yield from _setups("regression", 1, heads, ERRORS, TARGETS)
    yield from _setups("regression", 1, heads, OF_TARGETS, TARGETS[:1])
    yield from _setups("regression", 1, HEADS, CROSSENTROPIES, TARGETS)
    for n in CLASSES:
        labels = (replace(TARGETS[0], width=n),)
        yield from _setups(SEVERAL_TARGETS, n, heads, ERRORS, labels, classes=n)
    # A classifier of a few classes on real targets, by mistake.
    for units in (2, 3, 10):
        yield from _setups("regression", units, HEADS, CROSSENTROPIES, TARGETS[:1])


def _setups(
    task: str,
    units: int,
    activations: Iterable[str],
    losses: Iterable[str],
    labels: Sequence[LabelForm],
    *,
    classes: int = 2,
) -> Iterator[Setup]:
    for activation, name, form in product(activations, losses, labels):
        for loss in _forms(name):
            yield Setup(
                units=units,
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
