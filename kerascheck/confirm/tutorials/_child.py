"""Trains one write-up; runs in a child process."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from kerascheck.confirm.result import Raised, finite
from kerascheck.confirm.tutorials import all_write_ups
from kerascheck.confirm.tutorials._card import Trial, TrialResult, WriteUp

OUT_OF_TIME = "the time was up before the training ended"


def trained(
    write_up: WriteUp,
    *,
    seeds: int,
    deadline: float,
    progress: Callable[[int, int], None],
) -> list[TrialResult]:
    """Train every setting with every seed, until the deadline.

    Args:
        write_up: What to train.
        seeds: The seeds 0, 1, … up to this.
        deadline: On `time.monotonic()`.
        progress: Called with (trainings done, all of them).
    """
    trials = write_up.trials()
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
                setting=trial.setting, said=trial.said, message=OUT_OF_TIME
            )
        try:
            figures = trial.measure(seed)
        except Exception as error:  # whatever Keras raises is the answer
            return _raised(trial, error)
        for name, value in figures.items():
            known = finite(value)
            if known is not None:
                found.setdefault(name, []).append(known)
    measured = {name: tuple(values) for name, values in found.items()}
    return TrialResult(setting=trial.setting, said=trial.said, measured=measured)


def _raised(trial: Trial, error: Exception) -> TrialResult:
    if isinstance(error, ModuleNotFoundError):
        missing = f"{error.name} is not installed"
        return TrialResult(setting=trial.setting, said=trial.said, message=missing)
    raised = Raised.of(error)
    return TrialResult(
        setting=trial.setting,
        said=trial.said,
        error=raised.type,
        message=raised.cause or raised.message,
    )


def main(order: Mapping[str, Any], tell: Callable[..., None]) -> None:
    """Train the write-up that is ordered by name."""
    tell(results=[_answer(order, tell)])


def _answer(order: Mapping[str, Any], tell: Callable[..., None]) -> dict[str, Any]:
    from kerascheck.confirm.environment import environment, placed

    started = time.monotonic()
    [write_up] = [one for one in all_write_ups() if one.name == order["name"]]
    where = environment(order["device"])
    with placed(order["device"]):
        trials = trained(
            write_up,
            seeds=order["seeds"],
            deadline=started + order["budget"],
            progress=lambda done, of: tell(progress=[done, of]),
        )
    return {
        "trials": [asdict(trial) for trial in trials],
        "data": write_up.data(),
        "environment": where,
        "seconds": round(time.monotonic() - started, 1),
    }
