"""What each layer does to the values that reach a head: activation, width, hiding.

`TensorFacts` say what is known about one tensor. Layers that compute values of their
own start new ones; layers that only move, mask or join values pass theirs on; all
others make them unknown. Whether Keras on TensorFlow still finds the logits behind a
layer was measured on Keras 3.15.1 with the attribute `_keras_logits`, in graph mode.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from kerascheck.keras_api.activations import BY_CLASS, BY_NAME, BY_ROW
from kerascheck.keras_api.layers import GATED, LAYERS, OPERATIONS, Effect
from kerascheck.model.description import Activation
from kerascheck.model.named import NamedTuple
from kerascheck.model.typed import Any, Final
from kerascheck.readers.config.activations import Applied, activation_layer, applied
from kerascheck.readers.config.graph import Layer, Tensor, is_reversed
from kerascheck.readers.config.numbers import shown_scalar
from kerascheck.readers.config.unknown import UNKNOWN

__all__ = [
    "NOTHING",
    "Step",
    "TensorFacts",
    "last_cell",
    "step_of",
    "unknown",
    "width",
]

_LINEAR: Final = Activation.LINEAR
_UNKNOWN: Final = Activation.UNKNOWN
_MAX_LENGTH: Final = 32
"""Entries of `inner_activations` and `layers_after`: no real head comes near."""

_MAX_UNITS: Final = 2**31


class TensorFacts(NamedTuple):
    """What is known about one tensor; see `Head` for the fields they share."""

    activation: Activation = _UNKNOWN
    layer: str | None = None
    layer_class: str | None = None
    units: int | None = None  # None: to be taken from the shape
    as_saved: str | None = None
    axis: int | None = None
    inner_activations: tuple[Activation, ...] = ()
    layers_after: tuple[str, ...] = ()
    logits_hidden: bool = False
    activation_at: str = ""  # JSON pointers
    units_at: str = ""
    made_as: Tensor | None = None  # the tensor the activation was applied to
    moved: bool = False  # values changed places since, so rows may be others
    invalid_units: str | None = None  # as saved, where they are no width


NOTHING: Final = TensorFacts()
Step = Callable[[Layer, Sequence[TensorFacts]], TensorFacts]


def step_of(layer: Layer) -> tuple[Step, bool]:
    """Return how `layer` makes its facts, and whether it takes those of its inputs."""
    kind = layer.kind
    if not layer.operation:
        return _LAYER_STEPS.get(kind, _UNKNOWN_STEP)
    step = _OPERATION_STEPS.get(kind)
    if step is not None:
        return step
    if kind in BY_CLASS:
        return _activate, True
    return (_activate_by_name, True) if kind in BY_NAME else _UNKNOWN_STEP


def width(saved: Any) -> int | None:
    """Return a saved number of units; None: it is no positive whole number."""
    if isinstance(saved, float) and saved.is_integer():
        saved = int(saved)
    if type(saved) is int and 0 < saved < _MAX_UNITS:
        return saved
    return None


# Layers with values of their own.


def _weighted(layer: Layer, inputs: Sequence[TensorFacts]) -> TensorFacts:
    """Dense, convolutions: their own activation on a weighted sum."""
    config = layer.config
    name = "units" if "units" in config else "filters"
    found = applied(config.get("activation"))
    return _start(layer, found, width(config.get(name)), name)


def _start(
    layer: Layer, found: Applied, units: int | None, units_name: str
) -> TensorFacts:
    at, config = layer.at, layer.config
    odd = None
    if units is None and units_name in ("units", "filters", "output_dim"):
        saved = config.get(units_name)
        odd = None if saved is UNKNOWN else shown_scalar(saved)[:40]
    return TensorFacts(
        found.activation,
        layer.path,
        layer.shown,
        units,
        found.as_saved,
        found.axis,
        (),
        (),
        layer.hides,  # TimeDistributed moves the axes afterwards
        f"{at}/config/activation" if "activation" in config else f"{at}/config",
        f"{at}/config/{units_name}" if units_name in config else f"{at}/config",
        layer.tensor,
        invalid_units=odd,
    )


def _depthwise(layer: Layer, inputs: Sequence[TensorFacts]) -> TensorFacts:
    found = applied(layer.config.get("activation"))
    return _start(layer, found, None, "depth_multiplier")


def _einsum(layer: Layer, inputs: Sequence[TensorFacts]) -> TensorFacts:
    shape = layer.config.get("output_shape")
    last = shape[-1] if isinstance(shape, (list, tuple)) and shape else shape
    found = applied(layer.config.get("activation"))
    return _start(layer, found, width(last), "output_shape")


def _embedding(layer: Layer, inputs: Sequence[TensorFacts]) -> TensorFacts:
    units = width(layer.config.get("output_dim"))
    return _start(layer, Applied(_LINEAR), units, "output_dim")


def _reversible(layer: Layer, inputs: Sequence[TensorFacts]) -> TensorFacts:
    """An embedding, or backwards the logits of each token."""
    if not is_reversed(layer):
        known = is_reversed(layer) is False
        return _embedding(layer, inputs) if known else unknown(layer, inputs)
    units = width(layer.config.get("input_dim"))
    capped = layer.config.get("logit_soft_cap") is not None
    found = Applied(_UNKNOWN if capped else _LINEAR)
    return _start(layer, found, units, "input_dim")


def _attention_heads(layer: Layer, inputs: Sequence[TensorFacts]) -> TensorFacts:
    """MultiHeadAttention ends in a projection without activation."""
    if layer.index:
        return unknown(layer, inputs)  # the attention scores
    shape = layer.config.get("output_shape")
    last = shape[-1] if isinstance(shape, (list, tuple)) and shape else shape
    return _start(layer, Applied(_LINEAR), width(last), "output_shape")


def _recurrent(layer: Layer, inputs: Sequence[TensorFacts]) -> TensorFacts:
    """RNN layers: gates keep the range of tanh and sigmoid, and of nothing else."""
    config, kind, at = layer.config, layer.kind, layer.at
    if kind == "RNN":
        config, kind, at = last_cell(config, at)
    name = "units" if "units" in config else "filters"
    units = width(config.get(name))
    start = TensorFacts(
        _UNKNOWN,
        layer.path,
        layer.shown,
        units,
        logits_hidden=True,
        activation_at=f"{at}/config",
        units_at=f"{at}/config/{name}",
    )
    if layer.index or kind.removesuffix("Cell") not in GATED:
        return start  # states, or a cell of the user's
    if "activation" in config:
        start = start._replace(activation_at=f"{at}/config/activation")
    found = applied(config.get("activation", "tanh"))
    if kind.startswith("SimpleRNN"):
        return start._replace(
            activation=found.activation, as_saved=found.as_saved, axis=found.axis
        )
    kept = _GATED_RANGES.get(found.activation, _UNKNOWN)
    return start._replace(activation=kept, as_saved=found.as_saved)


_GATED_RANGES: Final = {
    Activation.TANH: Activation.TANH,
    Activation.SIGMOID: Activation.SIGMOID,
    Activation.HARD_SIGMOID: Activation.SIGMOID,
}


def last_cell(config: Any, at: str) -> tuple[Any, str, str]:
    """Return config, class and pointer of the cell whose output an RNN returns."""
    cell, at = config.get("cell"), at + "/config/cell"
    while isinstance(cell, dict):
        inner = cell.get("config")
        if not isinstance(inner, dict):
            break
        cells = inner.get("cells")
        if cell.get("class_name") != "StackedRNNCells":
            kind = cell.get("class_name")
            return inner, kind if isinstance(kind, str) else "", at
        if not isinstance(cells, (list, tuple)) or not cells:
            break
        cell, at = cells[-1], f"{at}/config/cells/{len(cells) - 1}"
    return {}, "", at


def _bidirectional(layer: Layer, inputs: Sequence[TensorFacts]) -> TensorFacts:
    inner = layer.config.get("layer")
    if not isinstance(inner, dict):
        return unknown(layer, inputs)
    one = Layer(layer.tensor, inner, layer.at + "/config/layer")
    if one.kind not in GATED and one.kind != "RNN":
        return unknown(layer, inputs)
    way = _recurrent(one, inputs)._replace(layer=layer.path, layer_class=layer.shown)
    mode = layer.config.get("merge_mode", "concat")
    if mode == "concat":
        return way._replace(units=way.units and 2 * way.units)
    back = layer.config.get("backward_layer")
    if mode == "ave" and back is None:
        return way
    return way._replace(activation=_UNKNOWN)


def unknown(layer: Layer, inputs: Sequence[TensorFacts]) -> TensorFacts:
    """Lambda, a user's own layer, or one that no table lists."""
    return TensorFacts(
        _UNKNOWN,
        layer.path,
        layer.shown,
        activation_at=layer.at,
        units_at=layer.at,
    )


