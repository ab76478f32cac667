"""What follows from the figures of a tutorial: row by row, and in sentences."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from kerascheck.confirm.tutorials._claims import Judgement, Rows
from kerascheck.confirm.tutorials._tutorial import Trial, TrialResult, TutorialResult
from kerascheck.trust.printable import count


class JudgedRow(NamedTuple):
    """A row with what was said of it, and how that compares with the figures.

    Attributes:
        result: What was measured.
        said: Quantity -> as the text has it.
        judgements: One for each claim; none if the row was not trained.
        against: The differences from another row, where the text says nothing.
        other: What tables call that row.
    """

    result: TrialResult
    said: dict[str, str]
    judgements: tuple[Judgement, ...]
    against: tuple[Judgement, ...]
    other: str = ""


def judged_rows(result: TutorialResult) -> list[JudgedRow]:
    """Return the rows in order, each judged."""
    rows = _rows(result)
    trials = {trial.name: trial for trial in result.tutorial.trials()}
    return [_judged(one, trials[one.name], rows) for one in result.trials]


def conclusions(result: TutorialResult) -> list[str]:
    """Return the sentences whose rows were all trained."""
    rows = _rows(result)
    said = [
        one.say(rows)
        for one in result.tutorial.conclusions
        if all(name in rows for name in one.rows)
    ]
    return [sentence for sentence in said if sentence]


def tally(rows: list[JudgedRow]) -> str:
    """Return how many statements of the text agree, in words."""
    found = [one.agrees for row in rows for one in row.judgements]
    open_ = found.count(None) + sum(
        len(row.said) for row in rows if not row.result.finished
    )
    same, other = found.count(True), found.count(False)
    parts = [
        f"{same} {'agrees' if same == 1 else 'agree'}",
        f"{other} {'differs' if other == 1 else 'differ'}" if other else "",
        f"{open_} not judged" if open_ else "",
    ]
    total = same + other + open_
    listed = ", ".join(part for part in parts if part)
    return f"{count(total, 'statement')} of the text: {listed}"


def _rows(result: TutorialResult) -> Rows:
    backend = result.environment.get("backend", "")
    return Rows({one.name: one for one in result.trials}, backend)


def _judged(result: TrialResult, trial: Trial, rows: Rows) -> JudgedRow:
    said = {claim.quantity: claim.said for claim in trial.claims}
    if not result.finished:
        return JudgedRow(result, said, (), ())
    judgements = tuple(claim.judge(result, rows) for claim in trial.claims)
    if trial.claims or trial.against is None or trial.against not in rows:
        return JudgedRow(result, said, judgements, ())
    other = rows.number(trial.against)
    against = tuple(_differences(result, trial.against, rows))
    return JudgedRow(result, said, judgements, against, other)


def _differences(result: TrialResult, other: str, rows: Rows) -> Iterator[Judgement]:
    """Yield each figure minus that of another row."""
    for quantity in result.measured:
        found = rows.difference(result.name, other, quantity)
        if found is not None:
            yield Judgement(quantity=quantity, said="", agrees=None, by=found.mean)
