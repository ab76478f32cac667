"""Reference training over a Dask cluster: what is sent to workers, and what they do.

Each part trains in a child process of a worker, as it would here, so that results are
the same; a part whose worker dies is trained by another. Workers use no cache.
"""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from functools import partial

from kerascheck import cluster
from kerascheck.confirm.child_process import (
    NEEDED,
    TrainingFailed,
    TrainingUnavailable,
    can_train,
    train_in_child,
    unfinished_result,
)
from kerascheck.confirm.options import TrainingOptions
from kerascheck.confirm.parts import PartsProgress, twice_if_killed
from kerascheck.confirm.result import SetupResult
from kerascheck.confirm.setup import Setup
from kerascheck.model.named import NamedTuple
from kerascheck.model.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from kerascheck.model.vocabulary import Device


class Order(NamedTuple):
    """How a worker trains.

    Attributes:
        backend: Of Keras; None: the one that the worker has.
        seeds: Trainings of each setup.
        device: Of the worker.
        budget: Seconds of training, at most.
        deadline: On `time.time()`: machines of a cluster have the same time.
    """

    backend: str | None
    seeds: int
    device: Device
    budget: float
    deadline: float

    @staticmethod
    def of(options: TrainingOptions) -> Order:
        """Return the order that options of this machine amount to."""
        return Order(
            backend=os.environ.get("KERAS_BACKEND"),
            seeds=options.seeds,
            device=options.device,
            budget=options.budget,
            deadline=time.time() + options.budget,
        )

    def options(self) -> TrainingOptions:
        """Return how to train on this worker, with the time that is left."""
        budget = max(min(self.budget, self.deadline - time.time()), 0.0)
        return TrainingOptions(budget=budget, seeds=self.seeds, device=self.device)


def train_over(
    scheduler: str, setups: Sequence[Setup], options: TrainingOptions, part: int
) -> list[SetupResult]:
    """Return the result of each setup, in order.

    Args:
        scheduler: Address of the scheduler.
        setups: What to train.
        options: How; the cache is not used.
        part: Setups that train together.

    Raises:
        UsageError: There is no such cluster, or its workers cannot train.
    """
    parts = [setups[first : first + part] for first in range(0, len(setups), part)]
    bar = PartsProgress(options.progress, [len(some) for some in parts])
    train = partial(train_part, Order.of(options))
    found: list[SetupResult] = []
    for number, results in enumerate(cluster.in_order(scheduler, train, parts)):
        found += results
        bar.of(number)(1, 1)
    return found


def train_part(order: Order, setups: Sequence[Setup]) -> list[SetupResult]:
    """Train some setups together; the worker's side of `train_over`.

    Raises:
        TrainingUnavailable: The worker has no Keras, or not that backend.
    """
    options = order.options()
    if order.backend is not None and not can_train(order.backend, options.tree):
        raise TrainingUnavailable(NEEDED)
    try:
        return twice_if_killed(
            lambda left: train_in_child(
                setups, left, backend=order.backend, part=len(setups)
            ),
            options,
        )
    except TrainingFailed as failure:
        return [unfinished_result(setup, str(failure)) for setup in setups]
