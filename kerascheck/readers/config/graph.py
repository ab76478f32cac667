"""The graph of a saved model: its layers, how they are linked, and what ends it.

Every form that Keras 2.0 to 3.15 writes is read: `Sequential` lists, `inbound_nodes`
as lists or as calls with `__keras_tensor__`, one, several, named and nested outputs,
and models inside models. Nothing is walked here further than one step, so that no
depth in a file is a depth of Python's stack.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice

from kerascheck.keras_api.keras_1 import MERGE, MERGE_MODES
from kerascheck.keras_api.layers import (
    OPTIMIZING_MODULE,
    OPTIMIZING_WRAPPERS,
    QUANTIZED_BEFORE,
    TENSORFLOW_OPERATIONS,
    WRAPPERS,
)
from kerascheck.model.description import Shape
from kerascheck.model.named import NamedTuple
from kerascheck.model.typed import Any, Final, TypeAlias
from kerascheck.readers.config.activations import is_custom

__all__ = [
    "MAX_ENDS",
    "End",
    "Layer",
    "Link",
    "Network",
    "Scope",
    "Tensor",
    "as_shape",
    "branches_of",
    "is_reversed",
    "layer_of",
    "network_of",
    "scalar_operands",
    "sorted_items",
]

_EMPTY: Final[Mapping[str, Any]] = {}
_TF_LAMBDAS: Final = frozenset({"TFOpLambda", "SlicingOpLambda", "ClassMethod"})
_TF_NODE: Final = "TensorFlowOpLayer"
_CONSTANT: Final = "_CONSTANT_VALUE"
_MAX_SIZE: Final = 2**40
MAX_ENDS: Final = 10_000
"""Inputs or outputs of a network that are counted; no real one has a tenth of that."""


class Link(NamedTuple):
    """One tensor that a layer is called on, as its config names it."""

    layer: str
    node: int
    output: int
    shape: Shape | None  # Keras 3 saves it; None: not saved


class End(NamedTuple):
    """One output of a network."""

    keys: tuple[str | int, ...]  # its place in the structure of outputs
    layer: str
    node: int
    output: int


class Network:
    """The config of one Sequential or Functional model.

    Attributes:
        sequential: Whether each layer is called on the one before it.
        layers: Config of each layer; an empty dict if it is not one.
        at: JSON pointer of the list of layers.
        config: What `get_config()` of the model returned.
        keras_1: Whether Keras 1 saved it; arguments have the names of Keras 2 here.
    """

    __slots__ = (
        "_ends",
        "_inputs",
        "_places",
        "at",
        "config",
        "keras_1",
        "layers",
        "sequential",
    )

    def __init__(
        self,
        config: Mapping[str, Any],
        layers: Any,
        at: str,
        *,
        sequential: bool,
        keras_1: bool = False,
    ) -> None:
        self.config = config
        self.layers: list[dict[str, Any]] = (
            layers
            if all(type(layer) is dict for layer in layers)
            else [layer if isinstance(layer, dict) else {} for layer in layers]
        )
        self.at = at
        self.sequential = sequential
        self.keras_1 = keras_1
        if keras_1:
            from kerascheck.readers.config.keras_1 import renamed

            self.layers = [renamed(layer) for layer in self.layers]
        self._ends: list[End] | None = None
        self._places: dict[str, int] | None = None
        self._inputs: dict[str, int] | None = None

    def place(self, name: str) -> int | None:
        """Return the place of the layer called `name`; None: there is none."""
        if self._places is None:
            self._places = {
                name_of(layer): place for place, layer in enumerate(self.layers)
            }
        return self._places.get(name)

    def input_place(self, name: str) -> int | None:
        """Return which of the model's inputs the layer called `name` is."""
        if self._inputs is None:
            ends = _leaves(self.config.get("input_layers"))
            self._inputs = {end.layer: place for place, end in enumerate(ends)}
        return self._inputs.get(name)

    def ends(self) -> list[End]:
        """Return every output, in the order in which Keras flattens them."""
        if self._ends is None:
            if not self.sequential:
                self._ends = list(_leaves(self.config.get("output_layers")))
            else:
                last = self.layers[-1:]
                self._ends = [
                    End(_keys_inside(layer), name_of(layer), 0, 0) for layer in last
                ]
        return self._ends


