"""What the training loops of all backends share.

A module loop_BACKEND defines `Loop`, and how that backend maps over lanes
(`map_lanes`), runs a function once (`dry_run`) and compiles it (`compile_function`).
Imported in the child process only: this module imports Keras.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence

from keras import ops

from kerascheck.confirm.train.keras_objects import Tensor
from kerascheck.confirm.train.network import Network, StackedBatch
from kerascheck.model.typed import Any


class TrainingLoop(ABC):
    """Trains a network, stretch by stretch.

    Attributes:
        mixes_rates: Setups with other learning rates of Adam may train together.
    """

    mixes_rates = False

    def __init__(self, network: Network, optimizer: Any) -> None:
        self._network, self._optimizer = network, optimizer
        # Slot variables made inside a trace would have everything traced twice.
        optimizer.build(network.variables)

    def advance(self, batches: StackedBatch) -> Any:
        """Train on batches stacked along a leading axis of steps.

        Returns:
            Loss before each step, shape (steps, lanes).
        """
        return ops.convert_to_numpy(self._train(batches))

    def outputs(self, x: Any) -> list[Any]:
        """Return `Network.outputs` as numpy arrays."""
        return [ops.convert_to_numpy(values) for values in self._predict(x)]

    def weights(self) -> list[Any]:
        """Return the variables of the network as numpy arrays."""
        return [ops.convert_to_numpy(one) for one in self._network.variables]

    @abstractmethod
    def _train(self, batches: StackedBatch) -> Tensor:
        """Update the network and the optimizer; return as `advance` does."""

    @abstractmethod
    def _predict(self, x: Any) -> Sequence[Tensor]:
        """Return `Network.outputs`."""
