"""Models built and saved by the Keras that is installed, against the live model."""

import json
import os
import random
from dataclasses import replace

import pytest

from kerascheck.model.description import Activation
from kerascheck.readers.config.describe import describe_config
from kerascheck.readers.containers.open import Container
from kerascheck.readers.read import read

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
keras = pytest.importorskip("keras")
tf_keras = pytest.importorskip("tf_keras")

# HDF5 last: to save it, Keras 3.15.1 takes the optimizer out of the compile config
# that later saves of the same model write.
FORMATS = ("m.keras", "m.json", "folder", "m.h5")


def save(model, path):
    if path.suffix == ".json":
        path.write_text(model.to_json())
    elif path.suffix:
        model.save(path)
    else:
        path.mkdir()
        keras.saving.save_model(model, path, zipped=False)


def sequential(*layers):
    return keras.Sequential([keras.Input((8,), name="x"), *layers])


def dense(units, activation=None, name="d"):
    return keras.layers.Dense(units, activation, name=name)


def softmax_layer():
    model = sequential(dense(3), keras.layers.Softmax(name="s"))
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def dropout_and_reshape():
    layers = keras.layers
    model = sequential(
        dense(2, "softmax"), layers.Dropout(0.1), layers.Reshape((2,), name="r")
    )
    model.compile(
        "sgd",
        keras.losses.CategoricalFocalCrossentropy(from_logits=True, gamma=1.5),
        metrics=[keras.metrics.Precision(thresholds=0.3, name="p"), "accuracy"],
    )
    return model


def normalized():
    model = sequential(dense(2, "sigmoid"), keras.layers.BatchNormalization(name="n"))
    model.compile("adam", "mse", metrics=["mae"], weighted_metrics=["accuracy"])
    return model


def operation():
    x = keras.Input((8,), name="x")
    model = keras.Model(x, keras.ops.sigmoid(dense(1)(x)))
    loss = keras.losses.BinaryCrossentropy(from_logits=True)
    model.compile("adam", loss, metrics=["AUC"])
    return model


def several():
    x = keras.Input((8,), name="x")
    model = keras.Model(x, [dense(1, "sigmoid", "a")(x), dense(4, name="b")(x)])
    model.compile(
        "adam",
        ["bce", keras.losses.CategoricalCrossentropy(from_logits=True)],
        metrics=[["accuracy"], ["accuracy", keras.metrics.TopKCategoricalAccuracy(2)]],
        loss_weights=[0.3, 0.7],
    )
    return model


def named():
    x = keras.Input((8,), name="x")
    outputs = {"q": dense(1, name="a")(x), "p": dense(3, "softmax", "b")(x)}
    model = keras.Model(x, outputs)
    model.compile("adam", {"q": "huber", "p": "categorical_crossentropy"})
    return model


def nested():
    inner = keras.Sequential(
        [keras.Input((5,)), dense(4, "relu", "h"), dense(3, "softmax", "p")],
        name="head",
    )
    x = keras.Input((8,), name="x")
    model = keras.Model(x, inner(dense(5, name="body")(x)))
    model.compile("adam", keras.losses.SparseCategoricalCrossentropy())
    return model


def nested_two():
    i = keras.Input((5,), name="i")
    inner = keras.Model(i, [dense(2, "sigmoid", "na")(i), dense(3, "softmax", "nb")(i)])
    inner.name = "two"
    x = keras.Input((8,), name="x")
    model = keras.Model(x, inner(dense(5, name="body")(x)))
    model.compile("adam", ["mse", "mae"])
    return model


def wrapped():
    layers = keras.layers
    x = keras.Input((6, 4), name="x")
    states = layers.Bidirectional(layers.LSTM(2, return_sequences=True))(x)
    inner = layers.Dense(3, "softmax")
    model = keras.Model(x, layers.TimeDistributed(inner, name="t")(states))
    model.compile("adam", "sparse_categorical_crossentropy")
    return model


def convolutions():
    layers = keras.layers
    x = keras.Input((None, None, 3), name="x")
    maps = layers.Conv2D(8, 3, padding="same", activation="relu")(x)
    maps = layers.GlobalAveragePooling2D()(layers.MaxPooling2D()(maps))
    model = keras.Model(x, dense(10, "softmax", "p")(maps))
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["acc"])
    return model


def shared():
    a, b = keras.Input((8,), name="a"), keras.Input((8,), name="b")
    layer = dense(2, "sigmoid", "s")
    model = keras.Model([a, b], [layer(a), layer(b)])
    model.compile("adam", "binary_crossentropy")
    return model


