"""Sections of an HTML report after the findings: models, rules, what is undecided."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from kerascheck.engine.finding import Severity
from kerascheck.engine.outcome import NotRun, Outcome, Suppressed
from kerascheck.model.description import Description
from kerascheck.model.typed import TypeVar
from kerascheck.report.formats._article import mark, table
from kerascheck.report.formats._markup import Markup, element, joined, prose
from kerascheck.report.inspect import rows
from kerascheck.report.rule_page import Card, cards, section, sentence
from kerascheck.trust.printable import count, fit_into

Item = TypeVar("Item")

MAX_NAMES = 20
"""Rules or heads that are listed in one place; the others are counted."""

_EXPLAINED = ("In the log", "Why it matters", "What it is", "What to do")
"""Sections of a rule's page that explain a finding."""


def sections(outcome: Outcome) -> Markup:
    """Return all sections after the findings that are not empty."""
    reasons: dict[str, list[NotRun]] = {}
    for item in outcome.not_run:
        reasons.setdefault(item.why, []).append(item)
    found = {finding.code for finding in outcome.findings}
    explained = [card for card in cards(outcome) if card.code in found]
    model = _Models(outcome).render
    return joined(
        (
            list_section("Models", outcome.models, model, room=40_000, tag="div"),
            list_section("Undecided", list(reasons.items()), _reason, tag="div"),
            list_section("Suppressed", outcome.suppressed, _suppressed),
            list_section("Passed over", outcome.skipped, _skipped),
            list_section("Rules", explained, _rule, room=30_000, tag="div"),
        )
    )


def titled_section(title: str, content: Sequence[Markup]) -> Markup:
    """Return a section; nothing if it has no content."""
    if not content:
        return Markup()
    return element("section", element("h2", title), joined(content, "\n"))


def list_section(
    title: str,
    items: Sequence[Item],
    render: Callable[[Item], Markup],
    *,
    room: int = 15_000,
    tag: str = "ul",
) -> Markup:
    """Return a section with an entry for each item.

    Args:
        title: Its heading.
        items: What it is about.
        render: Returns the entry of an item.
        room: Bytes of all entries; those beyond are counted.
        tag: The element around the entries.
    """
    kept = fit_into(map(render, items), room)
    if not items:
        return Markup()
    content = [element(tag, joined(kept, "\n"))]
    if len(kept) < len(items):
        more = f"and {len(items) - len(kept)} more, in the other formats"
        content.append(element("p", more, class_="soft"))
    return titled_section(title, content)


class _Models:
    """The models of one report, each with the number of its findings."""

    def __init__(self, outcome: Outcome) -> None:
        self._counts: dict[tuple[str, Severity], int] = {}
        for finding in outcome.findings:
            key = (finding.model, finding.severity)
            self._counts[key] = self._counts.get(key, 0) + 1

    def render(self, model: Description) -> Markup:
        """Return a model, folded, with what is known about its heads."""
        parts = [element("code", model.path), *self._marks(model)]
        heads = [
            element("div", element("h4", "Head ", element("code", head.name)), facts)
            for head in model.heads
            if (facts := table(("fact", "value", "found in"), rows(head, model)))
        ]
        return element(
            "details",
            element("summary", joined(parts, " ")),
            element("p", _about(model), class_="soft"),
            *heads,
        )

    def _marks(self, model: Description) -> Iterator[Markup]:
        for severity in Severity:
            number = self._counts.get((model.path, severity), 0)
            if number:
                yield mark(severity.value, count(number, severity.value))


def _about(model: Description) -> str:
    if model.format is None:
        return "could not be read"
    facts = [
        f"{model.format} format",
        f"Keras {model.keras_version or 'unknown'}",
        model.model_class or "class unknown",
        "compiled" if model.compiled else "not compiled, as far as is known",
        *([f"compiled at {model.source}"] if model.source else []),
        *([] if model.heads else [model.opaque or "no head is known"]),
    ]
    return ", ".join(facts)


def _reason(reason: tuple[str, list[NotRun]]) -> Markup:
    why, items = reason
    codes = _list_names([item.code for item in items])
    places = _list_names([f"{i.model}: {i.head}" if i.head else i.model for i in items])
    return element(
        "details",
        element("summary", f"{count(len(items), 'rule')}: {why}"),
        element("p", f"{codes}, at:"),
        element("p", places, class_="soft small"),
    )


def _list_names(names: Sequence[str]) -> str:
    """Return each name once, and how many more there are."""
    different = list(dict.fromkeys(names))
    rest = len(different) - MAX_NAMES
    more = f" and {rest} more" if rest > 0 else ""
    return ", ".join(different[:MAX_NAMES]) + more


def _suppressed(item: Suppressed) -> Markup:
    finding = item.finding
    return element(
        "li",
        element("code", finding.code),
        f" {finding.name} in ",
        element("code", finding.model),
        f", by {item.why}",
    )


def _skipped(item: tuple[str, str]) -> Markup:
    path, why = item
    return element("li", element("code", path), f": {why}")


def _rule(card: Card) -> Markup:
    summary = (element("code", card.code), f"{card.name}: {sentence(card.summary)}")
    parts = [section(card, title) for title in _EXPLAINED]
    return element(
        "details",
        element("summary", joined(summary, " ")),
        *(
            element("p", prose(paragraph))
            for part in parts
            for paragraph in part.split("\n\n")
            if paragraph
        ),
        id=card.code,
    )
