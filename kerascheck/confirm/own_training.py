"""Trains both sides of a pair on the user's own model and data."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from time import monotonic
from typing import NamedTuple

from kerascheck.confirm.build import NotBuildable, Pair, pair_of
from kerascheck.confirm.differences import MIN_SEEDS
from kerascheck.confirm.metric_verdict import metric_name
from kerascheck.confirm.own_clone import Cloner, Start, check_edits
from kerascheck.confirm.own_data import Data, data_of, select_rows
from kerascheck.confirm.own_head import own_head
from kerascheck.confirm.plan import Attempt
from kerascheck.confirm.result import (
    Raised,
    SeedResult,
    SetupResult,
    Status,
    finite,
)
from kerascheck.confirm.setup import Setup
from kerascheck.confirm.train.encode import encode
from kerascheck.confirm.train.keras_metrics import MetricValues
from kerascheck.confirm.train.seed_results import seed_results
from kerascheck.confirm.train.stacked_training import TrainingRecord
from kerascheck.engine.fix import Edit, RecodeLabels, RepairLabels
from kerascheck.model.description import Encoding, Head, Labels
from kerascheck.model.frozen import replace
from kerascheck.model.typed import Any, Final
from kerascheck.readers.live import backend_of
from kerascheck.trust.printable import count

STEPS: Final = 200
BATCH: Final = 32
_HELD_BATCH: Final = 128  # takes no more memory: nothing is kept for gradients
MAX_CLASSES: Final = 100
"""Of 10,000 rows, a quarter held out: 25 rows a class to measure on."""


class Side:
    """The trainings of one setup of a pair, as far as they got."""

    def __init__(
        self, setup: Setup, edits: Sequence[Edit], environment: Mapping[str, str]
    ) -> None:
        self.setup = setup
        self.edits = edits
        self.environment = environment
        self.seeds: list[SeedResult] = []
        self.error: Raised | None = None
        self.seconds = 0.0
        self.unfinished: str | None = None
        self.start: Start | None = None  # of the clone, once there is one

    def stop(self, pairs: int) -> None:
        """Keep the whole pairs alone; too few of them are no result."""
        del self.seeds[pairs:]
        if pairs < MIN_SEEDS:
            self.unfinished = (
                f"the budget ended after {count(pairs, 'pair')} of trainings, "
                f"and a verdict needs {MIN_SEEDS}"
            )

    def result(self) -> SetupResult:
        """Return what came of it."""
        status = Status.TRAINED
        if self.error is not None:
            status = Status.RAISED
        elif self.unfinished is not None:
            status = Status.UNFINISHED
        return SetupResult(
            setup=self.setup,
            status=status,
            error=self.error,
            reason=self.unfinished,
            seeds=tuple(self.seeds) if status is Status.TRAINED else (),
            environment=self.environment,
            seconds=self.seconds,
        )


class _Job(NamedTuple):
    """What one attempt trains: both sides, and the head that they are about."""

    sides: tuple[Side, Side]
    head: Head
    data: Data
    cloner: Cloner


class OwnTraining:
    """One model and its data, trained for one finding after another."""

    def __init__(self, model: Any, keras: Any, x: Any, y: Any, seeds: int) -> None:
        self.cloner = Cloner(model, keras)
        self.x = x
        self.y = y
        self.seeds = seeds
        self.end = 0.0  # of the time for one finding, on `monotonic()`
        self.tell: Callable[[int], None] = lambda done: None

    def results(self, attempts: Sequence[Attempt]) -> tuple[SetupResult, SetupResult]:
        """Train as compiled and as fixed, by the first attempt whose fixed side runs.

        Args:
            attempts: With the other faults of the head fixed, then alone.

        Raises:
            NotBuildable: There is nothing to train, with the reason.
        """
        found: tuple[SetupResult, SetupResult] | None = None
        reason = NotBuildable("there is no fix to try by training")
        for attempt in attempts:
            try:
                job = self._job(attempt)
            except NotBuildable as why:
                reason = why
                continue
            self._train_in_turn(job)
            before, after = (side.result() for side in job.sides)
            found = found or (before, after)
            if after.status is not Status.RAISED:
                return before, after
        if found is None:
            raise reason
        return found

    def _job(self, attempt: Attempt) -> _Job:
        finding = attempt.finding
        own = finding.fix.edits if finding.fix else ()
        if not own:
            raise NotBuildable("there is no fix to try by training")
        name = attempt.original.name
        cloner, described, y = own_head(self.cloner, attempt.model, name, self.y)
        head = described.heads[0]
        pair = pair_of(finding, described, most=MAX_CLASSES)
        _check_scale(pair, head)
        check_edits((*attempt.edits, *own), attempt.original)
        if any(not metric.builtin for metric in head.metrics or ()):
            raise NotBuildable("the model has metrics of the user's own")
        keras = self.cloner.keras
        environment = {"backend": backend_of(keras), "keras": str(keras.__version__)}
        sides = (
            Side(pair.before, attempt.edits, environment),
            Side(pair.after, (*attempt.edits, *own), environment),
        )
        data = data_of(self.x, y, attempt.original)
        return _Job(sides, attempt.original, data, cloner)

    def _train_in_turn(self, job: _Job) -> None:
        """Train both sides seed by seed, so that the time ends after whole pairs."""
        for seed in range(self.seeds):
            for place, side in enumerate(job.sides):
                if side.error is None and not self._train(side, job, seed):
                    for one in job.sides:
                        one.stop(seed)
                    return
                self.tell(2 * seed + place + 1)

    def _train(self, side: Side, job: _Job, seed: int) -> bool:
        """Train one side once; return whether there was time for all of it."""
        if monotonic() > self.end:
            return False
        started = monotonic()
        try:
            record, report = self._run(side, job, seed)
        except NotBuildable:
            raise
        except Exception as error:  # whatever compile or fit raises is the answer
            side.error = Raised.of(error)
            return True
        if monotonic() > self.end:  # it was stopped, and is no whole training
            return False
        truth = job.data.truth[None, job.data.train_count :]
        reports = MetricValues(by_seed=(report,), failed={})
        (result,) = seed_results(side.setup, record, truth, reports)
        side.seeds.append(replace(result, seed=seed))
        side.seconds += monotonic() - started
        return True

    def _run(
        self, side: Side, job: _Job, seed: int
    ) -> tuple[TrainingRecord, Mapping[str, float | None]]:
        import numpy as np

        head, data, setup = job.head, job.data, side.setup
        y = data.y
        if any(isinstance(edit, (RecodeLabels, RepairLabels)) for edit in side.edits):
            y = encode(setup.labels, data.truth, setup.classes)
        if side.start is None or not side.start.is_reusable:
            side.start = job.cloner.compiled(side.edits, head)
        clone = side.start.set_back(seed)
        order = np.random.default_rng(seed).permutation(data.train_count)
        rows = np.resize(order, min(STEPS * BATCH, 20 * len(order)))
        history = _loss_recorder(self.cloner.keras, self.end)
        weights = dict(head.class_weight) if head.class_weight else None
        clone.fit(
            select_rows(data.x, rows),
            y[rows],
            batch_size=BATCH,
            shuffle=False,
            class_weight=weights,
            callbacks=[history],
            verbose=0,
        )
        held = select_rows(data.x, slice(data.train_count, None))
        outputs = np.asarray(clone.predict(held, batch_size=_HELD_BATCH, verbose=0))
        shown = clone.evaluate(
            held,
            y[data.train_count :],
            batch_size=_HELD_BATCH,
            return_dict=True,
            verbose=0,
        )
        losses = np.asarray(history.losses or [np.nan], np.float32)[:, None]
        record = TrainingRecord(
            losses, np.zeros((min(8, len(losses)), 1)), outputs[None]
        )
        values = [finite(float(v)) for n, v in shown.items() if n != "loss"]
        names = [metric_name(part) for part in setup.metrics]
        return record, dict(zip(names, values, strict=False))


def _loss_recorder(keras: Any, end: float) -> Any:
    """Return a callback that keeps the loss of each batch in its list `losses`.

    It stops `fit` when the time is up.
    """
    losses: list[float] = []

    def record(step: int, logs: Mapping[str, float] | None = None) -> None:
        losses.append(float((logs or {}).get("loss", float("nan"))))
        if monotonic() > end:
            callback.model.stop_training = True

    callback = keras.callbacks.LambdaCallback(on_train_batch_end=record)
    callback.losses = losses
    return callback


def _check_scale(pair: Pair, head: Head) -> None:
    if head.labels is not None and _has_unknown_gaps(head.labels):
        raise NotBuildable("class ids with gaps, of more classes than are listed")
    if pair.before.units != head.units:
        raise NotBuildable("more classes than are measured on the user's own model")


def _has_unknown_gaps(labels: Labels) -> bool:
    """Say whether the value of each class is unknown: the description lists 16."""
    if labels.encoding is not Encoding.CLASS_IDS or labels.values:
        return False
    low, high = labels.low or 0, labels.high or 0
    return labels.classes != high - low + 1
