"""Layers that a program makes, as objects."""

from __future__ import annotations

from kerascheck.model.typed import Any
from kerascheck.readers.source.keras_values import LayerValue, ModelValue
from kerascheck.readers.source.layer_making import layer_config
from kerascheck.readers.source.network_config import Lines, architecture
from kerascheck.readers.source.values import Closure, Value

__all__ = ["make_layer"]


def make_layer(
    models: Any, kind: str, args: list[Value], kwargs: dict[str, Value], line: int
) -> LayerValue:
    """Return a layer of a class of Keras."""
    config = layer_config(kind, args, kwargs)
    name = models.name_for(kind, config.get("name"))
    entry = {"module": "keras.layers", "class_name": kind, "config": config}
    made = LayerValue(entry, name, line)
    made.is_named = isinstance(config.get("name"), str)
    if kind == "Lambda":
        made.function = kwargs.get("function", args[0] if args else None)
        made.function = made.function if isinstance(made.function, Closure) else None
    if kind == "DenseFeatures":
        config["output_shape"] = [None]
    inner = kwargs.get("layer", args[0] if args else None)
    if isinstance(inner, LayerValue) and isinstance(config.get("layer"), dict):
        config["layer"] = _saved(inner)
    return made


def _saved(layer: LayerValue) -> dict[str, Any]:
    """Return a layer as a wrapper saves it."""
    if isinstance(layer, ModelValue):
        return architecture(layer, Lines()) or layer.entry
    return {**layer.entry, "config": {**layer.config, "name": layer.name}}
