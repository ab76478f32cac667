"""Tasks that are made with NumPy, with networks and trainings of their own."""

from __future__ import annotations

import numpy as np

from tools.training_logs.how import regime
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


def _words() -> tuple[Array, Array]:
    """Return counts of forty words in texts of two kinds."""
    rng = np.random.default_rng(65)
    rates = rng.gamma(0.6, 1.0, (2, 40))
    y = (rng.random(800) < 0.4).astype(int)
    return rng.poisson(0.7 * rates[0] + 0.3 * rates[y]).astype(float), y


def _bursts() -> tuple[Array, Array]:
    """Return sequences of noise, half of which hold a short tone."""
    rng = np.random.default_rng(66)
    y = rng.integers(2, size=900)
    x = rng.normal(0, 0.7, (900, 32))
    for row, there in zip(x, y, strict=True):
        if there:
            at = rng.integers(24)
            row[at : at + 8] += 1.6 * np.sin(np.arange(8) * 1.5)
    return x[:, :, None], y


def _subjects() -> tuple[Array, Array]:
    """Return counts of sixty words in texts about twelve subjects."""
    rng = np.random.default_rng(72)
    rates = rng.gamma(0.4, 1.0, (12, 60))
    y = rng.integers(12, size=1500)
    return rng.poisson(0.4 + 0.5 * rates[y]).astype(float), y


def _steps() -> tuple[Array, Array]:
    """Return sequences that step up or down, early or late."""
    rng = np.random.default_rng(73)
    y = rng.integers(4, size=900)
    at = np.where(y % 2, rng.integers(16, 22, 900), rng.integers(6, 12, 900))
    size = np.where(y < 2, 1.0, -1.0)
    x = (np.arange(28) >= at[:, None]) * size[:, None]
    return (x + rng.normal(0, 0.6, x.shape))[:, :, None], y


def _themes() -> tuple[Array, Array]:
    """Return counts of fifty words in texts that are about one to four themes."""
    rng = np.random.default_rng(83)
    y = (rng.random((1200, 8)) < 0.3).astype(int)
    rates = rng.gamma(0.5, 1.0, (8, 50))
    return rng.poisson(0.3 + 0.6 * y @ rates).astype(float), y


def _periods() -> tuple[Array, Array]:
    """Return short sequences and how fast they swing."""
    rng = np.random.default_rng(93)
    speed = rng.uniform(0.3, 1.2, 900)
    x = np.sin(np.arange(20) * speed[:, None] + rng.uniform(0, 6.28, (900, 1)))
    x = x + rng.normal(0, 0.3, x.shape)
    return x[:, :, None], (speed - speed.mean()) / speed.std()


MADE_TASKS = (
    Task(
        "spirals",
        "binary",
        "seen",
        _spirals,
        regime=regime(32, 32, rates=(0.02, 0.005), epochs=8, activation="tanh"),
    ),
    Task(
        "exclusive-or",
        "binary",
        "seen",
        _exclusive_or,
        regime=regime(40, rates=(0.008, 0.015), epochs=6),
    ),
    Task(
        "seldom",
        "binary",
        "seen",
        _seldom,
        regime=regime(16, rates=(0.005, 0.02), epochs=5, batch=64),
    ),
    Task(
        "rings",
        "classes",
        "seen",
        _rings,
        3,
        regime(48, rates=(0.006, 0.02), epochs=8),
    ),
    Task(
        "twenty",
        "classes",
        "seen",
        _twenty,
        20,
        regime(64, 32, rates=(0.002, 0.01), epochs=7, activation="gelu"),
    ),
    Task(
        "skewed",
        "classes",
        "seen",
        _skewed,
        5,
        regime(24, rates=(0.01, 0.05), epochs=10, optimizer="SGD", batch=16),
    ),
    Task(
        "many-tags",
        "tags",
        "seen",
        _many_tags,
        12,
        regime(40, rates=(0.004, 0.015), epochs=6),
    ),
    Task(
        "rare-tags",
        "tags",
        "seen",
        _rare_tags,
        6,
        regime(32, rates=(0.006, 0.02), epochs=8, batch=64),
    ),
    Task(
        "bends",
        "values",
        "seen",
        _bends,
        regime=regime(48, 24, rates=(0.005, 0.02), epochs=6),
    ),
    Task(
        "incomes",
        "values",
        "seen",
        _incomes,
        regime=regime(16, rates=(0.004, 0.01), epochs=8, optimizer="RMSprop"),
    ),
    Task(
        "words",
        "binary",
        "seen",
        _words,
        regime=regime(20, rates=(0.002, 0.006), epochs=5, batch=16),
    ),
    Task(
        "bursts",
        "binary",
        "seen",
        _bursts,
        regime=regime(16, rates=(0.003, 0.01), epochs=7, activation="gelu"),
    ),
    Task(
        "subjects",
        "classes",
        "seen",
        _subjects,
        12,
        regime(32, rates=(0.002, 0.008), epochs=6, batch=64, normalized=True),
    ),
    Task(
        "steps",
        "classes",
        "seen",
        _steps,
        4,
        regime(24, rates=(0.005, 0.012), epochs=5),
    ),
    Task(
        "themes",
        "tags",
        "seen",
        _themes,
        8,
        regime(24, rates=(0.003, 0.01), epochs=7, activation="gelu"),
    ),
    Task(
        "periods",
        "values",
        "seen",
        _periods,
        regime=regime(32, rates=(0.002, 0.008), epochs=6, batch=16),
    ),
)
