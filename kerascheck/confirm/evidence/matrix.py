"""All the setups that tutorials argue about, and the name of each.

Values only; nothing here needs Keras or numpy.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

from kerascheck.confirm.setup import LabelForm, Part, Setup
from kerascheck.keras_api.losses import LOSS_NAMES
from kerascheck.model.description import Encoding
from kerascheck.model.frozen import replace
from kerascheck.model.named import NamedTuple

ACTIVATIONS = ("linear", "sigmoid", "softmax", "tanh", "relu")

SHORT_NAMES = {
    "BinaryCrossentropy": "BCE",
    "CategoricalCrossentropy": "CCE",
    "SparseCategoricalCrossentropy": "SCCE",
    "BinaryFocalCrossentropy": "focal",
    "MeanSquaredError": "MSE",
    "Hinge": "hinge",
    "SquaredHinge": "sq-hinge",
}
"""Keras class of a loss -> its name in tables; from_logits=True adds "_fl"."""

_DEFAULTS: dict[str, object] = {
    # Arguments that change nothing at these values (Keras 3.15 signatures).
    "alpha": 0.25,
    "apply_class_balancing": False,
    "from_logits": False,
    "gamma": 2.0,
    "label_smoothing": 0.0,
}

FLAT = LabelForm(encoding=Encoding.BINARY, dtype="float32")
COLUMN = LabelForm(encoding=Encoding.BINARY, dtype="float32", column=True)
IDS = LabelForm(encoding=Encoding.CLASS_IDS, dtype="int64")
ID_COLUMN = LabelForm(encoding=Encoding.CLASS_IDS, dtype="int64", column=True)
ONE_HOT = LabelForm(encoding=Encoding.ONE_HOT)
MULTI_HOT = LabelForm(encoding=Encoding.MULTI_HOT)
SIGNED = LabelForm(encoding=Encoding.SIGNED_BINARY, column=True)
BOOL = LabelForm(encoding=Encoding.BINARY, column=True, dtype="bool")

LABELS = {
    "(n,)": FLAT,
    "(n,1)": COLUMN,
    "one-hot": ONE_HOT,
    "ids": IDS,
    "ids(n,1)": ID_COLUMN,
    "signed": SIGNED,
    "bool": BOOL,
    "multi-hot": MULTI_HOT,
}
"""Name of labels in tables -> their form."""

ACCURACIES = (
    Part.of("accuracy"),
    Part.of("BinaryAccuracy"),
    Part.of("BinaryAccuracy", threshold=0.0),
    Part.of("CategoricalAccuracy"),
    Part.of("SparseCategoricalAccuracy"),
    Part.of("AUC"),
)
"""Metrics that are compared with the truth in every setup."""

CLASSES = 3
"""Of the multi-class tasks."""

TAGS = 5
"""Of the multi-label task, as in the tables of its tutorials."""

BALANCED_WEIGHTS = ((0, 1 / 1.9), (1, 10.0))
"""samples / (classes * samples of the class), for 95 % and 5 %."""


class Name(NamedTuple):
    """What identifies a row of the matrices: "binary/1/sigmoid/BCE_fl/(n,1)"."""

    task: str
    units: int
    activation: str
    loss: str
    labels: str
    weights: str = ""  # "weighted" if the classes have balanced weights

    def __str__(self) -> str:
        """Return the parts joined by slashes."""
        return "/".join(str(part) for part in self if part != "")

    @classmethod
    def parse(cls, text: str) -> Name:
        """Return the name that `str` wrote.

        Raises:
            ValueError: The text is not a name.
        """
        task, units, *others = text.split("/")
        if not 3 <= len(others) <= 4:
            raise ValueError(f"Expected five or six parts. Received: {text!r}")
        return cls(task, int(units), *others)


def name_of(setup: Setup) -> Name | None:
    """Return the name of a setup; None if no setup like it is in the matrices.

    Metrics, dtypes that do not matter for training and the number of classes, as long
    as each has its unit, are ignored.
    """
    loss, labels = _loss_name(setup.loss), _labels_name(setup)
    units = _units(setup)
    plain = Setup(
        units=setup.units,
        activation=setup.activation,
        loss=setup.loss,
        labels=setup.labels,
        metrics=setup.metrics,
        watched=setup.watched,
        task=setup.task,
        classes=setup.classes,
        class_weight=setup.class_weight,
    )
    if setup != plain or loss is None or labels is None or units is None:
        return None
    weights = ""
    if setup.class_weight is not None:
        if not _is_balanced(setup):
            return None
        weights = "weighted"
    return Name(setup.task, units, setup.activation, loss, labels, weights)


def matrices() -> dict[str, list[Setup]]:
    """Return every matrix by name."""
    return {
        "binary": binary_matrix(),
        "overlapping": binary_matrix(task="binary_hard"),
        "imbalanced": list(_imbalanced_matrix()),
        "multiclass": [
            *_multiclass_matrix("multiclass"),
            *_multiclass_matrix("multiclass_hard"),
        ],
        "multilabel": list(_multilabel_matrix()),
    }


MATRICES = ("binary", "overlapping", "imbalanced", "multiclass", "multilabel")


def binary_matrix(*, task: str = "binary") -> list[Setup]:
    """Return every binary setup: units x activation x loss x labels.

    Args:
        task: A binary task.
    """
    labels = ("(n,)", "(n,1)", "one-hot", "ids", "signed", "bool")
    cells = product((1, 2), ACTIVATIONS, _losses(*SHORT_NAMES), labels)
    return [_setup(task, *cell) for cell in cells]


def _imbalanced_matrix() -> Iterator[Setup]:
    """Yield what a tutorial would compile for 5 % positives, and the usual mistakes."""
    activations = ("linear", "sigmoid", "softmax")
    one = ("BinaryCrossentropy", "BinaryFocalCrossentropy", "MeanSquaredError", "Hinge")
    rows = ("BinaryCrossentropy", "CategoricalCrossentropy", "MeanSquaredError")
    cells = [
        *product((1,), activations, _losses(*one), ("(n,1)",)),
        *product((2,), activations, _losses(*rows), ("one-hot",)),
        *product((2,), activations, _losses("SparseCategoricalCrossentropy"), ("ids",)),
    ]
    for cell in cells:
        setup = _setup("binary_imbalanced", *cell)
        yield setup
        yield replace(setup, class_weight=BALANCED_WEIGHTS)


def _multiclass_matrix(task: str) -> Iterator[Setup]:
    crossentropies = tuple(SHORT_NAMES)[:3]
    cells = product(
        (1, CLASSES),
        ("linear", "sigmoid", "softmax"),
        _losses(*crossentropies, "MeanSquaredError"),
        ("ids", "ids(n,1)", "one-hot"),
    )
    for cell in cells:
        yield _setup(task, *cell, classes=CLASSES)


def _multilabel_matrix() -> Iterator[Setup]:
    losses = _losses(*tuple(SHORT_NAMES)[:5])
    for cell in product((TAGS,), ACTIVATIONS, losses, ("multi-hot",)):
        yield _setup("multilabel", *cell, classes=TAGS)


def _setup(
    task: str, units: int, activation: str, loss: Part, labels: str, classes: int = 2
) -> Setup:
    return Setup(
        units=units,
        activation=activation,
        loss=loss,
        labels=LABELS[labels],
        watched=ACCURACIES,
        task=task,
        classes=classes,
    )


def _losses(*names: str) -> Sequence[Part]:
    """Return losses, each crossentropy with from_logits both ways."""
    return [
        part
        for name in names
        for part in (
            (Part.of(name, from_logits=False), Part.of(name, from_logits=True))
            if name.endswith("Crossentropy")
            else (Part.of(name),)
        )
    ]


def _loss_name(loss: Part) -> str | None:
    short = SHORT_NAMES.get(LOSS_NAMES.get(loss.name, ""))
    arguments = dict(loss.arguments)
    from_logits = arguments.pop("from_logits", False)
    if short is None or any(_DEFAULTS.get(n, "") != v for n, v in arguments.items()):
        return None
    return f"{short}_fl" if from_logits else short


def _labels_name(setup: Setup) -> str | None:
    """Return the name of the labels; None if their values are unusual."""
    form = setup.labels
    usual: tuple[float, ...] = (-1.0, 1.0)
    if form.encoding is not Encoding.SIGNED_BINARY:
        usual = tuple(float(i) for i in range(setup.classes))
    if form.values not in ((), usual) or form.width not in (None, setup.classes):
        return None
    if form.spoilt is not None:
        return None
    match form.encoding:
        case Encoding.ONE_HOT | Encoding.MULTI_HOT:
            return str(form.encoding)
        case Encoding.SIGNED_BINARY:
            return "signed" if form.column else None
        case Encoding.BINARY | Encoding.CLASS_IDS if setup.classes == 2:
            if form.column:
                return "bool" if form.dtype == "bool" else "(n,1)"
            return "ids" if form.encoding is Encoding.CLASS_IDS else "(n,)"
        case Encoding.CLASS_IDS:
            return "ids(n,1)" if form.column else "ids"
    return None


def _units(setup: Setup) -> int | None:
    """Return the units of the row for setups of any number of classes."""
    if setup.units == 1 or setup.task.startswith("binary"):
        return setup.units
    if setup.units != setup.classes:
        return None
    return TAGS if setup.task == "multilabel" else CLASSES


def _is_balanced(setup: Setup) -> bool:
    """Say whether class weights compensate the imbalance of the task."""
    weights = dict(setup.class_weight or ())
    if setup.task != "binary_imbalanced" or set(weights) != {0, 1}:
        return False
    # Between half and twice the balanced ratio.
    return weights[0] > 0 and 9.5 <= weights[1] / weights[0] <= 38
