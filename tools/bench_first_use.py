"""From an empty environment to the first understood finding on a program of one's own.

"Understood" is counted as what a newcomer types: install, check, and the command that
the finding itself names for its page.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from tools.installed import INSTALL, environment, wheel

PROGRAM = """\
import keras
from keras.datasets import mnist

(x, y), _ = mnist.load_data()
model = keras.Sequential(
    [
        keras.Input((28, 28)),
        keras.layers.Flatten(),
        keras.layers.Dense(64, activation="relu"),
        keras.layers.Dense(10),
    ]
)
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x / 255, y, epochs=5)
"""


def bench(say: Callable[[str], None]) -> None:
    """Say each command with its seconds, and its lines of output, then all as JSON."""
    with TemporaryDirectory() as temporary:
        folder = Path(temporary)
        built = wheel(folder)
        programs = environment(folder / "venv")
        (folder / "train.py").write_text(PROGRAM, encoding="utf-8")
        kerascheck = str(programs / "kerascheck")
        steps = {
            "pip install kerascheck": [str(programs / "python"), *INSTALL, str(built)],
            "kerascheck train.py": [kerascheck, "train.py"],
            "kerascheck rule KC101": [kerascheck, "rule", "KC101"],
        }
        figures = {shown: _timed(command, folder) for shown, command in steps.items()}
    for shown, (seconds, lines) in figures.items():
        say(f"{shown:<24}{seconds:7.2f} s{lines:5} lines")
    say(json.dumps({"benchmark": "first use", "seconds and lines": figures}))


def _timed(command: Sequence[str], folder: Path) -> tuple[float, int]:
    started = perf_counter()
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False
    )
    seconds = perf_counter() - started
    if done.returncode > 1:
        raise RuntimeError(done.stderr)
    return round(seconds, 3), len(done.stdout.splitlines())
