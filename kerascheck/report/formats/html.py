"""For reading and sharing: one HTML file that needs no network and no script.

The page stays below 200 KB whatever the report: the worst findings come first, and
those that do not fit in full are listed, or counted.
"""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from pathlib import Path

from kerascheck.engine.finding import Finding
from kerascheck.engine.outcome import Outcome, sort_by_severity
from kerascheck.model.version import __version__
from kerascheck.report.formats._article import article, named, table
from kerascheck.report.formats._markup import Markup, element, joined, void
from kerascheck.report.formats._sections import list_section, sections, titled_section
from kerascheck.report.rule_page import cards
from kerascheck.report.totals import headline, outline, unseen_lines
from kerascheck.report.view import SourceLines
from kerascheck.trust.printable import MAX_TEXT, Style, fit_into

MAX_BYTES = 195_000
"""Bytes of the page."""

MAX_RULES = 60
"""Rules in the table at the top."""

ENOUGH_FOR_A_TABLE = 2
"""Findings that are counted by rule at the top."""

ROOM_FOR_LIST = 15_000
"""Bytes for findings in a line each, if not all fit in full."""


def render(outcome: Outcome, style: Style) -> str:
    """Return the page, in ASCII; the same for the same report."""
    title = f"kerascheck: {headline(outcome)}"
    before, after = _overview(outcome), sections(outcome)
    frame = page(title, joined((before, after)))
    findings = _findings(outcome, MAX_BYTES - len(frame))
    return page(title, joined((before, findings, after)))


def page(title: str, body: Markup) -> str:
    """Return a whole page in the style of the report."""
    css = Path(__file__).with_name("html.css").read_text("ascii")
    head = joined(_head(title, css), "\n")
    footer = element("footer", f"kerascheck {__version__}", class_="soft small")
    whole = element(
        "html",
        element("head", head),
        element("body", element("main", body), footer),
        lang="en",
    )
    return f"<!DOCTYPE html>\n{whole}\n"


def _head(title: str, css: str) -> tuple[Markup, ...]:
    digest = b64encode(sha256(css.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'"
    policy += "; base-uri 'none'; form-action 'none'"
    screen = "width=device-width, initial-scale=1"
    return (
        void("meta", charset="utf-8"),
        void("meta", http_equiv="Content-Security-Policy", content=policy),
        void("meta", name="viewport", content=screen),
        element("title", title),
        element("style", Markup(css)),
    )


def _overview(outcome: Outcome) -> Markup:
    """Return the headline and what was looked at, or not; reasons have a section."""
    return element(
        "header",
        element("h1", f"kerascheck: {headline(outcome)}"),
        element("p", outline(outcome), class_="soft"),
        *(
            element("p", line, class_="soft")
            for line in unseen_lines(outcome, Style(width=MAX_TEXT))
        ),
        _rules_found(outcome),
    )


def _rules_found(outcome: Outcome) -> Markup:
    """Return how often each rule found something, if there is more than one finding."""
    if len(outcome.findings) < ENOUGH_FOR_A_TABLE:
        return Markup()
    by_rule: dict[str, list[Finding]] = {}
    for finding in sort_by_severity(outcome.findings):
        by_rule.setdefault(finding.code, []).append(finding)
    explained = {card.code for card in cards(outcome)}
    rules = sorted(by_rule.values(), key=_worst_first)
    rows = [_rule_row(found, explained) for found in rules[:MAX_RULES]]
    return table(("rule", "findings", "models"), rows, "overview")


def _worst_first(found: list[Finding]) -> tuple[int, int, str]:
    return -found[0].severity.rank, -len(found), found[0].code


def _rule_row(found: list[Finding], explained: set[str]) -> tuple[Markup, str, str]:
    """Return the worst severity and the name of a rule, and its counts."""
    models = {finding.model for finding in found}
    return named(found[0], explained), str(len(found)), str(len(models))


def _findings(outcome: Outcome, room: int) -> Markup:
    findings = sort_by_severity(outcome.findings)
    lines = SourceLines(outcome.models)
    explained = {card.code for card in cards(outcome)}
    articles = (article(f, lines.find(f), explained) for f in findings)
    full = fit_into(articles, room - ROOM_FOR_LIST)
    rest = list_section("Findings without details", findings[len(full) :], _item)
    return joined((titled_section("Findings", full), rest))


def _item(finding: Finding) -> Markup:
    return element(
        "li",
        f"{finding.severity} ",
        element("code", finding.code),
        f" {finding.name} in ",
        element("code", finding.model),
    )
