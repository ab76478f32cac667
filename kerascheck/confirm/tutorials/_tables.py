"""Tutorials and what was measured of them, as text, Markdown and JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kerascheck.confirm.evidence.tables import environment_text
from kerascheck.confirm.result import Spread
from kerascheck.confirm.tutorials._claims import RAISES, Judgement
from kerascheck.confirm.tutorials._judge import (
    JudgedRow,
    conclusions,
    judged_rows,
    tally,
)
from kerascheck.confirm.tutorials._tutorial import TutorialResult
from kerascheck.trust.printable import count, wrapped

_GUTTER = 9

NO_CONCLUSION = "the rows that it takes were not trained"


def as_text(results: Sequence[TutorialResult], *, width: int = 80) -> str:
    """Return each tutorial with its own figures next to the measured ones."""
    lines: list[str] = []
    for number, result in enumerate(results, start=1):
        lines += [*_text(number, result, width), ""]
    return "\n".join(lines)


def as_markdown(results: Sequence[TutorialResult]) -> str:
    """Return each tutorial as a Markdown table."""
    lines = ["# Tutorials, trained again", ""]
    for result in results:
        lines += [*_markdown(result), ""]
    return "\n".join(lines)


def as_document(results: Sequence[TutorialResult]) -> dict[str, object]:
    """Return each tutorial as a value that JSON can hold."""
    # The name of the option that asks for them, as scripts read it.
    return {"write_ups": [_document(result) for result in results]}


def verdict_text(one: Judgement) -> str:
    """Return a judgement in a line: agrees or differs, by how much, and why."""
    word = {True: "agrees", False: "differs", None: "not judged"}[one.agrees]
    by = "" if one.by is None else f" ({one.by:+.4f})"
    return f"{word}{by}: {one.why}" if one.why else f"{word}{by}"


def _text(number: int, result: TutorialResult, width: int) -> Iterator[str]:
    card = result.tutorial
    yield f"{number}. {card.title} ({card.name})"
    yield from _part("setting", card.setting, width)
    yield from _part("data", result.data, width)
    yield from _part("trained", trained_on(result) or f"not: {result.reason}", width)
    if not result.trials:
        return
    yield ""
    yield f"{'':<34}{'the text':<22}measured"
    rows = judged_rows(result)
    for place, row in enumerate(rows, start=1):
        yield from _row(place, row, result.seeds, width)
    yield ""
    yield from _part("judged", tally(rows), width)
    label = "so"
    for sentence in conclusions(result) or [f"nothing: {NO_CONCLUSION}"]:
        yield from _part(label, sentence, width)
        label = ""


def _part(label: str, text: str, width: int) -> Iterator[str]:
    if not text:
        return
    for i, line in enumerate(wrapped(text, max(width - _GUTTER - 2, 20))):
        yield f"  {label if i == 0 else '':<{_GUTTER}}{line}"


def against_text(row: JudgedRow) -> str:
    """Return the differences from another row; "" if there are none."""
    if not row.against:
        return ""
    parts = (f"{one.quantity} {one.by:+.4f}" for one in row.against)
    return f"against {row.other}: {', '.join(parts)}"


def setting_text(row: JudgedRow, seeds: int) -> str:
    """Return the setting, and on how many seeds it was trained if not on all."""
    done = row.result.seeds
    few = f" ({done} of {count(seeds, 'seed')})" if 0 < done < seeds else ""
    return row.result.setting + few


def _row(place: int, row: JudgedRow, seeds: int, width: int) -> Iterator[str]:
    result = row.result
    setting = f"{place}: {setting_text(row, seeds)}"
    yield from (f"  {line}" for line in wrapped(setting, width - 2))
    if not result.finished:
        reason = wrapped(f"not trained: {result.message}", width - 4)
        yield from (f"    {line}" for line in reason)
        return
    for quantity, published, measured in row_lines(row):
        yield f"    {quantity:<30}{published:<21} {measured}".rstrip()
        yield from _indented(judged(row, quantity), width)
    yield from _indented(against_text(row), width)


def _indented(text: str, width: int) -> Iterator[str]:
    if text:
        yield from (f"      {line}" for line in wrapped(text, width - 6))


def judged(row: JudgedRow, quantity: str) -> str:
    """Return what was judged of one quantity of a row."""
    return "; ".join(
        verdict_text(one) for one in row.judgements if one.quantity == quantity
    )


def row_lines(row: JudgedRow) -> Iterator[tuple[str, str, str]]:
    """Yield quantity, what the text says and what was measured."""
    result = row.result
    if not result.finished:
        yield "", next(iter(row.said.values()), ""), f"not trained: {result.message}"
        return
    if result.error is not None:
        quantity, said = next(iter(row.said.items()), (RAISES, ""))
        raised = result.error if quantity == RAISES else f"raises {result.error}"
        yield quantity, said, raised
        return
    if RAISES in row.said:
        yield RAISES, row.said[RAISES], "nothing"
    for name, values in result.measured.items():
        yield name, row.said.get(name, ""), _spread(values)


def _spread(values: Sequence[float]) -> str:
    spread = Spread.of(values)
    if spread is None:
        return "no number"
    mean = f"{spread.mean:.4f}"
    return mean if spread.count == 1 else f"{mean} ± {spread.deviation:.4f}"


def trained_on(result: TutorialResult) -> str:
    """Return seeds, versions and device; "" if nothing was trained."""
    text = environment_text(result.environment)
    return f"{count(result.seeds, 'seed')}, {text}" if text else ""


def _markdown(result: TutorialResult) -> Iterator[str]:
    card = result.tutorial
    yield f"## {card.title}"
    yield ""
    yield f"{card.setting[:1].upper()}{card.setting[1:]}. Data: {result.data}."
    yield f"Trained: {trained_on(result) or f'not: {result.reason}'}."
    if not result.trials:
        return
    rows = judged_rows(result)
    yield ""
    yield "| | setting | quantity | the text | measured | judged |"
    yield "|---|---|---|---|---|---|"
    for place, row in enumerate(rows, start=1):
        for quantity, published, measured in row_lines(row):
            verdict = judged(row, quantity)
            cells = (str(place), setting_text(row, result.seeds), quantity)
            yield f"| {' | '.join((*cells, published, measured, verdict))} |"
        if row.against:
            yield f"| {place} | {row.result.setting} | | | | {against_text(row)} |"
    yield ""
    yield f"{tally(rows)}."
    yield ""
    for sentence in conclusions(result) or [f"Nothing follows: {NO_CONCLUSION}."]:
        yield f"- {sentence}"


def _document(result: TutorialResult) -> dict[str, object]:
    card = result.tutorial
    said = conclusions(result)
    return {
        "name": card.name,
        "title": card.title,
        "setting": card.setting,
        "today": " ".join(said),
        "conclusions": said,
        "data": result.data,
        "seeds": result.seeds,
        "environment": dict(result.environment),
        "not_trained": result.reason or None,
        "trials": [_row_document(row) for row in judged_rows(result)],
    }


def _row_document(row: JudgedRow) -> dict[str, object]:
    result = row.result
    raised = {"type": result.error, "message": result.message} if result.error else None
    return {
        "name": result.name,
        "setting": result.setting,
        "same_data": result.same_data,
        "said": row.said,
        "measured": {name: list(values) for name, values in result.measured.items()},
        "seeds": result.seeds,
        "raises": raised,
        "not_trained": None if result.finished else result.message,
        "judgements": [_judgement(one) for one in row.judgements],
        "against": [_judgement(one) for one in row.against],
    }


def _judgement(one: Judgement) -> dict[str, object]:
    return {
        "quantity": one.quantity,
        "said": one.said or None,
        "agrees": one.agrees,
        "by": one.by,
        "why": one.why,
    }
