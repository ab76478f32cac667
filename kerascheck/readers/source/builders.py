"""Tuners and wrappers: they build a model with a function of the program, and train."""

from __future__ import annotations

import ast

from kerascheck.model.typed import Any, Final
from kerascheck.readers.source import arrays
from kerascheck.readers.source.keras_values import model_of
from kerascheck.readers.source.values import (
    BoundMethod,
    Closure,
    Instance,
    Native,
    Unknown,
    Value,
)

__all__ = ["ModelBuilder", "builder", "train"]

_TUNERS: Final = frozenset({"keras_tuner", "kerastuner"})
_WRAPPERS: Final = frozenset({"KerasClassifier", "KerasRegressor"})
_VALIDATIONS: Final = frozenset(
    {"cross_val_predict", "cross_val_score", "cross_validate"}
)


class ModelBuilder(Unknown):
    """What makes models with a function of the program, and trains them.

    Attributes:
        function: The function, or an object with a method `build`.
        arguments: By name; what a tuner passes is not known.
        tunes: Whether it is a tuner.
        encodes: Whether it makes ids or rows of flat labels before it trains.
    """

    __slots__ = ("arguments", "encodes", "function", "tunes")

    def __init__(
        self,
        function: Value,
        arguments: dict[str, Value],
        *,
        tunes: bool = False,
        encodes: bool = False,
    ) -> None:
        super().__init__("what builds models")
        self.function = function
        self.arguments = arguments
        self.tunes = tunes
        self.encodes = encodes


def builder(
    name: str, args: list[Value], kwargs: dict[str, Value]
) -> ModelBuilder | None:
    """Return what a class of a library makes, if that builds models."""
    first, last = name.partition(".")[0], name.rpartition(".")[2]
    if first in _TUNERS and last[:1].isupper():
        function = _built_by(kwargs.get("hypermodel", args[0] if args else None))
        return ModelBuilder(function, {}, tunes=True) if function else None
    if last not in _WRAPPERS:
        return None
    given = kwargs.get("model", kwargs.get("build_fn", args[0] if args else None))
    if not isinstance(given, Closure):
        return None
    names = _parameters(given)
    passed = {key.removeprefix("model__"): value for key, value in kwargs.items()}
    arguments = {key: value for key, value in passed.items() if key in names}
    return ModelBuilder(given, arguments, encodes=last == "KerasClassifier")


def _parameters(function: Closure) -> set[str]:
    given = getattr(function.node, "args", None)
    if not isinstance(given, ast.arguments):
        return set()
    return {each.arg for each in (*given.args, *given.kwonlyargs)}


def _built_by(value: Value) -> Value | None:
    if isinstance(value, Instance):
        build = value.kind.find("build")
        return BoundMethod(build, value) if isinstance(build, Closure) else None
    return value if isinstance(value, (Closure, BoundMethod)) else None


def train(
    run: Any, name: str, args: list[Value], kwargs: dict[str, Value], node: ast.AST
) -> None:
    """Build and train the model of a call, if it is one that does.

    Args:
        run: The program.
        name: Of the function or method.
        args: Arguments, from the builder on.
        kwargs: Keyword arguments.
        node: The call.
    """
    made = args[0] if args else None
    if not isinstance(made, ModelBuilder):
        return
    if name not in _VALIDATIONS and name != ("search" if made.tunes else "fit"):
        return
    given = [Unknown("hyperparameters")] if made.tunes else []
    model = run.call(made.function, given, dict(made.arguments), node)
    if model_of(model) is None:
        return
    named = {"x" if key == "X" else key: value for key, value in kwargs.items()}
    named = dict(zip(("x", "y"), args[1:], strict=False)) | named
    if not made.tunes:
        named = {"x": named.get("x"), "y": named.get("y")}
    if made.encodes:
        named["y"] = _encoded(named["y"])
    run.call(Native(model, "fit"), [], named, node)


def _encoded(labels: Value) -> Value:
    """Return the labels that a classifier of a wrapper trains on."""
    shape = arrays.shape_of(labels) or ()
    has_columns = len(shape) > 1 and (shape[-1] or 0) > 1
    if has_columns or getattr(labels, "rows", None) is not None:
        return labels
    return Unknown("labels that a wrapper encodes")
