"""Keras's activations by every name they are saved under.

Source: `ALL_OBJECTS_DICT` of keras.activations and the operations of keras.ops.nn in
Keras 3.15.1, keras.activations of tf_keras 2.21, `__name__` of the functions of tf.nn
in TensorFlow 2.21.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from kerascheck.model.description import Activation

__all__ = [
    "BY_CLASS",
    "BY_NAME",
    "LAYERS",
    "Applied",
    "activation_layer",
    "applied",
    "is_custom",
]

_ALIASES: Final = {
    "swish": Activation.SILU,
    "hard_swish": Activation.HARD_SILU,
    "softmax_v2": Activation.SOFTMAX,
    "log_softmax_v2": Activation.LOG_SOFTMAX,
    "exp": Activation.EXPONENTIAL,
}
BY_NAME: Final[dict[str, Activation]] = {
    **{str(a): a for a in Activation if a is not Activation.UNKNOWN},
    **_ALIASES,
}
"""Name of a function -> what it does."""

BY_CLASS: Final[dict[str, Activation]] = {
    "Celu": Activation.CELU,
    "ELU": Activation.ELU,
    "Elu": Activation.ELU,
    "Exp": Activation.EXPONENTIAL,
    "Gelu": Activation.GELU,
    "HardSigmoid": Activation.HARD_SIGMOID,
    "HardSilu": Activation.HARD_SILU,
    "HardTanh": Activation.HARD_TANH,
    "LeakyReLU": Activation.LEAKY_RELU,
    "LeakyRelu": Activation.LEAKY_RELU,
    "LogSigmoid": Activation.LOG_SIGMOID,
    "LogSoftmax": Activation.LOG_SOFTMAX,
    "PReLU": Activation.LEAKY_RELU,
    "ReLU": Activation.RELU,
    "Relu": Activation.RELU,
    "Relu6": Activation.RELU6,
    "Selu": Activation.SELU,
    "Sigmoid": Activation.SIGMOID,
    "Silu": Activation.SILU,
    "Softmax": Activation.SOFTMAX,
    "Softplus": Activation.SOFTPLUS,
    "Softsign": Activation.SOFTSIGN,
    "Sparsemax": Activation.SPARSEMAX,
    "Tanh": Activation.TANH,
    "ThresholdedReLU": Activation.RELU,
}
"""Class of a layer, a Keras 3 operation or a TensorFlow node -> what it does."""

LAYERS: Final = frozenset(
    {"ELU", "LeakyReLU", "PReLU", "ReLU", "Softmax", "ThresholdedReLU"}
)
"""Those that are layers; all others in `BY_CLASS` are operations."""

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
    name: Applied(activation, name if name in _ALIASES else None)
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
    if class_name == "Activation" and isinstance(config, dict):
        config = config.get("activation")
        return UNKNOWN if isinstance(config, dict) else applied(config)
    if not isinstance(class_name, str):
        return UNKNOWN
    if is_custom(saved) or class_name not in LAYERS:
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
