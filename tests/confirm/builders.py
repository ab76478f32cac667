"""Setups for the tests of reference training."""

from kerascheck.confirm.setup import LabelForm, Part, Setup
from kerascheck.model.description import Encoding

BINARY = LabelForm(encoding=Encoding.BINARY)
COLUMN = LabelForm(encoding=Encoding.BINARY, column=True)
BOOL = LabelForm(encoding=Encoding.BINARY, column=True, dtype="bool")
ONE_HOT = LabelForm(encoding=Encoding.ONE_HOT)
IDS = LabelForm(encoding=Encoding.CLASS_IDS)
SIGNED = LabelForm(encoding=Encoding.SIGNED_BINARY, column=True)
TAGS = LabelForm(encoding=Encoding.MULTI_HOT)
NUMBERS = LabelForm(encoding=Encoding.CONTINUOUS)
STRINGS = LabelForm(encoding=Encoding.STRINGS)

NAMES = {
    "BCE": "BinaryCrossentropy",
    "CCE": "CategoricalCrossentropy",
    "SCCE": "SparseCategoricalCrossentropy",
    "focal": "BinaryFocalCrossentropy",
    "MSE": "MeanSquaredError",
    "KLD": "KLDivergence",
}


def loss(name: str) -> Part:
    """Return a loss: "BCE", or "BCE logits" for from_logits=True."""
    short, _, logits = name.partition(" ")
    full = NAMES.get(short, short)
    return Part.of(full, from_logits=True) if logits else Part.of(full)


def setup(
    units: int,
    activation: str,
    loss_name: str,
    labels: LabelForm = COLUMN,
    task: str = "binary",
    **other: object,
) -> Setup:
    """Return a setup; three classes, or four tags, unless `classes` says otherwise."""
    classes = {"multiclass": 3, "multiclass_hard": 3, "multilabel": 4}.get(task, 2)
    return Setup(
        units=units,
        activation=activation,
        loss=loss(loss_name),
        labels=labels,
        task=task,
        **{"classes": classes, **other},
    )