# Layers that apply an activation to what reaches them.


def _activate(layer: Layer, inputs: Sequence[TensorFacts]) -> TensorFacts:
    if layer.kind != "Activation":
        found = activation_layer(layer.kind, layer.config)
        return _on_top(layer, inputs, found, _operation_at(layer))
    if "activation" not in layer.config:
        return _unknown_of(layer, inputs)
    found = applied(layer.config["activation"])
    if found.activation is _LINEAR:
        return _passed(layer, inputs)
    return _on_top(layer, inputs, found, layer.at + "/config/activation")


def _activate_by_name(layer: Layer, inputs: Sequence[TensorFacts]) -> TensorFacts:
    """TensorFlow's functions, which are called as Keras's are."""
    activation = BY_NAME[layer.kind]
    if activation is _LINEAR:
        return _passed(layer, inputs)
    found = Applied(activation)
    if activation is Activation.SOFTMAX:
        axis = layer.config.get("axis")
        found = activation_layer("Softmax", {"axis": -1 if axis is None else axis})
    return _on_top(layer, inputs, found, _operation_at(layer))


def _operation_at(layer: Layer) -> str:
    name = {
        "TFOpLambda": "config/function",
        "TensorFlowOpLayer": "config/node_def/op",
    }.get(layer.shown, "class_name")
    return f"{layer.at}/{name}"


