"""Losses that the layers of a model may add to the one of compile()."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from kerascheck.keras_api.layers import LAYERS, WITHOUT_LOSS
from kerascheck.model.typed import Any, Final
from kerascheck.readers.config.activations import is_custom
from kerascheck.readers.config.graph import class_of, name_of

__all__ = ["is_regularized", "why_loss_may_be_added"]

_MAX_OBJECTS: Final = 20_000
"""Layers that are looked at."""


def why_loss_may_be_added(architecture: dict[str, Any] | None) -> str | None:
    """Return why the layers of a saved model may train it; None: they do not.

    A layer of the user's own may call `add_loss`. Keras 2 saves a call of the model's
    `add_loss` as a layer.
    """
    if architecture is None:
        return "the layers are unknown"
    for layer in islice(_layers(architecture), _MAX_OBJECTS):
        kind = class_of(layer)
        known = kind in LAYERS or kind in WITHOUT_LOSS
        if is_custom(layer) or not (known or _is_of_keras(layer)):
            return f"the layer {name_of(layer) or kind!r} may add a loss of its own"
    return None


def _is_of_keras(layer: dict[str, Any]) -> bool:
    module = layer.get("module")
    return isinstance(module, str) and module != "unknown"


def is_regularized(architecture: dict[str, Any] | None) -> bool:
    """Say whether some layer of a saved model has a regularizer, which is a loss."""
    if architecture is None:
        return False
    for layer in islice(_layers(architecture), _MAX_OBJECTS):
        config = layer["config"]
        if class_of(layer) == "ActivityRegularization":
            return True
        if any(k.endswith("regularizer") and v is not None for k, v in config.items()):
            return True
    return False


def _layers(saved: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield all layers below a saved model, those of inner models and wrappers too."""
    left: list[Any] = [saved]
    while left:
        each = left.pop()
        config = each.get("config") if isinstance(each, dict) else None
        if isinstance(config, (list, tuple)):
            left.extend(config)  # a Sequential of Keras 2.2.2 and before
        if not isinstance(config, dict):
            continue
        if each is not saved:
            yield each
        inside = config.get("layers")
        left.extend(inside if isinstance(inside, (list, tuple)) else ())
        left.extend(v for v in config.values() if _is_layer(v))


def _is_layer(value: Any) -> bool:
    """Say whether an argument of a layer is a layer: of a wrapper, or a cell."""
    if not isinstance(value, dict):
        return False
    config = value.get("config")
    trains = isinstance(config, dict) and "trainable" in config
    return trains or class_of(value) in LAYERS
