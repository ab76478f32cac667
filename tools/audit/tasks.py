"""Tasks whose best possible classifier is known, and their labels in many encodings.

Inputs are Gaussian. Classes are drawn from a logistic teacher, so the probability of
each class is known for every input, and with it what the best classifier reaches.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from tools.audit.setups import HeadSetup

FEATURES: Final = 6
CLASSES: Final = 3
"""Classes of the exclusive task and tags of the task of several labels."""

_STEEPNESS: Final = 3.0
_RARE: Final = -4.0
"""Added to the teacher's logit of a rare class."""

VOID: Final = {"void -1": -1, "void 255": 255, "void -100": -100, "pad 0": 0}
"""Encodings of ids in which some samples have no class -> the id that says so."""

OFFSETS: Final = {"one-based": 1, "pad 0": 1}
"""Encodings of ids that do not start at 0 -> the id of the first class."""

TASKS: Final[dict[str, tuple[str, ...]]] = {
    "binary": (
        "binary",
        "signed",
        "one-based",
        "byte",
        "one-hot",
        "soft",
        "smoothed",
        "void -1",
        "soft rows",
        "strings",
    ),
    "exclusive": (
        "ids",
        "one-based",
        "void -1",
        "void 255",
        "void -100",
        "pad 0",
        "one-hot",
        "signed rows",
        "byte rows",
        "soft rows",
        "count rows",
        "zero rows",
        "strings",
    ),
    "several": ("multi-hot", "masked tags", "signed tags", "byte tags", "soft tags"),
    "target": ("real",),
    "fraction": ("fraction", "percent"),
    "count": ("counts",),
}
"""Task -> its encodings, the usual one first."""

ROWS: Final = frozenset(
    {"one-hot", "soft rows", "signed rows", "byte rows", "count rows", "zero rows"}
    | set(TASKS["several"])
)
"""Encodings with a column for each class or tag."""


@dataclass(frozen=True, slots=True)
class Sample:
    """Samples of one task: what is true, and what is best to say.

    Attributes:
        classes: The class drawn, shape (samples, …); for several tags 0 or 1 each,
            shape (samples, …, tags); for real targets the value.
        best: The posterior of each class, shape (samples, …, classes), of each tag,
            or the mean of the target.
        labelled: As `classes`, but as the labels have it: soft ones mean their
            likeliest class.
        valid: Where there is a class, shape (samples, …).
        labels: As passed to `fit`.
    """

    classes: NDArray[Any]
    best: NDArray[Any]
    labelled: NDArray[Any]
    valid: NDArray[Any]
    labels: NDArray[Any]


def inputs(positions: tuple[int, ...], count: int, seed: int) -> NDArray[Any]:
    """Return standard normal inputs, shape (count, *positions, FEATURES)."""
    shape = (count, *positions, FEATURES)
    return np.random.default_rng(seed).standard_normal(shape).astype("float32")


def sample(head: HeadSetup, x: NDArray[Any], seed: int) -> Sample:
    """Draw classes for the inputs, and write them as the head's labels.

    Args:
        head: Its task and encoding are used.
        x: Shape (samples, …, FEATURES).
        seed: Of the classes.
    """
    rng = np.random.default_rng((seed, 7))
    best = posterior(head, x)
    classes = _draw(head.task, best, rng)
    labels, labelled, valid = _encode(head, classes, best, rng)
    return Sample(classes, best, labelled, valid, _laid_out(head, labels))


def posterior(head: HeadSetup, x: NDArray[Any]) -> NDArray[Any]:
    """Return what is best to say of each input."""
    scores = _STEEPNESS * (x.astype("float64") @ _teacher())
    if head.task == "binary":
        p = _sigmoid(scores[..., 0] + _RARE * head.rare)
        return np.stack([1 - p, p], axis=-1)
    if head.task == "exclusive":
        scores[..., -1] += _RARE * head.rare
        return _softmax(scores)
    if head.task == "several":
        scores[..., -1] += _RARE * head.rare
        return _sigmoid(scores)
    if head.task == "fraction":
        return _sigmoid(scores[..., 0] / 2)
    if head.task == "count":
        return np.asarray(np.exp(scores[..., 0] / 4))
    return np.asarray(scores[..., 0] / _STEEPNESS)


