"""Models, layers and tensors while a program is followed."""

from __future__ import annotations

import ast

from kerascheck.model.typed import Any
from kerascheck.readers.source import arrays, keras_attributes, keras_calls, operations
from kerascheck.readers.source.binding import OpenArgs
from kerascheck.readers.source.compile_calls import COMPILES, FITS
from kerascheck.readers.source.keras_values import (
    CompileCall,
    LayerValue,
    ModelValue,
    Node,
    TensorValue,
    model_of,
)
from kerascheck.readers.source.layer_making import snake, tensors_in
from kerascheck.readers.source.names import canonical
from kerascheck.readers.source.network_config import input_of
from kerascheck.readers.source.own_code import OwnCode, line_of
from kerascheck.readers.source.run import Run
from kerascheck.readers.source.training import compile_model, fit_model, may_be_model
from kerascheck.readers.source.values import (
    Choice,
    Instance,
    Library,
    Super,
    Unknown,
    Value,
)

__all__ = ["Models"]


class Models:
    """What one pass knows of Keras.

    Attributes:
        compiled: Calls of compile, in the order in which they were met.
        counts: How many layers have each automatic name.
        own: What the program's own classes and functions do.
        scores: Whether a loss of the program is followed.
    """

    __slots__ = ("compiled", "counts", "own", "run", "scores")

    def __init__(self, run: Run) -> None:
        self.run = run
        self.compiled: list[CompileCall] = []
        self.counts: dict[str, int] = {}
        self.own = OwnCode(self)
        self.scores = False

    def name_for(self, kind: str, given: Value = None) -> str:
        """Return the name of a new layer: as given, or as Keras would number it."""
        if isinstance(given, str):
            return given[:200]
        base = snake(kind) or "layer"
        count = self.counts.get(base, 0)
        self.counts[base] = count + 1
        return f"{base}_{count}" if count else base

    # Attributes.

    def library_attribute(self, value: Library, name: str) -> Value:
        """Return an attribute of a module or class of a library."""
        return Library(f"{value.name}.{name}")

    def attribute(self, value: Value, name: str) -> Value | None:
        """Return an attribute of a layer, tensor or model; None: it has no such."""
        return keras_attributes.attribute(self, value, name)

    def ends(self, model: ModelValue) -> tuple[Value, Value] | None:
        """Return inputs and outputs of a model; None: they are not known."""
        if model.form == "functional":
            return model.inputs, model.outputs_of
        if model.form != "sequential" or not model.layers:
            return None
        if model.graph is not None and tensors_in([model.graph[1]]):
            last = tensors_in([model.graph[1]])[0].node
            if last.layer is model.layers[-1]:
                return model.graph
        first = model.layers[0]
        if first.entry["class_name"] == "InputLayer":
            start: Value = TensorValue(first.calls[0])
            rest = model.layers[1:]
        else:
            start = self._input_for(model)
            rest = model.layers
        tensor = start
        for layer in rest:
            tensor = self.apply(layer, [tensor], {})
        model.graph = (start, tensor)
        return model.graph

    def _input_for(self, model: ModelValue) -> TensorValue:
        first = model.layers[0]
        entry = input_of(first)
        config = entry["config"] if entry else {}
        if not config and model.input_shape is not None:
            config = {"batch_shape": list(model.input_shape)}
        return self.input_tensor(config, first.line)

    def input_tensor(self, config: dict[str, Any], line: int) -> TensorValue:
        """Return the tensor of a new InputLayer."""
        name = self.name_for("InputLayer", config.get("name"))
        entry = {"module": "keras.layers", "class_name": "InputLayer", "config": config}
        layer = LayerValue(entry, name, line)
        node = Node(layer, (), {})
        layer.calls.append(node)
        return TensorValue(node)

    def set_attribute(self, value: Value, name: str, item: Value) -> None:
        """Assign an attribute."""
        keras_attributes.set_attribute(value, name, item)

    # Operators.

    def operate(
        self, op: ast.AST, left: Value, right: Value, node: ast.AST
    ) -> Value | None:
        """Return what an operator makes of tensors; None: there is none."""
        if self.scores:
            return _of_scores("computed", op, left, right)
        if isinstance(left, TensorValue) or isinstance(right, TensorValue):
            return operations.operator(self, op, left, right, line_of(node))
        return None

    def subscript(self, value: Value, index: Value, node: ast.AST) -> Value | None:
        """Return a part of a tensor; None: it is not a tensor."""
        if self.scores:
            return _of_scores("part", value)
        if isinstance(value, TensorValue):
            return operations.operation(
                self, "GetItem", [value, Unknown("index")], {}, line_of(node)
            )
        return None

    def unpack(self, value: Value, count: int) -> list[Value] | None:
        """Return the tensors that a layer with several outputs is unpacked to."""
        if isinstance(value, TensorValue) and value.index == 0 and count <= 8:
            return [TensorValue(value.node, place) for place in range(count)]
        return None

    def call_library(
        self,
        function: Library,
        args: list[Value],
        kwargs: dict[str, Value],
        node: ast.AST,
    ) -> Value | None:
        """Return what a function or class of Keras returns; None: it is not Keras's."""
        if self.scores:
            found = _of_scores("called", function, args, kwargs)
            if found is not None:
                return found
        name = canonical(function.name)
        if name.startswith("keras"):
            return keras_calls.call(self, name, function, args, kwargs, node)
        known = name.partition(".")[0] in ("tensorflow", "jax", "numpy")
        if known and tensors_in([*args, *kwargs.values()]):
            return operations.function(self, name, args, kwargs, line_of(node))
        return None

    def opaque(
        self,
        function: Value,
        args: list[Value],
        kwargs: dict[str, Value],
        node: ast.AST,
    ) -> Value | None:
        """Return a tensor of which nothing is known, if a call is given tensors."""
        if not tensors_in([*args, *kwargs.values()]):
            return None
        name = getattr(function, "name", "function")
        made = operations.unknown(
            self, str(name).rpartition(".")[2], args, kwargs, line_of(node)
        )
        return TensorValue(made.node, is_open=True)

    def call_value(
        self, value: Value, args: list[Value], kwargs: dict[str, Value], node: ast.AST
    ) -> Value | None:
        """Return what a call of a layer, model or unknown value returns."""
        if self.scores:
            found = _of_scores("called", value, args, kwargs)
            if found is not None:
                return found
        if isinstance(value, Instance) and value.layer is not None:
            return self.own.call(value, args, kwargs, node)
        if isinstance(value, LayerValue):
            return self.apply(value, args, kwargs)
        return self.opaque(value, args, kwargs, node)

    def apply(
        self, layer: LayerValue, args: list[Value], kwargs: dict[str, Value]
    ) -> Value:
        """Call a layer."""
        if layer.instance is not None and not isinstance(layer, ModelValue):
            return self.own.call(layer.instance, args, kwargs, layer.instance.kind.node)
        if layer.function is not None and not kwargs:
            return self.own.call_lambda(layer, args)
        given = [self.as_tensor(arg, layer.line) for arg in args]
        if not tensors_in([*given, *kwargs.values()]):
            return _on_data(layer, given)
        node = Node(layer, tuple(given), kwargs)
        layer.calls.append(node)
        if isinstance(layer, ModelValue):
            ends = layer.outputs_of if layer.form == "functional" else None
            if isinstance(ends, (list, tuple)):
                count = len(tensors_in(ends))
                return [TensorValue(node, place) for place in range(count)]
        return TensorValue(node)

    def as_tensor(self, value: Value, line: int) -> Value:
        """Return a tensor of which nothing is known for a value that is not known."""
        if isinstance(value, (Unknown, OpenArgs, Choice)):
            return operations.unknown(self, "unknown", [], {}, line)
        return value

    def method(
        self,
        value: Value,
        name: str,
        args: list[Value],
        kwargs: dict[str, Value],
        node: ast.AST,
    ) -> Value | None:
        """Return what a method of a model, layer or tensor returns; None: no such."""
        if isinstance(value, Super):
            return self._super_method(value, name, args, kwargs, node)
        model = model_of(value)
        if name in COMPILES and (
            model is not None or may_be_model(value, args, kwargs)
        ):
            compile_model(self, value, model, args, kwargs, node)
            return Unknown("what compile() returns")
        if name in FITS and model is not None:
            return fit_model(self, model, name, args, kwargs, node)
        if model is not None:
            return keras_calls.model_method(self, model, name, args, kwargs, node)
        if isinstance(value, Choice):
            return None
        if name in ("Choice", "Boolean") and isinstance(value, Unknown):
            options = kwargs.get("values", args[1] if len(args) > 1 else None)
            options = (False, True) if name == "Boolean" else options
            if isinstance(options, (list, tuple)) and options:
                return self.run.choose(node, options)
        return None

    def _super_method(
        self,
        value: Super,
        name: str,
        args: list[Value],
        kwargs: dict[str, Value],
        node: ast.AST,
    ) -> Value | None:
        instance = value.instance
        if not isinstance(instance, Instance):
            return None
        if name == "__init__":
            self.own.initialize(instance, args, kwargs, node)
            return Unknown("what __init__() returns")
        if instance.layer is None:
            return None
        if name in ("compile", *FITS) and isinstance(instance.layer, ModelValue):
            return self.method(instance.layer, name, args, kwargs, node)
        return Unknown(f"super().{name}()")


def _of_scores(question: str, *args: Any) -> Value | None:
    """Return what is known of the terms of a loss."""
    from kerascheck.readers.source import own_losses

    return getattr(own_losses, question)(*args)


def _on_data(layer: LayerValue, given: list[Value]) -> Value:
    """Return what a layer makes of data, not of a tensor of the model."""
    kind = str(layer.entry["class_name"])
    found = arrays.layer(kind, layer.config, given[0]) if len(given) == 1 else None
    if found is None:
        return Unknown("a layer that is called on what is not a tensor")
    return found
