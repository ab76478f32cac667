"""What the functions, classes and methods of Keras return."""

from __future__ import annotations

import ast
from collections.abc import Callable

from kerascheck.keras_api.backbones import BACKBONES
from kerascheck.keras_api.layers import MERGES
from kerascheck.model.typed import Any, Final
from kerascheck.readers.source import backbones, operations
from kerascheck.readers.source.fits import batch_shape
from kerascheck.readers.source.items import items_of
from kerascheck.readers.source.keras_values import (
    KerasObject,
    LayerValue,
    ModelValue,
    TensorValue,
    model_of,
)
from kerascheck.readers.source.layer_making import class_of_layer, shape_of, tensors_in
from kerascheck.readers.source.layer_objects import make_layer
from kerascheck.readers.source.network_config import is_whole
from kerascheck.readers.source.open_values import MORE, OpenList
from kerascheck.readers.source.values import Choice, Instance, Library, Unknown, Value

__all__ = ["call", "fill_sequential", "model_method"]

_OBJECTS: Final = frozenset({"losses", "metrics", "optimizers"})


def call(
    models: Any,
    name: str,
    function: Library,
    args: list[Value],
    kwargs: dict[str, Value],
    node: ast.AST,
) -> Value | None:
    """Return what a call of a part of Keras returns; None: it is not known here.

    Args:
        models: What is known of Keras so far.
        name: Qualified name, with Keras called `keras`.
        function: The same as it was imported.
        args: Arguments.
        kwargs: Keyword arguments.
        node: The call.
    """
    line = int(getattr(node, "lineno", 0))
    parts = name.split(".")
    section, last = parts[1] if len(parts) > 1 else "", parts[-1]
    maker = _MAKERS.get(last)
    if maker is not None and section not in _OBJECTS:
        return maker(models, args, kwargs, line)
    if section in _OBJECTS and last[:1].isupper():
        return KerasObject(section, function, args, kwargs, line)
    if section == "applications" and last in BACKBONES:
        return backbones.make(models, last, args, kwargs, line)
    if section == "layers" or (last == "Layer" and len(parts) == 2):
        return _layer(models, last, args, kwargs, line)
    if tensors_in([*args, *kwargs.values()]):
        return operations.function(models, name, args, kwargs, line)
    if last in ("get", "deserialize") and args:
        if section == "activations" and isinstance(args[0], (str, type(None))):
            return Library(f"keras.activations.{args[0] or 'linear'}")
        if section in ("losses", "metrics", "activations"):
            return args[0]
    return None


def _layer(
    models: Any, last: str, args: list[Value], kwargs: dict[str, Value], line: int
) -> Value | None:
    if last in MERGES:
        given = dict(kwargs)
        tensors = args[0] if args else given.pop("inputs", None)
        layer = make_layer(models, last.capitalize(), args[1:], given, line)
        return models.apply(layer, [tensors], {})
    kind = class_of_layer(last)
    if kind is None:
        if not last[:1].isupper():
            return None
        entry = {"module": "unknown", "class_name": last, "config": {}}
        name = models.name_for(last, kwargs.get("name"))
        return LayerValue(entry, name, line, known=False)
    return make_layer(models, kind, args, kwargs, line)


# Models.


def _sequential(
    models: Any, args: list[Value], kwargs: dict[str, Value], line: int
) -> ModelValue:
    name = kwargs.get("name", args[1] if len(args) > 1 else None)
    model = ModelValue(
        "sequential", "Sequential", models.name_for("Sequential", name), line
    )
    layers = kwargs.get("layers", args[0] if args else None)
    fill_sequential(models, model, layers)
    return model


def fill_sequential(models: Any, model: ModelValue, layers: Value) -> None:
    """Add the layers that a Sequential is made with."""
    if layers is None or isinstance(layers, str):
        return
    items, complete = items_of(layers)
    if isinstance(layers, list) and not isinstance(layers, OpenList):
        items, complete = layers, complete or MORE in layers  # each in its place
    for item in items:
        add(models, model, item)
    if not complete:
        model.is_open = True
        add(models, model, Unknown("further layers"))


def add(models: Any, model: ModelValue, item: Value) -> None:
    """Add a layer to a Sequential."""
    if isinstance(item, Instance) and item.layer is not None:
        item = item.layer
    if isinstance(item, TensorValue) and item.node.layer.entry["class_name"] == (
        "InputLayer"
    ):
        item = item.node.layer  # keras.Input() in a list of layers
    if isinstance(item, Choice):
        item = Unknown("one of several layers")
    if item is None:
        return
    if not isinstance(item, LayerValue):
        name = getattr(item, "name", "layer")
        entry = {"module": "unknown", "class_name": str(name), "config": {}}
        item = LayerValue(entry, models.name_for("layer"), model.line, known=False)
    item.parent = model
    model.layers.append(item)


