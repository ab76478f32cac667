"""One finding as HTML: its rows as a table, and what was measured with charts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from kerascheck.engine.finding import Confirmation, Finding
from kerascheck.model.site import address_of
from kerascheck.report.figures import figures
from kerascheck.report.formats._markup import (
    Markup,
    code_lines,
    element,
    inline,
    joined,
    prose,
    text,
)
from kerascheck.report.formats._svg import loss_curves, reliability
from kerascheck.report.view import Row, SourceLine, place, rows

MAX_LINES = 60
"""Lines of one compile call that are shown."""


def article(
    finding: Finding, lines: tuple[SourceLine, ...], explained: set[str]
) -> Markup:
    """Return one finding in full.

    Args:
        finding: What to show.
        lines: Of source, from `SourceLines`.
        explained: Codes of the rules that the page has a section about.
    """
    parts = [
        _title(finding, explained),
        element("p", prose(finding.message), class_="message"),
        element("table", *map(_row, _all_rows(finding, lines)), class_="rows"),
    ]
    if finding.confirmation is not None:
        parts += _measured(finding.confirmation)
    return element("article", *parts, class_=f"card {finding.severity}")


def named(finding: Finding, explained: set[str]) -> Markup:
    """Return severity, code and name, each with the link that it has."""
    code = element("code", finding.code)
    if finding.code in explained:
        code = element("a", code, href=f"#{finding.code}")
    page = address_of(finding.code, finding.name)
    name = element("a", finding.name, href=page) if page else text(finding.name)
    return joined((mark(finding.severity, finding.severity), code, name), " ")


def _title(finding: Finding, explained: set[str]) -> Markup:
    parts = [named(finding, explained)]
    if finding.confirmation is not None:
        status = finding.confirmation.status
        parts.append(mark(status.value, status.value))
    return element("h3", joined(parts, " "))


def mark(name: str, word: str) -> Markup:
    """Return a word in a frame, in the colour of a severity or a verdict."""
    return element("span", word, class_=f"mark {name}")


def _all_rows(finding: Finding, lines: tuple[SourceLine, ...]) -> Iterator[Row]:
    yield Row("at", place(finding, lines))
    yield from rows(finding)


def _row(row: Row) -> Markup:
    parts = [inline(row.text)]
    if row.origin:
        parts.append(element("span", " ", row.origin, class_="origin"))
    if row.code:
        parts.append(element("pre", element("code", code_lines(row.code[:MAX_LINES]))))
    return element("tr", element("th", row.heading, scope="row"), element("td", *parts))


def table(
    labels: Sequence[str], cells: Iterable[Sequence[str]], class_: str = "facts"
) -> Markup:
    """Return a table; on a phone each cell has its label before it."""
    head = element("tr", *(element("th", label, scope="col") for label in labels))
    body = [
        element(
            "tr",
            element("th", row[0], scope="row"),
            *(
                element("td", cell, data_label=label)
                for label, cell in zip(labels[1:], row[1:], strict=True)
            ),
        )
        for row in cells
    ]
    return element(
        "table", element("thead", head), element("tbody", *body), class_=class_
    )


def _measured(confirmation: Confirmation) -> Iterator[Markup]:
    measured = figures(confirmation)
    if measured:
        yield table(("measured", "as compiled", "as fixed"), measured, "figures")
    before, after = confirmation.before, confirmation.after
    pairs = (("before", before), ("after", after))
    sides = [(name, side) for name, side in pairs if side is not None]
    charts = [
        _figure(chart, caption)
        for chart, caption in (
            (loss_curves(sides), "Training loss, each setup in its own loss"),
            (
                reliability(sides),
                "Reliability: share of correct predictions by predicted probability; "
                "a larger dot means more samples",
            ),
        )
        if chart is not None
    ]
    if charts:
        yield element("div", *charts, class_="charts")


def _figure(chart: Markup, caption: str) -> Markup:
    keys = (
        element("span", "as compiled", class_="key before"),
        element("span", "as fixed", class_="key"),
    )
    return element("figure", chart, element("figcaption", *keys, element("p", caption)))
