"""Tutorials as one HTML page in the style of the report."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kerascheck.confirm.tutorials._judge import (
    JudgedRow,
    conclusions,
    judged_rows,
    tally,
)
from kerascheck.confirm.tutorials._tables import (
    NO_CONCLUSION,
    against_text,
    judged,
    row_lines,
    setting_text,
    trained_on,
)
from kerascheck.confirm.tutorials._tutorial import TutorialResult
from kerascheck.report.formats._markup import Markup, element, joined
from kerascheck.report.formats.html import page

_COLUMNS = ("quantity", "the text", "measured", "judged")


def as_html(results: Sequence[TutorialResult]) -> str:
    """Return the page, in ASCII."""
    title = "kerascheck: tutorials, trained again"
    return page(title, joined((element("h1", title), *map(_section, results))))


def _section(result: TutorialResult) -> Markup:
    card = result.tutorial
    trained = trained_on(result) or f"not: {result.reason}"
    parts = [
        element("h2", card.title),
        element("p", f"{card.setting}. Data: {result.data or 'none'}.", class_="soft"),
        element("p", f"Trained: {trained}.", class_="soft"),
    ]
    if result.trials:
        parts += _judged(result)
    return element("section", *parts, id=card.name)


def _judged(result: TutorialResult) -> Iterator[Markup]:
    rows = judged_rows(result)
    head = element("tr", *(element("th", name) for name in _COLUMNS))
    body = [
        line
        for place, row in enumerate(rows, start=1)
        for line in _lines(place, row, result.seeds)
    ]
    yield element(
        "table",
        element("thead", head),
        element("tbody", *body),
        class_="facts",
    )
    yield element("p", f"{tally(rows)}.")
    sentences = conclusions(result) or [f"Nothing follows: {NO_CONCLUSION}."]
    yield element("ul", *(element("li", sentence) for sentence in sentences))


def _lines(place: int, row: JudgedRow, seeds: int) -> Iterator[Markup]:
    """Yield the lines of a row: its setting, then one a quantity."""
    setting = element("b", f"{place}: {setting_text(row, seeds)}")
    width = len(_COLUMNS)
    yield element("tr", element("td", setting, colspan=width))
    for quantity, said, measured in row_lines(row):
        yield _cells((quantity, said, measured, judged(row, quantity)))
    if row.against:
        yield element("tr", element("td", against_text(row), colspan=width))


def _cells(cells: tuple[str, ...]) -> Markup:
    """Return one line of the table; on a phone each cell names its column."""
    first, *others = cells
    made = [element("td", first)]
    for cell, name in zip(others, _COLUMNS[1:], strict=True):
        made.append(element("td", cell, **{"data-label": name}))
    return element("tr", *made)
