"""The stored logs, and what is made of them."""

from __future__ import annotations

import json
import lzma
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from math import isfinite
from pathlib import Path
from typing import Any, NamedTuple

from kerascheck.explain.explanation import explain
from kerascheck.explain.read import parse

HOME = Path(__file__).resolve().parents[2] / "tests" / "explain" / "logs.jsonl.xz"

COST = 1.5
APART = 0.2
"""A loss that is more than 1.5 times that of the right twin, and 0.2, is another."""

ACCURACY = 0.1
"""So is an accuracy that differs by more."""


class StoredLog(NamedTuple):
    """A log with what is known of its training.

    Attributes:
        key: "TASK/SETUP".
        side: Of its task: "tuned", "seen" or "judged".
        fault: Code of the finding that it is about; "" for a right one.
        findings: Code -> severity, by `kerascheck.check` of the model.
        history: Figure -> value of each epoch.
        twin: Figure -> last value of the right training at the same rate and length.
    """

    key: str
    side: str
    kind: str
    fault: str
    style: str
    error: str
    findings: Mapping[str, str]
    history: Mapping[str, Sequence[float]]
    log: str
    twin: Mapping[str, float]

    @property
    def is_right(self) -> bool:
        """Say whether it is of a right setup, and its loss is a number.

        A model of raw inputs at a high rate may end in NaN, which is named as any NaN.
        """
        return not self.fault and all(map(isfinite, self.history["loss"]))

    @property
    def named(self) -> tuple[str, ...]:
        """Codes that `explain` names."""
        return _named(self.log)


@cache
def _named(text: str) -> tuple[str, ...]:
    log = parse(text.encode())
    return () if log is None else explain(log).codes


@cache
def stored() -> Mapping[str, StoredLog]:
    """Return every stored log by its key."""
    text = lzma.decompress(HOME.read_bytes()).decode()
    rows = [StoredLog(**json.loads(line)) for line in text.splitlines()]
    return {row.key: row for row in rows}


def shows(log: StoredLog) -> bool:
    """Say whether a wrong training left a trace that a right one does not have.

    That is an error, a warning of Keras, a number that is none, a loss below zero, or
    a loss or an accuracy that differs from that of the right setup on the same task.
    """
    if log.error or "UserWarning" in log.log:
        return True
    losses = log.history["loss"]
    if any(not isfinite(value) or value < -1e-6 for value in losses):
        return True
    if losses[-1] > COST * log.twin["loss"] + APART:
        return True
    ends = {name: values[-1] for name, values in log.history.items()}
    mine, right = _accuracy(ends), _accuracy(log.twin)
    return mine is not None and (right is None or abs(mine - right) > ACCURACY)


def _accuracy(figures: Mapping[str, float]) -> float | None:
    for name, value in figures.items():
        usual = "accuracy" in name and "top_k" not in name
        if usual and not name.startswith("val_"):
            return value
    return None


class Score(NamedTuple):
    """How well logs were read.

    Attributes:
        shown: Faults that their log can show.
        named: Of these, by their code.
        faults: All wrong trainings.
        named_of_all: Of these.
        right: Right trainings.
        alarms: Of these, on which a rule was named.
        codes: Mean number of codes that were named for a log of a fault.
    """

    shown: int
    named: int
    faults: int
    named_of_all: int
    right: int
    alarms: int
    codes: float


def score(side: str, *, with_figures: bool = False) -> Score:
    """Return how well `explain` reads the logs of one side.

    Args:
        side: "tuned", "seen" or "judged".
        with_figures: Only those that show an epoch, which other linters can read.
    """
    logs = [
        log
        for log in stored().values()
        if log.side == side and (log.history or not with_figures)
    ]
    wrong = [log for log in logs if log.fault]
    right = [log for log in logs if log.is_right]
    visible = [log for log in wrong if shows(log)]
    sizes = [len(log.named) for log in wrong if log.named]
    return Score(
        shown=len(visible),
        named=sum(log.fault in log.named for log in visible),
        faults=len(wrong),
        named_of_all=sum(log.fault in log.named for log in wrong),
        right=len(right),
        alarms=sum(bool(log.named) for log in right),
        codes=sum(sizes) / max(len(sizes), 1),
    )


def misses(side: str) -> Iterator[StoredLog]:
    """Yield the logs that show a fault which is not named."""
    for log in stored().values():
        if log.side == side and log.fault and shows(log) and log.fault not in log.named:
            yield log


def by_setup() -> Mapping[str, Sequence[StoredLog]]:
    """Return the logs of each fault, on tasks that no sign was set on."""
    found: dict[str, list[StoredLog]] = {}
    for log in stored().values():
        if log.fault and log.side != "tuned":
            found.setdefault(log.key.partition("/")[2], []).append(log)
    return found


def as_csv(history: Mapping[str, Sequence[float]]) -> str:
    """Return a history as the CSVLogger of Keras writes it."""
    names = sorted(history)
    lines = [",".join(["epoch", *names])]
    for place in range(len(history[names[0]])):
        row: list[Any] = [place, *(history[name][place] for name in names)]
        lines.append(",".join(map(str, row)))
    return "\n".join(lines) + "\n"
