"""Losses, metrics, optimizers and heads of a setup as real Keras objects.

Imported in the child process only: this module imports Keras.
"""

from __future__ import annotations

import re
from typing import Any

import keras

from kerascheck.confirm.setup import Part, Setup
from kerascheck.keras_api.activations import KEEPS_LOGITS

Tensor = Any
"""A tensor of the backend in use; its shape stands in the docstrings."""

_COUNTED = re.compile(r"_\d+$")


def loss_of(part: Part) -> Any:
    """Return what `compile(loss=…)` is given: a name or a loss object."""
    config = part.config
    return config if isinstance(config, str) else keras.losses.get(config)


def metric_of(part: Part) -> Any:
    """Return what `compile(metrics=[…])` is given: a name or a metric object."""
    config = part.config
    if isinstance(config, str):
        return config
    metric = keras.metrics.get(config)
    if "name" not in dict(part.arguments):
        # Keras counts on within a process: auc, auc_1, … A user's first one is "auc".
        metric.name = _COUNTED.sub("", metric.name)
    return metric


def optimizer_of(setup: Setup) -> Any:
    """Return the optimizer of a setup, not yet built."""
    config = {"learning_rate": setup.learning_rate}
    return keras.optimizers.get({"class_name": setup.optimizer, "config": config})


def chain(setup: Setup) -> tuple[str, ...]:
    """Return the names of the activations, first applied first, "linear" left out."""
    both = (setup.inner_activation or "linear", setup.activation)
    return tuple(name for name in both if name != "linear")


def activate(setup: Setup, values: Tensor) -> Tensor:
    """Apply the head's activations, and the operation that hides them, if any.

    Args:
        setup: Whose head.
        values: Output of the head's Dense layer, shape (…, units).
    """
    for name in chain(setup):
        values = keras.activations.get(name)(values)
    if setup.hidden_activation:
        return keras.ops.reshape(values, keras.ops.shape(values))
    return values


def seen_through(setup: Setup) -> bool:
    """Whether the loss may find the logits behind the head's last activation."""
    if keras.backend.backend() != "tensorflow" or setup.hidden_activation:
        return False
    return bool(KEEPS_LOGITS.intersection(chain(setup)[-1:]))


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
