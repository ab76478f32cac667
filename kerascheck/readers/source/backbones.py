"""Models of `keras.applications` in a program."""

from __future__ import annotations

from kerascheck.keras_api.backbones import BACKBONES
from kerascheck.model.typed import Any, Final
from kerascheck.readers.source.keras_values import LayerValue, ModelValue, TensorValue
from kerascheck.readers.source.layer_making import shape_of
from kerascheck.readers.source.layer_objects import make_layer
from kerascheck.readers.source.operators import truth
from kerascheck.readers.source.values import Unknown, Value

__all__ = ["inner_layer", "make"]

_PARAMETERS: Final = (
    "include_top",
    "weights",
    "input_tensor",
    "input_shape",
    "pooling",
    "classes",
    "classifier_activation",
)


def make(
    models: Any, name: str, args: list[Value], kwargs: dict[str, Value], line: int
) -> ModelValue:
    """Return a model of `keras.applications`."""
    given = dict(zip(_PARAMETERS, args, strict=False)) if _plain_order(name) else {}
    given.update(kwargs)
    model = ModelValue("functional", "Functional", models.name_for(name), line)
    tensor = given.get("input_tensor")
    if not isinstance(tensor, TensorValue):
        shape = shape_of(given.get("input_shape"))
        config = {} if shape is None else {"batch_shape": [None, *shape]}
        tensor = models.input_tensor(config or {"batch_shape": [None] * 4}, line)
    top = truth(given.get("include_top", True))
    body = _body(models, name, line, _channels(name, given, top))
    made: Value = models.apply(body, [tensor], {})
    if top:
        made = _with_top(models, given, made, line)
    model.inputs, model.outputs_of = tensor, made
    return model


def _plain_order(name: str) -> bool:
    return not name.startswith(("NASNet", "Mobile"))


def _channels(name: str, given: dict[str, Value], top: bool | None) -> Any:
    """Return the shape of what the convolutions return; None: it is not known."""
    if top is None:
        return None
    pooling = given.get("pooling")
    if top or pooling in ("avg", "max"):
        return [BACKBONES[name]]
    return [None, None, BACKBONES[name]] if pooling is None else None


def _body(models: Any, name: str, line: int, shape: Any) -> LayerValue:
    config = {"trainable": True} | ({} if shape is None else {"output_shape": shape})
    entry = {"module": "keras.applications", "class_name": name, "config": config}
    return LayerValue(entry, models.name_for(name), line, known=False)


def _with_top(models: Any, given: dict[str, Value], tensor: Value, line: int) -> Value:
    options = {
        "units": given.get("classes", 1000),
        "activation": given.get("classifier_activation", "softmax"),
        "name": "predictions",
    }
    layer = make_layer(models, "Dense", [], options, line)
    return models.apply(layer, [tensor], {})


def inner_layer(models: Any, model: ModelValue) -> Value:
    """Return a layer inside a model whose layers are not known."""
    if model.form != "functional":
        return Unknown("a layer of a model that is not known")
    entry = {"module": "unknown", "class_name": "layer", "config": {}}
    made = LayerValue(entry, models.name_for("layer"), model.line, known=False)
    models.apply(made, [model.inputs], {})
    return made
