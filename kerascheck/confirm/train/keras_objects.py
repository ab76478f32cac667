"""Losses, metrics, optimizers and heads of a setup as real Keras objects.

Imported in the child process only: this module imports Keras.
"""

from __future__ import annotations

import re
from contextlib import suppress

import keras

from kerascheck.confirm.setup import STEPS_OF_SEQUENCE, Part, Setup
from kerascheck.keras_api.activations import KEEPS_LOGITS
from kerascheck.model.typed import Any

Tensor = Any
"""A tensor of the backend in use; docstrings give its shape."""

_COUNTED = re.compile(r"_\d+$")


def loss_of(part: Part) -> Any:
    """Return what is passed to `compile(loss=…)`: a name or a loss object."""
    config = part.config
    return config if isinstance(config, str) else keras.losses.get(config)


def metric_of(part: Part) -> Any:
    """Return what is passed to `compile(metrics=[…])`: a name or a metric object."""
    config = part.config
    if isinstance(config, str):
        return config
    metric = keras.metrics.get(config)
    if "name" not in dict(part.arguments):
        # Keras numbers them within a process: auc, auc_1, … A user's first is "auc".
        metric.name = _COUNTED.sub("", metric.name)
    return metric


def optimizer_of(setup: Setup) -> Any:
    """Return the optimizer of a setup, not yet built."""
    config = {"learning_rate": setup.learning_rate}
    return keras.optimizers.get({"class_name": setup.optimizer, "config": config})


def activation_names(setup: Setup) -> tuple[str, ...]:
    """Return the names of the activations, in order of use, without "linear"."""
    both = (setup.inner_activation or "linear", setup.activation)
    return tuple(name for name in both if name != "linear")


def activate(setup: Setup, values: Tensor) -> Tensor:
    """Apply the head's activations, and the operation that hides them, if any.

    Args:
        setup: Whose head.
        values: Output of the head's Dense layer, shape (…, units).
    """
    for name in activation_names(setup):
        if name == "softmax" and setup.over_steps:
            values = _softmax_over_steps(values)
        else:
            values = keras.activations.get(name)(values)
    if setup.hidden_activation:
        return keras.ops.reshape(values, keras.ops.shape(values))
    return values


def _softmax_over_steps(values: Tensor) -> Tensor:
    """Return the softmax over the rows that are one sequence, not over classes.

    Keras remembers the values before it as logits, whatever the axis.
    """
    units = values.shape[-1]
    steps = keras.ops.reshape(values, (-1, STEPS_OF_SEQUENCE, units))
    shares = keras.activations.softmax(steps, axis=1)
    flat = keras.ops.reshape(shares, keras.ops.shape(values))
    with suppress(AttributeError):  # of a tensor that takes no attributes
        flat._keras_logits = values
    return flat


def loss_sees_logits(setup: Setup) -> bool:
    """Whether the loss may recover the logits from the head's last activation."""
    if keras.backend.backend() != "tensorflow" or setup.hidden_activation:
        return False
    return bool(KEEPS_LOGITS.intersection(activation_names(setup)[-1:]))


def scorer(setup: Setup) -> Any:
    """Return a model without layers that scores outputs as `fit` does.

    Its `compute_loss` and `compute_metrics` are those of every Keras model.
    """
    model = keras.Model()
    model.compile(
        optimizer=None,
        loss=loss_of(setup.loss),
        metrics=[metric_of(part) for part in setup.metrics] or None,
    )
    return model
