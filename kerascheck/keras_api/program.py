"""An example as the Keras program that it stands for: model, compile(), labels.

What is shown is what runs: every fact of the description that Keras code can express
is in the program, and a description with any other fact has no program.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, repeat

from kerascheck.keras_api.compile_call import (
    call_arguments,
    head_loss_code,
    major,
    metric_code,
)
from kerascheck.keras_api.fit_weights import BY_CLASS
from kerascheck.keras_api.layer_line import activation_code, dense_code
from kerascheck.keras_api.losses import tensorflow_name
from kerascheck.model.description import (
    Activation,
    Description,
    Encoding,
    FitCall,
    Head,
    Labels,
    LossKind,
    Metric,
)

FEATURES = 4
"""Inputs of a sample in every example."""

MAX_SAMPLES = 512
"""Rows of labels that a program makes."""

_POLICIES = {
    "float32": "",
    "float16": "mixed_float16",
    "bfloat16": "mixed_bfloat16",
    "float64": "float64",
}
"""Dtype of an output -> policy of the layer that makes it."""

_LAYERS_AFTER = {
    "BatchNormalization": "keras.layers.BatchNormalization()",
    "Dropout": "keras.layers.Dropout(0.2)",
    "Flatten": "keras.layers.Flatten()",
}


def keras_code(model: Description) -> str | None:
    """Return the program, None if code for Keras 3 or tf_keras cannot express a fact.

    The program leaves `model` compiled and, if they are known, `y`, `class_weight`,
    `sample_weight` and `x` as they are passed to `fit`.
    """
    if not model.heads or model.backend or model.task or model.compiled is not True:
        return None
    built = _model(model)
    calls = _compile(model)
    if built is None or calls is None or not _is_plain(model):
        return None
    labels = list(_labelled(model)) or list(_passed(model))
    lines = ["import tf_keras as keras  # Keras 2" if model.legacy else "import keras"]
    if labels:
        lines += ["import numpy as np"]
    by_name = any(head.loss and tensorflow_name(head.loss) for head in model.heads)
    if by_name or _is_dataset(model.fit):
        lines += ["import tensorflow as tf"]
    return "\n".join([*lines, "", *_own_losses(model), *built, *calls, *labels])


def _is_plain(model: Description) -> bool:
    """Say whether the program holds all that is known of a call of `fit`."""
    call = model.fit
    if call is None:
        return True
    if _is_dataset(call):
        of_one = len(model.heads) == 1 and model.heads[0].labels is None
        return of_one and call.class_weight is None and call.sample_weight is None
    return call.data in (None, "arrays") and call.class_weight in (None, BY_CLASS)


def _is_dataset(call: FitCall | None) -> bool:
    return call is not None and call.data == "dataset"


def _passed(model: Description) -> Iterator[str]:
    """Yield lines that make what `fit` gets, of which the shapes alone matter."""
    call = model.fit
    if call is None:
        return
    if _is_dataset(call):
        yield from _dataset(model.heads[0], batched=not call.unbatched)
        return
    for name, count in call.lengths:
        yield f"{name} = np.zeros(({count}, {FEATURES if name == 'x' else 1}))"
    if call.labels is None or any(h.shape is None for h in model.heads):
        return
    weights = call.sample_weight
    shapes = () if weights is None else weights.shapes
    samples = next((shape[0] for shape in shapes if shape), MAX_SAMPLES)
    sizes = [(samples, *(h.shape or ())[1:-1], 1) for h in model.heads]
    yield f"y = {_structured(call.labels, chain(sizes, repeat(sizes[-1])))}"
    if weights is None:
        return
    ones = _structured(weights.structure, [shape or () for shape in weights.shapes])
    given = f"[1.0] * {samples}" if weights.structure == "numbers" else ones
    yield f"sample_weight = {given}"


def _dataset(head: Head, *, batched: bool) -> Iterator[str]:
    """Yield lines that make a dataset, of samples or of batches."""
    places = (head.shape or ())[1:-1]
    for name, size in (("inputs", FEATURES), ("targets", 1)):
        yield f"{name} = np.zeros({(MAX_SAMPLES, *places, size)!r})"
    yield "y = tf.data.Dataset.from_tensor_slices((inputs, targets))"
    if batched:
        yield "y = y.batch(32)"


def _structured(structure: str, shapes: Iterable[tuple[object, ...]]) -> str:
    arrays = (f"np.ones({shape!r})" for shape in shapes)
    return "".join(next(arrays) if sign == "*" else sign for sign in structure)


def _model(model: Description) -> list[str] | None:
    ends = [_layers(head) for head in model.heads]
    inputs = {_input(head) for head in model.heads}
    if len(inputs) > 1:
        return None
    (entry,) = inputs
    if entry is None or any(end is None for end in ends):
        return None
    if len(ends) == 1:
        layers = [entry, *(ends[0] or ())]
        return ["model = keras.Sequential([", *(f"    {x}," for x in layers), "])"]
    lines = [f"x = {entry}"]
    for head, end in zip(model.heads, ends, strict=True):
        values = "x"
        for layer in end or ():
            values = f"{layer}({values})"
        lines.append(f"{head.name} = {values}")
    names = [head.name for head in model.heads]
    is_list = model.outputs == "list"
    outputs = f"[{', '.join(names)}]" if is_list else _by_name(names, names)
    return [*lines, f"model = keras.Model(x, {outputs})"]


def _input(head: Head) -> str | None:
    if head.shape is None or len(head.shape) < 2:
        return None
    return f"keras.Input({(*head.shape[1:-1], FEATURES)!r})"


def _layers(head: Head) -> list[str] | None:
    """Return the layers that end in this head; None: code cannot express them."""
    known = head.layer_class in ("Dense", "Activation", None, *_LAYERS_AFTER)
    if not known or head.activation is Activation.UNKNOWN or head.units is None:
        return None
    steps = [*reversed(head.inner_activations), head.activation]
    if head.layer_class in _LAYERS_AFTER:
        return [dense_code(head.units, steps[0]), _LAYERS_AFTER[head.layer_class]]
    if head.softmax_axis not in (None, -1):
        softmax = f'keras.layers.Softmax(axis={head.softmax_axis}, name="{head.name}")'
        return [f"keras.layers.Dense({head.units})", softmax]
    name = head.name if len(steps) == 1 else ""
    policy = _POLICIES.get(head.compute_dtype or "")
    if policy is None or (policy and (len(steps) > 1 or head.layers_after)):
        return None
    layers = [dense_code(head.units, steps[0], name, policy)]
    layers += map(activation_code, steps[1:])
    for layer in head.layers_after:
        code = _layer_after(layer, head)
        if code is None:
            return None
        layers.append(code)
    return layers


def _layer_after(layer: str, head: Head) -> str | None:
    if layer == "Reshape" and head.shape is not None:
        return f"keras.layers.Reshape({head.shape[1:]!r})"
    return _LAYERS_AFTER.get(layer)


def _compile(model: Description) -> list[str] | None:
    """Return the call, one argument a line."""
    heads = model.heads
    if any(h.metrics is None or not all(m.builtin for m in h.metrics) for h in heads):
        return None
    codes = call_arguments(
        heads,
        by_name=len(heads) > 1,
        keras=major(model),
        loss_code=_loss,
        metric_code=_metric,
    )
    spare = [f"keras.losses.{name}()" for head in heads for name in head.spare_losses]
    if spare:
        codes["loss"] = f"[{', '.join([codes['loss'], *spare])}]"
    lines = (f"    {name}={_double(code)}," for name, code in codes.items())
    return ["model.compile(", '    optimizer="adam",', *lines, ")"]


def _metric(metric: Metric, keras: int) -> str:
    if metric.frozen and metric.resolved == "SparseCategoricalAccuracy":
        return "'sparse_categorical_accuracy'"  # no save before fit resolves to it
    return metric_code(metric, keras)


def _loss(head: Head, keras: int) -> str:
    function = head.loss and tensorflow_name(head.loss)
    if function:
        return function
    if head.loss is not None and head.loss.kind is LossKind.CUSTOM:
        return f"{_class_name(head.loss.name)}()"
    return head_loss_code(head, keras)


def _double(code: str) -> str:
    return code.replace("'", '"')


def _by_name(names: Iterable[str], codes: Iterable[str]) -> str:
    pairs = (f'"{name}": {code}' for name, code in zip(names, codes, strict=True))
    return f"{{{', '.join(pairs)}}}"


def _own_losses(model: Description) -> Iterator[str]:
    names = [
        h.loss.name
        for h in model.heads
        if h.loss and h.loss.kind == "custom" and not tensorflow_name(h.loss)
    ]
    for name in dict.fromkeys(names):
        package = name.rpartition(">")[0] or "own"
        yield f'@keras.saving.register_keras_serializable(package="{package}")'
        yield f"class {_class_name(name)}(keras.losses.Loss):"
        yield "    def call(self, y_true, y_pred):"
        yield "        return keras.ops.square(y_true - y_pred)"
        yield ""


def _class_name(name: str) -> str:
    words = name.rpartition(">")[2].strip("<>").split("_")
    return "".join(word[:1].upper() + word[1:] for word in words)


def _labelled(model: Description) -> Iterator[str]:
    codes = {h.name: _labels(h.labels) for h in model.heads if h.labels is not None}
    if not codes or any(code is None for code in codes.values()):
        return
    yield "rng = np.random.default_rng(0)"
    if len(model.heads) == 1:
        yield f"y = {next(iter(codes.values()))}"
    else:
        yield f"y = {_by_name(codes, map(str, codes.values()))}"
    for head in model.heads:
        if head.labels is not None and head.labels.nans:
            yield f"y[:{head.labels.nans}] = np.nan"
        if head.labels is not None and head.labels.infinities:
            yield f"y[-{head.labels.infinities}:] = np.inf"
    for head in model.heads:
        if head.class_weight is not None:
            yield f"class_weight = {dict(head.class_weight)}  # of fit()"


def _labels(labels: Labels) -> str | None:
    samples = min(labels.shape[0] or MAX_SAMPLES, MAX_SAMPLES)
    rest = tuple(size for size in labels.shape[1:] if size is not None)
    if len(rest) < len(labels.shape) - 1:
        return None
    shape = f"{(samples, *rest)!r}" if rest else f"{samples}"
    match labels.encoding:
        case Encoding.ONE_HOT:
            ids = _ids(labels, range(rest[-1]), (samples, *rest[:-1]))
            return f"np.eye({rest[-1]})[{ids}]"
        case Encoding.MULTI_HOT if labels.ones == (0, 1):
            ids = f"rng.integers({rest[-1] + 1}, size={samples})"
            return f"np.eye({rest[-1] + 1})[{ids}][:, 1:]"
        case Encoding.MULTI_HOT:
            return f"rng.integers(2, size={shape})"
        case Encoding.DISTRIBUTION if len(labels.values) == 2:
            low, high = labels.values
            ids = _ids(labels, range(rest[-1]), (samples, *rest[:-1]))
            return f"np.where(np.eye({rest[-1]})[{ids}], {high}, {low})"
        case Encoding.DISTRIBUTION:
            return f"rng.dirichlet({[1] * rest[-1]!r}, {samples})"
        case Encoding.CONTINUOUS | Encoding.PROBABILITY if labels.low is None:
            return f"rng.normal(size={shape})"
        case Encoding.CONTINUOUS | Encoding.PROBABILITY if len(labels.values) == 2:
            return f"rng.choice({list(labels.values)}, {shape})"
        case Encoding.CONTINUOUS | Encoding.PROBABILITY:
            return f"rng.uniform({labels.low:g}, {labels.high:g}, {shape})"
        case Encoding.STRINGS:
            return f'rng.choice(["cat", "dog"], {shape})'
        case Encoding.UNKNOWN:
            return None
        case _:
            return _ids(labels, _values(labels), (samples, *rest))


def _values(labels: Labels) -> range | list[int]:
    """Return the classes that occur, as few as the sample shows."""
    low, high = int(labels.low or 0), int(labels.high or 0)
    if labels.encoding is Encoding.SIGNED_BINARY:
        return [low, high]
    if labels.classes == 1:
        return [high]
    if labels.classes and labels.classes < high - low + 1:
        return [*range(low, low + labels.classes - 1), high]
    return range(low, high + 1)


def _ids(labels: Labels, values: range | list[int], shape: tuple[int, ...]) -> str:
    size = f"{shape!r}" if len(shape) > 1 else f"{shape[0]}"
    if labels.majority is not None and labels.majority > 1.5 / len(values):
        rare = (1 - labels.majority) / max(len(values) - 1, 1)
        shares = [round(labels.majority, 4)] + [round(rare, 4)] * (len(values) - 1)
        return f"rng.choice({list(values)}, {size}, p={shares})"
    if isinstance(values, list):
        return f"rng.choice({values}, {size})"
    start = f"{values.start}, " if values.start else ""
    return f"rng.integers({start}{values.stop}, size={size})"
