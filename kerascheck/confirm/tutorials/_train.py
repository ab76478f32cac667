"""Trains tutorials, each in a child process of its own, within one budget."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict

from kerascheck.cluster import connected
from kerascheck.confirm.child_process import TrainingFailed, run_in_child
from kerascheck.confirm.options import Progress, TrainingOptions
from kerascheck.confirm.parts import PartsProgress, each, twice_if_killed
from kerascheck.confirm.result import Raised, finite
from kerascheck.confirm.spread import Order
from kerascheck.confirm.tutorials import all_tutorials
from kerascheck.confirm.tutorials._tutorial import (
    Figures,
    Trial,
    TrialResult,
    Tutorial,
    TutorialResult,
)
from kerascheck.model.frozen import replace
from kerascheck.model.typed import Any

OUT_OF_TIME = "the time was up before the training ended"

DISTRIBUTIONS = {"sklearn": "scikit-learn"}
"""Module -> what installs it, if that has another name."""


def train_tutorials(
    tutorials: Sequence[Tutorial], options: TrainingOptions
) -> list[TutorialResult]:
    """Return what each tutorial measured, in order.

    Each gets a share of the training time that is left, by its number of rows, so that
    none goes without, and what one saves is for those after it.

    Args:
        tutorials: Which.
        options: How; the budget is for all of them, and what is not reached says so.
            The cache is not used.

    Raises:
        TrainingUnavailable: Keras or its backend is not installed.
        UsageError: There is no such cluster, or its workers cannot train.
    """
    if options.scheduler is not None:
        return _over_cluster(options.scheduler, tutorials, options)
    rows = [len(tutorial.trials()) for tutorial in tutorials]
    shares = Shares(options.budget * options.workers, options.budget, sum(rows))
    bar = PartsProgress(options.progress, [1] * len(tutorials))

    def train_one(part: tuple[int, Tutorial]) -> TutorialResult:
        number, tutorial = part
        budget = shares.take(rows[number])
        if budget <= 0:
            return TutorialResult(tutorial=tutorial, reason="no time was given to it")
        one = replace(options, budget=budget, progress=bar.of(number))
        started = time.monotonic()
        result = _train_in_child(tutorial, one)
        shares.give_back(budget - (time.monotonic() - started))
        return result

    parts = enumerate(tutorials)
    return list(each(train_one, parts, workers=options.workers))


def _over_cluster(
    scheduler: str, tutorials: Sequence[Tutorial], options: TrainingOptions
) -> list[TutorialResult]:
    """Return what each tutorial measured on a worker of its own, in order."""
    rows = [len(tutorial.trials()) for tutorial in tutorials]
    bar = PartsProgress(options.progress, rows)
    order, found = Order.of(options), list[TutorialResult]()
    with connected(scheduler) as cluster:
        at_once = min(cluster.threads, len(tutorials))
        shares = Shares(options.budget * at_once, options.budget, sum(rows))
        orders = (
            (one.name, order._replace(budget=shares.take(size)))
            for one, size in zip(tutorials, rows, strict=True)
        )
        for plain in cluster.in_order(train_named, orders):
            tutorial = tutorials[len(found)]
            found.append(_result(tutorial, plain, options.seeds))
            bar.of(len(found) - 1)(1, 1)
    return found


def train_named(part: tuple[str, Order]) -> dict[str, Any]:
    """Train one tutorial; the worker's side of a cluster.

    Raises:
        TrainingUnavailable: The worker has no Keras, or not that backend.
    """
    name, order = part
    return _trained(name, order.options(), order.backend)


class Shares:
    """Seconds of training, shared out among those who have had none.

    Args:
        seconds: All of them.
        most: In one share.
        rows: Of all who come.
    """

    def __init__(self, seconds: float, most: float, rows: int) -> None:
        self._left, self._most, self._waiting = seconds, most, rows
        self._lock = threading.Lock()

    def take(self, rows: int) -> float:
        """Return the share of so many rows."""
        with self._lock:
            share = min(self._left * rows / max(self._waiting, 1), self._most)
            self._left -= share
            self._waiting -= rows
        return share

    def give_back(self, seconds: float) -> None:
        """Leave what was not used, or was used beyond the share, to the others."""
        with self._lock:
            self._left = max(self._left + seconds, 0.0)


def _train_in_child(tutorial: Tutorial, options: TrainingOptions) -> TutorialResult:
    plain = _trained(tutorial.name, options)
    return _result(tutorial, plain, options.seeds)


def _trained(
    name: str, options: TrainingOptions, backend: str | None = None
) -> dict[str, Any]:
    """Return what a child measured, or the reason for nothing."""
    request = {"name": name, "seeds": options.seeds}
    try:
        [plain] = twice_if_killed(
            lambda left: run_in_child(__name__, request, left, backend=backend), options
        )
    except TrainingFailed as failure:
        return {"reason": str(failure)}
    found: dict[str, Any] = plain
    return found


def _result(tutorial: Tutorial, plain: dict[str, Any], seeds: int) -> TutorialResult:
    if "reason" in plain:
        return TutorialResult(tutorial=tutorial, **plain)
    trials = tuple(TrialResult.from_dict(trial) for trial in plain.pop("trials"))
    return TutorialResult(tutorial=tutorial, trials=trials, seeds=seeds, **plain)


def main(request: Mapping[str, Any], reply: Callable[..., None]) -> None:
    """Train the tutorial that is requested by name; the child's side."""
    from kerascheck.confirm.environment import device_scope, environment

    deadline = time.monotonic() + request["budget"]
    [tutorial] = [one for one in all_tutorials() if one.name == request["name"]]
    try:
        where = environment(request["device"])
    except RuntimeError as missing:
        reply(unavailable=str(missing))
        return
    with device_scope(request["device"]):
        trials = train_trials(
            tutorial,
            seeds=request["seeds"],
            deadline=deadline,
            progress=lambda done, total: reply(progress=[done, total]),
        )
    result = {
        "trials": [asdict(trial) for trial in trials],
        "data": tutorial.data(),
        "environment": where,
    }
    reply(results=[result])


