"""Walks a model's graph back from its heads, as far as each fact needs.

The walk keeps its own stack and remembers every tensor it has settled, so that its
cost is linear in the graph whatever its depth, and a cycle ends as unknown. Models
inside models are entered once for each place where they are called; a budget bounds
the calls of calls of calls that a small file can ask for.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from kerascheck.model.description import Shape
from kerascheck.model.typed import Any, Final, TypeVar
from kerascheck.readers.config.dtypes import dtype_of
from kerascheck.readers.config.graph import (
    Layer,
    Network,
    Scope,
    Tensor,
    as_shape,
    branches_of,
    layer_of,
    network_of,
)
from kerascheck.readers.config.layer_effects import (
    NOTHING,
    TensorFacts,
    step_of,
    unknown,
)
from kerascheck.readers.config.shapes import (
    ShapeStep,
    input_layer_shape,
    recorded_input,
    shape_step_of,
)

__all__ = ["Walk"]

T = TypeVar("T")
Plan = tuple[Callable[[Layer, Sequence[T]], T], Layer, list[Tensor]]

_MAX_STEPS: Final = 250_000  # more than 100,000 layers in a row


class Walk:
    """What is known about the tensors of one model.

    Args:
        steps: Budget.
        batch_axes: Whether its Keras accepts convolutions with several axes of samples.

    Attributes:
        exhausted: Whether the budget ended the walk, so that facts are missing.
    """

    __slots__ = (
        "_batch_axes",
        "_dtypes",
        "_facts",
        "_layers",
        "_networks",
        "_scopes",
        "_shapes",
        "_steps",
        "exhausted",
    )

    def __init__(self, *, steps: int = _MAX_STEPS, batch_axes: bool = False) -> None:
        self._steps = steps
        self._batch_axes = batch_axes
        self._facts: dict[Tensor, TensorFacts] = {}
        self._shapes: dict[Tensor, Shape | None] = {}
        self._dtypes: dict[Tensor, str | None] = {}
        self._layers: dict[Tensor, Layer | None] = {}
        self._networks: dict[int, Network | None] = {}
        self._scopes: dict[tuple[Scope, int, int], Scope | None] = {}
        self.exhausted = False

    def facts(self, tensor: Tensor) -> TensorFacts:
        """Return what is done to the values of `tensor`."""
        return self._settle(tensor, self._facts, self._facts_plan, NOTHING)

    def shape(self, tensor: Tensor) -> Shape | None:
        """Return the shape of `tensor`, batch first; None: the rank is unknown."""
        return self._settle(tensor, self._shapes, self._shape_plan, None)

    def dtype(self, tensor: Tensor) -> str | None:
        """Return the dtype of the values of `tensor`; None: unknown, or not floats."""
        return self._settle(tensor, self._dtypes, self._dtype_plan, None)

    def _settle(
        self,
        wanted: Tensor,
        settled: dict[Tensor, T],
        plan: Callable[[Tensor], Plan[T] | None],
        nothing: T,
    ) -> T:
        begun: dict[Tensor, Plan[T]] = {}
        stack = [wanted]
        while stack:
            tensor = stack[-1]
            planned = begun.get(tensor)
            if planned is None:
                if tensor in settled:
                    stack.pop()
                    continue
                planned = plan(tensor) if self._may_go_on() else None
                if planned is None:
                    settled[stack.pop()] = nothing
                    continue
                begun[tensor] = planned
                missing = [n for n in planned[2] if n not in settled and n not in begun]
                if missing:
                    stack += missing
                    continue
            step, layer, needs = planned
            # A need that is begun but not settled closes a cycle.
            settled[tensor] = step(layer, [settled.get(n, nothing) for n in needs])
            del begun[stack.pop()]
        return settled[wanted]

    def _may_go_on(self) -> bool:
        self._steps -= 1
        if self._steps < 0:
            self.exhausted = True
        return not self.exhausted

    def _layer(self, tensor: Tensor) -> Layer | None:
        if tensor not in self._layers:
            self._layers[tensor] = layer_of(tensor)
        return self._layers[tensor]

    def _facts_plan(self, tensor: Tensor) -> Plan[TensorFacts] | None:
        layer = self._layer(tensor)
        if layer is None:
            return None
        inner = self._inside(layer)
        if inner is not None:
            return _facts_through, layer, inner
        step, takes_inputs = step_of(layer)
        return step, layer, self._inputs(layer) if takes_inputs else []

    def _shape_plan(self, tensor: Tensor) -> Plan[Shape | None] | None:
        layer = self._layer(tensor)
        if layer is None:
            return None
        inner = self._inside(layer)
        if inner is not None:
            return _shape_through, layer, inner
        step = shape_step_of(layer, batch_axes=self._batch_axes)
        if step is None:
            return None
        recorded = _recorded(layer)
        if recorded is not None:
            return partial(_shape_of, step, recorded), layer, []
        return step, layer, self._inputs(layer)

    def _dtype_plan(self, tensor: Tensor) -> Plan[str | None] | None:
        layer = self._layer(tensor)
        if layer is None or layer.kind in ("", "Lambda"):
            return None
        if layer.kind == "InputLayer":
            return _dtype_of_layer, layer, []
        inner = self._inside(layer)
        if inner is not None:
            return _dtype_through, layer, inner
        if layer.operation and layer.kind != "Cast":
            return _dtype_through, layer, self._inputs(layer)[:1]
        return _dtype_of_layer, layer, []

    def _inputs(self, layer: Layer) -> list[Tensor]:
        scope, place, _, _ = layer.tensor
        found = layer.links
        if found is not None:
            return [scope.tensor(link.layer, link.node, link.output) for link in found]
        if place:
            return [(scope, place - 1, 0, 0)]
        branches = branches_of(layer)
        if branches:
            return self._ends_of_branches(layer, branches)
        return (scope.outer or [])[:1]

    def _ends_of_branches(
        self, layer: Layer, branches: Sequence[tuple[dict[str, Any], str]]
    ) -> list[Tensor]:
        """Return what the models inside a `Merge` end in; []: one is no model."""
        outer, place, _, _ = layer.tensor
        tensors = []
        for number, (branch, at) in enumerate(branches):
            key = (outer, place, -1 - number)
            if key not in self._scopes:
                network = network_of(branch, at, keras_1=True)
                inside = Scope(network, layer.path + "/") if network else None
                self._scopes[key] = inside
            scope = self._scopes[key]
            ends = scope.network.ends() if scope else []
            if scope is None or len(ends) != 1:
                return []
            tensors.append(scope.tensor(ends[0].layer, ends[0].node, ends[0].output))
        return tensors

    def _inside(self, layer: Layer) -> list[Tensor] | None:
        """Return the tensor that an input or a model hands out; None: it is neither.

        The list is empty where nothing is known of that tensor.
        """
        if layer.kind == "InputLayer":
            return self._outside(layer)
        if "layers" not in layer.config and layer.kind != "Sequential":
            return None
        scope = self._scope(layer)
        if scope is None:
            return None
        ends = scope.network.ends()
        if not 0 <= layer.index < len(ends):
            return []
        end = ends[layer.index]
        return [scope.tensor(end.layer, end.node, end.output)]

    def _outside(self, layer: Layer) -> list[Tensor]:
        """Return the tensor that a model inside a model is called on."""
        scope = layer.tensor[0]
        if not scope.outer:
            return []
        place = 0 if scope.network.sequential else scope.network.input_place(layer.name)
        if place is None or place >= len(scope.outer):
            return []
        return [scope.outer[place]]

    def _scope(self, layer: Layer) -> Scope | None:
        scope, place, node, _ = layer.tensor
        key = (scope, place, node)
        if key not in self._scopes:
            entry = layer.entry
            if id(entry) not in self._networks:
                keras_1 = scope.network.keras_1
                self._networks[id(entry)] = network_of(entry, layer.at, keras_1=keras_1)
            self._scopes[key] = self._entered(layer, self._networks[id(entry)])
        return self._scopes[key]

    def _entered(self, layer: Layer, network: Network | None) -> Scope | None:
        if network is None:
            return None
        outer = [] if layer.spread else self._inputs(layer)
        return Scope(network, layer.path + "/", outer)


def _facts_through(layer: Layer, inputs: Sequence[TensorFacts]) -> TensorFacts:
    if not inputs:
        return unknown(layer, inputs)
    return inputs[0]._replace(logits_hidden=True) if layer.spread else inputs[0]


def _dtype_of_layer(layer: Layer, dtypes: Sequence[str | None]) -> str | None:
    return dtype_of(layer.config, layer.name)


def _dtype_through(layer: Layer, dtypes: Sequence[str | None]) -> str | None:
    return dtypes[0] if dtypes else None


def _shape_through(layer: Layer, shapes: Sequence[Shape | None]) -> Shape | None:
    shape = shapes[0] if shapes else None
    if shape is None and layer.kind == "InputLayer":
        return input_layer_shape(layer.config)
    if shape and layer.spread:
        return (shape[0], *(None,) * layer.spread, *shape[1:])
    return shape


def _shape_of(
    step: ShapeStep,
    recorded: Sequence[Shape | None],
    layer: Layer,
    shapes: Sequence[Shape | None],
) -> Shape | None:
    return step(layer, recorded)


def _recorded(layer: Layer) -> list[Shape | None] | None:
    """Return the shapes of the inputs as the file has them; None: it does not."""
    found = layer.links
    if found:
        shapes = [link.shape for link in found]
        if None not in shapes:
            return shapes
    shape = recorded_input(layer)
    if shape is None and found is None and layer.tensor[1] == 0:
        shape = as_shape(layer.tensor[0].network.config.get("build_input_shape"))
    return None if shape is None else [shape]
