"""Quantised models of Keras 3, saved, against the live model."""

import os
import random
import zipfile

import pytest

from kerascheck.readers.live import read_live
from kerascheck.readers.read import read

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
keras = pytest.importorskip("keras")

MODES = ("int8", "int4", "float8", None)
POLICIES = ("float32", "mixed_bfloat16")
ACTIVATIONS = {
    "softmax": "sparse_categorical_crossentropy",
    "sigmoid": "binary_crossentropy",
    "linear": "mse",
    "tanh": "hinge",
}


def dense(units, activation, policy):
    return keras.layers.Dense(units, activation, dtype=policy, name="head")


def flat(units, activation, policy):
    hidden = keras.layers.Dense(8, "relu", dtype=policy)
    x = keras.Input((6,))
    return keras.Sequential([x, hidden, dense(units, activation, policy)])


def over_time(units, activation, policy):
    x = keras.Input((6,), dtype="int32")
    states = keras.layers.Embedding(20, 8, dtype=policy)(x)
    head = keras.layers.EinsumDense(
        "abc,cd->abd",
        output_shape=(6, units),
        activation=activation,
        dtype=policy,
        name="head",
    )
    return keras.Model(x, head(states))


def reversible(units, activation, policy):
    x = keras.Input((6,), dtype="int32")
    embedding = keras.layers.ReversibleEmbedding(units + 9, 8, dtype=policy)
    return keras.Model(x, embedding(embedding(x), reverse=True))


def softmax_behind(units, activation, policy):
    model = flat(units, "linear", policy)
    model.add(keras.layers.Activation(activation, dtype=policy, name="a"))
    return model


BUILDERS = (flat, over_time, reversible, softmax_behind)


def random_model(rng):
    """Return a compiled model, quantised or not."""
    activation = rng.choice(list(ACTIVATIONS))
    build, units = rng.choice(BUILDERS), rng.choice((1, 3, 4))
    model = build(units, activation, rng.choice(POLICIES))
    metrics = rng.choice(([], ["accuracy"], ["mae"]))
    model.compile("sgd", ACTIVATIONS[activation], metrics=metrics)
    mode = rng.choice(MODES)
    if mode is not None:
        model.quantize(mode)
    return model


def heads_of(model):
    return [
        (
            head.name,
            head.units,
            head.shape,
            head.activation,
            head.compute_dtype,
            head.loss.name,
            [metric.resolved for metric in head.metrics],
        )
        for head in model.heads
    ]


def agrees(model, path):
    model.save(path)
    found, output = heads_of(read(str(path))), model.outputs[0]
    ((_, units, shape, activation, dtype, *_),) = found
    assert found == heads_of(read_live(model))
    assert shape == tuple(output.shape)
    assert units == output.shape[-1]
    assert dtype == keras.backend.standardize_dtype(output.dtype)
    layer = output._keras_history.operation
    applied = getattr(layer, "activation", keras.activations.linear)
    assert activation == applied.__name__


@pytest.mark.filterwarnings("ignore:Layer InputLayer does not have")
@pytest.mark.parametrize("mode", MODES)
def test_a_quantised_head_is_read_as_the_live_one(mode, tmp_path):
    model = flat(4, "softmax", "float32")
    model.compile("sgd", "sparse_categorical_crossentropy", metrics=["accuracy"])
    if mode is not None:
        model.quantize(mode)
        model.save(tmp_path / "m.keras")
        saved = zipfile.ZipFile(tmp_path / "m.keras").read("config.json")
        assert b"DTypePolicy" in saved
        assert mode.encode() in saved
    agrees(model, tmp_path / "m.keras")


@pytest.mark.filterwarnings("ignore:Layer InputLayer does not have")
def test_logits_of_tied_embeddings_are_linear(tmp_path):
    model = reversible(3, "linear", "float32")
    model.compile("sgd", "sparse_categorical_crossentropy")
    agrees(model, tmp_path / "m.keras")


def test_capped_logits_of_tied_embeddings_are_unknown(tmp_path):
    x = keras.Input((6,), dtype="int32")
    layer = keras.layers.ReversibleEmbedding(9, 4, logit_soft_cap=3.0)
    model = keras.Model(x, layer(layer(x), reverse=True))
    model.compile("sgd", "sparse_categorical_crossentropy")
    model.save(tmp_path / "m.keras")
    assert read(str(tmp_path / "m.keras")).heads[0].activation == "unknown"


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_random_models_are_read_as_the_live_ones(tmp_path):
    seed = random.randrange(2**32)
    rng = random.Random(seed)
    for place in range(200):
        path = tmp_path / f"{place}.{rng.choice(('keras', 'h5'))}"
        model = random_model(rng)
        try:
            agrees(model, path)
        except AssertionError as error:
            raise AssertionError(f"seed {seed}, model {place}") from error
        if place % 20 == 19:
            keras.backend.clear_session()
