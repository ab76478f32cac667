"""For reading and handing on: one HTML file that needs no network and no script.

The page holds less than 200 KB whatever the report: worst findings come first, and
what has no room in full is listed, or counted.
"""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from pathlib import Path

from kerascheck.engine.finding import Finding
from kerascheck.model.version import __version__
from kerascheck.report.formats._article import article
from kerascheck.report.formats._cards import cards
from kerascheck.report.formats._choosing import fitting, worst_first
from kerascheck.report.formats._headline import headline
from kerascheck.report.formats._markup import Markup, element, joined, void
from kerascheck.report.formats._sections import listed, sections, titled
from kerascheck.report.lines import Lines
from kerascheck.report.report import Report
from kerascheck.report.terminal import summary_lines, unseen_lines
from kerascheck.trust.printable import MAX_TEXT, Style

MAX_BYTES = 195_000
"""Bytes of the page."""

ROOM_FOR_LIST = 15_000
"""Bytes for findings in a line each, where there is no room for all in full."""


def render(report: Report, style: Style) -> str:
    """Return the page, in ASCII; the same for the same report."""
    css = Path(__file__).with_name("html.css").read_text("ascii")
    before, after = _overview(report), sections(report)
    frame = _page(report, css, joined((before, after)))
    findings = _findings(report, MAX_BYTES - len(frame))
    return _page(report, css, joined((before, findings, after)))


def _page(report: Report, css: str, body: Markup) -> str:
    head = joined(_head(report, css), "\n")
    footer = element("footer", f"kerascheck {__version__}", class_="soft small")
    page = element(
        "html",
        element("head", head),
        element("body", element("main", body), footer),
        lang="en",
    )
    return f"<!DOCTYPE html>\n{page}\n"


def _head(report: Report, css: str) -> tuple[Markup, ...]:
    digest = b64encode(sha256(css.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'"
    policy += "; base-uri 'none'; form-action 'none'"
    screen = "width=device-width, initial-scale=1"
    return (
        void("meta", charset="utf-8"),
        void("meta", http_equiv="Content-Security-Policy", content=policy),
        void("meta", name="viewport", content=screen),
        element("title", f"kerascheck: {headline(report)}"),
        element("style", Markup(css)),
    )


def _overview(report: Report) -> Markup:
    """Return the headline and what was looked at, or not; reasons have a section."""
    told, *_ = summary_lines(report, Style(width=MAX_TEXT))
    if report.not_run:
        told += f", {len(report.not_run)} undecided"
    return element(
        "header",
        element("h1", f"kerascheck: {headline(report)}"),
        element("p", told, class_="soft"),
        *(
            element("p", line, class_="soft")
            for line in unseen_lines(report, Style(width=MAX_TEXT))
        ),
    )


def _findings(report: Report, room: int) -> Markup:
    findings = worst_first(report.findings)
    lines = Lines(report.models)
    explained = {card.code for card in cards(report)}
    made = (article(f, lines.of(f), explained) for f in findings)
    full = fitting(made, room - ROOM_FOR_LIST)
    rest = listed("Findings without details", findings[len(full) :], _item)
    return joined((titled("Findings", full), rest))


def _item(finding: Finding) -> Markup:
    return element(
        "li",
        f"{finding.severity} ",
        element("code", finding.code),
        f" {finding.name} in ",
        element("code", finding.model),
    )
