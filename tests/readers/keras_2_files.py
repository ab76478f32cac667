"""Models of tf_keras for every layer, optimizer, loss and metric, with its arguments.

Each is built as a user would, with the defaults and with one argument changed at a
time; what tf_keras does not build is left out.
"""

import inspect
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

_SHAPES = {1: (6, 4), 2: (6, 6, 4), 3: (6, 6, 6, 4)}
_SEQUENCES = ("GRU", "LSTM", "SimpleRNN", "Permute", "MultiHeadAttention", "Masking")
_PICTURES = ("Random", "Resizing", "CenterCrop")
_SEVERAL = ("Add", "Average", "Concatenate", "Maximum", "Minimum", "Multiply")
_PAIRS = (*_SEVERAL, "Subtract", "Dot", "Attention", "AdditiveAttention")
_NEEDED = {
    "Activation": {"activation": "relu"},
    "AlphaDropout": {"rate": 0.5},
    "CategoryEncoding": {"num_tokens": 5},
    "CenterCrop": {"height": 2, "width": 2},
    "Conv": {"filters": 2, "kernel_size": 2},
    "ConvLSTM": {"filters": 2, "kernel_size": 2},
    "Dense": {"units": 3},
    "DepthwiseConv": {"kernel_size": 2},
    "Discretization": {"bin_boundaries": [0.0, 1.0]},
    "Dot": {"axes": 1},
    "Dropout": {"rate": 0.5},
    "EinsumDense": {"equation": "ab,bc->ac", "output_shape": 3},
    "Embedding": {"input_dim": 9, "output_dim": 4},
    "GRU": {"units": 3},
    "GaussianDropout": {"rate": 0.5},
    "GaussianNoise": {"stddev": 0.5},
    "Hashing": {"num_bins": 5},
    "IoU": {"num_classes": 3, "target_class_ids": [0]},
    "LSTM": {"units": 3},
    "LocallyConnected": {"filters": 2, "kernel_size": 2},
    "MeanIoU": {"num_classes": 3},
    "MeanRelativeError": {"normalizer": [1.0, 2.0, 3.0]},
    "MultiHeadAttention": {"num_heads": 2, "key_dim": 2},
    "OneHotIoU": {"num_classes": 3, "target_class_ids": [0]},
    "OneHotMeanIoU": {"num_classes": 3},
    "Permute": {"dims": (2, 1)},
    "PrecisionAtRecall": {"recall": 0.5},
    "RandomBrightness": {"factor": 0.2},
    "RandomContrast": {"factor": 0.2},
    "RandomCrop": {"height": 2, "width": 2},
    "RandomHeight": {"factor": 0.2},
    "RandomRotation": {"factor": 0.2},
    "RandomTranslation": {"height_factor": 0.2, "width_factor": 0.2},
    "RandomWidth": {"factor": 0.2},
    "RandomZoom": {"height_factor": 0.2},
    "RecallAtPrecision": {"precision": 0.5},
    "RepeatVector": {"n": 3},
    "Rescaling": {"scale": 0.5},
    "Reshape": {"target_shape": (2, 3)},
    "Resizing": {"height": 2, "width": 2},
    "SensitivityAtSpecificity": {"specificity": 0.5},
    "SeparableConv": {"filters": 2, "kernel_size": 2},
    "SimpleRNN": {"units": 3},
    "SpatialDropout": {"rate": 0.5},
    "SpecificityAtSensitivity": {"sensitivity": 0.5},
}
_CHANGES: dict[str, Any] = {
    "activation": "tanh",
    "activity_regularizer": "l2",
    "alpha": 0.2,
    "amsgrad": True,
    "axis": 1,
    "center": False,
    "class_id": 1,
    "clipnorm": 1.0,
    "data_format": "channels_last",
    "delta": 2.0,
    "depth_multiplier": 2,
    "dilation_rate": 2,
    "dropout": 0.2,
    "dtype": "mixed_float16",
    "from_logits": True,
    "go_backwards": True,
    "groups": 2,
    "implementation": 1,
    "input_length": 6,
    "interpolation": "bilinear",
    "keepdims": True,
    "kernel_constraint": "max_norm",
    "kernel_initializer": "he_normal",
    "kernel_regularizer": "l2",
    "label_smoothing": 0.1,
    "learning_rate": 0.1,
    "mask_zero": True,
    "max_value": 6.0,
    "name": "own",
    "padding": "same",
    "reduction": "sum",
    "renorm": True,
    "reset_after": False,
    "return_sequences": True,
    "score_mode": "concat",
    "seed": 3,
    "shared_axes": [1],
    "strides": 2,
    "thresholds": 0.3,
    "time_major": True,
    "trainable": False,
    "unroll": True,
    "use_bias": False,
    "use_ema": True,
    "use_scale": True,
    "weight_decay": 0.01,
}
_LEFT_OUT = frozenset(
    {"AbstractRNNCell", "Bidirectional", "DenseFeatures", "HashedCrossing"}
    | {"InputLayer", "IntegerLookup", "Lambda", "Layer", "RNN", "SpectralNormalization"}
    | {"StackedRNNCells", "StringLookup", "TextVectorization", "TimeDistributed"}
    | {"Wrapper", "GRUCell", "LSTMCell", "SimpleRNNCell", "MeanMetricWrapper"}
    | {"Loss", "Metric", "Optimizer"}
)


