"""Trains one setup on one task and keeps what Keras prints of it."""

from __future__ import annotations

import io
import json
import re
import warnings
from collections.abc import Mapping
from contextlib import redirect_stdout
from typing import Any, NamedTuple

import keras
import numpy as np

import kerascheck
from tools.training_logs.how import How, Regime
from tools.training_logs.setups import LogSetup
from tools.training_logs.stored import as_csv
from tools.training_logs.tasks import Array, Task

WITH_WARNINGS = ("bar", "lines")
"""Styles that show what Keras warns of."""


class Training(NamedTuple):
    """What a training left behind.

    Attributes:
        log: As its style has it.
        history: Name -> values, one an epoch; what came before an error.
        error: Class of the exception; "" without one.
        findings: Code -> severity, by `kerascheck.check`.
    """

    log: str
    history: Mapping[str, list[float]]
    error: str
    findings: Mapping[str, str]


def train(setup: LogSetup, task: Task, how: How) -> Training:
    """Build, check and fit a model of a setup."""
    keras.utils.set_random_seed(how.seed)
    x, truth = task.make()
    if setup.network == "unscaled":
        x = x * 200
    if setup.network == "overfit":
        x, truth = x[:160], truth[:160]
    y = _labels(truth, setup, task)
    model = _model(x, setup, task, how)
    with warnings.catch_warnings(record=True) as recorded:
        warnings.simplefilter("always")
        report = kerascheck.check(model, y, **_class_weight(setup, truth))
        findings = {f.code: f.severity.value for f in report.findings}
        recorded.clear()
        printed, history, error = _fit(model, x, y, setup, truth, how, task.regime)
        caught = list(dict.fromkeys(str(w.message) for w in recorded))
    log = _written(how.style, printed, history, error)
    if how.style in WITH_WARNINGS:
        shown = [
            f"UserWarning: {line}\n"
            for line in caught
            if "axis" in line or "from_logits" in line
        ]
        log = "".join(shown) + log
    return Training(log, history, error.partition(":")[0], findings)


def _labels(truth: Array, setup: LogSetup, task: Task) -> Array:
    y: Array
    match setup.labels:
        case "one-hot":
            y = np.eye(task.classes, dtype="float32")[truth]
        case "column":
            y = truth.reshape(-1, 1).astype("float32")
        case "plus-one":
            y = truth + 1
        case "signed":
            y = (truth * 2 - 1).astype("float32")
        case "0-255":
            y = truth * 255
        case "text":
            y = np.where(truth > 0, "yes", "no")
        case "nan":
            y = truth.astype("float32")
            y[::40] = np.nan
        case "counts":
            y = np.round(np.abs(truth) * 3).astype("float32")
        case "times":
            y = (truth * 40 + 300).astype("float32")
        case _:
            y = truth
    return y


def _model(x: Array, setup: LogSetup, task: Task, how: How) -> Any:
    layers = keras.layers
    units = setup.units if setup.units > 0 else task.classes + setup.units
    regime = task.regime
    widths = {"overfit": (256,), "l2": (64,)}.get(setup.network, regime.widths)
    rate = {"slow": how.rate / 30, "fast": how.rate * 10}.get(setup.network, how.rate)
    penalty = keras.regularizers.L2(0.01) if setup.network == "l2" else None
    stack = [keras.Input(x.shape[1:])]
    if x.ndim == 4:
        stack += [layers.Conv2D(8, 3, activation="relu"), layers.Flatten()]
    if x.ndim == 3:
        stack += [layers.Conv1D(8, 5, activation="relu"), layers.Flatten()]
    for width in widths:
        stack.append(layers.Dense(width, regime.activation, kernel_regularizer=penalty))
        if regime.normalized:
            stack.append(layers.BatchNormalization())
    if setup.network == "dropout":
        stack.append(layers.Dropout(0.5))
    stack.append(layers.Dense(units, setup.activation))
    if setup.after:
        name, arguments = setup.after
        stack.append(getattr(layers, name)(**arguments))
    model = keras.Sequential(stack)
    model.compile(
        getattr(keras.optimizers, regime.optimizer)(rate),
        _loss(setup.loss),
        metrics=[_part(keras.metrics, one) for one in setup.metrics],
    )
    return model


def _loss(given: Any) -> Any:
    return _likelihood if given == "own-likelihood" else _part(keras.losses, given)


def _likelihood(y_true: Any, y_pred: Any) -> Any:
    """Return the negative log likelihood of a narrow bell, which may be below zero."""
    error = keras.ops.square(y_true - y_pred) / (2 * 0.01 * 100)
    return keras.ops.mean(error - 1.6, axis=-1)