A = Activation
MODELS = {
    softmax_layer: [(A.SOFTMAX, "s", 3, False)],
    dropout_and_reshape: [(A.SOFTMAX, "d", 2, True)],
    normalized: [(A.LINEAR, "n", 2, False)],
    operation: [(A.SIGMOID, None, 1, False)],
    several: [(A.SIGMOID, "a", 1, False), (A.LINEAR, "b", 4, False)],
    named: [(A.SOFTMAX, "b", 3, False), (A.LINEAR, "a", 1, False)],
    nested: [(A.SOFTMAX, "head/p", 3, False)],
    nested_two: [(A.SIGMOID, "two/na", 2, False), (A.SOFTMAX, "two/nb", 3, False)],
    wrapped: [(A.SOFTMAX, "t", 3, True)],
    convolutions: [(A.SOFTMAX, "p", 10, False)],
    shared: [(A.SIGMOID, "s", 2, False), (A.SIGMOID, "s", 2, False)],
}


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """Build and save each model once, in each format."""
    kept = {}

    def save_once(build):
        if build not in kept:
            folder = tmp_path_factory.mktemp(build.__name__)
            model = build()
            for name in FORMATS:
                save(model, folder / name)
            kept[build] = model, {n: read(str(folder / n)) for n in FORMATS}
        return kept[build]

    return save_once


def output_names(model):
    return list(getattr(model, "output_names", None) or [model.layers[-1].name])


@pytest.mark.parametrize("build", MODELS, ids=lambda build: build.__name__)
def test_saved_model_is_what_the_live_model_is(build, saved):
    model, read_back = saved(build)
    found = read_back["m.keras"]

    shapes = [tuple(tensor.shape) for tensor in model.outputs]
    assert [head.shape for head in found.heads] == shapes
    for head, (activation, layer, units, hidden) in zip(
        found.heads, MODELS[build], strict=True
    ):
        assert (head.activation, head.units) == (activation, units)
        assert layer in {None, head.layer}
        assert head.logits_hidden is hidden
    if build is named:
        assert [head.name for head in found.heads] == ["p", "q"]
    elif build in {nested_two, shared}:  # Keras 3 has one name for both
        first, second = model.output_names
        assert [head.name for head in found.heads] == [first, f"{second}_1"]
    else:
        assert [head.name for head in found.heads] == output_names(model)
    assert (found.compiled, found.problems) == (True, ())
    assert found.keras_version == keras.__version__


@pytest.mark.parametrize("build", MODELS, ids=lambda build: build.__name__)
def test_model_is_the_same_in_every_format(build, saved):
    def normal(model):
        heads = [
            replace(
                head,
                origins=(),
                loss=head.loss and replace(head.loss, given=""),
                metrics=tuple(replace(m, given="") for m in head.metrics),
            )
            for head in model.heads
        ]
        return heads, model.model_class, model.optimizer, model.compiled

    _, read_back = saved(build)
    first = normal(read_back["m.keras"])
    for name in FORMATS[1:]:
        assert normal(read_back[name]) == first


def test_losses_and_metrics_are_those_of_compile(saved):
    _, read_back = saved(several)
    a, b = read_back["m.keras"].heads

    assert (a.loss.name, a.loss_weight) == ("BinaryCrossentropy", 0.3)
    assert (b.loss.name, b.loss.from_logits) == ("CategoricalCrossentropy", True)
    assert [m.resolved for m in a.metrics] == ["BinaryAccuracy"]
    assert [m.compiled for m in b.metrics] == ["accuracy", "TopKCategoricalAccuracy"]
    assert b.metrics[1].arguments == (("k", 2),)


# Shapes, layer by layer, in the configs of Keras 3 and of Keras 2


def describe(model, version):
    container = Container(
        format="keras-json",
        architecture=json.loads(model.to_json()),
        training=None,
        architecture_at="",
        training_at="",
        member="m.json",
        keras_version=version,
        backend=None,
    )
    return describe_config(container, "m.json")


def on_vectors(k):
    yield k.Dense(3)
    yield k.Reshape((2, 4))
    yield k.Reshape((-1, 2))
    yield k.RepeatVector(3)
    yield k.Embedding(10, 4)
    yield k.Softmax()
    yield k.LayerNormalization()
    yield k.EinsumDense("ab,bc->ac", 5)


