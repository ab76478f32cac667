"""The config that Keras would save for a model of a program."""

from __future__ import annotations

from collections.abc import Sequence

from kerascheck.model.typed import Any
from kerascheck.readers.config.unknown import UNKNOWN
from kerascheck.readers.source.bounds import is_constant
from kerascheck.readers.source.keras_values import (
    LayerValue,
    ModelValue,
    Node,
    TensorValue,
)
from kerascheck.readers.source.layer_making import tensors_in
from kerascheck.readers.source.open_values import is_open
from kerascheck.readers.source.values import Unknown, Value

__all__ = ["Lines", "architecture", "input_of", "is_whole", "layers_of"]

_MAX_NODES = 20_000
_MAX_PARTS = 5_000  # layers of all models in a model; one may stand in many places


class Lines:
    """Where parts of a config are made: by the identity of a dict."""

    __slots__ = ("_kept", "by_id")

    def __init__(self) -> None:
        self.by_id: dict[int, int] = {}
        self._kept: list[Any] = []  # so that no identity is used twice

    def note(self, part: dict[str, Any], line: int) -> dict[str, Any]:
        """Note the line of a part of a config, and return the part."""
        self.by_id[id(part)] = line
        self._kept.append(part)
        return part


def architecture(model: ModelValue, lines: Lines) -> dict[str, Any] | None:
    """Return the config of a model; None: its layers are not known."""
    if model.form == "sequential":
        return lines.note(_sequential(model, lines, 0), model.line)
    if model.form == "functional":
        return lines.note(_functional(model, lines, 0), model.line)
    return None


def _sequential(model: ModelValue, lines: Lines, depth: int) -> dict[str, Any]:
    layers = [_entry(layer, lines, depth + 1) for layer in model.layers]
    if layers and layers[0]["class_name"] != "InputLayer":
        first = input_of(model.layers[0])
        if first is None and model.input_shape is not None:
            first = _input(list(model.input_shape))
        if first is not None:
            layers = [first, *layers]
    return {
        "module": "keras",
        "class_name": "Sequential",
        "config": {"name": model.name, "layers": layers},
    }


def input_of(layer: LayerValue) -> dict[str, Any] | None:
    """Return the input that the arguments of a first layer ask for."""
    config = layer.config
    if isinstance(config.get("batch_input_shape"), list):
        shape = [s if type(s) is int else None for s in config["batch_input_shape"]]
    elif isinstance(config.get("input_shape"), list):
        shape = [None, *(s if type(s) is int else None for s in config["input_shape"])]
    elif "input_shape" in config and type(config["input_shape"]) is int:
        shape = [None, config["input_shape"]]
    elif "input_dim" in config and layer.entry["class_name"] != "Embedding":
        size = config["input_dim"]
        shape = [None, size if type(size) is int else None]
    elif layer.entry["class_name"] == "Embedding":
        size = config.get("input_length")
        shape = [None, size if type(size) is int else None]
    else:
        return None
    if "input_length" in config and len(shape) == 2 and "input_dim" in config:
        size = config["input_length"]
        if layer.entry["class_name"] != "Embedding":
            shape = [None, size if type(size) is int else None, shape[1]]
    return _input(shape)


def _input(shape: list[int | None]) -> dict[str, Any]:
    return {
        "module": "keras.layers",
        "class_name": "InputLayer",
        "config": {"batch_shape": shape, "name": "input_layer"},
    }


def _entry(layer: LayerValue, lines: Lines, depth: int) -> dict[str, Any]:
    if depth > 30 or len(lines.by_id) > _MAX_PARTS:
        return {"module": "unknown", "class_name": "", "config": {}}
    if isinstance(layer, ModelValue) and layer.form == "sequential":
        made = _sequential(layer, lines, depth)
    elif isinstance(layer, ModelValue) and layer.form == "functional":
        made = _functional(layer, lines, depth)
    else:
        made = dict(layer.entry)
        made["config"] = {
            name: value
            for name, value in layer.config.items()
            if name not in ("input_shape", "batch_input_shape")
        }
    made["config"] = {**made["config"], "name": layer.name}
    return lines.note(made, layer.line)


def _functional(model: ModelValue, lines: Lines, depth: int) -> dict[str, Any]:
    inputs = tensors_in([model.inputs])
    nodes = _nodes(tensors_in([model.outputs_of]), inputs)
    calls: dict[int, list[Node]] = {}
    layers: list[LayerValue] = []
    for node in nodes:
        if id(node.layer) not in calls:
            layers.append(node.layer)
        calls.setdefault(id(node.layer), []).append(node)
    for found in calls.values():
        found.sort(key=lambda node: _place(node))
    names = _Names(layers, inputs, calls)
    entries = [names.input_entry(place) for place in range(len(inputs))]
    for layer in layers:
        if names.is_input(layer):
            continue
        entry = _entry(layer, lines, depth + 1)
        entry["name"] = layer.name
        entry["inbound_nodes"] = [
            {
                "args": [names.written(value) for value in node.args],
                "kwargs": {k: names.written(v) for k, v in node.kwargs.items()},
            }
            for node in calls[id(layer)]
        ]
        entries.append(entry)
    return {
        "module": "keras",
        "class_name": model.class_name,
        "config": {
            "name": model.name,
            "layers": entries,
            "input_layers": [names.end(tensor) for tensor in inputs],
            "output_layers": names.structure(model.outputs_of),
        },
    }


