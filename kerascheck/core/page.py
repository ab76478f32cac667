"""The page of a rule: what its module says and what its card knows."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator

from kerascheck.core.description import Description
from kerascheck.core.problems import FileCard
from kerascheck.core.rule import Rule
from kerascheck.core.snippet import snippet
from kerascheck.core.text import HARMS

MOST_EXAMPLES = 3
"""Examples of a kind that a page shows."""


def page(card: Rule | FileCard) -> str:
    """Return the page of a rule as Markdown, from the docstring of its module."""
    return "\n".join([f"# {card.code} {card.name}", "", *_body(card)]).rstrip() + "\n"


def _body(card: Rule | FileCard) -> Iterator[str]:
    if isinstance(card, FileCard):
        yield _sentence(card.summary)
        yield ""
        yield from _facts(card)
        yield card.page
        return
    summary, _, sections = _docstring(card).partition("\n")
    yield summary
    yield ""
    yield from _facts(card)
    yield sections.strip()
    yield ""
    yield from _examples("Found", card.bad())
    yield from _examples("Left alone", card.good())


def _docstring(rule: Rule) -> str:
    return sys.modules[rule.check.__module__].__doc__ or _sentence(rule.summary)


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def _facts(card: Rule | FileCard) -> Iterator[str]:
    yield f"- severity: {card.severity}"
    if isinstance(card, Rule):
        yield f"- confidence: {card.confidence}"
    if HARMS[card.harm.value]:
        yield f"- harm: {card.harm}, {HARMS[card.harm.value]}"
    yield f"- since: {card.since}"
    yield ""


def _examples(title: str, models: Iterable[Description]) -> Iterator[str]:
    codes = list(dict.fromkeys(snippet(model) for model in models))
    if not codes:
        return
    yield f"## {title}"
    yield ""
    yield "```python"
    yield "\n\n".join(codes[:MOST_EXAMPLES])
    yield "```"
    yield ""