def _keys_inside(layer: dict[str, Any]) -> tuple[str | int, ...]:
    """Return the keys of the one output of a layer that is a model; (): no dict."""
    inner = network_of(layer, "")
    while inner is not None and inner.sequential:
        inner = network_of(inner.layers[-1], "") if inner.layers else None
    ends = [] if inner is None else inner.ends()
    keys = ends[0].keys if len(ends) == 1 else ()
    return keys if any(isinstance(key, str) for key in keys) else ()


class Scope:
    """One network in one place of the whole graph.

    Attributes:
        network: Its config.
        path: Names of the models around its layers: "two/".
        outer: What the network is called on; None: it is the whole model.
    """

    __slots__ = ("network", "outer", "path")

    def __init__(
        self, network: Network, path: str = "", outer: list[Tensor] | None = None
    ) -> None:
        self.network = network
        self.path = path
        self.outer = outer

    def tensor(self, layer: str, node: int, index: int) -> Tensor:
        """Return the tensor of that name; its place is -1 if there is no such layer."""
        network = self.network
        if network.sequential:
            return (self, len(network.layers) - 1, 0, index)
        place = network.place(layer)
        if place is None:
            return (self, -1, 0, 0)
        nodes = network.layers[place].get("inbound_nodes")
        if not isinstance(nodes, (list, tuple)) or len(nodes) < 2:
            return (self, place, 0, index)
        return (self, place, _saved_node(network.layers[place], nodes, node), index)


Tensor: TypeAlias = tuple[Scope, int, int, int]
"""Scope, place of the layer, which of its calls, which of its outputs."""


def _saved_node(layer: dict[str, Any], nodes: Any, node: int) -> int:
    """Return the place in `inbound_nodes` that a node index means.

    Models inside models count from 1, for they start with a node of their own. A
    Sequential does so in Keras 2 alone, and only where it was built with an input.
    """
    inner = _layers_of(layer)
    if inner is None:
        return node
    layers, sequential = inner
    if not sequential:
        return node - 1
    legacy = not isinstance(nodes[0], dict)
    first = layers[0] if layers else None
    has_input = isinstance(first, dict) and class_of(first) == "InputLayer"
    return node - 1 if legacy and has_input else node


class Layer:
    """One layer in one call, as the tables of facts and shapes look at it.

    Attributes:
        tensor: The output that is asked for.
        saved: Its saved object.
        entry: The same, or the object inside where it is a wrapper.
        config: What `get_config()` returned; for TensorFlow's operations their
            arguments.
        kind: Class to look up: Keras's own name of it, "" for a user's own class.
        shown: Class as saved, for the user.
        name: Name of the layer.
        path: Name with the models around it: "two/na".
        at: JSON pointer of `entry`.
        operation: Whether it is a bare operation, no layer.
        spread: How many `TimeDistributed` are around it.
        hides: Whether a wrapper makes a new tensor of its output.
    """

    __slots__ = (
        "_links",
        "at",
        "config",
        "entry",
        "hides",
        "kind",
        "name",
        "operation",
        "path",
        "saved",
        "shown",
        "spread",
        "tensor",
    )

    def __init__(self, tensor: Tensor, entry: dict[str, Any], at: str) -> None:
        self.tensor = tensor
        self.saved = entry
        self.entry = entry
        self.at = at
        config = entry.get("config")
        self.config: Mapping[str, Any] = config if isinstance(config, dict) else _EMPTY
        self.shown = class_of(entry)
        self.kind = "" if is_custom(entry) else self.shown
        self.name = name_of(entry) or self.shown
        self.path = tensor[0].path + self.name
        self.operation = False
        self.spread = 0
        self.hides = False
        self._links: list[Link] | None = None

    @property
    def index(self) -> int:
        """Which of its outputs is asked for."""
        return self.tensor[3]

    @property
    def links(self) -> list[Link] | None:
        """What the layer is called on; None: on the layer before it."""
        if self._links is None and not self.tensor[0].network.sequential:
            self._links = _links(self)
        return self._links