def on_sequences(k):
    yield k.Flatten()
    yield k.Permute((2, 1))
    yield k.LSTM(5)
    yield k.GRU(5, return_sequences=True)
    yield k.RNN([k.GRUCell(4), k.SimpleRNNCell(3)], return_sequences=True)
    yield k.Bidirectional(k.LSTM(5))
    yield k.Bidirectional(k.GRU(5, return_sequences=True), merge_mode="sum")
    yield k.TimeDistributed(k.Dense(7))
    yield k.Conv1D(5, 3)
    yield k.Conv1D(5, 3, padding="same", strides=2)
    yield k.Conv1D(5, 2, padding="causal", dilation_rate=2)
    yield k.Conv1DTranspose(5, 3, strides=2)
    yield k.SeparableConv1D(5, 3)
    yield k.DepthwiseConv1D(3, depth_multiplier=2)
    yield k.MaxPooling1D(2)
    yield k.AveragePooling1D(3, strides=2, padding="same")
    yield k.GlobalMaxPooling1D()
    yield k.GlobalAveragePooling1D(keepdims=True)
    yield k.UpSampling1D(3)
    yield k.ZeroPadding1D((1, 2))
    yield k.Cropping1D((1, 2))


def on_images(k):
    yield k.Conv2D(5, (3, 2), strides=2, padding="same")
    yield k.Conv2D(5, 3, dilation_rate=2)
    yield k.Conv2DTranspose(5, 3, strides=2)
    yield k.Conv2DTranspose(5, 3, strides=2, padding="same")
    yield k.Conv2DTranspose(5, 3, strides=2, padding="same", output_padding=1)
    yield k.DepthwiseConv2D(3)
    yield k.MaxPooling2D(3, strides=1, padding="same")
    yield k.MaxPooling2D(data_format="channels_first")
    yield k.GlobalAveragePooling2D()
    yield k.GlobalAveragePooling2D(data_format="channels_first")
    yield k.UpSampling2D((2, 3))
    yield k.ZeroPadding2D(((1, 2), (3, 4)))
    yield k.ZeroPadding2D((1, 2))
    yield k.Cropping2D(((1, 2), (3, 4)))
    yield k.Permute((3, 1, 2))
    yield k.Resizing(4, 5)
    yield k.TimeDistributed(k.Conv1D(4, 3))
    yield k.TimeDistributed(k.Flatten())
    yield k.ConvLSTM1D(4, 2)


INPUTS = {on_vectors: (8,), on_sequences: (6, 4), on_images: (9, 10, 3)}
LIBRARIES = {"3": keras, "2": tf_keras}
MARKS = {"3": (), "2": pytest.mark.slow}
CASES = [
    pytest.param(major, layers, place, marks=MARKS[major])
    for major, library in LIBRARIES.items()
    for layers in INPUTS
    for place, _ in enumerate(layers(library.layers))
]


@pytest.mark.parametrize(("major", "layers", "place"), CASES)
def test_shape_is_what_keras_makes_it(major, layers, place):
    library = LIBRARIES[major]
    layer = list(layers(library.layers))[place]
    x = library.Input(INPUTS[layers])
    model = library.Model(x, layer(x))

    (head,) = describe(model, library.__version__).heads

    assert head.shape == tuple(model.output_shape)


def pairs(library):
    """Yield shapes of two inputs, and what is done with them."""
    k = library.layers
    yield (4, 3), (4, 3), lambda a, b: k.Add()([a, b])
    yield (4, 3), (1, 3), lambda a, b: k.Multiply()([a, b])
    yield (4, 3), (3,), lambda a, b: k.Maximum()([a, b])
    yield (3,), (5,), lambda a, b: k.Concatenate()([a, b])
    yield (3, 2), (5, 2), lambda a, b: k.Concatenate(axis=1)([a, b])
    yield (3,), (3,), lambda a, b: k.Dot(1)([a, b])
    yield (4, 3), (5, 3), lambda a, b: k.Dot(2)([a, b])
    yield (4, 3), (5, 3), lambda a, b: k.Attention()([a, b])
    yield (4, 3), (5, 6), lambda a, b: k.MultiHeadAttention(2, 3)(a, b)
    yield (4, 3), (3,), lambda a, b: a - b
    yield (4, 3), (4, 3), lambda a, b: 2 * a
    yield (4, 3), (4, 3), lambda a, b: a @ k.Permute((2, 1))(b)
    yield (4, 3), (4, 3), lambda a, b: k.LSTM(3)(a, initial_state=[b[:, 0], b[:, 1]])


PAIRS = [
    pytest.param(major, place, marks=MARKS[major])
    for major, library in LIBRARIES.items()
    for place, _ in enumerate(pairs(library))
]


