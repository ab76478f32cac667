"""Small tasks whose best possible accuracy is known.

Classes are Gaussian clouds of unit variance, so the Bayes-optimal classifier and its
accuracy have closed forms. Every draw comes from its own seeded generator.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import exp, pi, sqrt
from statistics import NormalDist
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kerascheck.confirm.setup import REGRESSION, SEVERAL_TARGETS
from kerascheck.model.typed import Any

Floats = NDArray[np.float32]
Truth = NDArray[Any]

TEST_ROWS = 4000
"""Held-out rows of a seed: an accuracy has a standard error of 0.002 to 0.006."""

_MARGINS = {
    # Distance of a binary cloud from the plane between: Phi(margin) is the Bayes
    # accuracy, 0.987, 0.795 and 0.6.
    "binary": 2.2262,
    "binary_imbalanced": 2.2262,
    "binary_hard": 0.8239,
    "binary_faint": 0.2533,
    "multilabel": 2.2262,
    "multilabel_hard": 0.8239,
    "multilabel_faint": 0.2533,
    # The best classifier finds half of the rare class.
    "binary_imbalanced_hard": 1.2,
    # Distance of a class mean from the origin before centring, one axis a class:
    # with 3 classes the Bayes accuracy is 0.978 and 0.786.
    "multiclass": 3.2005,
    "multiclass_hard": 1.5883,
}
_SHARES = {  # of positives; else half
    "binary_imbalanced": 0.05,
    "binary_imbalanced_hard": 0.05,
    "multilabel": 0.35,
    "multilabel_hard": 0.35,
}
_NOISE = sqrt(0.1)  # of a regression target with variance 1: best R squared 0.9
_ORDER = (
    *("binary", "binary_hard", "binary_imbalanced"),
    *("multiclass", "multiclass_hard", "multilabel", "multilabel_hard"),
    *("regression", "regression_several"),
    *("binary_faint", "binary_imbalanced_hard", "multilabel_faint"),
)
"""A task that is added comes last: the place of a task decides its rows."""


@dataclass(frozen=True, slots=True)
class Samples:
    """Samples and their truth.

    Attributes:
        x: Shape (rows, features).
        truth: Class of each row, shape (rows,) int64; tags, shape (rows, tags) bool;
            or values, shape (rows,) float64.
    """

    x: Floats
    truth: Truth


Draw = Callable[[np.random.Generator, bool, int], Samples]
"""draw(generator, held_out, count) -> rows."""


class StandIn(NamedTuple):
    """Other data in place of those of a task, to try whether a claim holds on them."""

    features: int
    draw: Draw


STAND_INS: dict[Task, StandIn] = {}
"""By task. Empty, but where the maintainers try claims on data of other origin."""


@dataclass(frozen=True, slots=True)
class Task:
    """A task by name and number of classes (or tags)."""

    name: str
    classes: int = 2

    @property
    def features(self) -> int:
        """Width of the inputs."""
        if self in STAND_INS:
            return STAND_INS[self].features
        return max(4, self.classes)

    @property
    def bayes_accuracy(self) -> float | None:
        """Accuracy of the best classifier, per tag for tags; None for regression."""
        if self.name in REGRESSION or self in STAND_INS:
            return None
        margin = _MARGINS[self.name]
        if self.name.startswith("multiclass"):
            return _best_class_accuracy(self.classes, margin)
        return _best_threshold_accuracy(margin, self._share)

    @property
    def _share(self) -> float:
        return _SHARES.get(self.name, 0.5)

    def draw(self, seed: int, *, held_out: bool, count: int) -> Samples:
        """Draw rows: the same for one seed, different ones for training and test."""
        code = _ORDER.index(self.name)
        rng = np.random.default_rng([seed, 1 + held_out, code, self.classes])
        if self in STAND_INS:
            return STAND_INS[self].draw(rng, held_out, count)
        noise = rng.standard_normal((count, self.features))
        centre, truth = self._centres(rng, noise)
        return Samples((centre + noise).astype(np.float32), truth)

    def _centres(
        self, rng: np.random.Generator, noise: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], Truth]:
        count, features = noise.shape
        if self.name == "regression":
            direction = np.full(features, sqrt(0.9 / features))
            values = noise @ direction + _NOISE * rng.standard_normal(count)
            return np.zeros_like(noise), values
        if self.name == SEVERAL_TARGETS:
            blur = _NOISE * rng.standard_normal((count, self.classes))
            values = sqrt(0.9) * noise[:, : self.classes] + blur
            return np.zeros_like(noise), values
        margin = _MARGINS[self.name]
        if self.name.startswith("multilabel"):
            tags = rng.random((count, self.classes)) < self._share
            centre = np.zeros_like(noise)
            centre[:, : self.classes] = np.where(tags, margin, -margin)
            return centre, tags
        if self.name.startswith("multiclass"):
            ids = np.array(rng.integers(self.classes, size=count))
            means = margin * (np.eye(self.classes) - 1 / self.classes)
            centre = np.zeros_like(noise)
            centre[:, : self.classes] = means[ids]
            return centre, ids
        ids = np.where(rng.random(count) < self._share, 1, 0)
        side = (2 * ids - 1)[:, None]
        return np.broadcast_to(side * margin / sqrt(features), noise.shape), ids


def _best_class_accuracy(classes: int, margin: float) -> float:
    """Return P(own axis + margin is the highest of `classes` unit Gaussians)."""
    normal, step = NormalDist(), 0.01
    grid = [-8 + step * i for i in range(1601)]
    return sum(
        exp(-t * t / 2) / sqrt(2 * pi) * normal.cdf(t + margin) ** (classes - 1) * step
        for t in grid
    )


def _best_threshold_accuracy(margin: float, share: float) -> float:
    """Return the accuracy of the best threshold between clouds of unequal weight."""
    normal = NormalDist()
    shift = np.log((1 - share) / share) / (2 * margin)
    hit, reject = normal.cdf(margin - shift), normal.cdf(margin + shift)
    return float(share * hit + (1 - share) * reject)
