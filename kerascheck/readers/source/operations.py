"""What operators and functions make of symbolic tensors."""

from __future__ import annotations

import ast

from kerascheck.keras_api.activations import BY_NAME
from kerascheck.keras_api.layers import OPERATIONS, TENSORFLOW_OPERATIONS
from kerascheck.keras_api.operations import OPERATION_ARGUMENTS, OPERATORS, SHORT_NAMES
from kerascheck.model.typed import Any, Final
from kerascheck.readers.config.unknown import UNKNOWN
from kerascheck.readers.source.keras_values import LayerValue, Node, TensorValue
from kerascheck.readers.source.layer_making import plain, snake, tensors_in
from kerascheck.readers.source.open_values import OpenList
from kerascheck.readers.source.values import Value

__all__ = ["function", "operation", "operator", "unknown"]

_BY_SNAKE: Final = {snake(name): name for name in OPERATIONS}
_OTHER_NAMES: Final = {"perm": "axes", "shape": "newshape", "keep_dims": "keepdims"}


def operator(models: Any, op: ast.AST, left: Value, right: Value, line: int) -> Value:
    """Return what an operator makes of tensors."""
    for one in (left, right):
        if isinstance(one, (list, tuple)):
            return OpenList(one)  # the other is a list of tensors, then
    name = OPERATORS.get(type(op).__name__)
    if name is None:
        return unknown(models, type(op).__name__, [left, right], {}, line)
    args = [left] if right is None else [left, right]
    return operation(models, name, args, {}, line)


def operation(
    models: Any, kind: str, args: list[Value], config: dict[str, Any], line: int
) -> TensorValue:
    """Return the tensor that an operation of Keras 3 makes."""
    name = models.name_for(kind)
    entry = {"module": "keras.src.ops", "class_name": kind, "config": config}
    layer = LayerValue(entry, name, line)
    node = Node(layer, tuple(args), {})
    layer.calls.append(node)
    return TensorValue(node)


def unknown(
    models: Any, name: str, args: list[Value], kwargs: dict[str, Value], line: int
) -> TensorValue:
    """Return a tensor made by what is not known."""
    entry = {"module": "unknown", "class_name": name or "function", "config": {}}
    layer = LayerValue(entry, models.name_for(name or "function"), line, known=False)
    node = Node(layer, tuple(tensors_in([*args, *kwargs.values()])), {})
    layer.calls.append(node)
    return TensorValue(node)


def function(
    models: Any, name: str, args: list[Value], kwargs: dict[str, Value], line: int
) -> TensorValue:
    """Return what a function of a library makes of tensors."""
    last = name.rpartition(".")[2]
    kind = operation_called(last)
    if kind is None:
        return unknown(models, last, args, kwargs, line)
    parameters = OPERATION_ARGUMENTS.get(kind)
    if parameters is None:
        given = [*args, *tensors_in(kwargs.values())]
        config = {} if not kwargs else {key: plain(v) for key, v in kwargs.items()}
        return operation(models, kind, given, config, line)
    config = {_OTHER_NAMES.get(key, key): plain(value) for key, value in kwargs.items()}
    config.update({p: plain(v) for p, v in zip(parameters[1:], args[1:], strict=False)})
    tensors = args[:1] or tensors_in(kwargs.values())
    if any(value is UNKNOWN for key, value in config.items() if key != "name"):
        return unknown(models, last, args, kwargs, line)
    config.pop("name", None)
    return operation(models, kind, tensors, config, line)


def operation_called(name: str) -> str | None:
    """Return the class of the operation that a function is; None: it is not known."""
    if name in BY_NAME:
        return _operation_of_activation(name)
    return (
        TENSORFLOW_OPERATIONS.get(name) or _BY_SNAKE.get(name) or SHORT_NAMES.get(name)
    )


def _operation_of_activation(name: str) -> str | None:
    from kerascheck.keras_api.activations import ACTIVATIONS

    row = ACTIVATIONS[BY_NAME[name]]
    if row.operations:
        return row.operations[0]
    return "Copy" if name == "linear" else None