@pytest.mark.parametrize(("major", "place"), PAIRS)
def test_shape_of_two_tensors_is_what_keras_makes_it(major, place):
    library = LIBRARIES[major]
    one, other, join = list(pairs(library))[place]
    a, b = library.Input(one), library.Input(other)
    model = library.Model([a, b], join(a, b))

    (head,) = describe(model, library.__version__).heads

    assert head.shape == tuple(model.output_shape)


# What is said of the values, on values


def on_any(k, x, rng):
    """Yield what can be put on a tensor of rank 2 or 3."""
    ops, width = keras.ops, x.shape[-1]
    name = rng.choice(["linear", "sigmoid", "softmax", "tanh", "relu"])
    wide = keras.initializers.RandomNormal(stddev=3.0, seed=rng.randrange(99))
    yield lambda: k.Dense(rng.choice([1, 3, 4]), name, kernel_initializer=wide)(x)
    yield lambda: k.Activation(name)(x)
    yield lambda: k.Softmax()(x)
    yield lambda: k.Dropout(0.2)(x)
    yield lambda: k.Identity()(x)
    yield lambda: k.Flatten()(x)
    yield lambda: k.Rescaling(rng.choice([1.0, 2.0]))(x)
    yield lambda: k.Average()([x, k.Dense(width, name)(x)])
    yield lambda: k.Add()([x, x])
    yield lambda: k.Concatenate(axis=rng.choice([1, -1]))([x, x])
    yield lambda: ops.sigmoid(x)
    yield lambda: ops.softmax(x)
    yield lambda: ops.maximum(x, 0.0)
    yield lambda: x * 2


def on_rank(k, x, rng):
    """Yield what can be put on a tensor of the rank of `x`."""
    name = rng.choice(["linear", "sigmoid", "softmax", "tanh", "relu"])
    if len(x.shape) == 2:
        yield lambda: k.Reshape((-1, 1))(x)
        yield lambda: k.RepeatVector(2)(x)
        return
    yield lambda: k.GlobalAveragePooling1D()(x)
    yield lambda: k.GlobalMaxPooling1D()(x)
    yield lambda: k.LSTM(3, activation=name)(x)
    yield lambda: k.GRU(3, activation=name, return_sequences=True)(x)
    yield lambda: k.SimpleRNN(3, activation=name)(x)
    yield lambda: k.Bidirectional(k.LSTM(2))(x)
    yield lambda: k.TimeDistributed(k.Dense(3, name))(x)
    yield lambda: k.Permute((2, 1))(x)
    yield lambda: k.ZeroPadding1D(1)(x)
    yield lambda: k.UpSampling1D(2)(x)
    yield lambda: k.Softmax(axis=1)(x)
    yield lambda: k.Conv1D(3, 1, activation=name)(x)


def random_model(seed):
    rng = random.Random(seed)
    k = keras.layers
    inputs = keras.Input(rng.choice([(4,), (3, 4)]))
    x = inputs
    for _ in range(rng.randint(2, 6)):
        steps = [*on_any(k, x, rng), *on_rank(k, x, rng)]
        x = rng.choice(steps)()
    return keras.Model(inputs, x)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(120))
def test_what_is_said_of_the_values_holds(seed):
    numpy = pytest.importorskip("numpy")
    tensorflow = pytest.importorskip("tensorflow")
    model = random_model(seed)
    (head,) = describe(model, keras.__version__).heads
    shape = (5, *model.input_shape[1:])
    data = 3 * numpy.random.default_rng(seed).normal(size=shape).astype("float32")
    values = numpy.asarray(model(data), "float64")

    assert head.shape in {None, tuple(model.output_shape)}
    assert head.units in {None, values.shape[-1]}
    if head.activation is A.SOFTMAX:
        axis = -1 if head.softmax_axis is None else head.softmax_axis
        assert abs(values.sum(axis) - 1).max() < 1e-3
    if head.activation is A.SIGMOID:
        assert 0 <= values.min() <= values.max() <= 1
    if head.activation is A.TANH:
        assert abs(values).max() <= 1 + 1e-6
    if head.activation is A.RELU:
        assert values.min() >= 0
    if head.activation in {A.SOFTMAX, A.SIGMOID}:
        seen = []

        @tensorflow.function
        def train(batch):
            result = model(batch, training=True)
            seen.append(
                hasattr(result, "_keras_logits")
                or result.op.type in {"Softmax", "Sigmoid"}
            )
            return result

        train(data)
        assert head.logits_hidden is not seen[0]
