"""Why Keras 3 does not load a file of Keras 2, from its JSON alone.

`load_model` of Keras 3.15.1 makes each object by `from_config`. HDF5 goes through the
loader for old files, which translates `batch_input_shape` and looks classes up by name;
an object that names its module, as everything in `.keras` does, does not. Whether a
user's own class loads is the user's to know: nothing is said of it.

Source: `keras.src.legacy.saving` and `keras.src.saving.serialization_lib`. Every reason
was seen by loading files that tf_keras 2.21 wrote.
"""

from __future__ import annotations

from collections.abc import Iterator

from kerascheck.keras_api.activations import TENSORFLOW_NAMES
from kerascheck.keras_api.layers import (
    BEFORE_A_LIST,
    BREAKS_ON_A_LIST,
    MERGES,
    OF_ANY_RANK,
    OF_ONE_RANK,
)
from kerascheck.keras_api.loading import (
    COMMON,
    GONE,
    GONE_METRICS,
    LAYERS,
    LOSSES,
    LOST_LOSSES,
    OPTIMIZERS,
)
from kerascheck.model.named import NamedTuple
from kerascheck.model.typed import TYPE_CHECKING, Any, Final
from kerascheck.readers.config.activations import is_custom
from kerascheck.readers.config.graph import class_of, name_of

if TYPE_CHECKING:
    from kerascheck.readers.containers.values import Container

__all__ = ["Reason", "reasons"]

_MAX_LAYERS: Final = 10_000
_MAX_DEPTH: Final = 20

_GONE_MODULES: Final = (
    "keras.engine.",
    "keras.mixed_precision",
    "keras.optimizers.experimental",
    "keras.optimizers.legacy",
    "keras.src.engine.",
    "tf_keras.",
)
"""Modules of Keras 2 that Keras 3 does not have, or has no classes in."""

_ALSO_KERAS: Final = "swish"
"""What Keras 2 calls a function of its own, as TensorFlow does; that loads."""

_INNER: Final = ("layer", "backward_layer", "cell")
_NETWORKS: Final = frozenset({"Sequential", "Functional", "Model"})


class Reason(NamedTuple):
    """One thing that Keras 3 does not load.

    Attributes:
        text: What it is: "GRU has no argument 'time_major'".
        at: Its JSON pointer.
        compiling: Whether it is about the compile settings alone.
    """

    text: str
    at: str
    compiling: bool = False


class _Object(NamedTuple):
    """A saved layer or model, and the way it is loaded.

    Attributes:
        value: As saved.
        at: Its JSON pointer.
        depth: How many objects are around it.
        old: Whether the loader for old files makes it, which needs no module.
    """

    value: dict[str, Any]
    at: str
    depth: int
    old: bool


def reasons(container: Container) -> Iterator[Reason]:
    """Yield why Keras 3 does not load a model that Keras 2 saved, the model first."""
    hdf5 = container.format == "hdf5"
    if isinstance(container.architecture, dict):
        top = _Object(container.architecture, container.architecture_at, 0, hdf5)
        yield from _of_model(top)
    training = container.training
    if isinstance(training, dict):
        yield from _of_compile(training, container.training_at, hdf5=hdf5)


def _of_model(top: _Object) -> Iterator[Reason]:
    waiting = [top]
    for _ in range(_MAX_LAYERS):
        if not waiting:
            return
        one = waiting.pop()
        if one.depth <= _MAX_DEPTH:
            yield from _of_object(one)
            waiting += reversed(list(_inside(one)))


def _inside(one: _Object) -> Iterator[_Object]:
    """Yield the layers of a network, and those inside a wrapper."""
    config = one.value.get("config")
    if not isinstance(config, dict):
        return
    layers, depth = config.get("layers"), one.depth + 1
    if isinstance(layers, list):
        for place, layer in enumerate(layers[:_MAX_LAYERS]):
            if isinstance(layer, dict):
                old = "module" not in layer
                yield _Object(layer, f"{one.at}/config/layers/{place}", depth, old)
    for key in _INNER:
        if isinstance(config.get(key), dict):
            yield _Object(config[key], f"{one.at}/config/{key}", depth, False)
    cells = config.get("cells")
    if isinstance(cells, list):
        for place, cell in enumerate(cells[:_MAX_LAYERS]):
            if isinstance(cell, dict):
                yield _Object(cell, f"{one.at}/config/cells/{place}", depth, False)


def _of_object(one: _Object) -> Iterator[Reason]:
    saved, name = one.value, class_of(one.value)
    module = saved.get("module")
    if isinstance(module, str) and module.startswith(_GONE_MODULES):
        yield Reason(f"there is no {module[:60]}", f"{one.at}/module")
        return
    if is_custom(saved):
        return
    if one.depth and not one.old and "module" not in saved:
        yield Reason(f"a {name[:60]} inside a wrapper names no module", one.at)
        return
    if name in GONE:
        yield Reason(f"there is no layer {name}", f"{one.at}/class_name")
        return
    config = saved.get("config")
    if isinstance(config, list) and name == "Sequential":
        yield Reason("the config of its Sequential is a list", f"{one.at}/config")
    if isinstance(config, dict):
        if name in _NETWORKS:
            yield from _of_network(name, config, one)
        elif name in LAYERS:
            yield from _of_layer(name, config, one)


