"""What one reference training trains: head, loss, metrics, labels, task, schedule.

Values only; nothing here needs Keras or numpy, so the parent process can build setups
and send them to the child that trains.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict

from kerascheck.keras_api.layers import TRAINED_BEHIND_A_HEAD
from kerascheck.model.description import Encoding, Value
from kerascheck.model.frozen import Frozen
from kerascheck.model.typed import Any

Argument = Value

ELEMENT_WISE = frozenset(
    {
        "adadelta",
        "adagrad",
        "adam",
        "adamax",
        "adamw",
        "ftrl",
        "lion",
        "nadam",
        "rmsprop",
        "sgd",
    }
)
"""Optimizers whose step for a weight depends on that weight alone, so stacking changes
nothing. Adafactor, Lamb and Muon look at whole tensors (Keras 3.15 source)."""

SINGLE_LABEL = frozenset(
    {
        "binary",
        "binary_hard",
        "binary_faint",
        "binary_imbalanced",
        "binary_imbalanced_hard",
        "multiclass",
        "multiclass_hard",
    }
)
"""Tasks in which a sample has exactly one class."""

IMBALANCED = frozenset({"binary_imbalanced", "binary_imbalanced_hard"})
"""Tasks with 5 % positives."""

SEVERAL_LABELS = frozenset({"multilabel", "multilabel_hard", "multilabel_faint"})
"""Tasks in which a sample has any number of tags."""

SEVERAL_TARGETS = "regression_several"
"""Task of several real targets, each on its own; `Setup.classes` is their number."""

REGRESSION = frozenset({"regression", SEVERAL_TARGETS})
"""Tasks of real targets."""

TASKS = SINGLE_LABEL | SEVERAL_LABELS | REGRESSION

HIDDEN = 16
"""Units of the one layer before the head, a Dense layer with relu."""


class Trunk(Frozen):
    """The layers before the head, all Dense.

    Attributes:
        widths: Units of each, in order.
        activation: Of each.
        words: What a report calls them.
    """

    widths: tuple[int, ...]
    activation: str
    words: str


STEPS_OF_SEQUENCE = 4
"""Rows of a batch that are the steps of one sequence, where that matters."""

NARROW = "narrow"
"""Network of all trainings, unless a claim is tried with another."""

DEEP = "deep"

OTHER_RATE = 0.003
"""Learning rate with which a claim is tried beside the usual one."""

NETWORKS = {
    NARROW: Trunk(
        widths=(HIDDEN,), activation="relu", words=f"{HIDDEN} hidden units, relu"
    ),
    DEEP: Trunk(
        widths=(32, 32), activation="tanh", words="two layers of 32 units, tanh"
    ),
}
"""Networks by name."""

NO_NUMBER = "nan"
NO_CLASS = "empty"
ONE_CLASS = "one class"
"""What spoilt labels hold: no number, a row of zeros, or everywhere the first class."""

_ROWS = frozenset({Encoding.ONE_HOT, Encoding.MULTI_HOT, Encoding.DISTRIBUTION})


class Part(Frozen):
    """A loss or metric of Keras: a name as compiled, or a class with arguments.

    Attributes:
        name: "accuracy", "mse", "BinaryCrossentropy": whatever Keras resolves.
        arguments: Keyword arguments of the class, sorted by name.
    """

    name: str
    arguments: tuple[tuple[str, Argument], ...] = ()

    @classmethod
    def of(cls, name: str, /, **arguments: Argument) -> Part:
        """Return a part from its name and keyword arguments."""
        return cls(name=name, arguments=tuple(sorted(arguments.items())))

    @classmethod
    def from_config(cls, config: object) -> Part:
        """Return a part from a string or {"class_name": …, "config": {…}}.

        Raises:
            ValueError: The config is neither, or an argument is not a plain value:
                nested objects are never deserialised.
        """
        if isinstance(config, str):
            # Keras reads the string "Accuracy" as "accuracy", not as the class.
            found = config.lower() in ("accuracy", "acc")
            return cls(name=config.lower() if found else config)
        if not isinstance(config, Mapping) or not isinstance(
            config.get("class_name"), str
        ):
            raise ValueError(
                f"Expected a name or a Keras config of a class. Received: {config!r}"
            )
        arguments = config.get("config") or {}
        if not isinstance(arguments, Mapping):
            raise ValueError(
                f"Expected arguments by name. Received: {arguments!r} "
                f"for {config['class_name']}"
            )
        return cls.of(
            config["class_name"],
            **{str(name): _plain(value) for name, value in arguments.items()},
        )

    @property
    def text(self) -> str:
        """The part as a user writes it: "AUC", "BinaryAccuracy(threshold=0)"."""
        if not self.arguments:
            return self.name
        given = ", ".join(f"{name}={value}" for name, value in self.arguments)
        return f"{self.name}({given})"

    @property
    def config(self) -> str | dict[str, object]:
        """The part as Keras accepts it: a string, or the config of an object.

        The name of a class means an object even without arguments: the string
        "Accuracy" is something else.
        """
        if not self.arguments and not self.name[:1].isupper():
            return self.name
        plain = {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in self.arguments
        }
        return {"class_name": self.name, "config": plain}


class LabelForm(Frozen):
    """How the truth of a task is written down as labels.

    Attributes:
        encoding: One of the label encodings.
        column: One value a sample has shape (samples, 1) instead of (samples,).
        dtype: Numpy dtype; None: int32 for ids, float32 otherwise.
        values: The values used: one for each class, or (off, on) in one-hot and
            multi-hot rows; () for the usual ones (0, 1, 2, …; -1, +1).
        width: Columns of one-hot rows; None: as many as classes.
        spoilt: What every tenth label holds instead of the truth: `NO_NUMBER`,
            `NO_CLASS`, or the number that stands for no class; `ONE_CLASS`: all labels
            are of the first class.
    """

    encoding: Encoding
    column: bool = False
    dtype: str | None = None
    values: tuple[float, ...] = ()
    width: int | None = None
    spoilt: str | None = None

    def row_shape(self, classes: int) -> tuple[int, ...]:
        """Return the shape of one row's label: (), (1,) or (width,)."""
        if self.encoding in _ROWS:
            return (self.width or classes,)
        if self.encoding is Encoding.CONTINUOUS and self.width is not None:
            return (self.width,)
        return (1,) if self.column else ()