def layer_of(tensor: Tensor) -> Layer | None:
    """Return the layer that makes `tensor`; None: the graph names no such layer."""
    scope, place, _, _ = tensor
    if place < 0:
        return None
    network = scope.network
    layer = Layer(tensor, network.layers[place], f"{network.at}/{place}")
    kind = layer.kind
    if kind in WRAPPERS or layer.shown in OPTIMIZING_WRAPPERS:
        _unwrap(layer)
    elif kind in _TF_LAMBDAS or kind == _TF_NODE:
        _read_operation(layer)
    elif kind == MERGE and network.keras_1:
        _read_merge(layer)
    elif "trainable" not in layer.config:
        layer.operation = _is_operation(layer.entry)
    return layer


def _is_operation(entry: dict[str, Any]) -> bool:
    """Return whether this is one of Keras 3's operations, not a layer.

    HDF5 files save no module to tell by; their operations have calls like those
    of Keras 3 and, unlike layers, no `trainable`.
    """
    module = entry.get("module")
    if isinstance(module, str):
        return module.startswith("keras.src.ops")
    nodes = entry.get("inbound_nodes")
    return isinstance(nodes, (list, tuple)) and bool(nodes) and type(nodes[0]) is dict


def _optimizes(saved: dict[str, Any]) -> bool:
    """Say whether this is a wrapper of TensorFlow's toolkit for smaller models."""
    module = saved.get("module")
    if isinstance(module, str) and not module.startswith(OPTIMIZING_MODULE):
        return False
    return class_of(saved) in OPTIMIZING_WRAPPERS


def _quantizes_output(saved: dict[str, Any], inner: dict[str, Any]) -> bool:
    """Say whether a wrapper rounds what comes out, and not what an activation gets."""
    if not _optimizes(saved) or not class_of(saved).startswith("Quantize"):
        return False
    config = inner.get("config")
    activation = config.get("activation") if isinstance(config, dict) else None
    if isinstance(activation, dict):
        aware = activation.get("config")
        activation = aware.get("activation") if isinstance(aware, dict) else None
    return not isinstance(activation, str) or activation not in QUANTIZED_BEFORE


def _read_merge(layer: Layer) -> None:
    """Turn the one class that Keras 1 has for all merging into that of its mode."""
    mode = layer.config.get("mode")
    if layer.config.get("mode_type", "raw") != "raw":
        layer.kind = "Lambda"
    else:
        layer.kind = MERGE_MODES.get(mode, "") if isinstance(mode, str) else ""


def _unwrap(layer: Layer) -> None:
    """Turn a wrapper into the layer inside it, under the wrapper's name and class."""
    while layer.kind in WRAPPERS or _optimizes(layer.entry):
        inner = layer.config.get("layer")
        if not isinstance(inner, dict):
            layer.kind = ""
            return
        layer.spread += layer.kind == "TimeDistributed"
        layer.hides |= layer.spread > 0 or _quantizes_output(layer.entry, inner)
        layer.entry = inner
        layer.at += "/config/layer"
        layer.kind = "" if is_custom(inner) else class_of(inner)
        config = inner.get("config")
        layer.config = config if isinstance(config, dict) else _EMPTY


def _read_operation(layer: Layer) -> None:
    layer.operation = True
    name: Any = layer.config.get("function")
    if layer.kind == _TF_NODE:
        node = layer.config.get("node_def")
        name = node.get("op") if isinstance(node, dict) else None
    name = name.rpartition(".")[2] if isinstance(name, str) else ""
    layer.kind = TENSORFLOW_OPERATIONS.get(name) or name
    layer.config = _first_kwargs(layer)


def _first_kwargs(layer: Layer) -> Mapping[str, Any]:
    for leaf in _legacy_leaves(_saved_call(layer.tensor)):
        if len(leaf) == 4 and isinstance(leaf[3], dict):
            return leaf[3]
    return _EMPTY


