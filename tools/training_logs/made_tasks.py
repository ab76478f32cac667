"""Tasks that are made with NumPy, with networks and trainings of their own."""

from __future__ import annotations

import numpy as np

from tools.training_logs.how import FURTHER_STYLES, Regime
from tools.training_logs.tasks import Array, Task


def _spirals() -> tuple[Array, Array]:
    rng = np.random.default_rng(61)
    y = rng.integers(2, size=900)
    turn = 3 * rng.random(900) ** 0.5
    angle = 2 * turn + np.pi * y
    x = np.stack([turn * np.cos(angle), turn * np.sin(angle)], axis=1)
    return x + rng.normal(0, 0.12, x.shape), y


def _exclusive_or() -> tuple[Array, Array]:
    """Return a class where two of ten numbers have one sign; some labels are wrong."""
    rng = np.random.default_rng(62)
    x = rng.normal(size=(1500, 10))
    y = (x[:, 0] * x[:, 1] > 0).astype(int)
    return x, np.where(rng.random(1500) < 0.08, 1 - y, y)


def _seldom() -> tuple[Array, Array]:
    """Return a class of one sample in fourteen."""
    rng = np.random.default_rng(63)
    x = rng.normal(size=(1400, 9))
    score = x[:, :4] @ [1.2, -1.0, 0.8, 0.6] + rng.normal(0, 0.5, 1400)
    return x, (score > np.quantile(score, 0.93)).astype(int)


def _rings() -> tuple[Array, Array]:
    rng = np.random.default_rng(71)
    y = rng.integers(3, size=900)
    angle = rng.uniform(0, 2 * np.pi, 900)
    radius = 0.5 + y + rng.normal(0, 0.28, 900)
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1), y


def _twenty() -> tuple[Array, Array]:
    rng = np.random.default_rng(74)
    centers = rng.normal(0, 1.6, (20, 9))
    y = rng.integers(20, size=1800)
    return centers[y] + rng.normal(size=(1800, 9)), y


def _skewed() -> tuple[Array, Array]:
    """Return five classes, each half as common as the last; a seventh are wrong."""
    rng = np.random.default_rng(75)
    y = rng.choice(5, size=1300, p=np.array([16, 8, 4, 2, 1]) / 31)
    x = rng.normal(0, 1.3, (5, 8))[y] + rng.normal(size=(1300, 8))
    return x, np.where(rng.random(1300) < 1 / 7, rng.integers(5, size=1300), y)


def _many_tags() -> tuple[Array, Array]:
    rng = np.random.default_rng(81)
    x = rng.normal(size=(1100, 14))
    score = x @ rng.normal(size=(14, 12)) + rng.normal(0, 1.0, (1100, 12))
    return x, (score > 2.0).astype(int)


def _rare_tags() -> tuple[Array, Array]:
    rng = np.random.default_rng(82)
    x = rng.normal(size=(1300, 10))
    score = x @ rng.normal(size=(10, 6)) + rng.normal(0, 0.6, (1300, 6))
    return x, (score > np.quantile(score, 0.94)).astype(int)


def _bends() -> tuple[Array, Array]:
    rng = np.random.default_rng(91)
    x = rng.uniform(-2, 2, (900, 4))
    y = np.sin(2 * x[:, 0]) + 0.5 * x[:, 1] ** 2 + rng.normal(0, 0.2, 900)
    return x, (y - y.mean()) / y.std()


def _incomes() -> tuple[Array, Array]:
    """Return targets with a long tail."""
    rng = np.random.default_rng(92)
    x = rng.normal(size=(1000, 8))
    y = np.exp(0.5 * x[:, 0] + 0.4 * x[:, 1] + rng.normal(0, 0.3, 1000))
    return x, (y - y.mean()) / y.std()


def _regime(
    *widths: int, rates: tuple[float, ...], epochs: int, **how: object
) -> Regime:
    """Return a training whose logs have any style, in lengths that differ by two."""
    lengths = (epochs, epochs + 2)
    return Regime(widths, rates=rates, epochs=lengths, styles=FURTHER_STYLES)._replace(
        **how  # type: ignore[arg-type]
    )


MADE_TASKS = (
    Task(
        "spirals",
        "binary",
        "judged",
        _spirals,
        regime=_regime(32, 32, rates=(0.02, 0.005), epochs=8, activation="tanh"),
    ),
    Task(
        "exclusive-or",
        "binary",
        "judged",
        _exclusive_or,
        regime=_regime(40, rates=(0.008, 0.015), epochs=6),
    ),
    Task(
        "seldom",
        "binary",
        "judged",
        _seldom,
        regime=_regime(16, rates=(0.005, 0.02), epochs=5, batch=64),
    ),
    Task(
        "rings",
        "classes",
        "judged",
        _rings,
        3,
        _regime(48, rates=(0.006, 0.02), epochs=8),
    ),
    Task(
        "twenty",
        "classes",
        "judged",
        _twenty,
        20,
        _regime(64, 32, rates=(0.002, 0.01), epochs=7, activation="gelu"),
    ),
    Task(
        "skewed",
        "classes",
        "judged",
        _skewed,
        5,
        _regime(24, rates=(0.01, 0.05), epochs=10, optimizer="SGD", batch=16),
    ),
    Task(
        "many-tags",
        "tags",
        "judged",
        _many_tags,
        12,
        _regime(40, rates=(0.004, 0.015), epochs=6),
    ),
    Task(
        "rare-tags",
        "tags",
        "judged",
        _rare_tags,
        6,
        _regime(32, rates=(0.006, 0.02), epochs=8, batch=64),
    ),
    Task(
        "bends",
        "values",
        "judged",
        _bends,
        regime=_regime(48, 24, rates=(0.005, 0.02), epochs=6),
    ),
    Task(
        "incomes",
        "values",
        "judged",
        _incomes,
        regime=_regime(16, rates=(0.004, 0.01), epochs=8, optimizer="RMSprop"),
    ),
)
