"""The training loop on PyTorch: a plain loop of eager steps."""

from __future__ import annotations

from collections.abc import Callable

import keras
import torch

from kerascheck.confirm.train.keras_objects import Tensor
from kerascheck.confirm.train.loop import TrainingLoop
from kerascheck.confirm.train.network import StackedBatch
from kerascheck.model.typed import Any


def map_lanes(function: Callable[..., Tensor], *stacked: Tensor) -> Tensor:
    """Map over the first axis, lane by lane if a loss branches on its values."""
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


class Loop(TrainingLoop):
    """Eager steps, one after another."""

    def _train(self, batches: StackedBatch) -> Tensor:
        tensors = _on_device(batches)
        losses = [self._step(tensors.at(step)) for step in range(len(tensors.x))]
        return torch.stack(losses)

    def _predict(self, x: Any) -> list[Tensor]:
        with torch.no_grad():
            return self._network.outputs(keras.ops.convert_to_tensor(x))

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
