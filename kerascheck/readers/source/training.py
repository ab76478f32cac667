"""Calls of compile and fit, as a program meets them."""

from __future__ import annotations

import ast

from kerascheck.model.typed import Any, Final
from kerascheck.readers.source.compile_calls import compile_call, fit_site
from kerascheck.readers.source.fits import batch_shape, parts_of
from kerascheck.readers.source.keras_values import KerasObject, ModelValue, TensorValue
from kerascheck.readers.source.own_code import line_of
from kerascheck.readers.source.values import (
    BoundMethod,
    Choice,
    Closure,
    Generated,
    Instance,
    Native,
    Unknown,
    Value,
)

__all__ = ["compile_model", "fit_model", "may_be_model"]

MAX_FITS: Final = 64
"""Calls of fit of one model that are kept."""


def may_be_model(value: Value, args: list[Value], kwargs: dict[str, Value]) -> bool:
    """Say whether `compile` of a value that is not known may be that of a model."""
    is_open = isinstance(value, TensorValue) and not value.node.layer.known
    if not is_open and not isinstance(value, (Unknown, Native, Choice)):
        return False
    if {"loss", "optimizer", "metrics"} & kwargs.keys():
        return True
    return len(args) > 1 and isinstance(args[0], KerasObject)


def compile_model(
    models: Any,
    value: Value,
    model: ModelValue | None,
    args: list[Value],
    kwargs: dict[str, Value],
    node: ast.AST,
) -> None:
    """Note a call of compile."""
    if model is None:
        model = ModelValue("unknown", "", "model", line_of(node))
        model.why = value.why if isinstance(value, Unknown) else "not known"
    made = compile_call(model, args, kwargs, node)
    loss = made.arguments.get("loss")
    if isinstance(loss, (Closure, BoundMethod, list, dict)):
        from kerascheck.readers.source.own_losses import followed

        made.arguments["loss"] = followed(models.run, loss, node)
    model.compiled = made
    models.compiled.append(made)


def fit_model(
    models: Any,
    model: ModelValue,
    name: str,
    args: list[Value],
    kwargs: dict[str, Value],
    node: ast.AST,
) -> Value:
    """Note a call of fit, and what it says of the shape of the model."""
    site = fit_site(name, args, kwargs, node)
    site.arguments["x"] = _first_batch(models, site.arguments.get("x"), node)
    if model.example is None:
        model.example = parts_of(site)[0]
    if model.input_shape is None:
        model.input_shape = batch_shape(model.example)
    if model.compiled is not None and len(model.compiled.fits) < MAX_FITS:
        model.compiled.fits.append(site)
    return Unknown(f"what {name}() returns")


def _first_batch(models: Any, data: Value, node: ast.AST) -> Value:
    """Return what an object of the program's own class yields first."""
    if not isinstance(data, Instance) or data.layer is not None:
        return data
    method = data.kind.find("__getitem__")
    if not isinstance(method, Closure):
        return data
    made = models.run.call(BoundMethod(method, data), [0], {}, node)
    return Generated(data.kind.name, [made])