def _model(
    models: Any, args: list[Value], kwargs: dict[str, Value], line: int
) -> ModelValue:
    inputs = kwargs.get("inputs", kwargs.get("input", args[0] if args else None))
    outputs = kwargs.get(
        "outputs", kwargs.get("output", args[1] if len(args) > 1 else None)
    )
    name = kwargs.get("name", args[2] if len(args) > 2 else None)
    model = ModelValue(
        "functional", "Functional", models.name_for("Functional", name), line
    )
    model.inputs, model.outputs_of = inputs, outputs
    if not is_whole(outputs):
        model.form, model.why = "unknown", "the outputs of the model are not known"
    return model


def _input(
    models: Any, args: list[Value], kwargs: dict[str, Value], line: int
) -> TensorValue:
    config: dict[str, Any] = {}
    batch = kwargs.get("batch_shape", kwargs.get("batch_input_shape"))
    shape = kwargs.get("shape", kwargs.get("input_shape", args[0] if args else None))
    if batch is not None:
        found = shape_of(batch)
        if found is not None:
            config["batch_shape"] = found
    elif shape is not None:
        found = shape_of(shape)
        if found is not None:
            config["batch_shape"] = [None, *found]
    if isinstance(kwargs.get("dtype"), str):
        config["dtype"] = kwargs["dtype"]
    if isinstance(kwargs.get("name"), str):
        config["name"] = kwargs["name"]
    found_tensor: TensorValue = models.input_tensor(config, line)
    return found_tensor


def _input_layer(
    models: Any, args: list[Value], kwargs: dict[str, Value], line: int
) -> LayerValue:
    return _input(models, args, kwargs, line).node.layer


def _loaded(
    models: Any, args: list[Value], kwargs: dict[str, Value], line: int
) -> ModelValue:
    model = ModelValue("unknown", "", models.name_for("model"), line)
    model.why = "the model is loaded from a file"
    return model


def _cloned(
    models: Any, args: list[Value], kwargs: dict[str, Value], line: int
) -> Value:
    old = model_of(args[0]) if args else None
    if old is None:
        return Unknown("a clone of what is not known")
    made = ModelValue(old.form, old.class_name, old.name, line)
    made.layers = list(old.layers)
    made.inputs, made.outputs_of = old.inputs, old.outputs_of
    made.is_open, made.why, made.instance = old.is_open, old.why, old.instance
    return made


def _made_layer(
    models: Any, args: list[Value], kwargs: dict[str, Value], line: int
) -> LayerValue:
    entry = {"module": "unknown", "class_name": "Layer", "config": {}}
    return LayerValue(entry, models.name_for("Layer"), line, known=False)


_Maker = Callable[[Any, list[Value], dict[str, Value], int], Value]
_MAKERS: Final[dict[str, _Maker]] = {
    "Sequential": _sequential,
    "Model": _model,
    "Functional": _model,
    "Input": _input,
    "InputLayer": _input_layer,
    "load_model": _loaded,
    "model_from_json": _loaded,
    "model_from_yaml": _loaded,
    "model_from_config": _loaded,
    "clone_model": _cloned,
    "Layer": _made_layer,
}


# Methods.


def model_method(
    models: Any,
    model: ModelValue,
    name: str,
    args: list[Value],
    kwargs: dict[str, Value],
    node: ast.AST,
) -> Value | None:
    """Return what a method of a model returns; None: it is not known here."""
    if name == "add" and model.form == "sequential":
        add(models, model, args[0] if args else kwargs.get("layer"))
        return Unknown("what add() returns")
    if name == "pop" and model.form == "sequential":
        if model.layers:
            model.layers.pop()
        return Unknown("what pop() returns")
    if name == "get_layer":
        return _get_layer(models, model, args, kwargs)
    if name in ("__call__", "call"):
        return models.apply(model, args, kwargs)
    if name == "build":
        shape = shape_of(kwargs.get("input_shape", args[0] if args else None))
        if shape and model.input_shape is None:
            model.input_shape = (None, *shape[1:])
        return Unknown("what build() returns")
    if name in ("predict", "predict_on_batch", "adapt") and args:
        model.example = args[0] if model.example is None else model.example
        model.input_shape = model.input_shape or batch_shape(args[0])
    return None


def _get_layer(
    models: Any, model: ModelValue, args: list[Value], kwargs: dict[str, Value]
) -> Value:
    wanted = kwargs.get("name", args[0] if args else None)
    place = kwargs.get("index", args[1] if len(args) > 1 else None)
    layers = models.attribute(model, "layers")
    if isinstance(layers, list):
        if isinstance(wanted, str):
            for layer in layers:
                if layer.name == wanted:
                    return layer
        elif type(place) is int and place in range(-len(layers), len(layers)):
            return Unknown("a layer") if isinstance(layers, OpenList) else layers[place]
    return backbones.inner_layer(models, model)
