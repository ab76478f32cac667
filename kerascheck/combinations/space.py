"""All combinations that are looked up: task, labels, units, activation and loss.

Values only; nothing here needs Keras or numpy.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import NamedTuple

from kerascheck.confirm.setup import LabelForm, Part, Setup
from kerascheck.model.description import Encoding
from kerascheck.model.typed import Final

CLASSES: Final = 3
"""Of the tasks with several classes, tags or columns."""


class LabelChoice(NamedTuple):
    """Labels as a user would call them.

    Attributes:
        name: As on the command line.
        text: What they are.
        form: As they were trained on.
        encoding: As rules see them.
    """

    name: str
    text: str
    form: LabelForm
    encoding: Encoding
    column: bool = False


class TaskChoice(NamedTuple):
    """A task, with its labels and the heads and losses that people give it.

    Attributes:
        name: As on the command line.
        text: What it is.
        trained: Tasks of reference training: well separated, and overlapping.
        classes: Of these tasks.
        units: That are looked up, the usual ones first.
    """

    name: str
    text: str
    trained: tuple[str, ...]
    classes: int
    units: tuple[int, ...]
    labels: tuple[LabelChoice, ...]
    activations: tuple[str, ...]
    losses: tuple[str, ...]


class Combination(NamedTuple):
    """One cell: a head with its loss and labels.

    Attributes:
        from_logits: None if the loss has no such argument.
    """

    task: TaskChoice
    labels: LabelChoice
    units: int
    activation: str
    loss: str
    from_logits: bool | None

    @property
    def name(self) -> str:
        """Return "binary/one-hot/2/softmax/CategoricalCrossentropy"."""
        loss = f"{self.loss}_logits" if self.from_logits else self.loss
        head = (self.task.name, self.labels.name, str(self.units), self.activation)
        return "/".join((*head, loss))

    def setups(self, *metrics: Part) -> tuple[Setup, ...]:
        """Return the reference trainings of it, one for each task that is trained."""
        arguments = {"from_logits": True} if self.from_logits else {}
        return tuple(
            Setup(
                units=self.units,
                activation=self.activation,
                loss=Part.of(self.loss, **arguments),
                labels=self.labels.form,
                metrics=metrics,
                task=task,
                classes=self.task.classes,
            )
            for task in self.task.trained
        )


def _choice(
    name: str,
    text: str,
    encoding: Encoding,
    *,
    column: bool = False,
    values: tuple[float, ...] = (),
) -> LabelChoice:
    form = LabelForm(encoding=encoding, column=column, values=values)
    return LabelChoice(name, text, form, encoding, column)


_IDS: Final = Encoding.CLASS_IDS
_PROBABILITY_LOSSES: Final = (
    "BinaryCrossentropy",
    "CategoricalCrossentropy",
    "SparseCategoricalCrossentropy",
)
_OTHERS: Final = (
    "MeanSquaredError",
    "MeanAbsoluteError",
    "Hinge",
    "SquaredHinge",
    "BinaryFocalCrossentropy",
    "KLDivergence",
    "LogCosh",
    "Poisson",
)
_HEADS: Final = ("sigmoid", "softmax", "linear", "tanh", "relu")

BINARY: Final = TaskChoice(
    "binary",
    "two classes that exclude each other",
    ("binary", "binary_hard"),
    2,
    (1, 2),
    (
        _choice("ids", "0 and 1, shape (samples,)", Encoding.BINARY),
        _choice("column", "0 and 1, shape (samples, 1)", Encoding.BINARY, column=True),
        _choice("one-hot", "rows [1, 0] and [0, 1]", Encoding.ONE_HOT),
        _choice("signed", "-1 and 1", Encoding.SIGNED_BINARY),
        _choice("1-2", "1 and 2", _IDS, values=(1.0, 2.0)),
        _choice("0-255", "0 and 255", _IDS, values=(0.0, 255.0)),
        _choice("text", "strings", Encoding.STRINGS),
    ),
    _HEADS,
    (*_PROBABILITY_LOSSES, *_OTHERS),
)
MULTICLASS: Final = TaskChoice(
    "multiclass",
    "several classes that exclude each other",
    ("multiclass", "multiclass_hard"),
    CLASSES,
    (CLASSES, 1, CLASSES + 1),
    (
        _choice("ids", "0 to k - 1, shape (samples,)", _IDS),
        _choice("column", "0 to k - 1, shape (samples, 1)", _IDS, column=True),
        _choice("one-hot", "rows with a single 1", Encoding.ONE_HOT),
        _choice("1-k", "1 to k, shape (samples,)", _IDS, values=(1.0, 2.0, 3.0)),
    ),
    _HEADS[:3],
    (*_PROBABILITY_LOSSES, *_OTHERS[:2]),
)
MULTILABEL: Final = TaskChoice(
    "multilabel",
    "tags, any number of them for a sample",
    ("multilabel", "multilabel_hard"),
    CLASSES,
    (CLASSES, 1),
    (_choice("multi-hot", "rows with a 1 for each tag", Encoding.MULTI_HOT),),
    _HEADS[:3],
    (*_PROBABILITY_LOSSES, *_OTHERS[:2]),
)
REGRESSION: Final = TaskChoice(
    "regression",
    "real numbers",
    ("regression",),
    2,
    (1,),
    (
        _choice("real", "real, shape (samples,)", Encoding.CONTINUOUS),
        _choice("column", "real, shape (samples, 1)", Encoding.CONTINUOUS, column=True),
    ),
    ("linear", "sigmoid", "softmax", "tanh", "relu", "softplus", "exponential"),
    (
        *("MeanSquaredError", "MeanAbsoluteError", "Huber", "LogCosh", "Poisson"),
        *("MeanSquaredLogarithmicError", *_PROBABILITY_LOSSES),
    ),
)

TASKS: Final = (BINARY, MULTICLASS, MULTILABEL, REGRESSION)


def combinations(task: TaskChoice, labels: LabelChoice) -> Iterator[Combination]:
    """Yield every combination for a task and its labels, the usual ones first."""
    for units, activation, loss in product(task.units, task.activations, task.losses):
        forms = (False, True) if loss.endswith("Crossentropy") else (None,)
        for from_logits in forms:
            yield Combination(task, labels, units, activation, loss, from_logits)
