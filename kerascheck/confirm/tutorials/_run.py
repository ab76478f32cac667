"""Trains write-ups, each in a child process of its own, within one budget."""

from __future__ import annotations

import time
from collections.abc import Sequence

from kerascheck.confirm.child_process import Progress, TrainingFailed, ask
from kerascheck.confirm.tutorials._card import TrialResult, WriteUp, WriteUpResult


def trained_write_ups(
    write_ups: Sequence[WriteUp],
    *,
    seeds: int,
    budget: float,
    device: str = "auto",
    progress: Progress | None = None,
) -> list[WriteUpResult]:
    """Return what each write-up measured, in order.

    Args:
        write_ups: Which.
        seeds: Trainings of each setting.
        budget: Seconds in all; a write-up that is not reached says so.
        device: "auto", "cpu" or "gpu".
        progress: Called with (work done, all of it).

    Raises:
        TrainingUnavailable: Keras or its backend is not installed.
    """
    deadline = time.monotonic() + budget
    results = []
    for number, write_up in enumerate(write_ups):
        left = max(deadline - time.monotonic(), 0.0)
        part = _part(progress, number, len(write_ups))
        results.append(_trained(write_up, seeds, left, device, part))
    return results


def _trained(
    write_up: WriteUp, seeds: int, budget: float, device: str, progress: Progress
) -> WriteUpResult:
    try:
        [plain] = ask(
            "kerascheck.confirm.tutorials._child",
            {"name": write_up.name, "seeds": seeds},
            budget=budget,
            device=device,
            progress=progress,
        )
    except TrainingFailed as failure:
        return WriteUpResult(write_up=write_up, reason=str(failure))
    trials = tuple(TrialResult.from_dict(trial) for trial in plain.pop("trials"))
    return WriteUpResult(write_up=write_up, trials=trials, seeds=seeds, **plain)


def _part(progress: Progress | None, number: int, of: int) -> Progress:
    """Return the progress of one write-up among several, in thousandths."""

    def tell(done: int, all_of_it: int) -> None:
        if progress is not None:
            progress(1000 * number + 1000 * done // max(all_of_it, 1), 1000 * of)

    return tell