def _on_top(
    layer: Layer, inputs: Sequence[TensorFacts], found: Applied, at: str
) -> TensorFacts:
    inner = inputs[0] if inputs else NOTHING
    return TensorFacts(
        found.activation,
        layer.path,
        layer.shown,
        inner.units,
        found.as_saved,
        found.axis,
        _applied_before(inner),
        (),
        layer.hides,
        at,
        inner.units_at,
        layer.tensor,
    )


def _applied_before(inner: TensorFacts) -> tuple[Activation, ...]:
    if inner.activation is _LINEAR or inner.activation is _UNKNOWN:
        return ()
    return (inner.activation, *inner.inner_activations[: _MAX_LENGTH - 1])


def _normalize(layer: Layer, inputs: Sequence[TensorFacts]) -> TensorFacts:
    """BatchNormalization and its kin: whatever came in, the output has no bounds."""
    inner = inputs[0] if inputs else NOTHING
    known = _applied_before(inner)
    return TensorFacts(
        _LINEAR,
        layer.path,
        layer.shown,
        inner.units,
        inner_activations=inner.inner_activations
        if inner.activation is _LINEAR
        else known,
        activation_at=layer.at + "/class_name",
        units_at=inner.units_at,
    )


# Layers that pass on what reaches them.


def _passed(layer: Layer, inputs: Sequence[TensorFacts]) -> TensorFacts:
    """The very same tensor: Keras still sees the logits behind it."""
    return _behind(layer, inputs, hides=layer.hides)


def _covered(layer: Layer, inputs: Sequence[TensorFacts]) -> TensorFacts:
    """The same values in a new tensor: Keras no longer sees the logits behind it."""
    return _behind(layer, inputs, hides=True)


def _reshaped(layer: Layer, inputs: Sequence[TensorFacts]) -> TensorFacts:
    """The same values in another shape."""
    name = "target_shape" if "target_shape" in layer.config else "newshape"
    at = f"{layer.at}/config/{name}" if name in layer.config else layer.at
    return _moved(layer, inputs)._replace(units=None, units_at=at)


def _moved(layer: Layer, inputs: Sequence[TensorFacts]) -> TensorFacts:
    """The same values in other places, fewer of them or more."""
    if inputs and inputs[0].activation in BY_ROW and inputs[0].axis is not None:
        return _unknown_of(layer, inputs)
    return _behind(layer, inputs, hides=True)._replace(moved=True)


