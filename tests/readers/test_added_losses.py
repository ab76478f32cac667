"""Models that train by losses of their layers: what is said is what `fit` does."""

import keras
import numpy as np
import pytest

import kerascheck
from kerascheck.readers.config.added_losses import (
    is_regularized,
    why_loss_may_be_added,
)

L = keras.layers
X = np.random.default_rng(0).random((8, 20)).astype("float32")


class Sampling(L.Layer):
    def call(self, inputs):
        self.add_loss(keras.ops.mean(keras.ops.square(inputs)))
        return inputs

    def compute_output_shape(self, input_shape):
        return input_shape


class Twice(L.Layer):
    def __init__(self, layer, **kwargs):
        super().__init__(**kwargs)
        self.layer = layer

    def call(self, inputs):
        return self.layer(self.layer(inputs))

    def get_config(self):
        layer = keras.saving.serialize_keras_object(self.layer)
        return {**super().get_config(), "layer": layer}


class Network(keras.Model):
    def __init__(self):
        super().__init__()
        self.end = L.Dense(20)

    def call(self, inputs):
        self.add_loss(keras.ops.mean(keras.ops.square(inputs)))
        return self.end(inputs)


def functional(*layers):
    inputs = keras.Input((20,))
    values = inputs
    for layer in layers:
        values = layer(values)
    return keras.Model(inputs, values)


def nested(*layers):
    return functional(functional(*layers), L.Dense(20))


MODELS = {
    "plain": lambda: functional(L.Dense(20)),
    "sequential": lambda: keras.Sequential([keras.Input((20,)), L.Dense(20)]),
    "own layer": lambda: functional(L.Dense(20), Sampling()),
    "own layer inside": lambda: nested(L.Dense(20), Sampling()),
    "own wrapper": lambda: functional(Twice(L.Dense(20))),
    "own layer in a wrapper": lambda: functional(
        L.Reshape((4, 5)), L.TimeDistributed(Sampling()), L.Flatten(), L.Dense(20)
    ),
    "regularizer": lambda: functional(L.Dense(20, kernel_regularizer="l2")),
    "activity": lambda: functional(L.Dense(20), L.ActivityRegularization(0.1)),
    "inside, regularizer": lambda: nested(L.Dense(20, bias_regularizer="l2")),
    "preprocessing": lambda: functional(L.Rescaling(0.5), L.Dense(20)),
    "own model": Network,
}
SAVED = [name for name in MODELS if name != "own model"]


def raises(model):
    try:
        model.fit(X, X, verbose=0)
    except ValueError as error:
        return "No loss" in str(error)
    return False


def said(report):
    """Return the harm of KC401; None: undecided, as layers may train the model."""
    if any(n.code == "KC401" for n in report.not_run):
        return None
    return [str(f.harm) for f in report.findings if f.code == "KC401"]


@pytest.mark.parametrize("name", MODELS)
def test_what_is_said_of_no_loss_is_what_fit_does(name):
    model = MODELS[name]()
    model.compile("sgd", run_eagerly=True)
    found = said(kerascheck.check(model, X, X))
    assert (found is None) == name.startswith("own")
    if found is not None:
        assert found == ["raises" if raises(model) else "no-learning"]


@pytest.mark.parametrize("name", SAVED)
def test_a_saved_model_is_judged_like_a_live_one(name, tmp_path):
    model = MODELS[name]()
    model.compile("sgd")
    live = said(kerascheck.check(model))
    model.save(tmp_path / "model.keras")
    assert said(kerascheck.check(tmp_path / "model.keras")) == live


ODD = [5, "trainable", None, [["trainable"]], {"layers": 5}]


@pytest.mark.parametrize("config", ODD, ids=str)
def test_an_odd_config_inside_a_layer_is_not_a_layer(config):
    inner = {"class_name": "Foo", "config": config}
    dense = {"class_name": "Dense", "config": {"name": "d", "inner": inner}}
    architecture = {"class_name": "Sequential", "config": {"layers": [dense]}}
    assert why_loss_may_be_added(architecture) is None
    assert not is_regularized(architecture)