def network_of(
    saved: dict[str, Any], at: str, *, keras_1: bool = False
) -> Network | None:
    """Return the network that a saved object is; None: not one that can be read.

    A user's subclass of a Functional model counts: its config holds the whole graph.

    Args:
        saved: An object with `class_name` and `config`.
        at: Its JSON pointer.
        keras_1: Whether Keras 1 saved it.
    """
    found = _layers_of(saved)
    if found is None:
        return None
    layers, sequential = found
    config = saved["config"]
    if isinstance(config, dict):
        at += "/config/layers"
    else:
        config, at = _EMPTY, at + "/config"
    return Network(config, layers, at, sequential=sequential, keras_1=keras_1)


def branches_of(layer: Layer) -> list[tuple[dict[str, Any], str]]:
    """Return the models that a Sequential of Keras 1 begins with, and their pointers.

    Its first layer may be a `Merge` that holds the branches it merges.
    """
    if layer.shown != MERGE or not layer.tensor[0].network.keras_1:
        return []
    saved = layer.config.get("layers")
    if not isinstance(saved, (list, tuple)):
        return []
    at = f"{layer.at}/config/layers"
    return [
        (branch if isinstance(branch, dict) else {}, f"{at}/{place}")
        for place, branch in enumerate(saved[:MAX_ENDS])
    ]


def _layers_of(saved: dict[str, Any]) -> tuple[Any, bool] | None:
    """Return the saved layers of a network and whether it is a Sequential."""
    config = saved.get("config")
    sequential = saved.get("class_name") == "Sequential" and not is_custom(saved)
    if isinstance(config, list) and sequential:
        return config, True  # Keras 2.2.2 and before
    if not isinstance(config, dict):
        return None
    layers = config.get("layers")
    if not isinstance(layers, (list, tuple)):
        return None
    if sequential or "output_layers" in config:
        return layers, sequential
    return None


def _links(layer: Layer) -> list[Link]:
    """Return what a layer of a Functional model is called on.

    Tensors among the keyword arguments count for operations, where they are operands;
    for layers they are masks and states, unless there are no others.
    """
    call = _saved_call(layer.tensor)
    if isinstance(call, dict):
        found = list(_keras_tensors(call.get("args")))
        if not found or layer.operation:
            found += _keras_tensors(call.get("kwargs"))
        return found
    leaves = list(_legacy_leaves(call))
    found = [
        Link(leaf[0], leaf[1], leaf[2], None)
        for leaf in leaves
        if type(leaf[2]) is int and leaf[0] != _CONSTANT
    ]
    if leaves and len(leaves[0]) == 4 and (layer.operation or not found):
        found += _legacy_kwargs(leaves[0][3], layer.tensor[0].network)
    return found


def scalar_operands(layer: Layer) -> bool:
    """Return whether an operation's constants, if any, are plain numbers."""
    call = _saved_call(layer.tensor)
    if isinstance(call, dict):
        args, kwargs = call.get("args"), call.get("kwargs")
        found = [*args] if isinstance(args, (list, tuple)) else []
        found += kwargs.values() if isinstance(kwargs, dict) else []
        return not any(
            isinstance(value, (list, tuple, str))
            or (type(value) is dict and value.get("class_name") != "__keras_tensor__")
            for value in found
        )
    for leaf in _legacy_leaves(call):
        options = leaf[3] if len(leaf) == 4 else None
        found = [leaf[2], *options.values()] if isinstance(options, dict) else [leaf[2]]
        if any(isinstance(v, (list, tuple)) and not _is_leaf(v) for v in found):
            return False
    return layer.shown != _TF_NODE


def is_reversed(layer: Layer) -> bool | None:
    """Say whether a layer is called with reverse=True; None: not a plain value."""
    call = _saved_call(layer.tensor)
    if not isinstance(call, dict):
        return False
    args, kwargs = call.get("args"), call.get("kwargs")
    found: Any = kwargs.get("reverse", False) if isinstance(kwargs, dict) else False
    if isinstance(args, (list, tuple)) and len(args) > 1:
        found = args[1]
    return found if isinstance(found, bool) else None


def _saved_call(tensor: Tensor) -> Any:
    scope, place, node, _ = tensor
    nodes = scope.network.layers[place].get("inbound_nodes")
    if isinstance(nodes, (list, tuple)) and 0 <= node < len(nodes):
        return nodes[node]
    return None


