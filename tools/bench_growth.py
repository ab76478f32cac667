"""How the time of a check grows with what is checked: nothing may be more than linear.

Each row is one kind of input at several sizes, made on the spot without Keras. The
time is that of the processor, the best of some runs; next to it is the exponent since
the size before, which is 1 where time grows as the size does.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from math import log
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time
from typing import Any, NamedTuple
from zipfile import ZipFile

import numpy as np

from kerascheck.api import check

METADATA = {"keras_version": "3.15.1", "date_saved": "2026-01-01@00:00:00"}


class Row(NamedTuple):
    """One kind of input.

    Attributes:
        name: In the table.
        sizes: How many there are.
        make: Writes the input of a size into an empty folder.
    """

    name: str
    sizes: tuple[int, ...]
    make: Callable[[Path, int], None]


def rows(largest: int = 10_000) -> Iterator[Row]:
    """Yield what is measured, in sizes from 100 up to the largest."""
    sizes = tuple(size for size in (100, 1000, 10_000) if size <= largest)
    yield Row("heads, each wrong", sizes, lambda f, n: _write(f, _heads(n, wrong=True)))
    yield Row("heads", sizes, lambda f, n: _write(f, _heads(n, wrong=False)))
    yield Row("layers in a row", sizes, lambda f, n: _write(f, _chain(n)))
    yield Row("labels", tuple(100 * size for size in sizes), _labels)
    yield Row("models in a folder", sizes[:2], _folder)


def bench(say: Callable[[str], None], *, largest: int = 10_000, runs: int = 3) -> None:
    """Measure, and say a line a size, then all as one line of JSON."""
    found: dict[str, dict[int, float]] = {}
    for row in rows(largest):
        times = found.setdefault(row.name, {})
        before: int | None = None
        for size in row.sizes:
            times[size] = _seconds(row, size, runs)
            exponent = ""
            if before is not None:
                grown = log(times[size] / times[before]) / log(size / before)
                exponent = f"exponent {grown:.2f}"
            say(f"{row.name:<22}{size:>10}{times[size] * 1000:>10.1f} ms  {exponent}")
            before = size
    figures = {
        name: {str(size): round(s, 5) for size, s in times.items()}
        for name, times in found.items()
    }
    say(json.dumps({"benchmark": "growth", "cpu_seconds": figures}))


def _seconds(row: Row, size: int, runs: int) -> float:
    with TemporaryDirectory() as temporary:
        folder = Path(temporary)
        row.make(folder, size)
        times = []
        for _ in range(runs + 1):  # the first run imports
            start = process_time()
            check(folder)
            times.append(process_time() - start)
    return min(times[1:])


def _write(folder: Path, config: dict[str, Any], name: str = "model") -> None:
    with ZipFile(folder / f"{name}.keras", "w") as archive:
        archive.writestr("metadata.json", json.dumps(METADATA))
        archive.writestr("config.json", json.dumps(config))


def _layer(kind: str, name: str, *before: str, **config: Any) -> dict[str, Any]:
    tensors = [
        {
            "class_name": "__keras_tensor__",
            "config": {"shape": [None, 10], "keras_history": [one, 0, 0]},
        }
        for one in before
    ]
    calls = [{"args": tensors, "kwargs": {}}] if before else []
    return {
        "module": "keras.layers",
        "class_name": kind,
        "config": {"name": name, "trainable": True, "dtype": "float32", **config},
        "registered_name": None,
        "name": name,
        "inbound_nodes": calls,
    }


def _model(layers: list[Any], outputs: list[str]) -> dict[str, Any]:
    loss = dict.fromkeys(outputs, "categorical_crossentropy")
    metrics = {name: ["accuracy"] for name in outputs}
    ends = [[name, 0, 0] for name in outputs]
    return {
        "module": "keras.src.models.functional",
        "class_name": "Functional",
        "config": {
            "name": "model",
            "layers": [_layer("InputLayer", "x", batch_shape=[None, 10]), *layers],
            "input_layers": [["x", 0, 0]],
            "output_layers": ends if len(ends) > 1 else ends[0],
        },
        "registered_name": "Functional",
        "compile_config": {"optimizer": "adam", "loss": loss, "metrics": metrics},
    }


def _heads(number: int, *, wrong: bool) -> dict[str, Any]:
    names = [f"head_{place}" for place in range(number)]
    activation = "relu" if wrong else "softmax"
    heads = [_layer("Dense", n, "x", units=10, activation=activation) for n in names]
    return _model(heads, names)


def _chain(number: int) -> dict[str, Any]:
    first = _layer("Dense", "l0", "x", units=10, activation="softmax")
    others = [
        _layer("Dropout", f"l{place}", f"l{place - 1}", rate=0.1)
        for place in range(1, number)
    ]
    return _model([first, *others], [f"l{number - 1}"])


def _labels(folder: Path, number: int) -> None:
    _write(folder, _heads(1, wrong=False))
    np.save(folder / "labels.npy", np.eye(10, dtype="float32")[np.arange(number) % 10])


def _folder(folder: Path, number: int) -> None:
    for place in range(number):
        config = json.dumps(_heads(1, wrong=False)).replace("head_0", f"head_{place}")
        _write(folder, json.loads(config), f"model_{place}")
