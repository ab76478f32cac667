"""The rank behind a layer whose input is unknown, against real Keras.

Each layer is called on inputs of every rank from 1 to 6, symbolically. Where all that
Keras accepts lead to one rank, that is the rank; where they lead to several, there is
none.
"""

import os
import random

import pytest

from kerascheck.keras_api.layers import LAYERS
from tests.readers.configs import dense, described, head, layer, legacy, sequential

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

SAMPLE = 12
"""Layers of each Keras that the quick tests call."""

ARGUMENTS = {
    "Activation": {"activation": "relu"},
    "AdaptiveAveragePooling": {"output_size": 2},
    "AdaptiveMaxPooling": {"output_size": 2},
    "AlphaDropout": {"rate": 0.5},
    "AveragePooling": {"pool_size": 2},
    "AvgPool": {"pool_size": 2},
    "CenterCrop": {"height": 2, "width": 2},
    "ConvLSTM": {"filters": 2, "kernel_size": 2},
    "Conv": {"filters": 2, "kernel_size": 2},
    "Dense": {"units": 3},
    "DepthwiseConv": {"kernel_size": 2},
    "Dropout": {"rate": 0.5},
    "Embedding": {"input_dim": 9, "output_dim": 4},
    "GRU": {"units": 3},
    "GaussianDropout": {"rate": 0.5},
    "GaussianNoise": {"stddev": 0.5},
    "GroupNormalization": {"groups": 2},
    "LSTM": {"units": 3},
    "LocallyConnected": {"filters": 2, "kernel_size": 2},
    "Permute": {"dims": [2, 1]},
    "RepeatVector": {"n": 3},
    "Rescaling": {"scale": 0.5},
    "Reshape": {"target_shape": [-1, 2]},
    "Resizing": {"height": 2, "width": 2},
    "SeparableConv": {"filters": 2, "kernel_size": 2},
    "SimpleRNN": {"units": 3},
    "SpatialDropout": {"rate": 0.5},
}
VARIANTS = {
    "GRU": [{"return_sequences": True}],
    "GlobalAveragePooling": [{"keepdims": True}],
    "GlobalMaxPooling": [{"keepdims": True}],
    "ConvLSTM": [{"return_sequences": True}],
    "Permute": [{"dims": [3, 1, 2]}],
    "Reshape": [{"target_shape": [2, 2, -1]}],
}
SEVERAL = frozenset(
    {"Add", "Average", "Maximum", "Minimum", "Multiply", "Subtract", "Dot"}
    | {"Concatenate", "Attention", "AdditiveAttention", "MultiHeadAttention"}
    | {"GroupQueryAttention", "GroupedQueryAttention"}
)
"""Layers of several inputs."""
ELSEWHERE = frozenset({"RNN", "Bidirectional", "Lambda", "EinsumDense"})
"""Layers around others; an EinsumDense is not checked before it multiplies."""
UNSAID = frozenset({"Resizing", "CenterCrop", "Masking"})
"""Layers of several ranks, or of one that the table does not hold."""


def arguments_of(name):
    plain = name.rstrip("123D").removesuffix("Transpose").rstrip("123D")
    plain = plain.replace("Convolution", "Conv")
    first = ARGUMENTS.get(plain, {})
    return [first, *(first | more for more in VARIANTS.get(plain, []))]


def layers_of(keras):
    for name in sorted(LAYERS):
        if name in SEVERAL | ELSEWHERE or not hasattr(keras.layers, name):
            continue
        for arguments in arguments_of(name):
            yield name, arguments


def ranks(keras, name, arguments):
    """Return the ranks of all results, over inputs of every rank."""
    found = set()
    for rank in range(1, 7):
        x = keras.Input(batch_shape=(None, *(8,) * (rank - 1)))
        try:
            made = getattr(keras.layers, name)(**arguments)(x)
        except Exception:
            continue  # Keras does not accept this rank
        found.add(len(made.shape))
    return found


def rank_of(name, arguments, version):
    """Return the rank that is found behind a user's own layer."""
    saved = [legacy("Own", "own"), legacy(name, "l", **arguments)]
    (only,) = described(sequential(*saved), keras=version).heads
    return None if only.shape is None else len(only.shape)


def compare(keras, cases):
    """Compare the rank of each layer; return how many have one."""
    known = 0
    for name, arguments in cases:
        real = ranks(keras, name, arguments)
        found = rank_of(name, arguments, keras.__version__)
        assert real, name
        if found is not None:
            assert real == {found}, (name, arguments)
            known += 1
        elif name not in UNSAID:
            assert len(real) > 1, (name, arguments)
    return known


@pytest.mark.parametrize("module", ["keras", "tf_keras"])
def test_the_rank_of_a_sample_is_that_of_keras(module):
    keras = pytest.importorskip(module)
    cases = random.Random(2).sample([*layers_of(keras)], SAMPLE)
    assert compare(keras, cases) > 3


@pytest.mark.slow
@pytest.mark.parametrize("module", ["keras", "tf_keras"])
def test_the_rank_behind_an_unknown_one_is_that_of_keras(module):
    keras = pytest.importorskip(module)
    assert compare(keras, layers_of(keras)) > 40


def test_the_sizes_that_the_layers_behind_it_fix_are_known():
    saved = head(
        layer("Lambda", "l"),
        layer("Conv2D", "c", filters=5, kernel_size=[3, 3]),
        layer("Flatten", "f"),
        dense("d", units=1),
    )
    assert saved.shape == (None, 1)


def test_channels_in_front_stay_in_front():
    saved = head(
        layer("Own", "o"),
        layer("Conv2D", "c", filters=5, kernel_size=3, data_format="channels_first"),
    )
    assert saved.shape == (None, 5, None, None)


def test_time_steps_of_an_unknown_input_are_unknown():
    inner = {"class_name": "Conv2D", "config": {"filters": 2, "kernel_size": 3}}
    saved = head(layer("Own", "o"), layer("TimeDistributed", "t", layer=inner))
    assert saved.shape == (None, None, None, None, 2)


def test_a_dense_layer_leaves_the_rank_unknown():
    saved = head(layer("Own", "o"), dense("d", units=7))
    assert (saved.shape, saved.units) == (None, 7)
