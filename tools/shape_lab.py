"""Asks real Keras whether labels of one shape train an output of another.

`python -m tools.shape_lab GENERATION` reads setups as lines of JSON, each after 1 if it
is thought to run and 0 if not, and writes what `fit` did with it. One process has one
Keras: generation 2 is tf_keras; KERAS_BACKEND picks the backend of Keras 3.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from kerascheck.keras_api.losses import LOSSES

BATCH = 7
ROWS = 18
"""Two full batches and one of four rows: no axis of a setup should be as long."""

KERASES = ("3-tensorflow", "3-jax", "2-tensorflow")


class Setup(NamedTuple):
    """One output, one loss or metric, and labels of one shape.

    Shapes are without the batch. An axis of the output that is listed in `open` is
    declared as None; an axis of the labels that is listed in `dynamic` is None in the
    spec of a `tf.data.Dataset`.
    """

    output: tuple[int, ...]
    labels: tuple[int, ...]
    loss: str | None = None  # class name
    metric: str | None = None
    arguments: tuple[tuple[str, Any], ...] = ()
    activation: str = "linear"
    form: str = "object"  # of the loss: object, string or function
    open: tuple[int, ...] = ()
    dynamic: tuple[int, ...] = ()


def line_of(setup: Setup) -> str:
    """Return a setup as one line of JSON."""
    return json.dumps(setup)


def setup_of(line: str) -> Setup:
    """Return the setup on a line of JSON."""
    output, labels, loss, metric, arguments, *rest, opened, dynamic = json.loads(line)
    activation, form = rest
    return Setup(
        output=tuple(output),
        labels=tuple(labels),
        loss=loss,
        metric=metric,
        arguments=tuple((name, value) for name, value in arguments),
        activation=activation,
        form=form,
        open=tuple(opened),
        dynamic=tuple(dynamic),
    )


def measure(
    setups: Sequence[Setup],
    keras: str,
    *,
    likely: Sequence[bool] | None = None,
    eager: bool = False,
    limit: float = 3000,
) -> list[str]:
    """Return what `fit` did with each setup, in a process of its own.

    Args:
        setups: Any number.
        keras: One of `KERASES`.
        likely: Which will run, as a guess: these are fitted many at a time, as outputs
            of one model, and one by one if that raises. Right or wrong, it changes
            nothing but the time.
        eager: Whether to compile with run_eagerly=True.
        limit: Seconds until it is given up.

    Returns:
        "raises", or the shape of the loss values as JSON; "[]" if there are none.
    """
    generation, backend = keras.split("-")
    guesses = likely or [False] * len(setups)
    lines = (f"{g:d}{line_of(s)}\n" for s, g in zip(setups, guesses, strict=True))
    done = subprocess.run(
        [sys.executable, "-m", "tools.shape_lab", generation, *["eager"] * eager],
        input="".join(lines),
        capture_output=True,
        text=True,
        timeout=limit,
        check=False,
        cwd=Path(__file__).parent.parent,
        env=os.environ
        | {
            "KERAS_BACKEND": backend,
            "TF_CPP_MIN_LOG_LEVEL": "3",
            "OMP_NUM_THREADS": "1",
        },
    )
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    return done.stdout.splitlines()


class Lab:
    """Fits one setup after another, or many at once, with one Keras."""

    def __init__(self, keras: Any, *, eager: bool = False) -> None:
        """Take the module `keras` or `tf_keras`, as it was imported."""
        self._keras = keras
        self._eager = eager
        self._scale = _scale_layer(keras)

    def try_all(self, guessed: Sequence[tuple[Setup, bool]]) -> list[str]:
        """Return what happened to each setup, those that may run fitted together."""
        results: dict[int, str] = {}
        running = [i for i, (s, runs) in enumerate(guessed) if runs and not s.dynamic]
        for start in range(0, len(running), _TOGETHER):
            places = running[start : start + _TOGETHER]
            found = self._fit([guessed[i][0] for i in places])
            results |= dict(zip(places, found or [], strict=False))
        for place, (setup, _) in enumerate(guessed):
            if place not in results:
                found = self._fit([setup])
                results[place] = found[0] if found else "raises"
        self._keras.backend.clear_session()
        return [results[i] for i in range(len(guessed))]

    def _fit(self, setups: Sequence[Setup]) -> list[str] | None:
        import numpy as np

        shapes: list[list[Any]] = [[] for _ in setups]
        inputs, outputs, x, y = [], [], [], []
        for setup in setups:
            tail = [None if i in setup.open else n for i, n in enumerate(setup.output)]
            inputs.append(self._keras.Input(tuple(tail)))
            scaled = self._scale()(inputs[-1])
            outputs.append(self._keras.layers.Activation(setup.activation)(scaled))
            x.append(np.full((ROWS, *setup.output), 0.5, "float32"))
            y.append(np.zeros((ROWS, *setup.labels), "float32"))
        alone = len(setups) == 1
        model = self._keras.Model(*_one_or_all(inputs, outputs))
        metrics = [self._metrics(s) for s in setups]
        losses = [self._loss(s, found) for s, found in zip(setups, shapes, strict=True)]
        try:
            model.compile(
                "sgd",
                loss=losses[0] if alone else losses,
                metrics=metrics[0] if alone else metrics,
                run_eagerly=self._eager,
            )
            if alone and setups[0].dynamic:
                model.fit(_dataset(x[0], y[0], setups[0].dynamic), verbose=0)
            else:
                model.fit(*_one_or_all(x, y), batch_size=BATCH, verbose=0)
        except Exception as error:
            if os.environ.get("SHAPE_LAB_WHY"):
                print(setups[0], repr(error)[:300], file=sys.stderr)
            return None
        return [json.dumps(found[0] if found else []) for found in shapes]

    def _loss(self, setup: Setup, shapes: list[Any]) -> Any:
        if setup.loss is None:
            return self._any_loss
        cls = getattr(self._keras.losses, setup.loss)
        if setup.form != "object":
            name = LOSSES[setup.loss].function
            if setup.form == "string":
                return name
            return getattr(self._keras.losses, name)
        loss = cls(**dict(setup.arguments))
        inner = loss.call

        def call(y: Any, p: Any) -> Any:
            values = inner(y, p)
            shapes.append([n and int(n) for n in values.shape])
            return values

        loss.call = call
        return loss

    def _any_loss(self, y: Any, p: Any) -> Any:
        """Take every pair of shapes."""
        return p * 0.0

    def _metrics(self, setup: Setup) -> list[Any]:
        if setup.metric is None:
            return []
        if setup.metric[0].islower():
            return [setup.metric]
        cls = getattr(self._keras.metrics, setup.metric)
        return [cls(**dict(setup.arguments))]


_TOGETHER = 24


def _one_or_all(*lists: list[Any]) -> list[Any]:
    return [values[0] if len(values) == 1 else values for values in lists]


def _scale_layer(keras: Any) -> Any:
    class Scale(keras.layers.Layer):  # type: ignore[misc]
        def build(self, input_shape: Any) -> None:
            self.scale = self.add_weight(name="scale", shape=(), initializer="ones")

        def call(self, x: Any) -> Any:
            return x * self.scale

        def compute_output_shape(self, input_shape: Any) -> Any:
            return input_shape

    return Scale


def _dataset(x: Any, y: Any, dynamic: Sequence[int]) -> Any:
    import tensorflow as tf

    tail = [None if i in dynamic else n for i, n in enumerate(y.shape[1:])]
    signature = (
        tf.TensorSpec((None, *x.shape[1:]), tf.float32),
        tf.TensorSpec((None, *tail), tf.float32),
    )

    def batches() -> Iterator[Any]:
        for start in range(0, len(x), BATCH):
            yield x[start : start + BATCH], y[start : start + BATCH]

    return tf.data.Dataset.from_generator(batches, output_signature=signature)


def main() -> None:
    """Measure the setups on the standard input."""
    import importlib
    import warnings

    warnings.simplefilter("ignore")
    keras = importlib.import_module("tf_keras" if sys.argv[1] == "2" else "keras")
    lab = Lab(keras, eager="eager" in sys.argv)
    guessed = [(setup_of(line[1:]), line[0] == "1") for line in sys.stdin]
    for start in range(0, len(guessed), _CHUNK):
        for result in lab.try_all(guessed[start : start + _CHUNK]):
            print(result, flush=True)


_CHUNK = 240

if __name__ == "__main__":
    main()
