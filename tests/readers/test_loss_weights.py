"""Loss weights that Keras 3 refuses are those that are reported, measured in `fit`."""

from itertools import product

import numpy as np
import pytest

import kerascheck

LOSSES = {
    "one": "mse",
    "list": ["mse", "mse"],
    "dict": {"a": "mse", "b": "mse"},
}
WEIGHTS = {
    "float": 0.5,
    "list": [1.0, 0.5],
    "list of one": [1.0],
    "dict": {"a": 1.0, "b": 0.5},
    "dict without b": {"a": 1.0},
    "dict of another": {"a": 1.0, "c": 0.5},
}


@pytest.mark.parametrize(("loss", "weights"), [*product(LOSSES, WEIGHTS)])
def test_loss_weights_that_fit_refuses_are_reported(loss, weights):
    import keras

    inputs = keras.Input((2,))
    outputs = [keras.layers.Dense(1, name=name)(inputs) for name in ("a", "b")]
    model = keras.Model(inputs, outputs)
    model.compile("sgd", LOSSES[loss], loss_weights=WEIGHTS[weights], run_eagerly=True)
    report = kerascheck.check(model)
    found = any(f.name == "loss-mismatch" for f in report.findings)
    zeros = np.zeros((2, 1))
    try:
        model.fit(np.zeros((2, 2)), [zeros, zeros], verbose=0)
    except (ValueError, TypeError, KeyError):
        assert found
    else:
        assert not found
