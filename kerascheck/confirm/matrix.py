"""The setups that tutorials argue about, all of them.

Values only; nothing here needs Keras or numpy.
"""

from __future__ import annotations

from itertools import product

from kerascheck.confirm.setup import LabelForm, Part, Setup
from kerascheck.core.description import Encoding

ACTIVATIONS = ("linear", "sigmoid", "softmax", "tanh", "relu")

LOSSES = (
    *(
        Part.of(name, from_logits=from_logits)
        for name in (
            "BinaryCrossentropy",
            "CategoricalCrossentropy",
            "SparseCategoricalCrossentropy",
            "BinaryFocalCrossentropy",
        )
        for from_logits in (False, True)
    ),
    Part.of("MeanSquaredError"),
    Part.of("Hinge"),
    Part.of("SquaredHinge"),
)

BINARY_LABELS = (
    LabelForm(encoding=Encoding.BINARY),
    LabelForm(encoding=Encoding.BINARY, column=True),
    LabelForm(encoding=Encoding.ONE_HOT),
    LabelForm(encoding=Encoding.CLASS_IDS, dtype="int64"),
    LabelForm(encoding=Encoding.SIGNED_BINARY, column=True),
    LabelForm(encoding=Encoding.BINARY, column=True, dtype="bool"),
)

ACCURACIES = (
    Part.of("accuracy"),
    Part.of("BinaryAccuracy"),
    Part.of("BinaryAccuracy", threshold=0.0),
    Part.of("CategoricalAccuracy"),
    Part.of("SparseCategoricalAccuracy"),
    Part.of("AUC"),
)
"""Metrics whose word is compared with the truth in every setup."""


def binary_matrix(*, task: str = "binary") -> list[Setup]:
    """Return every binary setup: units x activation x loss x labels.

    Args:
        task: A binary task.
    """
    return [
        Setup(
            units=units,
            activation=activation,
            loss=loss,
            labels=labels,
            watched=ACCURACIES,
            task=task,
        )
        for units, activation, loss, labels in product(
            (1, 2), ACTIVATIONS, LOSSES, BINARY_LABELS
        )
    ]
