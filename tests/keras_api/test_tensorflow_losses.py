"""Functions of tf.nn as losses: their names, what they mean, which ones train."""

import numpy as np
import pytest

from kerascheck.keras_api.losses import (
    OF_TENSORFLOW,
    REFUSED_LOSSES,
    TENSORFLOW_LOSSES,
    loss_called,
)
from kerascheck.model.description import LossKind
from kerascheck.readers.config.losses import loss_of

RNG = np.random.default_rng(5)
LABELS = {
    "sigmoid": (1, RNG.integers(0, 2, (21, 1)).astype("float32")),
    "softmax": (3, np.eye(3, dtype="float32")[RNG.integers(0, 3, 21)]),
    "sparse": (3, RNG.integers(0, 3, 21)),
    "weighted": (1, RNG.integers(0, 2, (21, 1)).astype("float32")),
}


def function(name):
    import tensorflow as tf

    return getattr(tf.nn, name.removesuffix("_v2"))


def compiled(name):
    import keras

    units, y = LABELS[name.partition("_")[0]]
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(units)])
    model.compile("sgd", loss=function(name))
    return model, RNG.normal(size=(21, 2)).astype("float32"), y


@pytest.mark.parametrize("name", [*TENSORFLOW_LOSSES, *REFUSED_LOSSES])
def test_name_is_that_of_the_function(name):
    assert function(name).__name__ == name


@pytest.mark.parametrize("name", TENSORFLOW_LOSSES)
def test_trains_as_the_loss_of_keras_over_logits(name):
    import keras

    model, x, y = compiled(name)
    loss = getattr(keras.losses, TENSORFLOW_LOSSES[name])(from_logits=True)
    expected = float(loss(y, model(x)))
    assert model.evaluate(x, y, verbose=0) == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("name", REFUSED_LOSSES)
def test_raises_as_a_loss(name):
    model, x, y = compiled(name)
    with pytest.raises((TypeError, ValueError)):
        model.fit(x, y, batch_size=7, verbose=0)


@pytest.mark.parametrize("name", TENSORFLOW_LOSSES)
def test_is_read_in_every_form_that_keras_saves(name):
    saved = {"module": "builtins", "class_name": "function", "config": name}
    for form in (name, saved):
        loss = loss_of(form, 3).loss
        assert (loss.name, loss.from_logits) == (TENSORFLOW_LOSSES[name], True)
        assert loss.given == OF_TENSORFLOW


def test_a_function_of_the_user_with_a_similar_name_is_custom():
    for name in ("sigmoid_cross_entropy_with_logits", "weighted_cross_entropy"):
        assert loss_called(name).kind is LossKind.CUSTOM