class Setup(Frozen):
    """One reference training, the same for all seeds.

    Attributes:
        units: Width of the head.
        activation: Keras name of the head's activation.
        inner_activation: One applied before it, as in relu, then softmax.
        over_steps: The softmax runs over the steps of a sequence, `STEPS_OF_SEQUENCE`
            rows, and not over the classes of each.
        behind: Classes of layers after that, of `TRAINED_BEHIND_A_HEAD`; a rate is 0.5.
        hidden_activation: An operation is between activation and loss, so the loss
            sees plain values (TensorFlow's cached logits end there).
        loss: As compiled.
        labels: As given to `fit`.
        metrics: As compiled; one that raises makes the whole setup raise, as in `fit`.
        watched: Metrics evaluated on the same outputs one by one; one that raises is
            noted and affects nothing else.
        task: One of `TASKS`.
        classes: Classes, or tags of the multilabel task.
        class_weight: (label value, weight) pairs as given to `fit`; None: no weights.
        loss_weight: As compiled; 0 trains nothing.
        network: One of `NETWORKS`.
        optimizer: One of `ELEMENT_WISE`.
        learning_rate: Of the optimizer.
        steps: Training steps, each on a fresh batch.
        batch: Rows of a batch.
    """

    units: int
    activation: str
    loss: Part
    labels: LabelForm
    inner_activation: str | None = None
    over_steps: bool = False
    behind: tuple[str, ...] = ()
    hidden_activation: bool = False
    metrics: tuple[Part, ...] = ()
    watched: tuple[Part, ...] = ()
    task: str = "binary"
    classes: int = 2
    class_weight: tuple[tuple[int, float], ...] | None = None
    loss_weight: float = 1.0
    network: str = NARROW
    optimizer: str = "adam"
    learning_rate: float = 0.01
    steps: int = 200
    batch: int = 64

    def __post_init__(self) -> None:
        """Refuse what reference training cannot represent."""
        for expected, met, received in _bounds(self):
            if not met:
                raise ValueError(f"Expected {expected}. Received: {received!r}")

    @property
    def key(self) -> str:
        """Canonical JSON text: equal setups, equal keys."""
        return json.dumps(self.to_dict(), sort_keys=True)

    def to_dict(self) -> dict[str, object]:
        """Return plain JSON values; `from_dict` reads them back."""
        plain = asdict(self)
        plain["loss"] = self.loss.config
        plain["metrics"] = [metric.config for metric in self.metrics]
        plain["watched"] = [metric.config for metric in self.watched]
        plain["labels"]["encoding"] = str(self.labels.encoding)
        plain["behind"] = list(self.behind)
        plain["labels"]["values"] = list(self.labels.values)
        if self.class_weight is not None:
            plain["class_weight"] = [list(pair) for pair in self.class_weight]
        return plain

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> Setup:
        """Return the setup that `to_dict` wrote.

        Raises:
            ValueError: A value is missing, unknown or out of range.
        """
        try:
            return _read(cls, dict(plain))
        except (KeyError, TypeError) as error:
            raise ValueError(f"Expected a setup. Received: {error}") from None


