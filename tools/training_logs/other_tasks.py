"""Tasks of other kinds of data, made with NumPy, to judge what was repaired last."""

from __future__ import annotations

import numpy as np

from tools.training_logs.how import regime
from tools.training_logs.tasks import Array, Task


def _standard(x: Array) -> Array:
    return (x - x.mean(0)) / (x.std(0) + 1e-9)


def _walks() -> tuple[Array, Array]:
    """Return random walks, of which those of class 1 drift a little upwards."""
    rng = np.random.default_rng(201)
    y = (rng.random(900) < 0.55).astype(int)
    steps = rng.normal(0, 1, (900, 22)) + 0.14 * y[:, None]
    return steps.cumsum(1)[:, :, None] / 4, y


def _shells() -> tuple[Array, Array]:
    """Return points in five dimensions that are near the middle or far from it."""
    rng = np.random.default_rng(202)
    y = (rng.random(1000) < 0.35).astype(int)
    x = rng.normal(size=(1000, 5))
    x *= (np.where(y == 1, 1.3, 2.2) / np.linalg.norm(x, axis=1))[:, None]
    return x + rng.normal(0, 0.3, x.shape), y


def _loans() -> tuple[Array, Array]:
    """Return loans, a seventh of which default: amounts with long tails, and ranks."""
    rng = np.random.default_rng(203)
    amounts = rng.lognormal(0, 0.6, (1200, 5))
    ranks = rng.integers(1, 8, (1200, 4))
    x = _standard(np.concatenate([np.log(amounts), ranks], axis=1))
    score = x[:, :6] @ rng.normal(0, 1, 6) + rng.normal(0, 1.4, 1200)
    return x, (score > np.quantile(score, 0.86)).astype(int)


def _stripes() -> tuple[Array, Array]:
    """Return pictures of stripes in four directions, with a phase and in noise."""
    rng = np.random.default_rng(204)
    y = rng.choice(4, size=800, p=[0.35, 0.3, 0.2, 0.15])
    row, column = np.mgrid[0:9, 0:9]
    turn = (y * np.pi / 4 + rng.normal(0, 0.12, 800))[:, None, None]
    along = np.cos(turn) * row + np.sin(turn) * column
    x = np.sin(1.3 * along + rng.uniform(0, 2 * np.pi, (800, 1, 1)))
    return (x + rng.normal(0, 0.6, x.shape))[..., None], y


def _orders() -> tuple[Array, Array]:
    """Return seven grades of one score, the middle ones the commonest."""
    rng = np.random.default_rng(205)
    x = rng.normal(size=(1100, 11))
    score = x[:, :5] @ [1.0, -0.8, 0.7, 0.5, -0.4] + 0.4 * x[:, 5] ** 2
    score = _standard(score) + rng.normal(0, 0.15, 1100)
    return x, np.digitize(score, [-1.4, -0.8, -0.3, 0.3, 0.9, 1.6])


def _species() -> tuple[Array, Array]:
    """Return fourteen classes of two centers each, that differ in width."""
    rng = np.random.default_rng(206)
    y = rng.integers(14, size=1500)
    centers = rng.normal(0, 1.5, (14, 2, 12))
    width = rng.uniform(0.6, 1.3, 14)[y][:, None]
    x = centers[y, rng.integers(2, size=1500)] + width * rng.normal(size=(1500, 12))
    return _standard(x), y


def _alarms() -> tuple[Array, Array]:
    """Return seven tags, each set by two sensors of which both must be high."""
    rng = np.random.default_rng(207)
    x = rng.normal(size=(1100, 14))
    high = x + rng.normal(0, 0.25, x.shape) > -0.3
    return x, (high[:, :7] & high[:, 7:]).astype(int)


def _genres() -> tuple[Array, Array]:
    """Return counts of words in texts with some of eleven tags, common to rare."""
    rng = np.random.default_rng(208)
    y = (rng.random((1100, 11)) < np.linspace(0.5, 0.08, 11)).astype(int)
    rates = rng.gamma(0.5, 0.8, (11, 30))
    return np.sqrt(rng.poisson(0.2 + y @ rates)), y


def _decays() -> tuple[Array, Array]:
    """Return curves that decay, and how fast they do."""
    rng = np.random.default_rng(209)
    speed = rng.lognormal(-2, 0.5, 900)
    x = rng.uniform(0.7, 1.4, (900, 1)) * np.exp(-np.arange(18) * speed[:, None])
    return x + rng.normal(0, 0.08, x.shape), _standard(speed)


def _rents() -> tuple[Array, Array]:
    """Return rents by size, age and place, with a few that are far too high."""
    rng = np.random.default_rng(210)
    x = _standard(rng.gamma(2.0, 1.0, (1000, 6)))
    y = 1.2 * x[:, 0] - 0.5 * np.abs(x[:, 1]) + 0.6 * x[:, 2] * (x[:, 3] > 0)
    y = y + rng.normal(0, 0.4, 1000) + 4.0 * (rng.random(1000) < 0.03)
    return x, _standard(y)


OTHER_TASKS = (
    Task(
        "shells",
        "binary",
        "judged",
        _shells,
        regime=regime(36, rates=(0.006, 0.02), epochs=6, activation="gelu", batch=40),
    ),
    Task(
        "stripes",
        "classes",
        "judged",
        _stripes,
        4,
        regime(20, rates=(0.002, 0.007), epochs=6, optimizer="RMSprop", batch=40),
    ),
    Task(
        "alarms",
        "tags",
        "judged",
        _alarms,
        7,
        regime(28, rates=(0.004, 0.012), epochs=7, activation="elu"),
    ),
    Task(
        "decays",
        "values",
        "judged",
        _decays,
        regime=regime(24, rates=(0.003, 0.012), epochs=7, optimizer="Nadam"),
    ),
    Task(
        "loans",
        "binary",
        "judged",
        _loans,
        regime=regime(18, 12, rates=(0.004, 0.015), epochs=5, optimizer="AdamW"),
    ),
    Task(
        "orders",
        "classes",
        "judged",
        _orders,
        7,
        regime(40, rates=(0.005, 0.02), epochs=7, activation="tanh", batch=48),
    ),
    Task(
        "genres",
        "tags",
        "judged",
        _genres,
        11,
        regime(32, rates=(0.003, 0.01), epochs=6, optimizer="Adamax", batch=24),
    ),
    Task(
        "rents",
        "values",
        "judged",
        _rents,
        regime=regime(28, rates=(0.002, 0.008), epochs=6, normalized=True, batch=40),
    ),
    Task(
        "walks",
        "binary",
        "judged",
        _walks,
        regime=regime(16, rates=(0.002, 0.008), epochs=7, batch=48),
    ),
    Task(
        "species",
        "classes",
        "judged",
        _species,
        14,
        regime(56, rates=(0.004, 0.01), epochs=5, normalized=True),
    ),
)
