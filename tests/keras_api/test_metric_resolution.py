"""What "accuracy" and its like become, asked of Keras itself over random shapes."""

import random
from functools import cache

import numpy as np
import pytest

from kerascheck import kit

SHAPES = 2000


@cache
def _shapes():
    """Return distinct (shape of labels, shape of output) as `fit` could meet them."""
    rng = random.Random(0)
    return sorted({_pair(rng) for _ in range(SHAPES)})


def _pair(rng):
    rank = rng.choice((2, 2, 2, 3, 4))
    output = (4, *(rng.choice((1, 2, 3, 7)) for _ in range(rank - 1)))
    labels = rng.choice(
        (output, output[:-1], (*output[:-1], 1), (*output[:-1], rng.choice((2, 5))))
    )
    return labels, output


def _ours(name, labels, output, keras):
    model = kit.classifier(
        "softmax",
        "mse",
        units=output[-1],
        shape=(None, *output[1:]),
        metrics=(name,),
        labels=kit.labels("class-ids", shape=labels),
        keras=keras,
    )
    return model.heads[0].metrics[0].resolved


@pytest.mark.parametrize("name", ["acc", "Accuracy"])
def test_keras_3_resolves_as_we_say(name):
    compile_utils = pytest.importorskip("keras.src.trainers.compile_utils")
    for labels, output in _shapes():
        theirs = compile_utils.get_metric(name, np.zeros(labels), np.zeros(output))
        assert _ours(name, labels, output, "3.15.1") == type(theirs).__name__


@pytest.mark.parametrize("name", ["accuracy", "ce"])
def test_keras_2_resolves_as_we_say(name):
    pytest.importorskip("tf_keras")
    import tensorflow as tf
    from tf_keras.src.engine import compile_utils

    container = compile_utils.MetricsContainer()
    for labels, output in _shapes():
        y, p = tf.zeros(labels), tf.zeros(output)
        theirs = container._get_metric_object(name, y, p)
        function = theirs._fn.__name__
        expected = "".join(part.capitalize() for part in function.split("_"))
        assert _ours(name, labels, output, "2.15.0") == expected


@pytest.mark.parametrize("version", ["2.2.4-tf", "2.3.1", "2.2.5"])
@pytest.mark.parametrize(
    ("loss", "units", "resolved"),
    [
        ("binary_crossentropy", 3, "BinaryAccuracy"),
        ("sparse_categorical_crossentropy", 3, "SparseCategoricalAccuracy"),
        ("categorical_crossentropy", 3, "CategoricalAccuracy"),
        ("mse", 3, "CategoricalAccuracy"),
        ("mse", 1, "BinaryAccuracy"),
        ("sparse_categorical_crossentropy", 1, "BinaryAccuracy"),
    ],
)
def test_the_oldest_look_at_the_loss(version, loss, units, resolved):
    model = kit.classifier(
        "softmax", loss, units=units, metrics=("accuracy",), keras=version
    )
    assert model.heads[0].metrics[0].resolved == resolved


def test_tf_2_2_is_the_first_that_looks_at_shapes():
    model = kit.classifier(
        "sigmoid", "bce", units=3, metrics=("accuracy",), keras="2.3.0-tf"
    )
    assert model.heads[0].metrics[0].resolved is None


def test_without_labels_several_units_stay_open():
    model = kit.classifier("softmax", "cce", units=3, metrics=("accuracy",))
    assert model.heads[0].metrics[0].resolved is None