def _plain(value: object) -> Argument:
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, list | tuple) and all(
        item is None or isinstance(item, str | int | float) for item in value
    ):
        return tuple(value)
    raise ValueError(f"Expected a plain value or several. Received: {value!r}")


def _bounds(setup: Setup) -> Iterator[tuple[str, bool, object]]:
    two = setup.task.startswith("binary")
    optimizer = setup.optimizer
    yield "a known task", setup.task in TASKS, setup.task
    known = TRAINED_BEHIND_A_HEAD.issuperset(setup.behind)
    yield "layers of those that can be behind a head", known, setup.behind
    yield "a known network", setup.network in NETWORKS, setup.network
    yield "labels that fit the task", _labels_fit(setup), str(setup.labels.encoding)
    yield "two classes or more", setup.classes >= 2, setup.classes
    yield "two classes in a binary task", setup.classes == 2 or not two, setup.classes
    yield "an element-wise optimizer", optimizer in ELEMENT_WISE, optimizer
    yield "at least one unit", setup.units >= 1, setup.units
    yield "at least one step", setup.steps >= 1, setup.steps
    yield "at least one row a batch", setup.batch >= 1, setup.batch


def _labels_fit(setup: Setup) -> bool:
    encoding = setup.labels.encoding
    if setup.task in SEVERAL_LABELS:
        return encoding is Encoding.MULTI_HOT
    if setup.task in REGRESSION:
        return encoding is Encoding.CONTINUOUS
    return encoding not in (Encoding.CONTINUOUS, Encoding.UNKNOWN)


def _read(kind: type[Setup], plain: dict[str, Any]) -> Setup:
    labels = dict(_mapping(plain["labels"]))
    labels["encoding"] = Encoding(str(labels["encoding"]))
    labels["values"] = tuple(_items(labels.get("values", ())))
    weights = plain.get("class_weight")
    plain["labels"] = LabelForm(**labels)
    plain["behind"] = tuple(_items(plain.get("behind", ())))
    plain["loss"] = Part.from_config(plain["loss"])
    for name in ("metrics", "watched"):
        parts = _items(plain.get(name, ()))
        plain[name] = tuple(Part.from_config(part) for part in parts)
    if weights is not None:
        plain["class_weight"] = tuple(tuple(_items(pair)) for pair in _items(weights))
    return kind(**plain)


def _mapping(value: object) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise TypeError(f"not a mapping: {value!r}")
    return value


def _items(value: object) -> tuple[object, ...]:
    if not isinstance(value, list | tuple):
        raise TypeError(f"not a list: {value!r}")
    return tuple(value)
