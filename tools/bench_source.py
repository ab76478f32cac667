"""How fast programs are read: one from start to exit, many at once, none of ours.

Whole processes, in turn so that noise meets all alike: one program, one saved model,
and a folder of programs of 100 lines that differ, less the time of one. Without Keras:
what a tree of Python files that name no Keras costs beyond the search for saved models
in it.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any, Final

from kerascheck.model.frozen import Frozen
from kerascheck.readers.search import find_models
from tools.bench_static import kerascheck_command, median_seconds

SAVED: Final = Path(__file__).parents[1] / "fixtures/format-archive-right/model.keras"
NEURALINT: Final = 2.4
"""Seconds a program that NeuraLint takes, as its authors published."""


class Effort(Frozen):
    """How much to measure."""

    runs: int = 25  # of each command
    programs: int = 300  # in the folder of programs of Keras
    files: int = 10_000  # in the folder without Keras
    rounds: int = 5  # over a folder, of which the median counts


def bench(effort: Effort, say: Callable[[str], None]) -> None:
    """Measure everything and say it: a line a figure, at the end one line of JSON."""
    with TemporaryDirectory() as temporary:
        folder = Path(temporary)
        cold = _cold(folder, effort)
        figures: dict[str, Any] = {
            "benchmark": "source",
            "python": sys.version.split()[0],
            "cores": os.cpu_count(),
            **{name: round(seconds, 5) for name, seconds in cold.items()},
            "cold program / cold model": round(cold["program"] / cold["model"], 2),
            "programs a second": round(
                (effort.programs - 1) / (cold["programs"] - cold["program"])
            ),
            "seconds beyond the search of files without Keras": round(
                _beyond(folder / "none", effort), 3
            ),
            "NeuraLint, published seconds a program": NEURALINT,
        }
    for line in _lines(figures):
        say(line)
    say(json.dumps(figures))


def _cold(folder: Path, effort: Effort) -> dict[str, float]:
    """Return the median seconds of commands, from start to exit."""
    program, model, many = folder / "train.py", folder / "model.keras", folder / "many"
    program.write_text(program_of_100_lines(0), encoding="utf-8")
    shutil.copy(SAVED, model)
    many.mkdir()
    for number in range(effort.programs):
        text = program_of_100_lines(number)
        (many / f"train_{number:04}.py").write_text(text, encoding="utf-8")
    commands = {
        "program": kerascheck_command(program),
        "model": kerascheck_command(model),
    }
    several = {"programs": kerascheck_command(many)}
    return {
        **median_seconds(commands, effort.runs),
        **median_seconds(several, effort.rounds),
    }


def _beyond(folder: Path, effort: Effort) -> float:
    """Return what looking for programs costs where none is of Keras."""
    for number in range(effort.files):
        below = folder / f"package_{number // 100:03}"
        below.mkdir(parents=True, exist_ok=True)
        (below / f"module_{number:05}.py").write_text(_MODULE, encoding="utf-8")

    def search(*, programs: bool) -> float:
        return _seconds(lambda: list(find_models([str(folder)], programs=programs)))

    search(programs=True)
    pairs = [
        search(programs=True) - search(programs=False) for _ in range(effort.rounds)
    ]
    return median(pairs)


def _seconds(action: Callable[[], object]) -> float:
    start = perf_counter()
    action()
    return perf_counter() - start


_MODULE: Final = '"""One of many."""\n\n\ndef double(x):\n    return x * 2\n' * 10


def program_of_100_lines(number: int) -> str:
    """Return a program that builds a network in a function and trains it."""
    hidden = 8 + number % 57
    lines = [
        '"""Trains a small network."""',
        "import numpy as np",
        "import tensorflow as tf",
        "from tensorflow.keras import layers",
        "",
        f"UNITS = {hidden}",
        "(x_train, y_train), (x_test, y_test) = tf.keras.datasets.mnist.load_data()",
        'x_train = x_train.reshape(-1, 784).astype("float32") / 255',
        "y_train = tf.keras.utils.to_categorical(y_train, 10)",
        "",
        "",
        "def build(units, rate=0.2):",
        "    inputs = tf.keras.Input((784,))",
        "    x = inputs",
        *_blocks(4),
        f'    outputs = layers.Dense(10, activation="softmax", name="y{number}")(x)',
        "    return tf.keras.Model(inputs, outputs)",
        "",
        "",
        *_helpers(),
        "",
        "",
        "model = build(UNITS)",
        "model.compile(",
        '    optimizer="adam",',
        '    loss="categorical_crossentropy",',
        '    metrics=["accuracy"],',
        ")",
        "model.fit(x_train, y_train, epochs=3, batch_size=32)",
        "print(model.predict(x_test[:5].reshape(-1, 784)))",
    ]
    return "\n".join(lines) + "\n"


def _blocks(count: int) -> Iterator[str]:
    for place in range(count):
        yield f'    x = layers.Dense(units + {place}, activation="relu")(x)'
        yield "    x = layers.BatchNormalization()(x)"
        yield "    x = layers.Dropout(rate)(x)"


def _helpers() -> Iterator[str]:
    for name in ("accuracy", "precision", "recall", "error", "hits", "misses", "score"):
        yield f"def {name}(y_true, y_pred):"
        yield '    """Return one score of predictions."""'
        yield "    rows = np.argmax(y_pred, axis=1)"
        yield "    total = 0"
        yield "    for row, label in zip(rows, y_true):"
        yield "        total += int(row == label)"
        yield "    return total / len(rows)"
        yield ""
        yield ""


def _lines(figures: Mapping[str, Any]) -> Iterator[str]:
    for name, value in figures.items():
        if isinstance(value, float | int):
            yield f"{name:<60}{value:>10}"
