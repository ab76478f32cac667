"""Attributes of models, layers and tensors of Keras."""

from __future__ import annotations

from kerascheck.model.typed import Any
from kerascheck.readers.source.imports import Module
from kerascheck.readers.source.keras_values import (
    LayerValue,
    ModelValue,
    TensorValue,
    model_of,
)
from kerascheck.readers.source.layer_making import tensors_in
from kerascheck.readers.source.network_config import layers_of
from kerascheck.readers.source.open_values import OpenList
from kerascheck.readers.source.plain_methods import Arguments
from kerascheck.readers.source.values import (
    ClassValue,
    Closure,
    Instance,
    Unknown,
    Value,
)

__all__ = ["attribute", "set_attribute"]


def attribute(models: Any, value: Value, name: str) -> Value | None:
    """Return an attribute of a layer, tensor or model; None: it has no such."""
    if isinstance(value, Module):
        return value.scope.names.get(name, Unknown(f"{name!r} of a module"))
    if isinstance(value, Arguments):
        missing = Unknown(f"argument {name!r} of the command line")
        return value.parser.defaults.get(name, missing)
    model = model_of(value)
    if model is not None:
        found = _model_attribute(models, model, name)
        if found is not None:
            return found
    if isinstance(value, LayerValue):
        return _layer_attribute(models, value, name)
    if isinstance(value, TensorValue) and name in ("shape", "dtype", "get_shape"):
        return Unknown("the shape of a tensor")
    return None


def _model_attribute(models: Any, model: ModelValue, name: str) -> Value | None:
    if name == "layers":
        return _layers_of(model)
    if name in ("input", "inputs", "output", "outputs"):
        ends = models.ends(model)
        if ends is None:
            return Unknown("the layers of the model are not known")
        found = ends[0] if name.startswith("in") else ends[1]
        if name.endswith("s") and isinstance(found, TensorValue):
            return [found]
        return found
    return None


def _layers_of(model: ModelValue) -> Value:
    if model.form == "sequential":
        # The very list: `model.layers.pop()` takes a layer away in old programs.
        return OpenList(model.layers) if model.is_open else model.layers
    if model.form == "functional" and not model.is_open:
        return graph_layers(model)
    return Unknown("the layers of the model are not known")


def _layer_attribute(models: Any, layer: LayerValue, name: str) -> Value | None:
    if name in ("output", "input"):
        if not layer.calls and layer.parent is not None:
            models.ends(layer.parent)
        if not layer.calls:
            return Unknown("the layer is not called")
        node = layer.calls[-1]
        if name == "output":
            return TensorValue(node)
        found = tensors_in(node.args)
        return found[0] if len(found) == 1 else found
    if name in ("name", "_name"):
        return layer.name
    return None


def set_attribute(value: Value, name: str, item: Value) -> None:
    """Assign an attribute."""
    if isinstance(value, (Instance, ClassValue, Closure)):
        value.attributes[name] = item
    elif isinstance(value, LayerValue):
        _set_on_layer(value, name, item)
    elif isinstance(value, Module):
        value.scope.names[name] = item


def _set_on_layer(layer: LayerValue, name: str, item: Value) -> None:
    if name == "activation":
        from kerascheck.readers.source.layer_making import plain

        layer.config["activation"] = plain(item)
    elif name in ("name", "_name") and isinstance(item, str):
        layer.name = item


def graph_layers(model: ModelValue) -> Value:
    """Return the layers of a Functional model, inputs first."""
    found = layers_of(model)
    return OpenList(found) if any(not layer.known for layer in found) else found