def _of_layer(name: str, config: dict[str, Any], one: _Object) -> Iterator[Reason]:
    accepted = set(LAYERS[name].split())
    if "COMMON" in accepted:
        accepted |= COMMON
    if one.old:
        accepted.add("batch_input_shape")
        if name == "Lambda":
            accepted |= _LAMBDA
    for key in config:
        if key not in accepted:
            text = f"{name} has no argument {key[:60]!r}"
            yield Reason(text, f"{one.at}/config/{key}")
        elif one.old and key != "name" and config[key] in _MERGES:
            text = f"it takes the {key} {config[key]!r} of {name} for a function"
            yield Reason(text, f"{one.at}/config/{key}")
    yield from _of_values(name, config, one)


_MERGES: Final = tuple(MERGES)
_LAMBDA: Final = frozenset(
    {"module", "function_type", "output_shape_type", "output_shape_module"}
)
"""Arguments of a Lambda that the loader for old files drops."""


def _of_values(name: str, config: dict[str, Any], one: _Object) -> Iterator[Reason]:
    dtype = config.get("dtype")
    if isinstance(dtype, dict) and dtype.get("class_name") in ("Policy", "PolicyV1"):
        yield Reason("it does not know the dtype policies of Keras 2", one.at)
    if "/" in name_of(one.value):
        yield Reason("a name of a layer has a slash", f"{one.at}/config/name")
    for key in ("activation", "recurrent_activation"):
        function = config.get(key)
        if isinstance(function, dict) and function.get("class_name") == "function":
            function = function.get("config")
        elif function == _ALSO_KERAS:
            continue
        if isinstance(function, str) and function in TENSORFLOW_NAMES:
            text = f"there is no activation {function!r}"
            yield Reason(text, f"{one.at}/config/{key}")
    if name == "Lambda" and _is_bytecode(config.get("function")):
        yield Reason("a Lambda holds a Python lambda, which it refuses", one.at)


def _is_bytecode(function: Any) -> bool:
    return isinstance(function, list) or (
        isinstance(function, dict) and function.get("class_name") == "__lambda__"
    )


def _of_network(kind: str, config: dict[str, Any], one: _Object) -> Iterator[Reason]:
    layers = config.get("layers")
    if not isinstance(layers, list):
        return
    layers = [layer for layer in layers[:_MAX_LAYERS] if isinstance(layer, dict)]
    if kind == "Sequential":
        yield from _of_sequence(layers, one.at)
        yield from _of_first_shape(layers, one.at)
    else:
        yield from _of_links(config, layers, one.at)


def _of_first_shape(layers: list[dict[str, Any]], at: str) -> Iterator[Reason]:
    """Yield why a Sequential of Keras 2.2 and before, without an InputLayer, fails.

    The loader takes `batch_input_shape` for a shape without the batch, so that all
    layers get an axis too many. Some accept that, and are loaded so.
    """
    first = layers[0] if layers else {}
    config = first.get("config")
    inside = isinstance(config, dict) and config.get("batch_input_shape")
    if not inside or "module" in first or class_of(first) == "InputLayer":
        return
    flat = False
    for place, layer in enumerate(layers):
        kind = class_of(layer)
        if kind in OF_ONE_RANK or (flat and kind == "Dense") or _on_axis_1(layer):
            text = f"without an InputLayer, {kind} gets an axis too many"
            yield Reason(text, f"{at}/config/layers/{place}")
            return
        flat = kind == "Flatten" or (flat and kind in BEFORE_A_LIST)
        if kind not in OF_ANY_RANK and not flat:
            return


def _on_axis_1(layer: dict[str, Any]) -> bool:
    config = layer.get("config")
    axis = config.get("axis") if isinstance(config, dict) else None
    return class_of(layer) == "BatchNormalization" and axis in (1, [1])


def _of_sequence(layers: list[dict[str, Any]], at: str) -> Iterator[Reason]:
    """Yield why the layers of a Sequential cannot be called on one another."""
    before: str | None = None
    for place, layer in enumerate(layers):
        kind = class_of(layer)
        if before is not None and kind in BREAKS_ON_A_LIST:
            text = f"the model {before[:60]!r} hands a list to the {kind} behind it"
            yield Reason(text, f"{at}/config/layers/{place}")
            return
        if _returns_list(layer):
            before = name_of(layer)
        elif kind not in BEFORE_A_LIST:
            before = None


def _returns_list(layer: dict[str, Any]) -> bool:
    """Say whether this is a Functional model with its one output in a list."""
    config = layer.get("config")
    ends = config.get("output_layers") if isinstance(config, dict) else None
    return isinstance(ends, list) and len(ends) == 1 and isinstance(ends[0], list)


