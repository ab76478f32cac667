"""Heads with labels and predictions of known quality, to measure metrics on.

Classes are drawn at even and at uneven prevalence. Pre-activations are those of the
Bayes classifier of Gaussian classes, `DISTANCE` apart, so that probabilities are
calibrated; those of a random model know the prevalence alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from kerascheck import kit
from kerascheck.keras_api.losses import loss_called
from kerascheck.labels.measure import measure
from kerascheck.model.description import Description, Metric

QUALITIES: Final = ("perfect", "trained", "random")
PREVALENCES: Final = ("even", "rare")
DISTANCE: Final = {"perfect": 9.0, "trained": 1.8, "random": 0.0}
SAMPLES: Final = 1800
VOID_SHARE: Final = 0.3
TAGS: Final = {"even": 0.4, "rare": 0.05}
MAJORITY: Final = {2: 0.95, 3: 0.9, 30: 0.71}

_SIGNED: Final = {"signed": (-1, 2), "one-two": (1, 1), "bytes": (0, 255)}
"""Two classes that are not 0 and 1 -> value of the first, and step to the second."""


class Situation(NamedTuple):
    """Labels in one encoding, and a head with the loss that trains it."""

    labels: str
    classes: int
    units: int
    activation: str
    loss: str
    from_logits: bool | None = None
    column: bool = False  # labels have a last axis of 1
    grid: tuple[int, ...] = ()  # axes between samples and classes
    regresses: bool = False  # a linear head that returns the expected label
    ignores: int | None = None  # ignore_class of the loss

    @property
    def name(self) -> str:
        """What it is called in the table."""
        shape = "column" if self.column else "flat"
        rows = self.labels in ("one-hot", "multi-hot", "distribution", "signed-rows")
        labels = self.labels if rows else f"{self.labels} {shape}"
        logits = " from_logits" if self.from_logits else ""
        grid = f" rank {len(self.grid) + 2}" if self.grid else ""
        void = "" if self.ignores is None else f" ignoring {self.ignores}"
        head = "expected label" if self.regresses else self.activation
        return (
            f"{labels} {self.classes}{grid}, {self.units} {head}, "
            f"{self.loss}{logits}{void}"
        )

    @property
    def exclusive(self) -> bool:
        """Whether a sample has one class."""
        return self.labels != "multi-hot"


class Sample(NamedTuple):
    """What `fit` is passed, and what numpy computes the truth from."""

    y: Any  # labels in the encoding of the situation
    z: Any  # pre-activation of the head
    truth: Any  # (cells, columns): 0/1, or soft; one column for two classes on a unit
    probability: Any  # (cells, columns)
    score: Any  # (cells, columns), by which samples are ranked
    output: Any  # (cells, units): what the head returns
    target: Any  # (cells, units): what an error of the output is measured from

    @property
    def hard(self) -> Any:
        """True classes as 0 and 1."""
        return _decided(self.truth)

    @property
    def decision(self) -> Any:
        """Predicted classes as 0 and 1."""
        return _decided(self.probability)


def _decided(rows: Any) -> Any:
    import numpy as np

    if rows.shape[1] > 1 and np.allclose(rows.sum(axis=1), 1, atol=1e-3):
        return np.eye(rows.shape[1])[rows.argmax(axis=1)]
    return (rows > 0.5).astype(float)


def situations() -> tuple[Situation, ...]:
    """Return every head that metrics are measured on."""
    return (*_one_unit(), *_exclusive(), *_several(), *_grids())


def _one_unit() -> Iterator[Situation]:
    for column in (False, True):
        yield Situation("binary", 2, 1, "sigmoid", "BinaryCrossentropy", None, column)
        yield Situation("binary", 2, 1, "linear", "BinaryCrossentropy", True, column)
        yield Situation("signed", 2, 1, "linear", "Hinge", None, column)
        yield Situation(
            "probability", 2, 1, "sigmoid", "BinaryCrossentropy", None, column
        )
    yield Situation("binary", 2, 1, "linear", "Hinge", None, True)
    yield Situation("binary", 2, 1, "sigmoid", "MeanSquaredError")
    yield Situation("binary", 2, 1, "sigmoid", "own_loss")
    yield Situation("binary", 2, 1, "linear", "CategoricalHinge", None, True)
    yield Situation("signed", 2, 1, "tanh", "MeanSquaredError", None, True)
    yield Situation("probability", 2, 1, "linear", "BinaryCrossentropy", True, True)
    for labels in ("binary", *_SIGNED):
        yield Situation(
            labels, 2, 1, "linear", "MeanSquaredError", None, True, (), True
        )
    for labels in _SIGNED:
        yield Situation(labels, 2, 1, "sigmoid", "own_loss", None, True)
    yield Situation("ids", 3, 1, "linear", "MeanSquaredError", None, True, (), True)


def _exclusive() -> Iterator[Situation]:
    rows, ids = "CategoricalCrossentropy", "SparseCategoricalCrossentropy"
    for k in (2, 3, 30):
        for activation, logits in (("softmax", None), ("linear", True)):
            yield Situation("one-hot", k, k, activation, rows, logits)
            yield Situation("ids", k, k, activation, ids, logits)
        yield Situation("one-hot", k, k, "sigmoid", "BinaryCrossentropy")
        yield Situation("distribution", k, k, "softmax", rows)
        yield Situation("ids", k, k, "softmax", ids, None, True)
    for k in (2, 3):
        yield Situation("one-hot", k, k, "linear", "CategoricalHinge")
        yield Situation("signed-rows", k, k, "linear", "Hinge")
        yield Situation("signed-rows", k, k, "tanh", "MeanSquaredError")
        yield Situation("distribution", k, k, "linear", rows, True)
    yield Situation("ids", 3, 3, "linear", ids, True, True)
    yield Situation("one-hot", 3, 3, "softmax", "MeanSquaredError")
    yield Situation("one-hot", 3, 3, "softmax", "own_loss")


def _several() -> Iterator[Situation]:
    yield Situation("multi-hot", 5, 5, "sigmoid", "BinaryCrossentropy")
    yield Situation("multi-hot", 5, 5, "linear", "BinaryCrossentropy", True)
    yield Situation("multi-hot", 5, 5, "sigmoid", "own_loss")


def _grids() -> Iterator[Situation]:
    sparse, rows = "SparseCategoricalCrossentropy", "CategoricalCrossentropy"
    for grid in ((12,), (4, 3)):
        for column in (False, True):
            yield Situation("ids", 3, 3, "softmax", sparse, None, column, grid)
        yield Situation("one-hot", 3, 3, "softmax", rows, None, False, grid)
        yield Situation("binary", 2, 1, "sigmoid", "bce", None, True, grid)
    for void in (255, -1):
        head = Situation("ids", 3, 3, "softmax", sparse, ignores=void)
        yield head
        yield head._replace(grid=(4, 3))
    yield Situation("ids", 3, 3, "linear", sparse, True, False, (4, 3), ignores=255)


def draw(
    situation: Situation, quality: str, prevalence: str, *, seed: int = 0
) -> Sample:
    """Return labels and predictions of a situation."""
    import numpy as np

    rng = np.random.default_rng(seed)
    soft = situation.labels in ("probability", "distribution")
    if situation.labels == "multi-hot":
        truth, z = _tags(rng, situation.classes, quality, prevalence)
    elif soft:
        truth, z = _soft(rng, situation.classes, quality, prevalence)
    else:
        truth, z = _classes(rng, situation.classes, quality, prevalence)
    return _as_passed(situation, truth, z, rng)


def _classes(rng: Any, k: int, quality: str, prevalence: str) -> tuple[Any, Any]:
    import numpy as np

    share = _shares(k, prevalence)
    counts = np.maximum(np.round(share * SAMPLES).astype(int), 1)
    counts[0] += SAMPLES - counts.sum()
    truth = np.eye(k)[rng.permutation(np.repeat(np.arange(k), counts))]
    d = DISTANCE[quality]
    if quality == "random":
        return truth, np.log(share) + rng.normal(size=(SAMPLES, k))
    x = truth * d + rng.normal(size=(SAMPLES, k))
    return truth, d * x + np.log(share)


def _shares(k: int, prevalence: str) -> Any:
    import numpy as np

    if prevalence == "even":
        return np.full(k, 1 / k)
    most = MAJORITY[k]
    return np.array([most] + [(1 - most) / (k - 1)] * (k - 1))


def _tags(rng: Any, k: int, quality: str, prevalence: str) -> tuple[Any, Any]:
    import numpy as np

    share = TAGS[prevalence]
    truth = (rng.random((SAMPLES, k)) < share).astype(float)
    truth[0] = 1.0
    d = DISTANCE[quality]
    prior = np.log(share / (1 - share))
    if quality == "random":
        return truth, prior + rng.normal(size=(SAMPLES, k))
    x = truth * d + rng.normal(size=(SAMPLES, k))
    return truth, d * x - d * d / 2 + prior


def _soft(rng: Any, k: int, quality: str, prevalence: str) -> tuple[Any, Any]:
    import numpy as np

    teacher = rng.normal(size=(SAMPLES, k)) * 1.5 + np.log(_shares(k, prevalence))
    truth = np.exp(teacher) / np.exp(teacher).sum(axis=1, keepdims=True)
    other = rng.normal(size=(SAMPLES, k))
    if quality == "random":
        return truth, other + np.log(_shares(k, prevalence))
    return truth, teacher + (0.0 if quality == "perfect" else 0.7) * other


def _as_passed(s: Situation, truth: Any, z: Any, rng: Any) -> Sample:
    import numpy as np

    if s.units == 1:
        if s.classes == 2:
            z, truth = z[:, 1:] - z[:, :1], truth[:, 1:]
            probability = _sigmoid(z)
            score = z
        else:
            probability = score = _softmax(z)
    elif s.labels == "multi-hot":
        probability, score = _sigmoid(z), z
    else:
        probability, score = _softmax(z), _softmax(z)
    y = _encoded(s, truth)
    target = y.reshape(len(truth), -1).astype(float)
    if s.labels in ("ids",) and s.units > 1:
        target = truth
    if s.regresses:
        z = _expected_label(s, probability)
    elif s.activation == "tanh":
        inside = np.clip(probability, 1e-7, 1 - 1e-7)
        z = np.log(inside / (1 - inside)) / 2  # tanh(z) is the expected label
    elif s.activation == "sigmoid" and s.exclusive and s.units > 1:
        inside = np.clip(probability, 1e-7, 1 - 1e-7)
        z = np.log(inside / (1 - inside))
    output = _activated(s, z)
    shown = {
        "truth": truth,
        "probability": probability,
        "score": score,
        "output": output,
        "target": target,
    }
    if s.ignores is not None:
        void = rng.random(len(y)) < VOID_SHARE
        y = np.where(void, s.ignores, y)
        shown = {name: rows[~void] for name, rows in shown.items()}
    return Sample(y=_shaped(s, y), z=_gridded(s, z), **shown)


def _encoded(s: Situation, truth: Any) -> Any:
    if s.labels in _SIGNED:
        low, step = _SIGNED[s.labels]
        return (low + step * truth[:, 0]).astype("int64")
    if s.labels == "ids":
        return truth.argmax(axis=1)
    if s.labels == "signed-rows":
        return 2 * truth - 1
    if s.labels == "binary":
        return truth[:, 0].astype("int64")
    if s.labels == "probability":
        return truth[:, 0].astype("float32")
    return truth.astype("float32")


def _expected_label(s: Situation, probability: Any) -> Any:
    import numpy as np

    if s.labels == "ids":
        return probability @ np.arange(s.classes)[:, None]
    low, step = _SIGNED.get(s.labels, (0, 1))
    return low + step * probability


def _activated(s: Situation, z: Any) -> Any:
    import numpy as np

    match s.activation:
        case "sigmoid":
            return _sigmoid(z)
        case "softmax":
            return _softmax(z)
        case "tanh":
            return np.tanh(z)
    return z


def _shaped(s: Situation, y: Any) -> Any:
    width = y.shape[1:]
    if s.column and not width:
        width = (1,)
    return y.reshape(-1, *s.grid, *width)


def _gridded(s: Situation, z: Any) -> Any:
    return z.reshape(-1, *s.grid, z.shape[1]).astype("float32")


def _sigmoid(z: Any) -> Any:
    import numpy as np

    return 1 / (1 + np.exp(-np.clip(z, -500, 500)))


def _softmax(z: Any) -> Any:
    import numpy as np

    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def described(s: Situation, sample: Sample, *metrics: Metric) -> Description:
    """Return the model of a situation, as a reader and the labels describe it."""
    arguments = () if s.ignores is None else (("ignore_class", s.ignores),)
    loss = loss_called(
        s.loss, from_logits=s.from_logits, arguments=arguments, given="object"
    )
    return kit.classifier(
        s.activation,
        loss,
        units=s.units,
        shape=(None, *s.grid, s.units),
        metrics=metrics,
        labels=measure(sample.y),
    )