def train_trials(
    tutorial: Tutorial, *, seeds: int, deadline: float, progress: Progress
) -> list[TrialResult]:
    """Train every setting with every seed, until the deadline.

    The first seed of every setting comes before the second of any, so that a short time
    leaves few seeds rather than few settings.

    Args:
        tutorial: What to train.
        seeds: The seeds 0, 1, … up to this.
        deadline: On `time.monotonic()`.
        progress: Called with (trainings done, all of them).
    """
    runs = [_Run(trial) for trial in tutorial.trials()]
    for seed in range(seeds):
        for number, run in enumerate(runs, start=1):
            if time.monotonic() > deadline:
                return [run.result() for run in runs]
            run.train(seed)
            progress(seed * len(runs) + number, seeds * len(runs))
    return [run.result() for run in runs]


class _Run:
    """The trainings of one setting, seed by seed."""

    def __init__(self, trial: Trial) -> None:
        self._trial = trial
        self._found: dict[str, list[float]] = {}
        self._seeds = 0
        self._error: Raised | None = None
        self._missing = ""

    def train(self, seed: int) -> None:
        """Train once more, unless an earlier seed has said that it cannot be done."""
        if self._error is not None or self._missing:
            return
        try:
            figures = self._trial.measure(seed)
        except ModuleNotFoundError as error:
            name = str(error.name)
            self._missing = f"{DISTRIBUTIONS.get(name, name)} is not installed"
        except Exception as error:  # whatever Keras raises is the answer
            self._error = Raised.of(error)
        else:
            self._add(figures)

    def _add(self, figures: Figures) -> None:
        self._seeds += 1
        for name, value in figures.items():
            known = finite(value)
            if known is not None:
                self._found.setdefault(name, []).append(known)

    def result(self) -> TrialResult:
        """Return what is known so far."""
        trial, error = self._trial, self._error
        known = TrialResult(
            name=trial.name, setting=trial.setting, same_data=trial.same_data
        )
        if error is not None:
            text = error.cause or error.message
            return replace(known, error=error.type, message=text)
        if self._missing or not self._seeds:
            return replace(known, message=self._missing or OUT_OF_TIME)
        measured = {name: tuple(values) for name, values in self._found.items()}
        return replace(known, measured=measured, seeds=self._seeds)