def _place(node: Node) -> int:
    return node.layer.calls.index(node)


def _nodes(outputs: Sequence[TensorValue], inputs: Sequence[TensorValue]) -> list[Node]:
    """Return the calls that outputs come from, each after those it needs."""
    stops = {id(tensor.node) for tensor in inputs}
    found: list[Node] = []
    begun: set[int] = set()
    done: set[int] = set()
    stack = [tensor.node for tensor in reversed(outputs)]
    while stack and len(begun) < _MAX_NODES:
        node = stack[-1]
        if id(node) in done:
            stack.pop()
            continue
        if id(node) not in begun and id(node) not in stops:
            begun.add(id(node))
            needs = tensors_in([*node.args, *node.kwargs.values()])
            stack += [t.node for t in reversed(needs) if id(t.node) not in begun]
            continue
        done.add(id(node))
        if id(node) not in stops:
            found.append(node)
        stack.pop()
    return found


class _Names:
    """The names of layers and places of calls inside one model."""

    __slots__ = ("_calls", "_inputs", "_places")

    def __init__(
        self,
        layers: Sequence[LayerValue],
        inputs: Sequence[TensorValue],
        calls: dict[int, list[Node]],
    ) -> None:
        self._inputs = list(inputs)
        self._calls = calls
        self._places = {id(tensor.node): p for p, tensor in enumerate(inputs)}

    def is_input(self, layer: LayerValue) -> bool:
        """Say whether a layer is one of the inputs."""
        return any(
            tensor.node.layer is layer and layer.entry["class_name"] == "InputLayer"
            for tensor in self._inputs
        )

    def input_entry(self, place: int) -> dict[str, Any]:
        """Return the entry of an input, which may be a tensor inside another model."""
        layer = self._inputs[place].node.layer
        config = layer.config if layer.entry["class_name"] == "InputLayer" else {}
        name = self._input_name(place)
        return {
            "module": "keras.layers",
            "class_name": "InputLayer",
            "name": name,
            "config": {**config, "name": name},
            "inbound_nodes": [],
        }

    def _input_name(self, place: int) -> str:
        layer = self._inputs[place].node.layer
        if layer.entry["class_name"] == "InputLayer":
            return layer.name
        return f"{layer.name}_input"

    def end(self, tensor: TensorValue) -> list[Any]:
        """Return name, call and output of a tensor."""
        if id(tensor.node) in self._places:
            return [self._input_name(self._places[id(tensor.node)]), 0, 0]
        layer = tensor.node.layer
        calls = self._calls.get(id(layer), [])
        place = calls.index(tensor.node) if tensor.node in calls else 0
        if isinstance(layer, ModelValue) and layer.form == "functional":
            place += 1  # it starts with a call of its own
        return [layer.name, place, tensor.index]

    def structure(self, value: Value) -> Any:
        """Return the structure of the outputs."""
        if isinstance(value, TensorValue):
            return self.end(value)
        if isinstance(value, dict):
            return {str(key): self.structure(each) for key, each in value.items()}
        if isinstance(value, (list, tuple)):
            return [self.structure(each) for each in value]
        return None

    def written(self, value: Value) -> Any:
        """Return an argument of a call as it is saved."""
        if isinstance(value, TensorValue):
            history = self.end(value)
            config = {"keras_history": history}
            return {"class_name": "__keras_tensor__", "config": config}
        if isinstance(value, (list, tuple)):
            return [self.written(each) for each in value]
        if isinstance(value, dict):
            return {str(key): self.written(each) for key, each in value.items()}
        if is_constant(value) and not isinstance(value, (bytes, complex)):
            return value
        return UNKNOWN


def is_whole(value: Value) -> bool:
    """Say whether inputs or outputs are tensors, all of them."""
    if isinstance(value, TensorValue):
        return not value.is_open
    if isinstance(value, Unknown) or is_open(value):
        return False
    if isinstance(value, dict):
        value = list(value.values())
    return (
        isinstance(value, (list, tuple))
        and bool(value)
        and all(is_whole(v) for v in value)
    )


def layers_of(model: ModelValue) -> list[LayerValue]:
    """Return the layers of a Functional model, its inputs first."""
    inputs = tensors_in([model.inputs])
    found = [tensor.node.layer for tensor in inputs]
    for node in _nodes(tensors_in([model.outputs_of]), inputs):
        if node.layer not in found:
            found.append(node.layer)
    return found
