"""The activation that a config stands for, in every form that Keras 2 and 3 save."""

from __future__ import annotations

from collections.abc import Mapping

from kerascheck.keras_api.activations import ACTIVATION_LAYERS, BY_CLASS, BY_NAME
from kerascheck.model.description import Activation
from kerascheck.model.named import NamedTuple
from kerascheck.model.typed import Any, Final

__all__ = [
    "Applied",
    "activation_layer",
    "applied",
    "is_custom",
]

_KERAS_ROOTS: Final = frozenset({"keras", "tf_keras", "tensorflow", "builtins"})
_KERAS_PACKAGES: Final = frozenset({"keras", "Keras", "tf_keras", "TFKeras"})


class Applied(NamedTuple):
    """An activation as a config has it."""

    activation: Activation
    as_saved: str | None = None  # kept if it is not one of Keras's own names
    axis: int | None = None  # of a softmax; None: the last


LINEAR: Final = Applied(Activation.LINEAR)
UNKNOWN: Final = Applied(Activation.UNKNOWN)
_KNOWN: Final = {
    name: Applied(activation, name if name != activation else None)
    for name, activation in BY_NAME.items()
}


def applied(saved: Any) -> Applied:
    """Return the activation that a layer's `activation` argument means.

    Args:
        saved: The value as saved: None, a name, a function or a layer object.
    """
    if isinstance(saved, str):
        return _KNOWN.get(saved) or Applied(Activation.UNKNOWN, saved)
    if saved is None:
        return LINEAR
    if not isinstance(saved, dict):
        return UNKNOWN
    class_name, config = saved.get("class_name"), saved.get("config")
    if class_name == "function" and isinstance(config, str):
        return (
            Applied(Activation.UNKNOWN, config) if is_custom(saved) else applied(config)
        )
    if class_name == "QuantizeAwareActivation" and isinstance(config, dict):
        inner = config.get("activation")
        return UNKNOWN if isinstance(inner, dict) else applied(inner)
    if class_name == "NoOpActivation":
        return LINEAR
    if class_name == "Activation" and isinstance(config, dict):
        config = config.get("activation")
        return UNKNOWN if isinstance(config, dict) else applied(config)
    if not isinstance(class_name, str):
        return UNKNOWN
    if is_custom(saved) or class_name not in ACTIVATION_LAYERS:
        return Applied(Activation.UNKNOWN, class_name)
    return activation_layer(class_name, config if isinstance(config, dict) else {})


def activation_layer(class_name: str, config: Mapping[str, Any]) -> Applied:
    """Return what a layer or operation of one of the classes in `BY_CLASS` does."""
    activation = BY_CLASS[class_name]
    if activation is Activation.SOFTMAX:
        return _softmax(config.get("axis", -1))
    if class_name == "ReLU":
        if config.get("negative_slope") or config.get("alpha"):
            return Applied(Activation.LEAKY_RELU)
        if config.get("max_value") == 6:
            return Applied(Activation.RELU6)
    return Applied(activation)


def _softmax(axis: Any) -> Applied:
    if isinstance(axis, (list, tuple)) and len(axis) == 1:
        axis = axis[0]
    if axis == -1:
        return Applied(Activation.SOFTMAX)
    if isinstance(axis, int) and not isinstance(axis, bool) and abs(axis) < 64:
        return Applied(Activation.SOFTMAX, axis=axis)
    return UNKNOWN  # rows that sum to 1 over several axes, or no axis at all


def is_custom(saved: dict[str, Any]) -> bool:
    """Return whether a saved object is of a class that is not Keras's own.

    Legacy formats save no module, only a registered name: `package>Name`.
    """
    module = saved.get("module")
    if isinstance(module, str) and module.partition(".")[0] not in _KERAS_ROOTS:
        return True
    for key in ("registered_name", "class_name"):
        name = saved.get(key)
        if isinstance(name, str) and ">" in name:
            return name.partition(">")[0] not in _KERAS_PACKAGES
    return False
