"""One finding as HTML: what was seen and expected, the fix, and what was measured."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from kerascheck.engine.finding import Confirmation, Finding
from kerascheck.engine.fix import Fix
from kerascheck.report.formats._markup import (
    Markup,
    element,
    joined,
    lines,
    prose,
    text,
)
from kerascheck.report.formats._measured import rows
from kerascheck.report.formats._svg import loss_curves, reliability
from kerascheck.report.lines import Line
from kerascheck.report.terminal import APPLICABILITIES, harm_of, proof

MAX_LINES = 60
"""Lines of one compile call that are shown."""


def article(finding: Finding, lines: tuple[Line, ...], explained: set[str]) -> Markup:
    """Return one finding in full.

    Args:
        finding: What to show.
        lines: Of source, from `Lines`.
        explained: Codes of the rules that the page tells about.
    """
    parts = [
        _title(finding, explained),
        element("p", prose(finding.message), class_="message"),
        _place(finding, lines),
    ]
    if harm_of(finding):
        parts.append(element("p", harm_of(finding), class_="small"))
    parts += _facts(finding)
    if finding.fix is not None:
        parts += _fix(finding.fix, finding)
    if finding.confirmation is not None:
        parts += _proof(finding.confirmation)
    return element("article", *parts, class_=f"card {finding.severity}")


def _title(finding: Finding, explained: set[str]) -> Markup:
    code = element("code", finding.code)
    if finding.code in explained:
        code = element("a", code, href=f"#{finding.code}")
    parts = [mark(finding.severity, finding.severity), code, text(finding.name)]
    if finding.confirmation is not None:
        status = finding.confirmation.status
        parts.append(mark(status.value, status.value))
    return element("h3", joined(parts, " "))


def mark(name: str, told: str) -> Markup:
    """Return a word in a frame, in the colour of a severity or a verdict."""
    return element("span", told, class_=f"mark {name}")


def _place(finding: Finding, lines: tuple[Line, ...]) -> Markup:
    told = [place for place in (finding.model, finding.location) if place]
    places = [element("code", place) for place in told]
    for i, line in enumerate(lines):
        place = element("code", line.place)
        places.append(joined((text(line.what), place), " ") if i else place)
    return element("p", joined(places, " &middot; "), class_="soft")


def _facts(finding: Finding) -> Iterator[Markup]:
    """Yield a table of what was seen, what was expected, and where it stands."""
    prefix = "" if finding.head is None else f"heads.{finding.head}."
    expected = {name: str(value) for name, value in finding.expected}
    told = []
    for fact in finding.evidence:
        name = fact.fact.removeprefix(prefix)
        told.append((name, fact.value, expected.pop(name, ""), fact.origin))
    told += [(name, "", value, "") for name, value in expected.items()]
    if told:
        labels = ("fact", "seen", "expected", "where it stands")
        yield element("h4", "Why")
        yield table(labels, told)


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


def _fix(fix: Fix, finding: Finding) -> Iterator[Markup]:
    yield element("h4", "Fix")
    yield element("p", prose(fix.title + APPLICABILITIES[fix.applicability]))
    if finding.code_lines:
        code = finding.code_lines[:MAX_LINES]
        yield element("pre", element("code", lines(code)))
    for other in finding.follows:
        told = f"This mends {other.code} {other.name} as well: {other.message}"
        yield element("p", told, class_="small")


def _proof(confirmation: Confirmation) -> Iterator[Markup]:
    yield element("h4", "Reference training")
    yield element("p", proof(confirmation))
    measured = rows(confirmation)
    if measured:
        yield table(("measured", "as compiled", "as fixed"), measured, "figures")
    before, after = confirmation.before, confirmation.after
    pairs = (("before", before), ("after", after))
    sides = [(name, side) for name, side in pairs if side is not None]
    charts = [
        _figure(chart, told)
        for chart, told in (
            (loss_curves(sides), "Training loss, each setup in its own loss"),
            (
                reliability(sides),
                "Reliability: share right in each bin of probability; "
                "a larger dot stands for more samples",
            ),
        )
        if chart is not None
    ]
    if charts:
        yield element("div", *charts, class_="charts")


def _figure(chart: Markup, told: str) -> Markup:
    keys = (
        element("span", "as compiled", class_="key before"),
        element("span", "as fixed", class_="key"),
    )
    caption = element("figcaption", *keys, element("p", told))
    return element("figure", chart, caption)