def _part(home: Any, given: Any) -> Any:
    if isinstance(given, str):
        return given
    name, arguments = given
    return getattr(home, name)(**arguments)


def _class_weight(setup: LogSetup, truth: Array) -> dict[str, Any]:
    if setup.fit == "class_weight":
        counts = np.bincount(truth)
        weights = len(truth) / (len(counts) * counts)
        return {"class_weight": dict(enumerate(weights.tolist()))}
    if setup.fit == "five_to_one":
        return {"class_weight": {0: 1.0, 1: 5.0}}
    if setup.fit == "weight_list":
        return {"class_weight": [1.0, 2.0]}
    if setup.fit == "negative":
        return {"class_weight": {0: -1.0, 1: 1.0}}
    return {}


def _fit(
    model: Any,
    x: Array,
    y: Array,
    setup: LogSetup,
    truth: Array,
    how: How,
    regime: Regime,
) -> tuple[str, dict[str, list[float]], str]:
    printed = io.StringIO()
    history = keras.callbacks.History()
    callbacks = [history]
    if setup.network == "plateau":
        callbacks.append(keras.callbacks.ReduceLROnPlateau("loss", 0.01, 1))
    epochs = how.epochs * (4 if setup.network == "overfit" else 1)
    error = ""
    with redirect_stdout(printed):
        try:
            model.fit(
                x,
                y,
                epochs=epochs,
                batch_size=regime.batch,
                validation_split=0.25 if how.seed % 3 else 0.0,
                verbose=1 if how.style == "bar" else 2,
                callbacks=callbacks,
                **_class_weight(setup, truth),
            )
        except Exception as raised:
            error = _error_text(raised)
    text = printed.getvalue()
    kept = {
        name: [float(np.mean(v)) for v in values]
        for name, values in getattr(history, "history", {}).items()
    }
    return text, kept, error


def _error_text(error: Exception) -> str:
    """Return the lines of an exception that speak, without the calls."""
    lines = [
        line
        for line in str(error).splitlines()
        if line.strip() and not line.lstrip().startswith(("File ", "<stack"))
    ]
    return f"{type(error).__name__}: " + "\n".join(lines[:6] + lines[6:][-4:])


def _written(
    style: str, printed: str, history: Mapping[str, list[float]], error: str
) -> str:
    if error and style in ("csv", "json"):
        return error + "\n"  # no file is written; the error is what is pasted
    match style:
        case "csv":
            return as_csv(history)
        case "json":
            return json.dumps(history)
        case "bare":
            return _lines(history) + error
        case "keras-2":
            return _keras_2(history) + error
        case "logger":
            return _lines(history, "2024-05-01 10:00:00,123 INFO epoch {0}: ") + error
        case "own-loop":
            return _own_loop(history) + error
        case "bar":
            return _last_bars(printed) + error
        case _:
            return printed + error


def _last_bars(printed: str) -> str:
    """Keep the first and the last state of each bar, and the letters of a paste."""
    lines = []
    for line in printed.split("\n"):
        states = [s for s in re.sub("\x08+", "", line).split("\r") if s]
        lines.append("\r".join([*states[:1], *states[1:][-1:]]))
    return "\n".join(lines)


def _epochs(history: Mapping[str, list[float]]) -> list[dict[str, float]]:
    count = len(next(iter(history.values()), []))
    return [{n: values[i] for n, values in history.items()} for i in range(count)]


def _lines(history: Mapping[str, list[float]], before: str = "") -> str:
    return "".join(
        before.format(place)
        + " - ".join(f"{n}: {_number(v)}" for n, v in epoch.items())
        + "\n"
        for place, epoch in enumerate(_epochs(history), 1)
    )


def _own_loop(history: Mapping[str, list[float]]) -> str:
    epochs = _epochs(history)
    return "".join(
        f"Epoch [{place}/{len(epochs)}], "
        + ", ".join(f"{n}={v:.5f}" for n, v in epoch.items())
        + "\n"
        for place, epoch in enumerate(epochs, 1)
    )


def _number(value: float) -> str:
    """Return a number as the progress of Keras has it (`Progbar`, Keras 2 and 3)."""
    return f"{value:.4f}" if abs(value) > 1e-3 else f"{value:.4e}"


def _keras_2(history: Mapping[str, list[float]]) -> str:
    epochs = _epochs(history)
    return "".join(
        f"Epoch {place}/{len(epochs)}\n38/38 [==============================] - 0s "
        f"3ms/step - "
        + " - ".join(f"{n}: {_number(v)}" for n, v in epoch.items())
        + "\n"
        for place, epoch in enumerate(epochs, 1)
    )
