"""Layers and models whose code is in the program: own classes, and lambdas."""

from __future__ import annotations

import ast

from kerascheck.model.description import Shape
from kerascheck.model.typed import Any, Final
from kerascheck.readers.source import arrays, keras_calls, operations
from kerascheck.readers.source.attributes import bound
from kerascheck.readers.source.bounds import is_known
from kerascheck.readers.source.fits import batch_shape
from kerascheck.readers.source.keras_values import (
    LayerValue,
    ModelValue,
    Node,
    TensorValue,
)
from kerascheck.readers.source.layer_making import tensors_in
from kerascheck.readers.source.names import canonical
from kerascheck.readers.source.network_config import is_whole
from kerascheck.readers.source.scope import Scope
from kerascheck.readers.source.values import (
    BoundMethod,
    ClassValue,
    Closure,
    Instance,
    Super,
    Unknown,
    Value,
)

__all__ = ["OwnCode"]

_MODEL_BASES: Final = frozenset({"Model", "Sequential", "Functional"})


class OwnCode:
    """What the program's own code makes of tensors."""

    __slots__ = ("models",)

    def __init__(self, models: Any) -> None:
        self.models = models

    def super_of(self, scope: Scope, node: ast.Call) -> Value:
        """Return what `super()` returns in a method."""
        around: Scope | None = scope
        while around is not None and around.owner is None:
            around = around.around
        if around is None:
            return Unknown("super() outside of a class")
        return Super(around.owner, around.first)

    def begin(self, made: Instance, node: ast.AST) -> None:
        """Make a layer or model of an object whose class comes from one of Keras."""
        base = keras_base(made.kind)
        if base is None:
            return
        line, name = line_of(node), made.kind.name
        if base in _MODEL_BASES:
            form = "sequential" if base == "Sequential" else "subclass"
            model = ModelValue(form, name, self.models.name_for(name), line)
            model.instance = made
            made.layer = model
        elif base == "Layer":
            entry = {"module": "__main__", "class_name": name, "config": {}}
            made.layer = LayerValue(
                entry, self.models.name_for(name), line, known=False
            )
            made.layer.instance = made

    def initialize(
        self, made: Instance, args: list[Value], kwargs: dict[str, Value], node: ast.AST
    ) -> None:
        """Do what `__init__` of the library's class does."""
        model = made.layer
        if model is not None and isinstance(kwargs.get("name"), str):
            model.name, model.is_named = kwargs["name"], True
        if not isinstance(model, ModelValue):
            return
        inputs = kwargs.get("inputs", kwargs.get("input", args[0] if args else None))
        outputs = kwargs.get(
            "outputs", kwargs.get("output", args[1] if len(args) > 1 else None)
        )
        if model.form == "sequential" and args:
            keras_calls.fill_sequential(self.models, model, args[0])
        elif is_whole(outputs):
            model.form = "functional"
            model.inputs, model.outputs_of = inputs, outputs

    # Calls.

    def call(
        self,
        value: Instance,
        args: list[Value],
        kwargs: dict[str, Value],
        node: ast.AST,
    ) -> Value:
        """Return what a layer or model of the program's own class makes of tensors."""
        layer = value.layer
        if isinstance(layer, ModelValue) and layer.form in ("sequential", "functional"):
            return self.models.apply(layer, args, kwargs)
        if any(map(arrays.is_data, args)) and not tensors_in([*args, *kwargs.values()]):
            return self._through_call(value, args, kwargs, node)
        args = [self.models.as_tensor(arg, layer.line) for arg in args]
        if not tensors_in([*args, *kwargs.values()]):
            return Unknown("a layer that is called on what is not a tensor")
        before = set(self.models.counts.items())
        found = self._through_call(value, args, kwargs, node)
        if is_whole(found):
            self._rename(found, layer, before)
            return found
        made = operations.unknown(
            self.models, value.kind.name, args, kwargs, layer.line
        )
        made.node.layer.name = layer.name
        return made

    def call_lambda(self, layer: LayerValue, args: list[Value]) -> Value:
        """Return what the function of a Lambda makes of tensors."""
        function, layer.function = layer.function, None  # it may call itself
        given = [self.models.as_tensor(arg, layer.line) for arg in args]
        before = set(self.models.counts.items())
        found = self.models.run.call(function, given, {}, ast.Pass(lineno=layer.line))
        layer.function = function
        if isinstance(found, TensorValue) and not found.is_open:
            self._rename(found, layer, before)
            return found
        node = Node(layer, tuple(given), {})
        layer.calls.append(node)
        return TensorValue(node)

    def _rename(self, made: Value, layer: LayerValue, before: set[Any]) -> None:
        """Give what a layer's own code returns the name of the layer, if it is new."""
        if isinstance(made, TensorValue) and len(made.node.layer.calls) == 1:
            last = made.node.layer
            if set(self.models.counts.items()) != before or layer.is_named:
                last.name = layer.name

    def _through_call(
        self,
        value: Instance,
        args: list[Value],
        kwargs: dict[str, Value],
        node: ast.AST,
    ) -> Value:
        build, method = value.kind.find("build"), value.kind.find("call")
        if isinstance(build, Closure) and not value.built:
            value.built = True
            self.models.run.call(bound(build, value), [Unknown("the shape")], {}, node)
        if not isinstance(method, Closure):
            return None
        return self.models.run.call(BoundMethod(method, value), args, kwargs, node)

    def trace(self, model: ModelValue) -> bool:
        """Find the outputs of a model of the program's own class."""
        if model.form == "sequential" and any(map(_has_code, model.layers)):
            return self._through_layers(model)
        if model.instance is None or model.form != "subclass":
            return model.form != "unknown"
        method = model.instance.kind.find("call")
        if not isinstance(method, Closure):
            model.why = f"the class {model.class_name!r} has no call() in the program"
            return False
        tensor = self._inputs_like(model.example, model.input_shape, model.line)
        found = self._through_call(model.instance, [tensor], {}, method.node)
        if not is_whole(found):
            model.why = f"what {model.class_name}.call() returns is not known"
            return False
        model.form = "functional"
        model.inputs, model.outputs_of = tensor, found
        return True

    def _inputs_like(
        self, example: Value, shape: Shape | None, line: int, depth: int = 3
    ) -> Value:
        """Return input tensors in the structure of what `fit` is given."""
        if depth and isinstance(example, (list, tuple)) and not is_known(example):
            each = [self._inputs_like(e, None, line, depth - 1) for e in example]
            return type(example)(each) if type(example) in (list, tuple) else each
        if depth and isinstance(example, dict):
            return {
                key: self._inputs_like(each, None, line, depth - 1)
                for key, each in example.items()
            }
        found = shape or batch_shape(example)
        config = {} if found is None else {"batch_shape": list(found)}
        return self.models.input_tensor(config, line)

    def _through_layers(self, model: ModelValue) -> bool:
        """Follow a Sequential through the code of its layers, if that is known."""
        model.graph = None
        ends = self.models.ends(model)
        if ends is None or not is_whole(ends[1]):
            return False
        model.form = "functional"
        model.inputs, model.outputs_of = ends
        return True


def keras_base(kind: ClassValue) -> str | None:
    """Return the class of Keras that a class comes from; None: from none."""
    for base in kind.library_bases():
        name = canonical(base.name)
        if name.startswith("keras."):
            last = name.rpartition(".")[2]
            return (
                last if last in _MODEL_BASES else "Layer" if _is_layer(name) else None
            )
        if name == "tensorflow.Module":
            return "Layer"
    return None


def _is_layer(name: str) -> bool:
    return ".layers" in name or name.rpartition(".")[2] == "Layer"


def _has_code(layer: LayerValue) -> bool:
    """Say whether what a layer does is in the code of the program."""
    if isinstance(layer, ModelValue):
        return layer.form == "subclass"
    return layer.function is not None or layer.instance is not None


def line_of(node: ast.AST) -> int:
    """Return the line of a piece of the program."""
    return int(getattr(node, "lineno", 0))
