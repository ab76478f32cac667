"""Reference training: many setups, several seeds each, on the backend in use.

Imported in the child process only: this module imports Keras.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import keras

from kerascheck.confirm.environment import Device, device_scope, environment
from kerascheck.confirm.result import Raised, SetupResult, Status
from kerascheck.confirm.setup import Setup
from kerascheck.confirm.train.bundles import bundle_key
from kerascheck.confirm.train.initial_weights import task_of
from kerascheck.confirm.train.keras_metrics import MetricEvaluator
from kerascheck.confirm.train.probe import Probe, Verdict
from kerascheck.confirm.train.seed_results import seed_results, set_accuracy
from kerascheck.confirm.train.single_fit import error_of_fit
from kerascheck.confirm.train.stacked_training import (
    STRETCHES,
    OutOfTime,
    StackedTraining,
    TrainingRecord,
)
from kerascheck.model.frozen import replace

__all__ = ["environment", "train"]

Progress = Callable[[int, int], None]

_TOGETHER = 96
"""Most setups in one graph: building it grows with them, and the deadline waits."""


def train(
    setups: Sequence[Setup],
    *,
    seeds: int = 5,
    deadline: float | None = None,
    progress: Progress | None = None,
    device: Device = "auto",
) -> list[SetupResult]:
    """Train every setup with every seed and measure them.

    Seeds share rows and starting weights across setups. A setup that raises, or goes
    to NaN, leaves the others as they are.

    Args:
        setups: What to train.
        seeds: How many; 0, 1, … are used.
        deadline: On `time.monotonic()`; what is not trained by then is unfinished.
        progress: Called with (work done, all of it), in stretches of training.
        device: Where; "auto" takes what the backend prefers.

    Returns:
        One result a setup, in order.

    Raises:
        RuntimeError: device is "gpu" and the backend sees none.
    """
    where = environment(device)
    loop = import_module(f"kerascheck.confirm.train.loop_{keras.backend.backend()}")
    with device_scope(device), warnings.catch_warnings():
        # The probe has kept them; tracing and prediction would repeat them.
        warnings.simplefilter("ignore")
        verdicts = _verdicts(setups, Probe(loop.dry_run), deadline)
        groups = list(_groups(setups, verdicts))
        clock = _Clock(deadline, progress, STRETCHES * len(groups))
        trainer = _Trainer(seeds, loop, MetricEvaluator(loop.compile_function), clock)
        found: dict[int, SetupResult] = {}
        for number, indices in enumerate(groups, start=1):
            results = trainer.results([setups[index] for index in indices])
            found |= zip(indices, results, strict=True)
            clock.reach(STRETCHES * number)
    return [
        replace(
            found.get(index) or _untrained(setup, verdicts.get(index)),
            warnings=verdicts[index].warnings if index in verdicts else (),
            environment=where,
        )
        for index, setup in enumerate(setups)
    ]


def _verdicts(
    setups: Sequence[Setup], probe: Probe, deadline: float | None
) -> dict[int, Verdict]:
    verdicts = {}
    for index, setup in enumerate(setups):
        if deadline is not None and time.monotonic() > deadline:
            break
        verdicts[index] = probe.verdict(setup)
    return verdicts


def _groups(
    setups: Sequence[Setup], verdicts: dict[int, Verdict]
) -> Iterator[list[int]]:
    """Yield setups that train together: one schedule, bundles kept together."""
    schedules: dict[tuple[object, ...], list[int]] = {}
    for index, verdict in verdicts.items():
        if verdict.error is None:
            schedules.setdefault(_schedule(setups[index]), []).append(index)
    for members in schedules.values():
        members.sort(key=lambda index: repr(bundle_key(setups[index])))
        for first in range(0, len(members), _TOGETHER):
            yield members[first : first + _TOGETHER]


def _schedule(setup: Setup) -> tuple[object, ...]:
    return (
        task_of(setup).features,
        setup.optimizer,
        setup.learning_rate,
        setup.steps,
        setup.batch,
    )


def _untrained(setup: Setup, verdict: Verdict | None) -> SetupResult:
    if verdict is not None and verdict.error is not None:
        return SetupResult(setup=setup, status=Status.RAISED, error=verdict.error)
    return _unfinished(setup)


def _failure(setup: Setup, error: Raised) -> SetupResult:
    """Tell a setup that raises in `fit` too from one that cannot be trained here."""
    raised = error_of_fit(setup)
    if raised is not None:
        return SetupResult(setup=setup, status=Status.RAISED, error=raised)
    return SetupResult(setup=setup, status=Status.FAILED, error=error)


def _unfinished(setup: Setup) -> SetupResult:
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
        """Train setups together; where that raises, each half on its own."""
        started = time.monotonic()
        group = StackedTraining(setups, self.seeds, self.loop)
        try:
            trained = group.train(self.clock.deadline, self.clock.tick)
        except OutOfTime:
            return [_unfinished(setup) for setup in setups]
        except Exception as error:  # of the backend: out of memory, a label in a batch
            return self._apart(setups, Raised.of(error))
        results = [
            self._result(group, setup, left)
            for setup, left in zip(setups, trained, strict=True)
        ]
        seconds = round((time.monotonic() - started) / len(setups), 3)
        return [replace(result, seconds=seconds) for result in results]

    def _apart(self, setups: Sequence[Setup], error: Raised) -> list[SetupResult]:
        if len(setups) == 1:
            return [_failure(setups[0], error)]
        half = len(setups) // 2
        return [*self.results(setups[:half]), *self.results(setups[half:])]

    def _result(
        self, group: StackedTraining, setup: Setup, left: TrainingRecord
    ) -> SetupResult:
        labels = group.test_labels(setup)
        reports = self.evaluator.evaluate(setup, labels, left.outputs)
        return SetupResult(
            setup=setup,
            status=Status.TRAINED,
            seeds=seed_results(setup, left, group.truth(setup), reports),
            not_reported=reports.failed,
            bayes_accuracy=task_of(setup).bayes_accuracy,
            set_accuracy=set_accuracy(setup),
        )
