"""A dataset of single samples is found where `fit` raises, and only there."""

import numpy as np
import pytest

import kerascheck

keras = pytest.importorskip("keras")
tf = pytest.importorskip("tensorflow")

N = 14
X = np.random.default_rng(0).normal(size=(N, 3)).astype("float32")
IDS = np.arange(N) % 5
BINARY = (IDS > 2).astype("float32")
SCCE, CCE = "sparse_categorical_crossentropy", "categorical_crossentropy"
BCE = "binary_crossentropy"
SETUPS = {
    "binary": (X, BINARY, 1, "sigmoid", BCE),
    "column": (X, BINARY[:, None], 1, "sigmoid", BCE),
    "ids": (X, IDS, 5, "softmax", SCCE),
    "rows": (X, np.eye(5, dtype="float32")[IDS], 5, "softmax", CCE),
    "real": (X, X[:, 0], 1, None, "mse"),
    "one feature": (X[:, :1], X[:, 0], 1, None, "mse"),
}


def network(kind, inputs, units, activation, loss):
    start = kind.Input(inputs)
    model = kind.Model(start, kind.layers.Dense(units, activation)(start))
    model.compile("sgd", loss)
    return model


def trains(model, data):
    try:
        model.fit(data, verbose=0)
    except Exception:
        return False
    return True


def codes(model, data):
    return [finding.code for finding in kerascheck.check(model, data).findings]


@pytest.mark.parametrize("batched", [False, True])
@pytest.mark.parametrize("name", SETUPS)
def test_an_unbatched_dataset_is_the_one_finding(name, batched):
    x, y, *head = SETUPS[name]
    model = network(keras, x.shape[1:], *head)
    data = tf.data.Dataset.from_tensor_slices((x, y))
    data = data.batch(7) if batched else data
    assert codes(model, data) == ([] if trains(model, data) else ["KC418"])


def test_keras_2_raises_as_well():
    legacy = pytest.importorskip("tf_keras")
    x, y, *head = SETUPS["ids"]
    model = network(legacy, x.shape[1:], *head)
    data = tf.data.Dataset.from_tensor_slices((x, y))
    assert codes(model, data) == ["KC418"]
    assert not trains(model, data)


def test_what_is_wrong_once_it_is_batched_is_found_as_well():
    model = network(keras, (3,), 5, "softmax", CCE)
    data = tf.data.Dataset.from_tensor_slices((X, IDS))
    found = codes(model, data)
    assert "KC418" in found
    assert set(found) - {"KC418"} == set(codes(model, data.batch(7)))


@pytest.mark.parametrize("shape", [(None,), (None, 5), (7, 5), None])
def test_batches_are_none(shape):
    rows = np.eye(5, dtype="float32")[IDS]
    y = IDS if shape == (None,) else rows
    specs = (tf.TensorSpec((7 if shape == (7, 5) else None, 3)), tf.TensorSpec(shape))
    data = tf.data.Dataset.from_generator(
        lambda: iter([(X[:7], y[:7])]), output_signature=specs
    )
    model = network(keras, (3,), 5, "softmax", SCCE if shape == (None,) else CCE)
    assert "KC418" not in codes(model, data)
