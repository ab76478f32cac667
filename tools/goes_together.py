"""The page "What goes together", from the rules and the shipped trainings."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlencode

from kerascheck.combinations.cell import Cell, Shown, Verdict, environment
from kerascheck.combinations.question import Answer, answer
from kerascheck.combinations.space import TASKS
from kerascheck.combinations.words import (
    compile_text,
    head_code,
    loss_text,
    measured,
    metric_text,
)
from kerascheck.report.rule_page import in_the_log
from kerascheck.rules import our_rules
from tools.docs import linked

_INTRODUCTION = """\
# What goes together

Which activation, loss, labels and metric fit each other, and what happens if they do
not. Nothing here is an opinion: the verdicts are those of the [rules](rules/index.md),
and each figure is the mean of reference trainings ({environment}). Two figures are of
well separated and of overlapping classes, of which the best possible classifier gets
0.99 and 0.80 right; one of several classes 0.98 and 0.79. The accuracy is the true one,
computed on held-out samples without Keras; the calibration error is the mean distance
of shown and true probability, for which 0.00 is perfect. Figures lead to the
[chooser](chooser.md), which shows all of them, the curves and the code.

`kerascheck setup --task multiclass --labels one-hot` answers for one kind of labels, in
the terminal; `-v` shows every combination that was measured, and `kerascheck reference`
trains them again. Labels are called as for `--labels`.

| verdict | means |
|---|---|
| right | no fault, a loss that is made for the task, and it trains to the best |
| also works | as good in training, with a loss that is not the usual one |
| weaker | no fault, but less accurate or not calibrated in training |
| works by accident | a fault, although training on TensorFlow reaches the best |
| wrong, raises | a fault, and it shows |
"""


def page() -> str:
    """Return the page as Markdown."""
    lines = [_INTRODUCTION.format(environment=environment())]
    logs = {card.code: in_the_log(card) for card in our_rules()}
    for task in TASKS:
        lines += [f"## {task.name.capitalize()}: {task.text}", ""]
        for labels in task.labels:
            found = answer(task, labels)
            lines += [
                f"### {task.name}, labels {labels.name}",
                "",
                f"{labels.text}.",
                "",
            ]
            lines += [*_right(found), *_accidents(found), *_wrong(found, logs)]
    return "\n".join(lines).rstrip() + "\n"


def _right(found: Answer) -> Iterator[str]:
    cells = found.of(Verdict.RIGHT)
    if not cells:
        others = found.of(Verdict.ALSO, Verdict.WEAKER)
        hint = "; below is what may be used" if others else ""
        yield f"No usual head and loss goes with these labels as they are{hint}."
        yield ""
    else:
        yield "| right | measured | call |"
        yield "|---|---|---|"
        for cell in cells:
            call = compile_text(cell, found.metrics[cell.combination.name])
            yield f"| `{head_code(cell)}` | {_measured(cell)} | `{call}` |"
        yield ""
        yield from _metrics(cells, found)


def _metrics(cells: list[Cell], found: Answer) -> Iterator[str]:
    columns = [found.metrics[cell.combination.name] for cell in cells]
    names = list(dict.fromkeys(one.code for column in columns for one in column))
    heads = [f"`{cell.combination.activation}`, `{loss_text(cell)}`" for cell in cells]
    yield "What metrics show of them:"
    yield ""
    yield f"| metric | {' | '.join(heads)} |"
    yield "|---" * (len(heads) + 1) + "|"
    for name in names:
        cell_texts = [_shown(column, name) for column in columns]
        yield f"| `{name}` | {' | '.join(cell_texts)} |"
    yield ""


def _shown(column: list[Shown], name: str) -> str:
    one = next((metric for metric in column if metric.code == name), None)
    if one is None:
        return "not measured"
    return f"{metric_text(one).removeprefix('shows ')} {linked(one.codes)}".strip()


def _accidents(found: Answer) -> Iterator[str]:
    cells = found.of(Verdict.ALSO, Verdict.WEAKER, Verdict.ACCIDENT)
    if not cells:
        return
    yield "| head and loss | verdict | measured | rules |"
    yield "|---|---|---|---|"
    for cell in cells:
        codes = linked(cell.codes) or "none"
        yield (
            f"| `{head_code(cell)}`, `{loss_text(cell)}` | {cell.verdict.value} | "
            f"{_measured(cell)} | {codes} |"
        )
    yield ""


def _wrong(found: Answer, logs: dict[str, str]) -> Iterator[str]:
    """Yield the wrong combinations, those that the same rules find together."""
    cells = found.of(Verdict.WRONG, Verdict.RAISES)
    if not cells:
        return
    groups: dict[tuple[str, ...], list[Cell]] = {}
    for cell in cells:
        groups.setdefault(cell.codes[:1], []).append(cell)
    yield "| wrong: found by | for example | measured | in the log |"
    yield "|---|---|---|---|"
    for codes, members in groups.items():
        first = members[0]
        more = f", and {len(members) - 1} more" if len(members) > 1 else ""
        rules = linked(codes) or "none"
        log = " ".join(logs[code] for code in codes)
        yield (
            f"| {rules} | `{head_code(first)}`, `{loss_text(first)}`{more} | "
            f"{_measured(first, curves=True)} | {log} |"
        )
    yield ""


def _measured(cell: Cell, *, curves: bool = False) -> str:
    return f"[{'; '.join(measured(cell, curves=curves))}](chooser.md#{_query(cell)})"


def _query(cell: Cell) -> str:
    """Return the fragment that lets the chooser show a combination."""
    combination = cell.combination
    logits = ", from_logits=True" if combination.from_logits else ""
    return urlencode(
        {
            "task": combination.task.name,
            "labels": combination.labels.name,
            "units": combination.units,
            "activation": combination.activation,
            "loss": combination.loss + logits,
        }
    )
