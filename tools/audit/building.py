"""Real Keras models, labels and fit arguments of a setup.

Imported in the child process only: this module imports Keras.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from tools.audit.setups import HeadSetup, Named, Setup
from tools.audit.tasks import FEATURES, OFFSETS, Sample, inputs, sample

HIDDEN = 16
RATE = 0.01


class OwnClass(keras.losses.Loss):  # type: ignore[misc]
    """A squared error as users write it: nothing lines the shapes up."""

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """Return the error of each sample."""
        y_true = keras.ops.cast(y_true, y_pred.dtype)
        return keras.ops.mean(keras.ops.square(y_pred - y_true), axis=-1)


def own_function(y_true: Any, y_pred: Any) -> Any:
    """Return the squared error of each sample."""
    y_true = keras.ops.cast(y_true, y_pred.dtype)
    return keras.ops.mean(keras.ops.square(y_pred - y_true), axis=-1)


def loss_of(named: Named) -> Any:
    """Return the loss as it is passed to compile()."""
    name, arguments = named
    if name == "own class":
        return OwnClass()
    if name == "own function":
        return own_function
    return getattr(keras.losses, name)(**dict(arguments))


def metric_of(named: Named) -> Any:
    """Return the metric as it is passed to compile()."""
    name, arguments = named
    if name[0].islower():
        return name
    plain = {
        key: list(value) if isinstance(value, tuple) else value
        for key, value in arguments
    }
    return getattr(keras.metrics, name)(**plain)


def activation_layers(head: HeadSetup, positions: tuple[int, ...]) -> list[Any]:
    """Return the layers between the kernel of a head and its output."""
    layers = [keras.layers.Activation(head.activation)]
    if head.behind == "Reshape":
        layers.append(keras.layers.Reshape((*positions, head.units)))
    elif head.behind == "Activation":
        layers.append(keras.layers.Activation("linear"))
    elif head.behind == "Dropout":
        layers.append(keras.layers.Dropout(0.5))
    return layers


@contextmanager
def dtype_policy(name: str) -> Iterator[None]:
    """Let Keras make everything under a policy."""
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(name)
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)


def live_model(
    setup: Setup, *, metrics: bool = True, eager: bool = True, only: int | None = None
) -> Any:
    """Return the compiled model, with layers of its own for each head.

    Args:
        setup: What to build.
        metrics: Compile the metrics too.
        eager: Run step by step.
        only: Build this head alone.
    """
    with dtype_policy(setup.policy):
        x = keras.Input((*setup.positions, FEATURES), name="x")
        outputs, losses, scores = {}, {}, {}
        for name, head in named_heads(setup, only).items():
            hidden = keras.layers.Dense(HIDDEN, activation="relu")(x)
            behind = head.behind != ""
            value = keras.layers.Dense(
                head.units,
                activation=head.activation,
                name=None if behind else name,
            )(hidden)
            for layer in activation_layers(head, setup.positions)[1:]:
                layer.name = name
                value = layer(value)
            outputs[name] = value
            losses[name] = loss_of(head.loss)
            scores[name] = [metric_of(m) for m in head.metrics] if metrics else []
        model = keras.Model(x, _structured(setup, outputs))
        model.compile(
            optimizer=keras.optimizers.Adam(RATE),
            loss=_structured(setup, losses),
            metrics=_structured(setup, scores) if metrics else None,
            run_eagerly=eager,
        )
    return model


def named_heads(setup: Setup, only: int | None = None) -> dict[str, HeadSetup]:
    """Return the heads by name."""
    return {
        f"head_{i}": head
        for i, head in enumerate(setup.heads)
        if only is None or i == only
    }


@dataclass(frozen=True, slots=True)
class Data:
    """What a setup is fitted to.

    Attributes:
        x: Inputs.
        samples: Of each head.
        y: As passed to `fit`.
        arguments: The others of `fit`.
    """

    x: NDArray[Any]
    samples: tuple[Sample, ...]
    y: Any
    arguments: dict[str, Any]


def data_of(setup: Setup, count: int, seed: int, only: int | None = None) -> Data:
    """Return inputs, labels and weights, drawn by a seed."""
    x = inputs(setup.positions, count, seed)
    heads = named_heads(setup, only)
    samples = {name: sample(head, x, seed) for name, head in heads.items()}
    y = _structured(setup, {name: one.labels for name, one in samples.items()})
    arguments: dict[str, Any] = {}
    if setup.class_weight:
        arguments["class_weight"] = class_weight(setup)
    elif setup.sample_weight:
        arguments["sample_weight"] = _sample_weight(setup, count, list(heads))
    return Data(x, tuple(samples.values()), y, arguments)


def class_weight(setup: Setup) -> Any:
    """Return the argument of `fit` in the form of the setup."""
    head = setup.heads[0]
    classes = 2 if head.task == "binary" else 3
    first = OFFSETS.get(head.encoding, 0)
    right = {first + i: 1.0 + 0.3 * i for i in range(classes)}
    if setup.class_weight == "shifted ids":
        return {key + 1: value for key, value in right.items()}
    if setup.class_weight == "names":
        return {f"class {key}": value for key, value in right.items()}
    if setup.class_weight == "missing class":
        return dict(list(right.items())[1:])
    if setup.class_weight == "nested":
        return dict.fromkeys(named_heads(setup), right)
    return right


def _sample_weight(setup: Setup, count: int, names: list[str]) -> Any:
    random = np.random.default_rng(11)
    shape: tuple[int, ...] = (count,)
    if setup.sample_weight == "column":
        shape = (count, 1)
    elif setup.sample_weight == "per position":
        shape = (count, *setup.positions)
    weights = random.uniform(0.5, 1.5, shape).astype("float32")
    if setup.sample_weight == "list":
        return [weights for _ in names]
    if setup.sample_weight == "dict":
        return dict.fromkeys(names, weights)
    return weights


def _structured(setup: Setup, by_name: dict[str, Any]) -> Any:
    if len(by_name) == 1 and len(setup.heads) == 1:
        return next(iter(by_name.values()))
    return by_name if setup.structure == "dict" else list(by_name.values())