class Case(NamedTuple):
    """A model, and what it is called."""

    name: str
    build: Callable[[], Any]


def layer_cases(k: Any) -> Iterator[Case]:
    """Yield models of one layer, functional and sequential."""
    for name, kind in _classes(k.layers, k.layers.Layer):
        shared = ("activity_regularizer", "dtype", "trainable")
        for tag, arguments in _variants(name, kind, *shared):
            yield Case(f"{name}-{tag}-functional", _functional(k, name, arguments))
            if name not in (*_PAIRS, "MultiHeadAttention", "Embedding"):
                yield Case(f"{name}-{tag}-sequential", _sequential(k, name, arguments))


def compile_cases(k: Any) -> Iterator[Case]:
    """Yield models that differ in their optimizer, loss or metric."""
    for name, kind in _classes(k.optimizers, k.optimizers.Optimizer):
        for tag, arguments in _variants(name, kind):
            yield _compiled(k, f"{name}-{tag}", "optimizer", kind, arguments)
    for name, kind in _classes(k.optimizers.legacy, k.optimizers.legacy.Optimizer):
        yield _compiled(k, f"legacy-{name}", "optimizer", kind, {})
    for name, kind in _classes(k.losses, k.losses.Loss):
        for tag, arguments in _variants(name, kind):
            yield _compiled(k, f"{name}-{tag}", "loss", kind, arguments)
    for name in _functions(k.losses):
        yield Case(f"loss-{name}", _with(k, loss=lambda name=name: name))
    for name, kind in _classes(k.metrics, k.metrics.Metric):
        for tag, arguments in _variants(name, kind):
            yield _compiled(k, f"{name}-{tag}", "metrics", kind, arguments)
    for name in (*_functions(k.metrics), "accuracy", "ce"):
        yield Case(f"metric-{name}", _with(k, metrics=lambda name=name: [name]))
    for name in _functions(k.activations):
        yield Case(f"activation-{name}", _with(k, activation=name))


def structure_cases(k: Any) -> Iterator[Case]:
    """Yield models inside models, wrappers, names and TensorFlow's operations."""
    layers = k.layers

    def functional(body: Any, *shape: int) -> Any:
        x = k.Input(shape or (4,))
        return k.Model(x, body(x))

    def network() -> Any:
        return k.Sequential([layers.Dense(3, input_shape=(4,)), layers.Dense(2)])

    def pictures() -> Any:
        return functional(layers.Conv2D(3, 3), 8, 8, 3)

    yield Case("sequential", network)
    yield Case("functional", lambda: functional(layers.Dense(3)))
    yield Case("inner-shape", lambda: functional(layers.Dense(3, input_shape=(4,))))
    yield Case("in-functional", lambda: functional(lambda x: network()(x)))
    yield Case("two", lambda: functional(lambda x: functional(layers.Dense(3))(x)))
    yield Case("in-sequential", lambda: k.Sequential([network(), layers.Dense(2)]))
    for behind in _behind(layers):
        names = "-".join(type(layer).__name__ for layer in behind)
        yield Case(f"f-{names}", lambda b=behind: k.Sequential([pictures(), *b]))
    yield Case("slash", lambda: functional(layers.Dense(3, name="a/b")))
    yield Case("add", lambda: functional(lambda x: layers.Dense(3)(x) + 1.0))
    yield Case("slice", lambda: functional(lambda x: layers.Dense(3)(x)[:, :2]))
    yield Case("lambda", lambda: functional(layers.Lambda(lambda x: x + 1)))
    yield Case("rnn", lambda: functional(layers.RNN(layers.LSTMCell(3)), 5, 4))
    yield Case(
        "both-ways", lambda: functional(layers.Bidirectional(layers.GRU(2)), 5, 4)
    )
    yield Case(
        "in-time", lambda: functional(layers.TimeDistributed(layers.Dense(2)), 5, 4)
    )
    yield Case(
        "sequential-in-time",
        lambda: functional(layers.TimeDistributed(network()), 5, 4),
    )


