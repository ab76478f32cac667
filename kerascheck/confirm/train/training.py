"""Reference training: many setups, several seeds each, on the backend in use.

Imported in the child process only: this module imports Keras.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module

import keras

from kerascheck.confirm.environment import device_scope, environment
from kerascheck.confirm.result import Raised, SetupResult, Status
from kerascheck.confirm.setup import Setup
from kerascheck.confirm.train.bundles import bundle_key
from kerascheck.confirm.train.initial_weights import task_of
from kerascheck.confirm.train.keras_metrics import MetricEvaluator
from kerascheck.confirm.train.lone_training import LoneTraining
from kerascheck.confirm.train.probe import Probe, ProbeResult
from kerascheck.confirm.train.seed_results import seed_results, set_accuracy
from kerascheck.confirm.train.single_fit import error_of_fit
from kerascheck.confirm.train.stacked_training import (
    STRETCHES,
    OutOfTime,
    StackedTraining,
    TrainingRecord,
)
from kerascheck.model.frozen import replace
from kerascheck.model.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kerascheck.model.vocabulary import Device

__all__ = ["environment", "train"]

Progress = Callable[[int, int], None]
_Group = StackedTraining | LoneTraining

_MAX_TOGETHER = 96
"""Most setups in one graph: building it takes longer with each, past the deadline."""


def train(
    setups: Sequence[Setup],
    *,
    seeds: int = 5,
    deadline: float | None = None,
    progress: Progress | None = None,
    device: Device = "auto",
) -> list[SetupResult]:
    """Train every setup with every seed and measure them.

    Setups share rows and starting weights, seed by seed. A setup that raises, or
    becomes NaN, does not affect the others.

    Args:
        setups: What to train.
        seeds: How many; 0, 1, … are used.
        deadline: On `time.monotonic()`; what is not trained by then is unfinished.
        progress: Called with (work done, all of it), in stretches of training.
        device: Where; "auto" leaves the choice to the backend.

    Returns:
        One result a setup, in order.

    Raises:
        RuntimeError: device is "gpu" and the backend sees none.
    """
    trained_on = environment(device)
    loop = import_module(f"kerascheck.confirm.train.loop_{keras.backend.backend()}")
    with device_scope(device), warnings.catch_warnings():
        # The probe has recorded them; tracing and prediction would repeat them.
        warnings.simplefilter("ignore")
        probed = _probe_all(setups, Probe(loop.dry_run), deadline)
        groups = list(_groups(setups, probed, mixed=loop.Loop.mixes_rates))
        clock = _Clock(deadline, progress, STRETCHES * len(groups))
        trainer = _Trainer(seeds, loop, MetricEvaluator(loop.compile_function), clock)
        found: dict[int, SetupResult] = {}
        for number, indices in enumerate(groups, start=1):
            results = trainer.results([setups[index] for index in indices])
            found |= zip(indices, results, strict=True)
            clock.reach(STRETCHES * number)
    return [
        replace(
            found.get(index) or _untrained_result(setup, probed.get(index)),
            warnings=probed[index].warnings if index in probed else (),
            environment=trained_on,
        )
        for index, setup in enumerate(setups)
    ]


def _probe_all(
    setups: Sequence[Setup], probe: Probe, deadline: float | None
) -> dict[int, ProbeResult]:
    probed = {}
    for index, setup in enumerate(setups):
        if deadline is not None and time.monotonic() > deadline:
            break
        probed[index] = probe.run(setup)
    return probed


def _groups(
    setups: Sequence[Setup], probed: dict[int, ProbeResult], *, mixed: bool
) -> Iterator[list[int]]:
    """Yield setups that train together: one schedule, those of a bundle adjacent.

    Args:
        setups: All of them.
        probed: By place in `setups`.
        mixed: Those that differ in the rate of Adam alone train together.
    """
    schedules: dict[tuple[object, ...], list[int]] = {}
    for index, outcome in probed.items():
        if outcome.error is None:
            schedule = _schedule(setups[index], mixed=mixed)
            schedules.setdefault(schedule, []).append(index)
    for members in schedules.values():
        members.sort(key=lambda index: repr(bundle_key(setups[index])))
        most = 1 if setups[members[0]].behind else _MAX_TOGETHER
        for first in range(0, len(members), most):
            yield members[first : first + most]


def _schedule(setup: Setup, *, mixed: bool) -> tuple[object, ...]:
    any_rate = mixed and setup.optimizer == "adam"
    return (
        task_of(setup).features,
        bool(setup.behind),
        setup.network,
        setup.optimizer,
        None if any_rate else setup.learning_rate,
        setup.steps,
        setup.batch,
    )


def _untrained_result(setup: Setup, outcome: ProbeResult | None) -> SetupResult:
    if outcome is not None and outcome.error is not None:
        return SetupResult(setup=setup, status=Status.RAISED, error=outcome.error)
    return _unfinished_result(setup)


def _failed_result(setup: Setup, error: Raised) -> SetupResult:
    """Distinguish a setup that raises in `fit` from one that cannot be trained here."""
    raised = error_of_fit(setup)
    if raised is not None:
        return SetupResult(setup=setup, status=Status.RAISED, error=raised)
    return SetupResult(setup=setup, status=Status.FAILED, error=error)


def _unfinished_result(setup: Setup) -> SetupResult:
    reason = "the time was up before the training ended"
    return SetupResult(setup=setup, status=Status.UNFINISHED, reason=reason)


@dataclass
class _Clock:
    deadline: float | None
    progress: Progress | None
    total: int
    done: int = 0

    def tick(self) -> None:
        self.reach(min(self.done + 1, self.total))

    def reach(self, done: int) -> None:
        if self.progress and done > self.done:
            self.progress(done, self.total)
        self.done = max(self.done, done)


@dataclass(frozen=True)
class _Trainer:
    seeds: int
    loop: Any
    evaluator: MetricEvaluator
    clock: _Clock

    def results(self, setups: Sequence[Setup]) -> list[SetupResult]:
        """Train setups together; if that raises, each half on its own."""
        started = time.monotonic()
        group = self._group(setups)
        try:
            trained = group.train(self.clock.deadline, self.clock.tick)
        except OutOfTime:
            return [_unfinished_result(setup) for setup in setups]
        except Exception as error:  # of the backend: out of memory, a label in a batch
            return self._train_halves(setups, Raised.of(error))
        results = [
            self._result(group, setup, record)
            for setup, record in zip(setups, trained, strict=True)
        ]
        seconds = round((time.monotonic() - started) / len(setups), 3)
        return [replace(result, seconds=seconds) for result in results]

    def _group(self, setups: Sequence[Setup]) -> _Group:
        if setups[0].behind:
            return LoneTraining(setups[0], self.seeds)
        return StackedTraining(setups, self.seeds, self.loop)

    def _train_halves(
        self, setups: Sequence[Setup], error: Raised
    ) -> list[SetupResult]:
        if len(setups) == 1:
            return [_failed_result(setups[0], error)]
        half = len(setups) // 2
        return [*self.results(setups[:half]), *self.results(setups[half:])]

    def _result(
        self,
        group: StackedTraining | LoneTraining,
        setup: Setup,
        record: TrainingRecord,
    ) -> SetupResult:
        labels = group.test_labels(setup)
        metrics = self.evaluator.evaluate(setup, labels, record.outputs)
        return SetupResult(
            setup=setup,
            status=Status.TRAINED,
            seeds=seed_results(setup, record, group.truth(setup), metrics),
            not_reported=metrics.failed,
            bayes_accuracy=task_of(setup).bayes_accuracy,
            set_accuracy=set_accuracy(setup),
        )
