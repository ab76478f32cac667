"""The training loop on TensorFlow: one `tf.function`, the loop inside it.

No XLA: `fit` uses none on a CPU, and XLA turns a class id out of range from an error
into NaN.
"""

from __future__ import annotations

from collections.abc import Callable

import tensorflow as tf

from kerascheck.confirm.train.keras_objects import Tensor
from kerascheck.confirm.train.loop import TrainingLoop
from kerascheck.confirm.train.network import Network, StackedBatch
from kerascheck.model.typed import Any


def map_lanes(function: Callable[..., Tensor], *stacked: Tensor) -> Tensor:
    """Map over the first axis; the function is traced once, on one lane's shapes."""
    return tf.vectorized_map(lambda lane: function(*lane), stacked)


def dry_run(function: Callable[..., Tensor], *arrays: Tensor) -> Tensor:
    """Run once without compiling, on values."""
    return function(*arrays)


def compile_function(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return the function as a graph."""
    run: Callable[..., Any] = tf.function(function, autograph=False)
    return run


class Loop(TrainingLoop):
    """Steps in a `tf.while_loop` inside one graph."""

    def __init__(self, network: Network, optimizer: Any) -> None:
        super().__init__(network, optimizer)
        self._compiled_stretch = compile_function(self._stretch)
        self._compiled_outputs = compile_function(network.outputs)

    def _train(self, batches: StackedBatch) -> Tensor:
        return self._compiled_stretch(batches.x, batches.labels, batches.weights)

    def _predict(self, x: Any) -> list[Tensor]:
        found: list[Tensor] = self._compiled_outputs(tf.constant(x))
        return found

    def _stretch(
        self, x: Tensor, labels: tuple[Tensor, ...], weights: tuple[Tensor, ...]
    ) -> Tensor:
        batches = StackedBatch(x, labels, weights)
        steps = tf.shape(x)[0]
        found = tf.TensorArray(tf.float32, steps, element_shape=(self._network.lanes,))

        def body(step: Tensor, found: Tensor) -> tuple[Tensor, Tensor]:
            return step + 1, found.write(step, self._step(batches.at(step)))

        # One step after another: steps that overlap would read weights half written.
        _, found = tf.while_loop(
            lambda step, _: step < steps, body, (0, found), parallel_iterations=1
        )
        return found.stack()

    def _step(self, batch: StackedBatch) -> Tensor:
        variables = self._network.variables
        with tf.GradientTape() as tape:
            losses = self._network.losses(batch, map_lanes)
            total = tf.reduce_sum(losses)
        gradients = tape.gradient(total, [variable.value for variable in variables])
        self._optimizer.apply(gradients, variables)
        return losses
