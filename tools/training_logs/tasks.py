"""Tasks that logs are made on, none of them one of reference training.

Each has a side: the signs of `kerascheck explain` were set on the tuned ones. The seen
ones judged them once, and what they missed was looked at. No log of the judged ones was
looked at before the last change of a sign; they are in `other_tasks.py`. Whoever
changes a sign in view of them moves them on, unless it only leaves a right log alone.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, NamedTuple

import numpy as np
from sklearn import datasets

from tools.training_logs.how import Regime

Kind = Literal["binary", "classes", "tags", "values"]
Side = Literal["tuned", "seen", "judged"]
Array = Any


class Task(NamedTuple):
    """Samples and their truth.

    Attributes:
        kind: What is to be learned.
        side: What its logs are for.
        make: Returns x and y: 0 and 1, class ids, rows of tags, or real values.
        classes: Classes, tags or targets.
        regime: Its network, and how that is trained.
    """

    name: str
    kind: Kind
    side: Side
    make: Callable[[], tuple[Array, Array]]
    classes: int = 2
    regime: Regime = Regime()


def _scaled(x: Array, y: Array) -> tuple[Array, Array]:
    return (x - x.mean(0)) / (x.std(0) + 1e-9), y


def _digits(*, images: bool = False) -> tuple[Array, Array]:
    x, y = datasets.load_digits(return_X_y=True)
    return (x / 16).reshape((-1, 8, 8, 1)) if images else x / 16, y


def _binary_digits() -> tuple[Array, Array]:
    x, y = _digits(images=True)
    return x, (y >= 5).astype(int)


def _friedman_2() -> tuple[Array, Array]:
    x, y = datasets.make_friedman2(1200, random_state=24)
    return _scaled(x, _standard(y))


def _friedman_3() -> tuple[Array, Array]:
    x, y = datasets.make_friedman3(1200, noise=0.1, random_state=34)
    return _scaled(x, _standard(y))


def _odd_digits() -> tuple[Array, Array]:
    x, y = _digits()
    return x, y % 2


def _sphere() -> tuple[Array, Array]:
    x, y = datasets.make_hastie_10_2(1200, random_state=11)
    return x, (y > 0).astype(int)


def _sparse() -> tuple[Array, Array]:
    x, y = datasets.make_sparse_uncorrelated(1200, random_state=16)
    return _scaled(x, _standard(y))


def _standard(targets: Array) -> Array:
    return (targets - targets.mean(0)) / targets.std(0)


def _diabetes() -> tuple[Array, Array]:
    x, y = datasets.load_diabetes(return_X_y=True)
    return _scaled(x, _standard(y))


def _friedman() -> tuple[Array, Array]:
    x, y = datasets.make_friedman1(1200, noise=1.0, random_state=5)
    return _scaled(x, y)


def _tags(seed: int, classes: int, labels: int) -> tuple[Array, Array]:
    x, y = datasets.make_multilabel_classification(
        1200, 16, n_classes=classes, n_labels=labels, random_state=seed
    )
    return _scaled(x, y)


def _cloud(seed: int, **how: Any) -> tuple[Array, Array]:
    return _scaled(*datasets.make_classification(1200, 12, random_state=seed, **how))


def _noisy(x: Array, y: Array, share: float, classes: int) -> tuple[Array, Array]:
    rng = np.random.default_rng(3)
    wrong = rng.random(len(y)) < share
    return x, np.where(wrong, rng.integers(classes, size=len(y)), y)


def _waves(seed: int, classes: int, noise: float) -> tuple[Array, Array]:
    """Return short sequences of as many frequencies as there are classes."""
    rng = np.random.default_rng(seed)
    y = rng.integers(classes, size=800)
    time = np.arange(24) * (0.4 + 0.25 * y[:, None])
    x = np.sin(time + rng.uniform(0, 6.28, (800, 1)))
    return (x + rng.normal(0, noise, x.shape))[:, :, None], y


def _shapes(seed: int) -> tuple[Array, Array]:
    """Return pictures of a row, a column or a diagonal in noise."""
    rng = np.random.default_rng(seed)
    y = rng.integers(3, size=700)
    x = rng.normal(0, 0.35, (700, 10, 10, 1))
    for picture, shape in zip(x, y, strict=True):
        at = rng.integers(10)
        along = np.arange(10)
        rows = (np.full(10, at), along, along)[shape]
        columns = (along, np.full(10, at), (along + at) % 10)[shape]
        picture[rows, columns] += 1
    return x, y


def _low_rank() -> tuple[Array, Array]:
    x, y = datasets.make_regression(
        900, 30, n_informative=12, effective_rank=8, noise=2.0, random_state=46
    )
    return _scaled(x, _standard(y))


def _uneven_blobs() -> tuple[Array, Array]:
    """Return eight classes of which the commonest has six times the rarest."""
    sizes = [60, 80, 100, 120, 150, 200, 280, 360]
    x, y = datasets.make_blobs(sizes, 8, cluster_std=4.0, random_state=47)
    return _scaled(x, y)


def _roll() -> tuple[Array, Array]:
    x, turn = datasets.make_swiss_roll(1000, noise=0.6, random_state=48)
    return _scaled(x, (np.sin(turn) > 0).astype(int))


def _clusters() -> tuple[Array, Array]:
    """Return two classes of three clusters each, in few dimensions."""
    x, y = datasets.make_classification(
        900, 8, n_informative=5, n_clusters_per_class=3, class_sep=1.1, random_state=51
    )
    return _scaled(x, y)


def _noisy_digits() -> tuple[Array, Array]:
    """Return pictures of the digits below six, in noise."""
    x, y = _digits(images=True)
    x, y = x[y < 6], y[y < 6]
    return x + np.random.default_rng(55).normal(0, 0.3, x.shape), y


def _products() -> tuple[Array, Array]:
    x = np.random.default_rng(56).normal(size=(700, 6))
    return x, _standard(x[:, 0] * x[:, 1] + x[:, 2])


def _pulses() -> tuple[Array, Array]:
    """Return sequences with one bump, and its height."""
    rng = np.random.default_rng(49)
    height = rng.gamma(2.0, 1.0, 800)
    place = rng.uniform(4, 20, (800, 1))
    x = height[:, None] * np.exp(-((np.arange(24) - place) ** 2) / 4)
    return (x + rng.normal(0, 0.2, x.shape))[:, :, None], _standard(height)


TASKS = (
    Task(
        "breast-cancer",
        "binary",
        "tuned",
        lambda: _scaled(*datasets.load_breast_cancer(return_X_y=True)),
    ),
    Task(
        "moons",
        "binary",
        "tuned",
        lambda: datasets.make_moons(1000, noise=0.25, random_state=1),
    ),
    Task("digits", "classes", "tuned", _digits, 10),
    Task(
        "wine",
        "classes",
        "tuned",
        lambda: _scaled(*datasets.load_wine(return_X_y=True)),
        3,
    ),
    Task("tags-5", "tags", "tuned", lambda: _tags(2, 5, 2), 5),
    Task("diabetes", "values", "tuned", _diabetes),
    Task("high-digits", "binary", "tuned", _binary_digits),
    Task(
        "circles",
        "binary",
        "tuned",
        lambda: datasets.make_circles(900, noise=0.15, factor=0.5, random_state=4),
    ),
    Task(
        "noisy-cloud",
        "binary",
        "tuned",
        lambda: _noisy(*_cloud(7, n_informative=4), 0.3, 2),
    ),
    Task("rare", "binary", "tuned", lambda: _cloud(8, weights=[0.9])),
    Task(
        "iris",
        "classes",
        "tuned",
        lambda: _scaled(*datasets.load_iris(return_X_y=True)),
        3,
    ),
    Task("digit-images", "classes", "tuned", lambda: _digits(images=True), 10),
    Task(
        "hard-cloud",
        "classes",
        "tuned",
        lambda: _cloud(9, n_informative=6, n_classes=5, class_sep=0.6),
        5,
    ),
    Task("tags-8", "tags", "tuned", lambda: _tags(6, 8, 3), 8),
    Task("friedman", "values", "tuned", _friedman),
    Task("odd-digits", "binary", "tuned", _odd_digits),
    Task("sphere", "binary", "tuned", _sphere),
    Task(
        "common",
        "binary",
        "tuned",
        lambda: _cloud(12, weights=[0.3], n_informative=3, class_sep=0.8),
    ),
    Task(
        "quantiles",
        "classes",
        "tuned",
        lambda: datasets.make_gaussian_quantiles(
            n_samples=1200, n_features=3, n_classes=4, random_state=13
        ),
        4,
    ),
    Task(
        "blobs",
        "classes",
        "tuned",
        lambda: _scaled(
            *datasets.make_blobs(1200, 5, centers=6, cluster_std=3.0, random_state=14)
        ),
        6,
    ),
    Task("tags-4", "tags", "tuned", lambda: _tags(15, 4, 2), 4),
    Task("sparse", "values", "tuned", _sparse),
    Task(
        "clear-cloud",
        "binary",
        "tuned",
        lambda: _cloud(21, n_informative=5, class_sep=1.2),
    ),
    Task(
        "seven-clouds",
        "classes",
        "tuned",
        lambda: _cloud(23, n_informative=8, n_classes=7, class_sep=1.5),
        7,
    ),
    Task("tags-6", "tags", "tuned", lambda: _tags(22, 6, 2), 6),
    Task("friedman-2", "values", "tuned", _friedman_2),
    Task(
        "wide-cloud",
        "binary",
        "tuned",
        lambda: _cloud(31, n_informative=8, class_sep=0.9),
    ),
    Task(
        "four-clouds",
        "classes",
        "tuned",
        lambda: _cloud(33, n_informative=7, n_classes=4, class_sep=1.2),
        4,
    ),
    Task("tags-7", "tags", "tuned", lambda: _tags(32, 7, 3), 7),
    Task("friedman-3", "values", "tuned", _friedman_3),
    Task("waves", "binary", "seen", lambda: _waves(41, 2, 1.0)),
    Task(
        "shapes",
        "classes",
        "seen",
        lambda: _shapes(42),
        3,
    ),
    Task("tags-3", "tags", "seen", lambda: _tags(43, 3, 1), 3),
    Task("low-rank", "values", "seen", _low_rank),
    Task(
        "uncommon",
        "binary",
        "seen",
        lambda: _noisy(*_cloud(44, weights=[0.75], n_informative=5), 0.1, 2),
    ),
    Task("eight-blobs", "classes", "seen", _uneven_blobs, 8),
    Task("roll", "binary", "seen", _roll),
    Task("tags-10", "tags", "seen", lambda: _tags(45, 10, 3), 10),
    Task("pulses", "values", "seen", _pulses),
    Task("six-clusters", "binary", "seen", _clusters),
    Task("five-waves", "classes", "seen", lambda: _waves(52, 5, 0.6), 5),
    Task("tags-9", "tags", "seen", lambda: _tags(53, 9, 2), 9),
    Task("few", "binary", "seen", lambda: _cloud(54, weights=[0.6], class_sep=0.7)),
    Task("noisy-digits", "classes", "seen", _noisy_digits, 6),
    Task("products", "values", "seen", _products),
)
