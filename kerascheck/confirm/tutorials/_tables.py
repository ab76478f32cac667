"""Tutorials and what was measured of them, as text, Markdown and JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kerascheck.confirm.evidence.tables import environment_text
from kerascheck.confirm.result import Spread
from kerascheck.confirm.tutorials._tutorial import TrialResult, TutorialResult
from kerascheck.trust.printable import count, wrapped

_GUTTER = 9


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


def _text(number: int, result: TutorialResult, width: int) -> Iterator[str]:
    card = result.tutorial
    yield f"{number}. {card.title}"
    yield from _part("setting", card.setting, width)
    yield from _part("data", result.data, width)
    yield from _part("trained", _trained_on(result) or f"not: {result.reason}", width)
    yield ""
    if result.trials:
        yield f"{'':<34}{'the text':<22}measured"
    for trial in result.trials:
        yield from _trial(trial, width)
    if result.trials:
        yield ""
    yield from _part("today", card.today, width)


def _part(label: str, text: str, width: int) -> Iterator[str]:
    if not text:
        return
    for i, line in enumerate(wrapped(text, max(width - _GUTTER - 2, 20))):
        yield f"  {label if i == 0 else '':<{_GUTTER}}{line}"


def _trial(trial: TrialResult, width: int) -> Iterator[str]:
    yield from (f"  {line}" for line in wrapped(trial.setting, width - 2))
    if not trial.finished:
        reason = wrapped(f"not trained: {trial.message}", width - 4)
        yield from (f"    {line}" for line in reason)
        return
    for quantity, published, measured in _lines(trial):
        yield f"    {quantity:<30}{published:<22}{measured}".rstrip()


def _lines(trial: TrialResult) -> Iterator[tuple[str, str, str]]:
    """Yield quantity, what the text says and what was measured."""
    published = trial.published
    if not trial.finished:
        yield "", next(iter(published.values()), ""), f"not trained: {trial.message}"
        return
    if trial.error is not None:
        others = [value for name, value in published.items() if name != "raises"]
        yield "raises", published.get("raises", next(iter(others), "")), trial.error
        return
    if "raises" in published:
        yield "raises", published["raises"], "nothing"
    for name, values in trial.measured.items():
        yield name, published.get(name, ""), _spread(values)


def _spread(values: Sequence[float]) -> str:
    spread = Spread.of(values)
    if spread is None:
        return "no number"
    mean = f"{spread.mean:.4f}"
    return mean if spread.count == 1 else f"{mean} ± {spread.deviation:.4f}"


def _trained_on(result: TutorialResult) -> str:
    text = environment_text(result.environment)
    return f"{count(result.seeds, 'seed')}, {text}" if text else ""


def _markdown(result: TutorialResult) -> Iterator[str]:
    card = result.tutorial
    yield f"## {card.title}"
    yield ""
    yield f"{card.setting[:1].upper()}{card.setting[1:]}. Data: {result.data}."
    yield f"Trained: {_trained_on(result) or f'not: {result.reason}'}."
    yield ""
    if result.trials:
        yield "| setting | quantity | the text | measured |"
        yield "|---|---|---|---|"
    for trial in result.trials:
        for quantity, published, measured in _lines(trial):
            yield f"| {trial.setting} | {quantity} | {published} | {measured} |"
    if result.trials:
        yield ""
    yield card.today


def _document(result: TutorialResult) -> dict[str, object]:
    card = result.tutorial
    return {
        "name": card.name,
        "title": card.title,
        "setting": card.setting,
        "today": card.today,
        "data": result.data,
        "seeds": result.seeds,
        "environment": dict(result.environment),
        "not_trained": result.reason or None,
        "trials": [_trial_document(trial) for trial in result.trials],
    }


def _trial_document(trial: TrialResult) -> dict[str, object]:
    raised = {"type": trial.error, "message": trial.message} if trial.error else None
    return {
        "setting": trial.setting,
        "said": dict(trial.published),
        "measured": {name: list(values) for name, values in trial.measured.items()},
        "raises": raised,
        "not_trained": None if trial.finished else trial.message,
    }