def _turned(layer: Layer, inputs: Sequence[TensorFacts]) -> TensorFacts:
    """The same values with axes swapped: rows stay where the last axis does."""
    rows = bool(inputs) and inputs[0].activation in BY_ROW
    if rows and not _keeps_last_axis(layer):
        return _unknown_of(layer, inputs)._replace(units=None)
    return _reshaped(layer, inputs)


def _keeps_last_axis(layer: Layer) -> bool:
    config = layer.config
    order = config.get("dims", config.get("axes", config.get("perm")))
    if not isinstance(order, (list, tuple)) or not order:
        return False
    last = len(order) - (0 if layer.kind == "Permute" else 1)  # it leaves out the batch
    return order[-1] in (-1, last)


def _behind(layer: Layer, inputs: Sequence[TensorFacts], *, hides: bool) -> TensorFacts:
    if not inputs or inputs[0] is NOTHING:
        return unknown(layer, inputs)
    inner = inputs[0]
    after = inner.layers_after
    if len(after) < _MAX_LENGTH:
        after = (*after, layer.shown)
    return inner._replace(
        layers_after=after, logits_hidden=inner.logits_hidden or hides
    )


def _only(*kept: Activation) -> Step:
    """Return a step that passes on these activations and makes others unknown."""

    def step(layer: Layer, inputs: Sequence[TensorFacts]) -> TensorFacts:
        if inputs and inputs[0].activation in kept:
            return _moved(layer, inputs)
        return _unknown_of(layer, inputs)

    return step


def _unknown_of(layer: Layer, inputs: Sequence[TensorFacts]) -> TensorFacts:
    """Unknown values, as many as came in."""
    facts = unknown(layer, inputs)
    return facts._replace(units=inputs[0].units) if inputs else facts


_averaged: Final = _only(_LINEAR, Activation.SIGMOID, Activation.SOFTMAX)
_linear_only: Final = _only(_LINEAR)


def _reduced(layer: Layer, inputs: Sequence[TensorFacts]) -> TensorFacts:
    """Means and sums over any axis."""
    return _linear_only(layer, inputs)._replace(units=None, units_at=layer.at)


def _resized(layer: Layer, inputs: Sequence[TensorFacts]) -> TensorFacts:
    """UpSampling and Resizing: some interpolations leave the range of their inputs."""
    mode = layer.config.get("interpolation", "nearest")
    if mode in ("nearest", "bilinear"):
        return _averaged(layer, inputs)
    return _linear_only(layer, inputs)


def _rescaled(layer: Layer, inputs: Sequence[TensorFacts]) -> TensorFacts:
    config = layer.config
    if config.get("scale") == 1 and config.get("offset", 0) == 0:
        return _covered(layer, inputs)
    return _linear_only(layer, inputs)


def _cast(layer: Layer, inputs: Sequence[TensorFacts]) -> TensorFacts:
    dtype = layer.config.get("dtype")
    if isinstance(dtype, str) and dtype.startswith(("float", "bfloat")):
        return _covered(layer, inputs)
    return _unknown_of(layer, inputs)


# Layers that join several tensors.

_ELEMENTWISE: Final = frozenset(
    {_LINEAR, Activation.SIGMOID, Activation.TANH, Activation.RELU}
)


def _joined(
    layer: Layer, inputs: Sequence[TensorFacts], activation: Activation
) -> TensorFacts:
    units = {one.units for one in inputs}
    return TensorFacts(
        activation,
        layer.path,
        layer.shown,
        units.pop() if len(units) == 1 else None,
        logits_hidden=True,
        activation_at=layer.at,
        units_at=layer.at,
        made_as=layer.tensor,
    )


def _shared(inputs: Sequence[TensorFacts]) -> Activation:
    """Return the activation that all inputs end in; unknown where they differ."""
    kinds = {(one.activation, one.axis) for one in inputs}
    return kinds.pop()[0] if len(kinds) == 1 else _UNKNOWN


def _average(layer: Layer, inputs: Sequence[TensorFacts]) -> TensorFacts:
    shared = _shared(inputs)
    if shared in BY_ROW and any(one.moved for one in inputs):
        shared = _UNKNOWN
    facts = _joined(layer, inputs, shared)
    return facts._replace(axis=inputs[0].axis if inputs else None)