def _draw(task: str, best: NDArray[Any], rng: np.random.Generator) -> NDArray[Any]:
    if task in ("binary", "exclusive"):
        edges = best.cumsum(axis=-1)[..., :-1]
        return np.asarray((rng.random(best.shape[:-1])[..., None] > edges).sum(-1))
    if task == "several":
        return (rng.random(best.shape) < best).astype("int64")
    if task == "count":
        return rng.poisson(best)
    noise = 0.02 if task == "fraction" else 0.2
    drawn = best + noise * rng.standard_normal(best.shape)
    return np.clip(drawn, 0, 1) if task == "fraction" else drawn


def _encode(
    head: HeadSetup,
    classes: NDArray[Any],
    best: NDArray[Any],
    rng: np.random.Generator,
) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    """Return labels, the class that they mean, and where they mean one."""
    name, task = head.encoding, head.task
    count = 2 if task == "binary" else CLASSES
    valid = np.ones(classes.shape, bool)
    labels, labelled = classes, classes
    if name in VOID:
        valid = rng.random(classes.shape) > 0.25
        labels = np.where(valid, classes + OFFSETS.get(name, 0), VOID[name])
    elif name == "masked tags":
        valid = rng.random(classes.shape) > 0.25
        labels = np.where(valid, classes, -1)
    elif name in OFFSETS:
        labels = classes + OFFSETS[name]
    elif name in ("signed", "signed tags"):
        labels = 2 * classes - 1
    elif name in ("byte", "byte tags"):
        labels = 255 * classes
    elif name == "soft":
        labels, labelled = best[..., 1], best.argmax(-1)
    elif name == "smoothed":
        labels = np.where(classes == 1, 0.9, 0.1)
    elif name == "soft tags":
        labels, labelled = best, (best > 0.5).astype("int64")
    elif name == "soft rows":
        labels, labelled = best, best.argmax(-1)
    elif name == "count rows":
        votes = [_draw(task, best, rng) for _ in range(4)]
        labels = sum(np.eye(count)[one] for one in [classes, *votes])
        labelled = labels.argmax(-1)
    elif name in ("one-hot", "signed rows", "byte rows", "zero rows"):
        labels = np.eye(count)[classes]
        labels = {"signed rows": 2 * labels - 1, "byte rows": 255 * labels}.get(
            name, labels
        )
        if name == "zero rows":
            valid = rng.random(classes.shape) > 0.25
            labels = labels * valid[..., None]
    elif name == "percent":
        labels = 100 * classes
    elif name == "strings":
        labels = np.array(["ant", "bee", "cat"])[classes]
    return labels, labelled, valid


def _laid_out(head: HeadSetup, labels: NDArray[Any]) -> NDArray[Any]:
    positions = labels.ndim - 1 - (head.encoding in ROWS)
    if head.layout == "sample":  # one label a sample, that of the first position
        for _ in range(positions):
            labels = labels[:, 0]
    elif head.layout == "column":
        labels = labels[..., None]
    if labels.dtype.kind in "US":
        return labels
    return labels.astype(head.dtype)


@cache
def _teacher() -> NDArray[Any]:
    """Return orthogonal directions, shape (FEATURES, CLASSES)."""
    random = np.random.default_rng(5).standard_normal((FEATURES, CLASSES))
    return np.asarray(np.linalg.qr(random)[0])


def _sigmoid(scores: NDArray[Any]) -> NDArray[Any]:
    return np.asarray(0.5 * (1 + np.tanh(scores / 2)))


def _softmax(scores: NDArray[Any]) -> NDArray[Any]:
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True))