def _behind(layers: Any) -> Iterator[list[Any]]:
    yield [layers.Flatten(), layers.Dense(2)]
    yield [layers.GlobalAveragePooling2D(), layers.Dense(2)]
    yield [layers.GlobalAveragePooling2D(), layers.Dropout(0.5), layers.Dense(2)]
    yield [layers.GlobalAveragePooling2D()]
    yield [layers.Dense(2)]
    yield [layers.BatchNormalization()]
    yield [layers.Conv2D(2, 2)]
    yield [layers.MaxPooling2D()]
    yield [layers.Reshape((-1,))]
    yield [layers.Dropout(0.5)]
    yield [layers.Dropout(0.5), layers.Flatten()]
    yield [layers.Activation("relu"), layers.Dense(2)]
    yield [layers.ReLU(), layers.Conv2D(2, 2)]
    yield []


def first_shape_cases(k: Any) -> Iterator[tuple[str, list[Any], tuple[int, ...]]]:
    """Yield layers of Sequential models, to be saved without their InputLayer."""
    layers = k.layers
    picture = (6, 6, 3)
    yield "dense", [layers.Dense(2), layers.Dense(1)], (4,)
    yield "relu", [layers.Dense(2), layers.Activation("relu"), layers.Dense(1)], (4,)
    yield "normalized", [layers.Dense(2), layers.BatchNormalization()], (4,)
    yield "conv", [layers.Conv2D(2, 2), layers.Flatten(), layers.Dense(2)], picture
    yield "dropout", [layers.Dropout(0.5), layers.Conv2D(2, 2)], picture
    yield "pooled", [layers.MaxPooling2D(), layers.Flatten()], picture
    yield "padded", [layers.ZeroPadding2D(), layers.Conv2D(2, 2)], picture
    yield "flat", [layers.Flatten(), layers.Dropout(0.5), layers.Dense(2)], (6, 6)
    yield "words", [layers.Embedding(9, 4), layers.GlobalAveragePooling1D()], (5,)
    yield "flat words", [layers.Embedding(9, 4), layers.Flatten()], (5,)
    yield "repeated", [layers.RepeatVector(3), layers.Dense(2)], (4,)
    yield "reshaped", [layers.Reshape((2, 2)), layers.Dense(2)], (4,)


def _classes(module: Any, base: Any) -> Iterator[tuple[str, Any]]:
    for name, kind in sorted(vars(module).items()):
        if (
            inspect.isclass(kind)
            and issubclass(kind, base)
            and kind.__name__ == name
            and name not in _LEFT_OUT
        ):
            yield name, kind


def _functions(module: Any) -> list[str]:
    names = (n for n, f in sorted(vars(module).items()) if inspect.isfunction(f))
    return [name for name in names if name not in ("get", "serialize", "deserialize")]


def _variants(
    name: str, kind: Any, *shared: str
) -> Iterator[tuple[str, dict[str, Any]]]:
    plain = name.rstrip("123D").removesuffix("Transpose").rstrip("123D")
    needed = _NEEDED.get(name, _NEEDED.get(plain, {}))
    yield "default", needed
    names = [*inspect.signature(kind.__init__).parameters, *shared]
    for changed in dict.fromkeys(names):
        if changed in _CHANGES and changed not in needed:
            yield changed, {**needed, changed: _CHANGES[changed]}


def _shape(name: str) -> tuple[int, ...]:
    for rank, shape in _SHAPES.items():
        if f"{rank}D" in name:
            return (3, *shape) if name.startswith("ConvLSTM") else shape
    if name.startswith(_PICTURES):
        return _SHAPES[2]
    return _SHAPES[1] if name in (*_SEQUENCES, *_PAIRS[-2:]) else (6,)


def _functional(k: Any, name: str, arguments: dict[str, Any]) -> Callable[[], Any]:
    def build() -> Any:
        layer, shape = getattr(k.layers, name)(**arguments), _shape(name)
        x = k.Input(shape, dtype="int32" if name == "Embedding" else None)
        if name == "MultiHeadAttention":
            return k.Model(x, layer(x, x))
        if name in _PAIRS:
            y = k.Input(shape)
            return k.Model([x, y], layer([x, y]))
        return k.Model(x, layer(x))

    return build


def _sequential(k: Any, name: str, arguments: dict[str, Any]) -> Callable[[], Any]:
    def build() -> Any:
        layer = getattr(k.layers, name)(**arguments, input_shape=_shape(name))
        return k.Sequential([layer])

    return build


def _compiled(
    k: Any, tag: str, argument: str, kind: Any, arguments: dict[str, Any]
) -> Case:
    def made() -> Any:
        one = kind(**arguments)
        return [one] if argument == "metrics" else one

    return Case(f"{argument}-{tag}", _with(k, **{argument: made}))


def _with(k: Any, *, activation: Any = "softmax", **made: Any) -> Callable[[], Any]:
    def build() -> Any:
        layers = [k.Input((4,)), k.layers.Dense(3, activation)]
        model = k.Sequential(layers)
        settings = {"optimizer": "sgd", "loss": "mean_squared_error"}
        model.compile(**settings | {key: make() for key, make in made.items()})
        return model

    return build