def _sum(layer: Layer, inputs: Sequence[TensorFacts]) -> TensorFacts:
    """Add, Subtract, Multiply, Maximum and the like, of tensors or with constants."""
    every = all(one.activation is _LINEAR for one in inputs)
    facts = _joined(layer, inputs, _LINEAR if inputs and every else _UNKNOWN)
    # Shapes may broadcast, so the width of one operand need not be that of the result.
    return facts._replace(units=None)


def _several(layer: Layer, inputs: Sequence[TensorFacts]) -> TensorFacts:
    """Maximum and Minimum; of one tensor and a constant they are no longer linear."""
    if len(inputs) < 2:
        return _unknown_of(layer, inputs)
    return _sum(layer, inputs)


def _divide(layer: Layer, inputs: Sequence[TensorFacts]) -> TensorFacts:
    """A tensor over a constant; which of the two is the constant, few formats say."""
    if len(inputs) != 1 or not _starts_with_tensor(layer):
        return _joined(layer, inputs, _UNKNOWN)
    return _sum(layer, inputs)


def _starts_with_tensor(layer: Layer) -> bool:
    nodes = layer.entry.get("inbound_nodes")
    call = nodes[0] if isinstance(nodes, (list, tuple)) and nodes else None
    if isinstance(call, dict):
        args = call.get("args")
        return (
            isinstance(args, (list, tuple)) and bool(args) and isinstance(args[0], dict)
        )
    return (
        isinstance(call, (list, tuple))
        and bool(call)
        and (call[0] != "_CONSTANT_VALUE")
    )


def _dot(layer: Layer, inputs: Sequence[TensorFacts]) -> TensorFacts:
    facts = _sum(layer, inputs)
    if layer.config.get("normalize"):
        return facts._replace(activation=_UNKNOWN)  # a cosine
    return facts


def _concatenate(layer: Layer, inputs: Sequence[TensorFacts]) -> TensorFacts:
    facts = _part(layer, inputs)
    if layer.config.get("axis", -1) != -1:
        return facts
    units = [one.units for one in inputs]
    return facts._replace(units=None if None in units else width(sum(units)))


def _part(layer: Layer, inputs: Sequence[TensorFacts]) -> TensorFacts:
    """A slice or a stack: each value stays what it was, rows need not."""
    shared = _shared(inputs)
    facts = _joined(layer, inputs, shared if shared in _ELEMENTWISE else _UNKNOWN)
    return facts._replace(units=None)


def _attention(layer: Layer, inputs: Sequence[TensorFacts]) -> TensorFacts:
    """Attention returns weighted means of its values, its second input."""
    values = inputs[1:2]
    linear = bool(values) and values[0].activation is _LINEAR and not layer.index
    return _joined(layer, values, _LINEAR if linear else _UNKNOWN)


_STARTING: Final[dict[Effect, Step]] = {
    "weighted": _weighted,
    "depthwise": _depthwise,
    "einsum": _einsum,
    "embedding": _embedding,
    "reversible embedding": _reversible,
    "attention heads": _attention_heads,
    "gated": _recurrent,
    "recurrent": _recurrent,
    "bidirectional": _bidirectional,
}
_CONTINUING: Final[dict[Effect, Step]] = {
    "activation": _activate,
    "passed": _passed,
    "copied": _covered,
    "noise": _covered,  # a real operation while training
    "normalized": _normalize,
    "reshaped": _reshaped,
    "moved": _moved,
    "transposed": _turned,
    "linear kept": _linear_only,
    "averaged": _averaged,
    "resized": _resized,
    "rescaled": _rescaled,
    "reduced": _reduced,
    "cast": _cast,
    "part": _part,
    "average": _average,
    "sum": _sum,
    "extremes": _several,
    "quotient": _divide,
    "product": _dot,
    "concatenated": _concatenate,
    "attention": _attention,
}
_STEPS: Final = {
    **{effect: (step, False) for effect, step in _STARTING.items()},
    **{effect: (step, True) for effect, step in _CONTINUING.items()},
}
_UNKNOWN_STEP: Final = (unknown, False)
_LAYER_STEPS: Final = {
    name: _STEPS[row.effect] for name, row in LAYERS.items() if row.effect
}
_OPERATION_STEPS: Final = {
    name: _STEPS[row.effect] for name, row in OPERATIONS.items() if row.effect
}
