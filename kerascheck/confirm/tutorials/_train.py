"""Trains tutorials, each in a child process of its own, within one budget."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from kerascheck.confirm.child_process import TrainingFailed, run_in_child
from kerascheck.confirm.options import Progress, TrainingOptions
from kerascheck.confirm.result import Raised, finite
from kerascheck.confirm.tutorials import all_tutorials
from kerascheck.confirm.tutorials._tutorial import (
    Trial,
    TrialResult,
    Tutorial,
    TutorialResult,
)
from kerascheck.model.frozen import replace

OUT_OF_TIME = "the time was up before the training ended"


def train_tutorials(
    tutorials: Sequence[Tutorial], options: TrainingOptions
) -> list[TutorialResult]:
    """Return what each tutorial measured, in order.

    Args:
        tutorials: Which.
        options: How; the budget is for all of them, and one that is not reached says
            so. The cache is not used.

    Raises:
        TrainingUnavailable: Keras or its backend is not installed.
    """
    deadline = time.monotonic() + options.budget
    results = []
    for number, tutorial in enumerate(tutorials):
        one = replace(
            options,
            budget=max(deadline - time.monotonic(), 0.0),
            progress=_part(options.progress, number, len(tutorials)),
        )
        results.append(_train_in_child(tutorial, one))
    return results


def _train_in_child(tutorial: Tutorial, options: TrainingOptions) -> TutorialResult:
    request = {"name": tutorial.name, "seeds": options.seeds}
    try:
        [plain] = run_in_child("kerascheck.confirm.tutorials._train", request, options)
    except TrainingFailed as failure:
        return TutorialResult(tutorial=tutorial, reason=str(failure))
    trials = tuple(TrialResult.from_dict(trial) for trial in plain.pop("trials"))
    return TutorialResult(
        tutorial=tutorial, trials=trials, seeds=options.seeds, **plain
    )


def _part(progress: Progress | None, number: int, count: int) -> Progress:
    """Return the progress of one tutorial among several, in thousandths."""

    def report(done: int, total: int) -> None:
        if progress is not None:
            progress(1000 * number + 1000 * done // max(total, 1), 1000 * count)

    return report


def main(request: Mapping[str, Any], reply: Callable[..., None]) -> None:
    """Train the tutorial that is requested by name; the child's side."""
    from kerascheck.confirm.environment import device_scope, environment

    started = time.monotonic()
    [tutorial] = [one for one in all_tutorials() if one.name == request["name"]]
    where = environment(request["device"])
    with device_scope(request["device"]):
        trials = train_trials(
            tutorial,
            seeds=request["seeds"],
            deadline=started + request["budget"],
            progress=lambda done, total: reply(progress=[done, total]),
        )
    result = {
        "trials": [asdict(trial) for trial in trials],
        "data": tutorial.data(),
        "environment": where,
        "seconds": round(time.monotonic() - started, 1),
    }
    reply(results=[result])


def train_trials(
    tutorial: Tutorial, *, seeds: int, deadline: float, progress: Progress
) -> list[TrialResult]:
    """Train every setting with every seed, until the deadline.

    Args:
        tutorial: What to train.
        seeds: The seeds 0, 1, … up to this.
        deadline: On `time.monotonic()`.
        progress: Called with (settings done, all of them).
    """
    trials = tutorial.trials()
    results = []
    for number, trial in enumerate(trials):
        results.append(_result(trial, seeds, deadline))
        progress(number + 1, len(trials))
    return results


def _result(trial: Trial, seeds: int, deadline: float) -> TrialResult:
    found: dict[str, list[float]] = {}
    for seed in range(seeds):
        if time.monotonic() > deadline:
            return TrialResult(
                setting=trial.setting, published=trial.published, message=OUT_OF_TIME
            )
        try:
            figures = trial.measure(seed)
        except Exception as error:  # whatever Keras raises is the answer
            return _raised_result(trial, error)
        for name, value in figures.items():
            known = finite(value)
            if known is not None:
                found.setdefault(name, []).append(known)
    measured = {name: tuple(values) for name, values in found.items()}
    return TrialResult(
        setting=trial.setting, published=trial.published, measured=measured
    )


def _raised_result(trial: Trial, error: Exception) -> TrialResult:
    if isinstance(error, ModuleNotFoundError):
        missing = f"{error.name} is not installed"
        return TrialResult(
            setting=trial.setting, published=trial.published, message=missing
        )
    raised = Raised.of(error)
    return TrialResult(
        setting=trial.setting,
        published=trial.published,
        error=raised.type,
        message=raised.cause or raised.message,
    )
