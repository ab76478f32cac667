"""Further tasks that are made with NumPy, which judged what had been repaired."""

from __future__ import annotations

import numpy as np

from tools.training_logs.how import regime
from tools.training_logs.tasks import Array, Task


def _standard(x: Array) -> Array:
    return (x - x.mean(0)) / (x.std(0) + 1e-9)


def _patches() -> tuple[Array, Array]:
    """Return pictures of three colours with a warm or a cold patch somewhere."""
    rng = np.random.default_rng(101)
    y = rng.integers(2, size=800)
    x = rng.uniform(0, 0.6, (800, 12, 12, 3))
    for picture, warm in zip(x, y, strict=True):
        row, column = rng.integers(8, size=2)
        picture[row : row + 4, column : column + 4, 0 if warm else 2] += 0.35
    return np.clip(x, 0, 1), y


def _checkers() -> tuple[Array, Array]:
    """Return points of a board of nine fields, of which five are of class 1."""
    rng = np.random.default_rng(102)
    x = rng.uniform(0, 3, (1300, 2))
    y = (np.floor(x).sum(1) % 2 == 0).astype(int)
    return _standard(x + rng.normal(0, 0.06, x.shape)), y


def _leavers() -> tuple[Array, Array]:
    """Return customers, a quarter of whom leave: yes or no, counts and amounts."""
    rng = np.random.default_rng(103)
    flags = (rng.random((1400, 5)) < rng.uniform(0.1, 0.6, 5)).astype(float)
    amounts = rng.lognormal(0, 0.8, (1400, 4))
    visits = rng.poisson(3, (1400, 3))
    x = _standard(np.concatenate([flags, amounts, visits], axis=1))
    score = x @ rng.normal(0, 1, 12) + x[:, 0] * x[:, 6] + rng.normal(0, 1.2, 1400)
    return x, (score > np.quantile(score, 0.76)).astype(int)


def _seventeen() -> tuple[Array, Array]:
    """Return seventeen classes, the first of them seven times the last."""
    rng = np.random.default_rng(104)
    shares = 1 / (np.arange(17) + 2.5)
    y = rng.choice(17, size=2000, p=shares / shares.sum())
    centers = rng.normal(0, 1.0, (17, 24)) * (rng.random((17, 24)) < 0.4)
    return _standard(centers[y] * 1.5 + rng.normal(size=(2000, 24))), y


def _glyphs() -> tuple[Array, Array]:
    """Return pictures of nine glyphs, moved by a pixel at most, in noise."""
    rng = np.random.default_rng(105)
    drawn = (rng.random((9, 7, 7)) < 0.45).astype(float)
    y = rng.integers(9, size=1000)
    x = rng.normal(0, 0.4, (1000, 9, 9, 1))
    for picture, glyph in zip(x, y, strict=True):
        row, column = rng.integers(3, size=2)
        picture[row : row + 7, column : column + 7, 0] += drawn[glyph]
    return x, y


def _chirps() -> tuple[Array, Array]:
    """Return two channels of tones that rise, fall or stay, one ahead of the other."""
    rng = np.random.default_rng(106)
    y = rng.choice(6, size=1100, p=[0.3, 0.2, 0.15, 0.15, 0.1, 0.1])
    time = np.arange(30)[None, :]
    bend = np.array([0.0, 0.012, -0.012])[y % 3][:, None]
    phase = 0.7 * time + bend * time**2 + rng.uniform(0, 0.9, (1100, 1))
    ahead = np.where(y < 3, 0.0, 1.5)[:, None]
    x = np.stack([np.sin(phase), np.sin(phase + ahead)], axis=2)
    return x + rng.normal(0, 0.5, x.shape), y


def _chords() -> tuple[Array, Array]:
    """Return sequences of one to three of five tones."""
    rng = np.random.default_rng(107)
    y = (rng.random((900, 5)) < 0.35).astype(int)
    tones = np.sin(np.arange(26) * np.array([0.35, 0.7, 1.1, 1.6, 2.2])[:, None])
    x = (y * rng.uniform(0.7, 1.3, y.shape)) @ tones
    return (x + rng.normal(0, 0.5, x.shape))[:, :, None], y


def _symptoms() -> tuple[Array, Array]:
    """Return fifteen tags that come together, as they have three causes."""
    rng = np.random.default_rng(108)
    causes = rng.normal(size=(1200, 3))
    x = causes @ rng.normal(size=(3, 18)) + rng.normal(0, 0.7, (1200, 18))
    score = causes @ rng.normal(size=(3, 15)) + rng.normal(0, 0.5, (1200, 15))
    return x, (score > rng.uniform(0.3, 1.8, 15)).astype(int)


def _reliefs() -> tuple[Array, Array]:
    """Return pictures of slopes and how steep they are."""
    rng = np.random.default_rng(109)
    steep = rng.gamma(3.0, 0.5, 800)
    turn = rng.uniform(0, 2 * np.pi, 800)
    row, column = np.mgrid[-1:1:8j, -1:1:8j]
    x = steep[:, None, None] * (
        np.cos(turn)[:, None, None] * row + np.sin(turn)[:, None, None] * column
    )
    return (x + rng.normal(0, 0.2, x.shape))[..., None], _standard(steep)


def _yields() -> tuple[Array, Array]:
    """Return yields that have a best dose, most of which is chance."""
    rng = np.random.default_rng(110)
    x = rng.uniform(-1.7, 1.7, (1100, 7))
    y = -(x[:, 0] ** 2) + x[:, 1] * x[:, 2] + 0.5 * x[:, 3] + rng.normal(0, 0.9, 1100)
    return x, _standard(y)


FURTHER_TASKS = (
    Task(
        "patches",
        "binary",
        "seen",
        _patches,
        regime=regime(28, rates=(0.001, 0.004), epochs=6),
    ),
    Task(
        "checkers",
        "binary",
        "seen",
        _checkers,
        regime=regime(
            48, 24, rates=(0.004, 0.012), epochs=9, activation="elu", optimizer="Nadam"
        ),
    ),
    Task(
        "leavers",
        "binary",
        "seen",
        _leavers,
        regime=regime(12, rates=(0.003, 0.01), epochs=5, optimizer="RMSprop", batch=48),
    ),
    Task(
        "seventeen",
        "classes",
        "seen",
        _seventeen,
        17,
        regime(48, rates=(0.003, 0.012), epochs=7, activation="tanh"),
    ),
    Task(
        "glyphs",
        "classes",
        "seen",
        _glyphs,
        9,
        regime(32, rates=(0.0015, 0.005), epochs=5, optimizer="AdamW", batch=24),
    ),
    Task(
        "chirps",
        "classes",
        "seen",
        _chirps,
        6,
        regime(20, 20, rates=(0.004, 0.015), epochs=8, optimizer="Adamax"),
    ),
    Task(
        "chords",
        "tags",
        "seen",
        _chords,
        5,
        regime(24, rates=(0.003, 0.01), epochs=6, batch=24),
    ),
    Task(
        "symptoms",
        "tags",
        "seen",
        _symptoms,
        15,
        regime(36, rates=(0.002, 0.008), epochs=7, normalized=True),
    ),
    Task(
        "reliefs",
        "values",
        "seen",
        _reliefs,
        regime=regime(20, rates=(0.002, 0.006), epochs=6, activation="tanh"),
    ),
    Task(
        "yields",
        "values",
        "seen",
        _yields,
        regime=regime(32, 16, rates=(0.003, 0.01), epochs=8, batch=48),
    ),
)
