"""Small Keras models for fixtures, with names and weights that stay the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


def dense(
    inputs: int,
    activation: str | None,
    loss: Any,
    *,
    units: int = 1,
    hidden: Sequence[tuple[int, str]] = (),
    head: str = "output",
    after: Sequence[Any] = (),
    metrics: Sequence[Any] = ("accuracy",),
    optimizer: Any = "adam",
    keras: Any = None,
) -> Any:
    """Return a compiled stack of dense layers.

    Args:
        inputs: Features of a sample.
        activation: Last activation; None: logits.
        loss: As `compile` takes it.
        units: Units of the head.
        hidden: Units and activation of each hidden layer.
        head: Name of the last dense layer.
        after: Layers behind it.
        metrics: As `compile` takes them.
        optimizer: As `compile` takes it.
        keras: The module that builds it; None: Keras 3.
    """
    keras = keras or _keras()
    layers = [
        keras.layers.Dense(n, activation=a, name=f"hidden_{i}")
        for i, (n, a) in enumerate(hidden)
    ]
    layers.append(keras.layers.Dense(units, activation=activation, name=head))
    return stacked(
        [*layers, *after],
        shape=(inputs,),
        loss=loss,
        metrics=metrics,
        optimizer=optimizer,
        keras=keras,
    )


def stacked(
    layers: Sequence[Any],
    *,
    shape: Sequence[int],
    loss: Any,
    metrics: Sequence[Any],
    optimizer: Any = "adam",
    keras: Any = None,
) -> Any:
    """Return a compiled Sequential model; `shape` is that of one sample."""
    keras = keras or _keras()
    first = keras.layers.InputLayer(shape, name="features")
    model = keras.Sequential([first, *layers], name="model")
    model.compile(optimizer=optimizer, loss=loss, metrics=list(metrics))
    return with_fixed_weights(model)


def branched(
    heads: Mapping[str, tuple[int, str | None]],
    *,
    named: bool,
    inputs: int = 8,
    loss: Any,
    metrics: Any,
    loss_weights: Any = None,
) -> Any:
    """Return a compiled model with several heads on one hidden layer.

    Args:
        heads: Name -> units and activation.
        named: Give the outputs as a dict by name instead of as a list.
        inputs: Features of a sample.
        loss: As `compile` takes it.
        metrics: As `compile` takes them.
        loss_weights: As `compile` takes them.
    """
    keras = _keras()
    start = keras.Input((inputs,), name="features")
    trunk = keras.layers.Dense(4, activation="relu", name="trunk")(start)
    ends = {
        name: keras.layers.Dense(units, activation=activation, name=name)(trunk)
        for name, (units, activation) in heads.items()
    }
    model = keras.Model(start, ends if named else list(ends.values()), name="model")
    model.compile(
        optimizer="adam", loss=loss, metrics=metrics, loss_weights=loss_weights
    )
    return with_fixed_weights(model)


def with_fixed_weights(model: Any) -> Any:
    """Give `model` weights that are the same on each build, and return it."""
    import numpy as np

    rng = np.random.default_rng(0)
    model.set_weights([rng.normal(0, 0.3, w.shape) for w in model.get_weights()])
    return model


def _keras() -> Any:
    import keras

    return keras
