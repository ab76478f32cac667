"""Losses, metrics and weights of a compile call as a saved file holds them."""

from __future__ import annotations

from kerascheck.keras_api.defaults import LOSSES, METRICS
from kerascheck.keras_api.losses import LOSS_NAMES, REFUSED_LOSSES, TENSORFLOW_LOSSES
from kerascheck.keras_api.metrics import METRIC_NAMES
from kerascheck.model.typed import Any, Final
from kerascheck.readers.config.unknown import UNKNOWN, OwnLoss
from kerascheck.readers.source.keras_values import KerasObject, TensorValue
from kerascheck.readers.source.layer_making import own
from kerascheck.readers.source.names import canonical, is_keras
from kerascheck.readers.source.open_values import is_open
from kerascheck.readers.source.values import (
    BoundMethod,
    Choice,
    ClassValue,
    Closure,
    Instance,
    Library,
    Partial,
    Unknown,
    Value,
)

__all__ = ["saved_metrics", "saved_optimizer", "saved_score"]

_MAX_DEPTH: Final = 6


def saved_score(value: Value, section: str, depth: int = _MAX_DEPTH) -> Any:
    """Return losses or metrics as a saved file holds them; UNKNOWN where unknown.

    Args:
        value: As passed to compile.
        section: losses or metrics.
        depth: How deeply lists and dicts may be nested.
    """
    if isinstance(value, (str, type(None), int, float, OwnLoss)):
        return value
    if depth <= 0 or isinstance(value, (Unknown, Choice, TensorValue)):
        return UNKNOWN
    if is_open(value):
        return UNKNOWN
    if isinstance(value, list):
        return [saved_score(each, section, depth - 1) for each in value]
    if isinstance(value, tuple):
        items = [saved_score(each, section, depth - 1) for each in value]
        return {"class_name": "__tuple__", "items": items}
    if isinstance(value, dict):
        return {str(k): saved_score(v, section, depth - 1) for k, v in value.items()}
    if isinstance(value, KerasObject):
        return _object(value)
    if isinstance(value, Library):
        return _function(value, section)
    if isinstance(value, (Closure, BoundMethod)):
        function = value.function if isinstance(value, BoundMethod) else value
        return own(function.name, "function")
    if isinstance(value, Partial):
        return _partial(value, section)
    if isinstance(value, Instance):
        return own(value.kind.name, "object")
    if isinstance(value, ClassValue):
        return own(value.name, "function")
    return UNKNOWN


def _object(value: KerasObject) -> Any:
    kinds = LOSSES if value.section == "losses" else METRICS
    known = LOSS_NAMES if value.section == "losses" else METRIC_NAMES
    name = value.name
    if not is_keras(value.library.name):
        return own(name, "object")
    full = known.get(name, name)
    table = kinds[3].get(full) or kinds[2].get(full)
    if table is None:
        return own(name, "object")
    config: dict[str, Any] = {}
    given = dict(zip(table, value.args, strict=False)) | value.kwargs
    for argument, each in given.items():
        config[argument] = _argument(each)
    if "*" in config:
        return UNKNOWN
    if value.section == "metrics" and any(
        each is UNKNOWN for key, each in config.items() if key not in _HARMLESS
    ):
        return UNKNOWN
    return {"module": f"keras.{value.section}", "class_name": full, "config": config}


_HARMLESS: Final = frozenset({"name", "dtype", "num_classes", "num_labels"})


def _argument(value: Value) -> Any:
    if isinstance(value, (str, int, float, type(None))):
        return value
    if isinstance(value, (list, tuple)) and not is_open(value):
        items = [_argument(each) for each in value]
        return UNKNOWN if any(each is UNKNOWN for each in items) else items
    return UNKNOWN


def _function(value: Library, section: str) -> Any:
    name = value.name.rpartition(".")[2]
    library = canonical(value.name)
    if library.startswith("tensorflow.nn."):
        full = f"{name}_v2"
        if full in TENSORFLOW_LOSSES or full in REFUSED_LOSSES:
            return {"module": "builtins", "class_name": "function", "config": full}
    if is_keras(value.name):
        table = LOSS_NAMES if section == "losses" else METRIC_NAMES
        if table.get(name, name) != name:
            return {"module": "builtins", "class_name": "function", "config": name}
        if name[:1].isupper():
            return UNKNOWN  # a class, which is not called, or nothing that is known
    return own(name, "function")


def _partial(value: Partial, section: str) -> Any:
    """Return a partial with what it passes to a function of Keras, if it is of one."""
    name = str(getattr(value.function, "name", "<partial>")).rpartition(".")[2]
    of_keras = isinstance(value.function, Library) and is_keras(value.function.name)
    known = LOSS_NAMES if section == "losses" else METRIC_NAMES
    arguments = {key: _argument(each) for key, each in value.kwargs.items()}
    saved: Any = name
    if of_keras and not value.args and known.get(name, name) != name:
        saved = {"function": name, "arguments": arguments}
        if section == "metrics" and UNKNOWN in arguments.values():
            return UNKNOWN
    return {"class_name": "partial", "config": saved}


def saved_metrics(value: Value) -> Any:
    """Return metrics as a saved file holds them; UNKNOWN if none is known."""
    if isinstance(value, tuple):
        value = list(value)
    return saved_score(value, "metrics")


def saved_optimizer(value: Value) -> Any:
    """Return an optimizer as a saved file holds it."""
    if isinstance(value, str):
        return value
    if isinstance(value, KerasObject):
        return {"class_name": value.name, "config": {}}
    return None