def _of_links(
    config: dict[str, Any], layers: list[dict[str, Any]], at: str
) -> Iterator[Reason]:
    """Yield calls on a second node of a Sequential, which has one in Keras 3."""
    counts = {
        name_of(layer): len(nodes)
        for layer in layers
        if class_of(layer) == "Sequential"
        and isinstance(nodes := layer.get("inbound_nodes"), list)
    }
    if not counts:
        return
    linked = [layer.get("inbound_nodes") for layer in layers]
    for name, node in _leaves([*linked, config.get("output_layers")]):
        if node >= counts.get(name, node + 1):
            text = f"it does not find the call of the Sequential {name[:60]!r}"
            yield Reason(text, f"{at}/config/layers")
            return


def _leaves(value: Any) -> Iterator[tuple[str, int]]:
    """Yield layer and node of each [layer, node, tensor, …] in a structure."""
    stack = [value]
    while stack:
        value = stack.pop()
        if isinstance(value, dict):
            stack += value.values()
        elif isinstance(value, list) and value:
            leaf = len(value) in (3, 4) and isinstance(value[0], str)
            if leaf and isinstance(value[1], int):
                yield value[0], value[1]
            else:
                stack += value


# Compile settings.


def _of_compile(training: dict[str, Any], at: str, *, hdf5: bool) -> Iterator[Reason]:
    key = "optimizer_config" if hdf5 else "optimizer"
    optimizer = training.get(key)
    if isinstance(optimizer, dict):
        yield from _of_optimizer(optimizer, f"{at}/{key}", hdf5=hdf5)
    if not hdf5:
        yield from _of_metrics(training, at)
    for loss, place in _each(training.get("loss"), f"{at}/loss"):
        if isinstance(loss, str):
            if hdf5 and loss in LOST_LOSSES:
                yield _unset(f"it does not load the loss {loss!r} from HDF5", place)
        elif isinstance(loss, dict) and not is_custom(loss):
            yield from _of_loss(loss, place)


def _of_metrics(training: dict[str, Any], at: str) -> Iterator[Reason]:
    if isinstance(training.get("metrics"), str):
        yield _unset("the metrics are a single string", f"{at}/metrics")
    for key in ("metrics", "weighted_metrics"):
        for metric, place in _each(training.get(key), f"{at}/{key}"):
            name = class_of(metric) if isinstance(metric, dict) else ""
            if name in GONE_METRICS and not is_custom(metric):
                yield _unset(f"there is no metric {name}", place)


def _each(saved: Any, at: str) -> Iterator[tuple[Any, str]]:
    """Yield each saved object of lists and dicts, and its JSON pointer."""
    stack = [(saved, at)]
    while stack:
        saved, at = stack.pop()
        if isinstance(saved, dict) and "class_name" not in saved:
            stack += [(saved[key], f"{at}/{key}") for key in reversed(saved)]
        elif isinstance(saved, list):
            places = range(min(len(saved), _MAX_LAYERS))
            stack += [(saved[place], f"{at}/{place}") for place in reversed(places)]
        else:
            yield saved, at


def _of_loss(loss: dict[str, Any], at: str) -> Iterator[Reason]:
    name, config = class_of(loss), loss.get("config")
    if name not in LOSSES or not isinstance(config, dict):
        return
    accepted = LOSSES[name].split()
    unknown = [key for key in config if key not in accepted]
    if unknown:
        text = f"the loss {name} has no argument {unknown[0][:60]!r}"
        yield _unset(text, f"{at}/config/{unknown[0]}")
    elif config.get("reduction") == "auto":
        text = f"the loss {name} has no reduction 'auto'"
        yield _unset(text, f"{at}/config/reduction")


def _of_optimizer(saved: dict[str, Any], at: str, *, hdf5: bool) -> Iterator[Reason]:
    module, config = saved.get("module"), saved.get("config")
    if not isinstance(config, dict):
        return
    if not hdf5 and isinstance(module, str) and module.startswith(_GONE_MODULES):
        yield _unset(f"there is no {module[:60]}", f"{at}/module")
        return
    name = class_of(saved)
    if hdf5 and name.startswith(_BY_NAME):
        # It is made again by its name, without its config.
        if str(config.get("name")).lower() not in _OPTIMIZERS:
            shown = name.removeprefix("Custom>")[:60]
            yield _unset(f"it does not find the optimizer {shown}", at)
        return
    found = _OPTIMIZERS.get(name.lower()) if hdf5 else OPTIMIZERS.get(name)
    if found is None or is_custom(saved):
        return
    accepted = found.split()
    unknown = [key for key in config if key not in accepted]
    if unknown:
        text = f"the optimizer {name} has no argument {unknown[0][:60]!r}"
        yield _unset(text, f"{at}/config/{unknown[0]}")


_BY_NAME: Final = ("Custom>", "LossScaleOptimizerV")
"""Classes of optimizers in HDF5 that Keras 3 does not know."""

_OPTIMIZERS: Final = {name.lower(): found for name, found in OPTIMIZERS.items()}


def _unset(text: str, at: str) -> Reason:
    return Reason(text, at, compiling=True)
