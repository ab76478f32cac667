"""The training loop on PyTorch: a plain loop of eager steps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import torch

from kerascheck.confirm.train.keras_objects import Tensor
from kerascheck.confirm.train.network import Network, StackedBatch


def map_lanes(function: Callable[..., Tensor], *stacked: Tensor) -> Tensor:
    """Map over the first axis, lane by lane where a loss branches on its values."""
    try:
        return torch.func.vmap(function)(*stacked)
    except RuntimeError as error:
        if "vmap" not in str(error):
            raise
    return torch.stack([function(*lane) for lane in zip(*stacked, strict=True)])


def dry_run(function: Callable[..., Tensor], *arrays: Tensor) -> Tensor:
    """Run once without compiling, on values."""
    with torch.no_grad():
        return function(*arrays)


def compile_function(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return the function as it is."""
    return function


class Loop:
    """Trains a network, stretch by stretch."""

    def __init__(self, network: Network, optimizer: Any) -> None:
        self._network, self._optimizer = network, optimizer
        optimizer.build(network.variables)

    def advance(self, batches: StackedBatch) -> Any:
        """Train on batches stacked along a leading axis of steps.

        Returns:
            Loss before each step, shape (steps, lanes).
        """
        tensors = _on_device(batches)
        losses = [self._step(_at(tensors, step)) for step in range(len(tensors.x))]
        return torch.stack(losses).cpu().numpy()

    def outputs(self, x: Any) -> list[Any]:
        """Return `Network.outputs` as numpy arrays."""
        with torch.no_grad():
            found = self._network.outputs(keras.ops.convert_to_tensor(x))
        return [values.cpu().numpy() for values in found]

    def weights(self) -> list[Any]:
        """Return the variables of the network as numpy arrays."""
        variables = self._network.variables
        return [variable.value.detach().cpu().numpy() for variable in variables]

    def _step(self, batch: StackedBatch) -> Tensor:
        variables = self._network.variables
        values = [variable.value for variable in variables]
        losses = self._network.losses(batch, map_lanes)
        slopes = torch.autograd.grad(losses.sum(), values, materialize_grads=True)
        with torch.no_grad():
            self._optimizer.apply(list(slopes), variables)
        return losses.detach()


def _on_device(batches: StackedBatch) -> StackedBatch:
    convert = keras.ops.convert_to_tensor
    return StackedBatch(
        convert(batches.x),
        tuple(convert(array) for array in batches.labels),
        tuple(convert(array) for array in batches.weights),
    )


def _at(batches: StackedBatch, step: int) -> StackedBatch:
    return StackedBatch(
        batches.x[step],
        tuple(array[step] for array in batches.labels),
        tuple(array[step] for array in batches.weights),
    )