def _keras_tensors(value: Any) -> Iterator[Link]:
    """Yield the tensors in the arguments of a Keras 3 call, in order."""
    stack = [value]
    while stack:
        value = stack.pop()
        if isinstance(value, (list, tuple)):
            stack += reversed(value)
        elif isinstance(value, dict):
            if value.get("class_name") != "__keras_tensor__":
                stack += reversed(value.values())
                continue
            config = value.get("config")
            if not isinstance(config, dict):
                continue
            history: Any = config.get("keras_history")
            if _is_leaf(history):
                shape = as_shape(config.get("shape"))
                yield Link(history[0], history[1], history[2], shape)


def _legacy_leaves(value: Any) -> Iterator[Any]:
    """Yield each [layer, node, tensor] or [layer, node, tensor, kwargs] of Keras 2."""
    stack = [value]
    while stack:
        value = stack.pop()
        if isinstance(value, dict):
            stack += reversed(value.values())
        elif isinstance(value, (list, tuple)) and value:
            if isinstance(value[0], str):
                # [_CONSTANT, -1, constant, kwargs] is one too.
                if len(value) in (3, 4) and isinstance(value[1], int):
                    yield value
            else:
                stack += reversed(value)


def _legacy_kwargs(value: Any, network: Network) -> Iterator[Link]:
    stack = [value]
    while stack:
        value = stack.pop()
        if isinstance(value, dict):
            stack += reversed(value.values())
        elif _is_leaf(value) and network.place(value[0]) is not None:
            yield Link(value[0], value[1], value[2], None)
        elif isinstance(value, (list, tuple)):
            stack += reversed(value)


def _is_leaf(value: Any) -> bool:
    return (
        isinstance(value, (list, tuple))
        and len(value) == 3
        and isinstance(value[0], str)
        and isinstance(value[1], int)
        and isinstance(value[2], int)
    )


def _leaves(structure: Any) -> Iterator[End]:
    """Yield the leaves of `input_layers` or `output_layers`; dicts by sorted key.

    There are `MAX_ENDS` at most.
    Source: `tree.flatten` of Keras 3 and `tf.nest.flatten` sort the keys of a dict.
    """
    return islice(_every_leaf(structure), MAX_ENDS)


_Steps: TypeAlias = Iterator[tuple[tuple[str | int, ...], Any]]


def _every_leaf(structure: Any) -> Iterator[End]:
    stack: list[_Steps] = [iter([((), structure)])]
    while stack:
        for keys, value in stack[-1]:
            if _is_leaf(value):
                yield End(keys, value[0], value[1], value[2])
            elif isinstance(value, dict):
                stack.append(_steps(keys, sorted_items(value)))
                break
            elif isinstance(value, (list, tuple)):
                stack.append(_steps(keys, enumerate(value)))
                break
        else:
            stack.pop()


def sorted_items(members: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield keys and values, in the order of the keys."""
    return ((key, members[key]) for key in sorted(members))


def _steps(keys: tuple[str | int, ...], items: Iterable[tuple[Any, Any]]) -> _Steps:
    return (((*keys, key), value) for key, value in items)


def class_of(saved: dict[str, Any]) -> str:
    """Return the class name of a saved object, the registered one if there is one."""
    registered = saved.get("registered_name")
    if isinstance(registered, str) and ">" in registered:
        return registered
    name = saved.get("class_name")
    return name if isinstance(name, str) else ""


def name_of(saved: dict[str, Any]) -> str:
    """Return the name of a saved layer, "" if it has none."""
    name = saved.get("name")
    if isinstance(name, str):
        return name
    config = saved.get("config")
    name = config.get("name") if isinstance(config, dict) else None
    return name if isinstance(name, str) else ""


def as_shape(saved: Any) -> Shape | None:
    """Return a saved shape; None: not a shape, or not even the rank is known."""
    if isinstance(saved, dict):  # Keras 2 SavedModel: a tuple or TensorShape in a dict
        saved = saved.get("items")
    if not isinstance(saved, (list, tuple)) or len(saved) > 64:
        return None
    for size in saved:
        if size is not None and (type(size) is not int or not 0 <= size < _MAX_SIZE):
            return None
    return tuple(saved)
