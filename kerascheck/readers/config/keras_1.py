"""Configs of Keras 1, read under the names that Keras 2 gave their arguments."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice

from kerascheck.keras_api.keras_1 import AXES, MARKS, MERGE, NAMES, UNSAID, UNSAID_AXES
from kerascheck.keras_api.layers import LAYERS
from kerascheck.model.typed import Any, Final

__all__ = ["as_saved", "looks_like_keras_1", "renamed"]

_MAX_WRAPPERS: Final = 20
_MAX_LAYERS: Final = 1_000
_DATA_FORMATS: Final = {"tf": "channels_last", "th": "channels_first"}
_SAVED: Final = {"filters": "nb_filter", "units": "output_dim"}
_KEEP_OUTPUT_DIM: Final = "Embedding"


def looks_like_keras_1(layers: list[dict[str, Any]]) -> bool:
    """Say whether layers without a version of Keras are of Keras 1."""
    for layer in islice(layers, _MAX_LAYERS):
        config = layer.get("config")
        inner = config.get("layer") if isinstance(config, dict) else None
        if _has_mark(layer) or (isinstance(inner, dict) and _has_mark(inner)):
            return True
    return False


def _has_mark(layer: dict[str, Any]) -> bool:
    kind, config = layer.get("class_name"), layer.get("config")
    if not isinstance(kind, str) or not isinstance(config, dict):
        return False
    return (kind in LAYERS or kind == MERGE) and not MARKS.isdisjoint(config)


def as_saved(pointer: str) -> str:
    """Return the pointer to an argument of a layer under the name it is saved by."""
    start, slash, name = pointer.rpartition("/")
    return f"{start}{slash}{_SAVED.get(name, name)}"


def renamed(layer: dict[str, Any], depth: int = 0) -> dict[str, Any]:
    """Return a saved layer with its arguments named as in Keras 2."""
    config = layer.get("config")
    if not isinstance(config, dict):
        return layer
    kind = layer.get("class_name")
    found = _arguments(config, kind)
    inner = config.get("layer")
    if isinstance(inner, dict) and depth < _MAX_WRAPPERS:
        found["layer"] = renamed(inner, depth + 1)
    return {**layer, "config": found}


def _arguments(config: Mapping[str, Any], kind: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in config.items():
        new = NAMES.get(name, name)
        if name == "output_dim" and kind == _KEEP_OUTPUT_DIM:
            new = name
        found[new] = value
    for names in AXES:
        if names[0] in config:
            found["kernel_size"] = [config.get(name) for name in names]
    if "dim_ordering" in config:
        ordering = config["dim_ordering"]
        known = isinstance(ordering, str) and ordering in _DATA_FORMATS
        found["data_format"] = _DATA_FORMATS[ordering] if known else UNSAID
    elif isinstance(kind, str) and kind in UNSAID_AXES:
        found["data_format"] = UNSAID
    return found
