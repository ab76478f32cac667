"""Trains, checked and unchecked, on the backend that KERAS_BACKEND names.

Prints a JSON object: the name of each trial, and what came of it.
"""

import json
import sys
from contextlib import suppress
from functools import partial

import numpy as np

from kerascheck.live.callback import callback
from kerascheck.live.fit_hook import check_on_fit
from kerascheck.report.report import FindingsError

sys.modules["tensorflow"] = None  # Keras looks for it on every backend
X = np.random.default_rng(0).normal(size=(64, 4)).astype("float32")
Y = (X[:, 0] > 0).astype("int32")


class Halt(Exception):
    """Ends what takes a batch before its first step."""


def halt(told, watched):
    told.append(watched)
    raise Halt


def imported():
    """Import Keras while it is watched, and let a model be seen."""
    assert "keras" not in sys.modules
    told = []
    with check_on_fit(partial(halt, told)):
        import keras

        during = keras.Model.fit
        with suppress(Halt):
            model(keras).fit(X, Y, verbose=0)
    (watched,) = told
    return {
        "codes": codes(watched.report),
        "backend": watched.report.models[0].backend,
        "line": watched.origin.compiled,
        "given back": keras.Model.fit is not during
        and keras.Model.fit.__module__.startswith("keras"),
    }


def codes(report):
    return [finding.code for finding in report]


def model(keras, activation=None, *, built=True):
    keras.utils.set_random_seed(0)
    layers = [keras.layers.Dropout(0.5), keras.layers.Dense(1, activation)]
    made = keras.Sequential([keras.Input((4,)), *layers] if built else layers)
    made.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    return made


def weights(model):
    return [weights.tobytes() for weights in model.get_weights()]


def stopped(keras):
    """Stop a doomed run by the callback, and by watching."""
    left = {}
    for way in ("callback", "watching"):
        doomed = model(keras)
        before = weights(doomed)
        try:
            train(doomed, way, raising)
        except FindingsError as error:
            left[way] = codes(error.report), weights(doomed) == before
    return left


def raising(watched):
    watched.report.raise_for_findings()


def train(model, way, tell=lambda _: None):
    if way == "callback":
        model.fit(X, Y, verbose=0, callbacks=[callback()])
    elif way == "watching":
        with check_on_fit(tell):
            model.fit(X, Y, verbose=0)
    else:
        model.fit(X, Y, verbose=0)


def alike(keras):
    """Train with and without a check, and compare every weight."""
    left = {}
    for built in (True, False):
        found = []
        for way in ("plain", "callback", "watching"):
            trained = model(keras, "sigmoid", built=built)
            train(trained, way)
            found.append(weights(trained))
        left[f"built: {built}"] = [other == found[0] for other in found[1:]]
    return left


def in_batches(keras):
    """See a model before it evaluates, or takes one batch."""
    told = []
    with check_on_fit(partial(halt, told)):
        for name in ("evaluate", "train_on_batch", "test_on_batch"):
            with suppress(Halt):
                getattr(model(keras), name)(X, Y)
    return [codes(watched.report) for watched in told]


if __name__ == "__main__":
    told = {"imported": imported()}
    import keras

    for trial in (stopped, alike, in_batches):
        told[trial.__name__] = trial(keras)
    print(json.dumps(told))
