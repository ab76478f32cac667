"""An answer as text for a terminal and as JSON values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from kerascheck.combinations.cell import Cell, Shown, Verdict, environment
from kerascheck.combinations.question import Answer
from kerascheck.combinations.space import TASKS
from kerascheck.combinations.words import (
    compile_lines,
    head_code,
    loss_text,
    measured,
    metric_text,
)
from kerascheck.trust.printable import Style, wrapped

SCHEMA_VERSION = "1"

_SHORT = (Verdict.RIGHT, Verdict.ACCIDENT)
_OF_VALUES = "R² on held-out samples"
_OF_CLASSES = (
    "true accuracy and calibration error on held-out samples, of well separated and of "
    "overlapping classes"
)
_FAULTS = (Verdict.ACCIDENT, Verdict.WRONG, Verdict.RAISES)


class RuleText(NamedTuple):
    """What text says of a rule: its name, and the first sentence on logs."""

    name: str
    log: str


Rules = Mapping[str, RuleText]


def overview() -> str:
    """Return the tasks and the names of their labels."""
    lines = ["What is to be learned, and how are the labels written?", ""]
    for task in TASKS:
        lines.append(f"  --task {task.name:<12} {task.text}")
        for labels in task.labels:
            lines.append(f"      --labels {labels.name:<10} {labels.text}")
    return "\n".join([*lines, ""])


def choices() -> dict[str, object]:
    """Return the tasks and the names of their labels as JSON values."""
    return {
        "schema_version": SCHEMA_VERSION,
        "tasks": [
            {
                "name": task.name,
                "text": task.text,
                "labels": [{"name": one.name, "text": one.text} for one in task.labels],
            }
            for task in TASKS
        ],
    }


def as_text(answer: Answer, rules: Rules, style: Style) -> str:
    """Return the answer for a terminal.

    Args:
        answer: Of a task and its labels.
        rules: Code -> its texts.
        style: Columns; verbose shows all combinations, and metrics of all right ones.
    """
    lines = [f"{answer.task.name}, labels {answer.labels.name}: {answer.labels.text}"]
    what = _OF_VALUES if answer.task.name == "regression" else _OF_CLASSES
    lines += wrapped(f"Measured with {environment()}: {what}.", style.width)
    shown = list(Verdict) if style.verbose else list(_SHORT)
    for verdict in shown:
        found = answer.of(verdict)
        if found:
            lines += ["", verdict.value]
            for cell in found:
                lines += _cell(cell, answer, rules, style)
    left = len(answer.of(*(v for v in Verdict if v not in shown)))
    if left:
        lines += ["", f"{left} other combinations were measured: -v shows them."]
    return "\n".join(lines) + "\n"


def _cell(cell: Cell, answer: Answer, rules: Rules, style: Style) -> Iterator[str]:
    yield from _hanging(f"{head_code(cell)}, {loss_text(cell)}", 2, style)
    for line in measured(cell, curves=cell.verdict in _FAULTS):
        yield from _hanging(line, 6, style)
    metrics = answer.metrics.get(cell.combination.name, [])
    if cell.verdict is Verdict.RIGHT:
        width = style.width - 6
        yield from (f"      {line}" for line in compile_lines(cell, metrics, width))
        if style.verbose or cell is answer.cells[0]:
            yield from (f"      {_metric(metric)}" for metric in metrics)
    for code in cell.codes:
        yield from _hanging(f"{code} {rules[code].name}", 6, style)
        if cell.verdict in _FAULTS:
            yield from _hanging(f"in the log: {rules[code].log}", 8, style)


def _hanging(text: str, indent: int, style: Style) -> Iterator[str]:
    """Yield the lines of a text, those after the first indented by two more."""
    for place, line in enumerate(wrapped(text, style.width - indent - 2)):
        yield " " * (indent + 2 if place else indent) + line


def _metric(metric: Shown) -> str:
    codes = f"  {' '.join(metric.codes)}" if metric.codes else ""
    return f"{metric.code:<43} {metric_text(metric)}{codes}"


def as_document(answer: Answer) -> dict[str, object]:
    """Return the answer as JSON values."""
    return {
        "schema_version": SCHEMA_VERSION,
        "task": answer.task.name,
        "labels": answer.labels.name,
        "measured_with": environment(),
        "combinations": [
            cell_document(cell, answer.metrics.get(cell.combination.name, []))
            for cell in answer.cells
        ],
    }


def cell_document(cell: Cell, metrics: list[Shown]) -> dict[str, object]:
    """Return a combination with its figures as JSON values."""
    combination = cell.combination
    return {
        "name": combination.name,
        "task": combination.task.name,
        "labels": combination.labels.name,
        "units": combination.units,
        "activation": combination.activation,
        "loss": combination.loss,
        "from_logits": combination.from_logits,
        "verdict": cell.verdict.value,
        "codes": list(cell.codes),
        "code": cell.code,
        "trainings": [
            one._asdict() | {"outcome": one.outcome.value} for one in cell.figures
        ],
        "metrics": [metric._asdict() for metric in metrics],
    }
