"""What `kerascheck setup` was asked, and the answer as values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from kerascheck.combinations.cell import Cell, Shown, Verdict, cells, shown
from kerascheck.combinations.space import TASKS, LabelChoice, TaskChoice
from kerascheck.confirm.setup import Part
from kerascheck.model.errors import UsageError
from kerascheck.model.suggest import did_you_mean

METRICS = (
    Part.of("accuracy"),
    Part.of("BinaryAccuracy"),
    Part.of("BinaryAccuracy", threshold=0.0),
    Part.of("CategoricalAccuracy"),
    Part.of("SparseCategoricalAccuracy"),
    Part.of("AUC"),
    Part.of("AUC", from_logits=True),
    Part.of("Precision"),
    Part.of("Recall"),
    Part.of("F1Score"),
)
"""That are looked up for heads which classify."""

METRICS_OF_VALUES = (
    Part.of("accuracy"),
    Part.of("MeanAbsoluteError"),
    Part.of("RootMeanSquaredError"),
    Part.of("R2Score"),
)


class Answer(NamedTuple):
    """All combinations for a task and its labels.

    Attributes:
        metrics: What metrics show of each right combination.
    """

    task: TaskChoice
    labels: LabelChoice
    cells: list[Cell]
    metrics: Mapping[str, list[Shown]]

    def of(self, *verdicts: Verdict) -> list[Cell]:
        """Return the combinations with one of these verdicts."""
        return [cell for cell in self.cells if cell.verdict in verdicts]


def choose(task: str, labels: str | None) -> tuple[TaskChoice, LabelChoice]:
    """Return what names stand for; without labels, the first of the task.

    Raises:
        UsageError: A name is not known.
    """
    chosen = {one.name: one for one in TASKS}
    if task not in chosen:
        raise UsageError(_unknown("the tasks are", task, tuple(chosen)))
    known = {one.name: one for one in chosen[task].labels}
    if labels is None:
        return chosen[task], chosen[task].labels[0]
    if labels not in known:
        raise UsageError(_unknown(f"the labels of {task} are", labels, tuple(known)))
    return chosen[task], known[labels]


def _unknown(said: str, name: str, known: tuple[str, ...]) -> str:
    near = did_you_mean(name, known)
    return f"{said} {', '.join(known)}; received {name!r}{near}"


def answer(task: TaskChoice, labels: LabelChoice) -> Answer:
    """Look up every combination, and what metrics show of the right ones."""
    found = cells(task, labels)
    wanted = METRICS_OF_VALUES if task.name == "regression" else METRICS
    metrics = {
        cell.combination.name: metrics_of(cell, wanted)
        for cell in found
        if cell.verdict is Verdict.RIGHT
    }
    return Answer(task, labels, found, metrics)


def metrics_of(cell: Cell, wanted: tuple[Part, ...] | None = None) -> list[Shown]:
    """Return what metrics show of a combination, of those that were measured."""
    if wanted is None:
        regression = cell.combination.task.name == "regression"
        wanted = METRICS_OF_VALUES if regression else METRICS
    return [one for part in wanted if (one := shown(cell, part)) is not None]
