"""Preprocessing layers called on data, and the Tokenizer, against Keras's own."""

import numpy as np
import pytest

from kerascheck.readers.source.data import library
from kerascheck.readers.source.data.array import Array
from kerascheck.readers.source.data.call import Call
from tests.readers.source.data.both_ways import disagreements

WORDS = np.array(["cat", "dog", "cat", "bird"])
NUMBERS = np.array([1, 2, 2, 3])

LAYERS = [
    ("StringLookup", {}, WORDS),
    ("StringLookup", {"output_mode": "one_hot"}, WORDS),
    ("StringLookup", {"output_mode": "one_hot"}, WORDS[:, None]),
    ("StringLookup", {"output_mode": "multi_hot"}, WORDS.reshape(2, 2)),
    ("IntegerLookup", {}, NUMBERS),
    ("IntegerLookup", {}, NUMBERS[:, None]),
    ("CategoryEncoding", {"num_tokens": 4, "output_mode": "one_hot"}, NUMBERS),
    ("CategoryEncoding", {"num_tokens": 5}, NUMBERS.reshape(2, 2)),
    ("TextVectorization", {"output_sequence_length": 7}, WORDS),
    ("TextVectorization", {}, WORDS),
    ("TextVectorization", {"output_mode": "multi_hot"}, WORDS),
    ("TextVectorization", {"output_mode": "count"}, WORDS),
    ("Rescaling", {"scale": 0.5, "offset": 1}, np.arange(12.0).reshape(3, 4)),
    ("Rescaling", {"scale": 1 / 255}, np.arange(255).reshape(5, 51).astype("uint8")),
    ("RandomFlip", {}, np.random.rand(2, 4, 4, 3)),
]


def facts_of(value):
    if value.dtype.kind == "U":
        return Array(shape=value.shape, dtype="str")
    return Array(shape=value.shape, dtype=value.dtype.name)


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "config", "value"), LAYERS)
def test_facts_of_layers_hold(kind, config, value):
    import keras

    layer = getattr(keras.layers, kind)(**config)
    if hasattr(layer, "adapt"):
        layer.adapt(value)
    found = layer(value)
    known = library.layer(kind, {**layer.get_config(), **config}, facts_of(value))
    assert not list(disagreements(known, np.asarray(found)))
    assert known.shape is not None


@pytest.mark.slow
def test_facts_of_the_tokenizer_hold():
    from tf_keras.preprocessing.text import Tokenizer

    words = ["sport", "tech", "sport"]
    real = Tokenizer(num_words=9)
    real.fit_on_texts(words)
    made = library.call("keras.preprocessing.text.Tokenizer", Call((9,)))
    for name in ("texts_to_sequences", "texts_to_matrix"):
        known = library.method(made, name, Call((words,)))
        found = np.array(getattr(real, name)(words))
        assert not list(disagreements(known, found))
        assert known.rank == 2


@pytest.mark.slow
@pytest.mark.parametrize(
    ("args", "named"),
    [((), {"length": 6}), ((7, 3), {}), ((6,), {"sampling_rate": 2})],
)
def test_windows_of_a_generator_are_as_long_as_known(args, named):
    from tf_keras.preprocessing.sequence import TimeseriesGenerator

    series, targets = np.random.rand(40, 3), np.random.rand(40)
    call = Call((facts_of(series), facts_of(targets), *args), named)
    made = library.call("keras.preprocessing.sequence.TimeseriesGenerator", call)
    real = TimeseriesGenerator(series, targets, *args, **named)
    for known, found in zip(made.element, real[0], strict=True):
        assert not list(disagreements(known, found))
    assert made.element[0].shape == (None, *real[0][0].shape[1:])


def test_of_an_unknown_layer_nothing_is_known():
    assert library.layer("Dense", {"units": 3}, facts_of(NUMBERS)) is None
