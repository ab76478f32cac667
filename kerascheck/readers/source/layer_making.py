"""A layer's call in a program, and the config that Keras would save for it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from functools import lru_cache

from kerascheck.keras_api.keras_1 import NAMES
from kerascheck.keras_api.layer_arguments import LAYER_ARGUMENTS
from kerascheck.model.typed import Any, Final
from kerascheck.readers.config.unknown import UNKNOWN
from kerascheck.readers.source.binding import STAR
from kerascheck.readers.source.keras_values import KerasObject, LayerValue, TensorValue
from kerascheck.readers.source.names import canonical, is_keras
from kerascheck.readers.source.open_values import is_open
from kerascheck.readers.source.values import (
    Choice,
    ClassValue,
    Closure,
    Instance,
    Library,
    Unknown,
    Value,
)

__all__ = ["CONFIGURED", "class_of_layer", "layer_config", "shape_of", "snake"]

_REQUIRED: Final = object()
_OLD_CLASSES: Final = (
    (r"^Convolution(\d)D", r"Conv\1D"),
    (r"^Deconvolution(\d)D", r"Conv\1DTranspose"),
    (r"^SeparableConvolution", "SeparableConv"),
    (r"^(Global)?AvgPool(\d)D", r"\1AveragePooling\2D"),
    (r"^(Global)?MaxPool(\d)D", r"\1MaxPooling\2D"),
    (r"^CuDNN", ""),
)
"""Other names of classes: pattern and replacement."""

_OLD_ARGUMENTS: Final = {
    **NAMES,
    "p": "rate",
    "init": "kernel_initializer",
    "mode": "merge_mode",
}
"""Arguments of Keras 1, those too that it does not save under this name."""

CONFIGURED: Final = frozenset(
    {"input_shape", "batch_input_shape", "input_dim", "input_length", "batch_shape"}
)
"""Arguments that say what a first layer is called on."""


def class_of_layer(name: str) -> str | None:
    """Return the class of a layer by the last part of a name; None: it is not one."""
    if name in LAYER_ARGUMENTS:
        return name
    for pattern, replacement in _OLD_CLASSES:
        made = re.sub(pattern, replacement, name)
        if made != name and made in LAYER_ARGUMENTS:
            return made
    return None


@lru_cache(maxsize=512)
def parameters(kind: str) -> tuple[tuple[str, Any], ...]:
    """Return the arguments of a class of layers, with their defaults."""
    tree = ast.parse(f"lambda {LAYER_ARGUMENTS[kind]}: 0", mode="eval")
    spec = tree.body.args  # type: ignore[attr-defined]
    names = [each.arg for each in spec.args]
    defaults = [ast.literal_eval(each) for each in spec.defaults]
    missing = [_REQUIRED] * (len(names) - len(defaults))
    return tuple(zip(names, [*missing, *defaults], strict=True))


def layer_config(
    kind: str, args: list[Value], kwargs: dict[str, Value]
) -> dict[str, Any]:
    """Return the config of a layer made with these arguments."""
    given = _named(kind, args, kwargs)
    if STAR in given:
        given.pop(STAR)
        config: dict[str, Any] = {name: UNKNOWN for name, _ in parameters(kind)}
    else:
        config = {
            name: UNKNOWN if default is _REQUIRED else default
            for name, default in parameters(kind)
        }
    for name, value in given.items():
        config[name] = plain(value)
    config.setdefault("trainable", True)
    return config


def _named(kind: str, args: list[Value], kwargs: dict[str, Value]) -> dict[str, Value]:
    names = [name for name, _ in parameters(kind)]
    given = dict(zip(names, args, strict=False))
    if kind.startswith("Conv") and len(args) > 2 and "D" in kind:
        _read_keras_1(kind, args, given)
    for name, value in kwargs.items():
        old = _OLD_ARGUMENTS.get(name)
        if name not in names and old in names:
            given[str(old)] = value
        else:
            given[name] = value
    if "nb_row" in given and "nb_col" in given:
        given["kernel_size"] = (given.pop("nb_row"), given.pop("nb_col"))
    return given


def _read_keras_1(kind: str, args: list[Value], given: dict[str, Value]) -> None:
    """Read Convolution2D(32, 3, 3): two numbers are the size of the kernel."""
    rank = next((int(c) for c in kind if c.isdigit()), 0)
    if rank == 2 and type(args[1]) is int and type(args[2]) is int:
        given["kernel_size"] = (args[1], args[2])
        given["strides"] = 1


def plain(value: Value, depth: int = 6) -> Any:
    """Return a value as the config of a layer would hold it."""
    if isinstance(value, (str, int, float, bool, type(None))):
        return value
    if depth <= 0 or isinstance(value, (Unknown, Choice)) or is_open(value):
        return UNKNOWN
    if isinstance(value, (list, tuple)):
        return [plain(each, depth - 1) for each in value]
    if isinstance(value, dict):
        return {
            key: plain(each, depth - 1)
            for key, each in value.items()
            if isinstance(key, str)
        }
    if isinstance(value, LayerValue):
        return value.entry
    if isinstance(value, KerasObject):
        return {"module": "keras", "class_name": value.name, "config": {}}
    return _function(value)


def _function(value: Value) -> Any:
    if isinstance(value, Library):
        name = value.name.rpartition(".")[2]
        library = canonical(value.name)
        if is_keras(value.name) or library.startswith("tensorflow."):
            if class_of_layer(name) is not None:
                config = layer_config(name, [], {})
                return {"module": "keras.layers", "class_name": name, "config": config}
            return name
        return UNKNOWN  # a name of another library: a function, a number, anything
    if isinstance(value, (Closure, ClassValue)):
        return own(value.name, "function")
    if isinstance(value, Instance):
        return own(value.kind.name, "object")
    return UNKNOWN


def own(name: str, given: str) -> dict[str, Any]:
    """Return how a user's own function or object is saved."""
    if name == "<lambda>":
        return {"class_name": "__lambda__", "config": {}}
    if given == "function":
        return {
            "module": "__main__",
            "class_name": "function",
            "config": name,
            "registered_name": name,
        }
    return {"module": "__main__", "class_name": name, "config": {}}


def shape_of(value: Value) -> list[int | None] | None:
    """Return axes of a shape in a program; None: not even the rank is known."""
    if type(value) is int:
        return [value]
    if not isinstance(value, (list, tuple)) or is_open(value):
        return None
    return [size if type(size) is int else None for size in value]


def snake(name: str) -> str:
    """Return the name that Keras gives a layer of a class."""
    name = re.sub(r"\W+", "", name)
    name = re.sub("(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub("([a-z])([A-Z])", r"\1_\2", name).lower()


def tensors_in(values: Iterable[Value], depth: int = 6) -> list[TensorValue]:
    """Return the tensors among values, in order."""
    found: list[TensorValue] = []
    for value in values:
        if isinstance(value, TensorValue):
            found.append(value)
        elif depth > 0 and isinstance(value, (list, tuple)):
            found += tensors_in(value, depth - 1)
        elif depth > 0 and isinstance(value, dict):
            found += tensors_in(value.values(), depth - 1)
    return found
