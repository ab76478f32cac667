"""The training loop on JAX: one jitted scan over the steps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import keras
import numpy as np

from kerascheck.confirm.train.keras_objects import Tensor
from kerascheck.confirm.train.network import Network, StackedBatch

State = tuple[list[Tensor], list[Tensor]]
"""Values of the network's and of the optimizer's variables."""


def map_lanes(function: Callable[..., Tensor], *stacked: Tensor) -> Tensor:
    """Map over the first axis; the function is traced once, on one lane's shapes."""
    return jax.vmap(function)(*stacked)


def dry_run(function: Callable[..., Tensor], *arrays: Tensor) -> Tensor:
    """Run once without compiling, by shapes alone: values never raise on JAX."""
    return jax.eval_shape(function, *arrays)


def compile_function(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return the function compiled by XLA."""
    run: Callable[..., Any] = jax.jit(function)
    return run


class Loop:
    """Trains a network, stretch by stretch."""

    def __init__(self, network: Network, optimizer: Any) -> None:
        self._network, self._optimizer = network, optimizer
        optimizer.build(network.variables)
        self._advance = compile_function(self._stretch)
        self._outputs = compile_function(self._apply)

    def advance(self, batches: StackedBatch) -> Any:
        """Train on batches stacked along a leading axis of steps.

        Returns:
            Loss before each step, shape (steps, lanes).
        """
        arrays = batches.x, batches.labels, batches.weights
        state, losses = self._advance(self._state(), arrays)
        for variable, value in zip(self._network.variables, state[0], strict=True):
            variable.assign(value)
        for variable, value in zip(self._optimizer.variables, state[1], strict=True):
            variable.assign(value)
        return np.asarray(losses)

    def outputs(self, x: Any) -> list[Any]:
        """Return `Network.outputs` as numpy arrays."""
        return [np.asarray(values) for values in self._outputs(self._state()[0], x)]

    def weights(self) -> list[Any]:
        """Return the variables of the network as numpy arrays."""
        return [np.asarray(value) for value in self._state()[0]]

    def _state(self) -> State:
        return (
            [variable.value for variable in self._network.variables],
            [variable.value for variable in self._optimizer.variables],
        )

    def _stretch(self, state: State, arrays: Any) -> tuple[State, Tensor]:
        last, losses = jax.lax.scan(self._step, state, arrays)
        return last, losses

    def _step(self, state: State, arrays: Any) -> tuple[State, Tensor]:
        values, slots = state
        slopes, losses = jax.grad(self._total, has_aux=True)(
            values, StackedBatch(*arrays)
        )
        return self._optimizer.stateless_apply(slots, slopes, values), losses

    def _total(
        self, values: list[Tensor], batch: StackedBatch
    ) -> tuple[Tensor, Tensor]:
        with self._standing_in(values):
            losses = self._network.losses(batch, map_lanes)
        return losses.sum(), losses

    def _apply(self, values: list[Tensor], x: Tensor) -> list[Tensor]:
        with self._standing_in(values):
            return self._network.outputs(x)

    def _standing_in(self, values: list[Tensor]) -> Any:
        pairs = zip(self._network.variables, values, strict=True)
        return keras.StatelessScope(list(pairs))
