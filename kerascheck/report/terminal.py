"""A report as plain text, shared by `str(report)` and the text format."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kerascheck.engine.finding import Confirmation, Finding, Severity, Verdict
from kerascheck.engine.outcome import Outcome
from kerascheck.model.site import address_of
from kerascheck.report.figures import NOTHING, figures, number, sparkline
from kerascheck.report.groups import grouped
from kerascheck.report.hints import next_steps, page_of
from kerascheck.report.totals import statistics_lines, summary_lines
from kerascheck.report.view import Row, SourceLine, SourceLines, place, rows
from kerascheck.trust.printable import (
    MAX_TEXT,
    Style,
    columns,
    count,
    padded,
    printable,
    shortened,
    shown,
    wrapped,
)

MAX_FINDINGS = 1000
"""Findings that text shows before it only counts."""

MAX_PLACES = 10
"""Places of one finding, beyond the first, that text shows before it only counts."""

_COLOURS = {
    Severity.ERROR: "1;31",
    Severity.WARNING: "1;33",
    Severity.NOTE: "1;36",
}
_VERDICTS = {
    Verdict.CONFIRMED: "32",
    Verdict.REFUTED: "33",
    Verdict.INCONCLUSIVE: "33",
    Verdict.NOT_RUN: "",
}
_BOLD, _DIM, _CODE = "1", "2", "36"
"""Codes of ANSI terminals (ECMA-48, SGR)."""

_GUTTER = 11
"""Columns before the text of a row, in which its label is."""

_MAIN_FIGURES = frozenset(
    {"true accuracy", "reported accuracy", "AUC", "calibration error (ECE)"}
)
"""Figures that text shows; tables of other formats have them all."""


def as_text(outcome: Outcome) -> str:
    """Return the report as text, 80 columns, without colour."""
    return render_text(outcome, Style())


def render_text(outcome: Outcome, style: Style) -> str:
    """Return the report as text: findings, what was not decided, a summary."""
    blocks = ["\n".join(lines) for lines in _blocks(outcome, style) if lines]
    return "\n".join(blocks) + "\n" if blocks else ""


def _blocks(outcome: Outcome, style: Style) -> Iterator[list[str]]:
    if style.statistics:
        yield list(statistics_lines(outcome, style))
    else:
        yield from _finding_blocks(outcome, style)
        more = len(outcome.findings) - MAX_FINDINGS
        if more > 0:
            yield [f"and {count(more, 'more finding')}, in the other formats"]
    if style.suppressed:
        yield list(_suppressed_lines(outcome, style))
    if style.verbose:
        yield list(_open_lines(outcome, style))
    if not style.quiet:
        yield list(summary_lines(outcome, style))
    if style.hints:
        steps = next_steps(outcome, corrected=style.corrected)
        yield [line for step in steps for line in wrapped(step, style.width)]


def _finding_blocks(outcome: Outcome, style: Style) -> Iterator[list[str]]:
    """Yield findings, those that say the same as one; a rule's first names its page."""
    lines = SourceLines(outcome.models)
    named: set[str] = set()
    for first, *others in grouped(outcome.findings[:MAX_FINDINGS]):
        places = ["".join(place(other, lines.find(other))) for other in others]
        block = list(finding_lines(first, style, lines.find(first), places))
        page = page_of(first) if style.hints else None
        if page is not None and page not in named:
            named.add(page)
            block += _text_lines("page", page, style)
        yield [*block, ""]


def finding_lines(
    finding: Finding,
    style: Style,
    lines: tuple[SourceLine, ...] = (),
    elsewhere: Sequence[str] = (),
) -> Iterator[str]:
    """Yield one finding as lines: what, where, why, the fix, and its proof.

    Args:
        finding: What to show.
        style: Width, colour and characters to use.
        lines: Of source, from `SourceLines`.
        elsewhere: Other places of which the same is said.
    """
    title = _paint(
        f"{finding.severity}[{finding.code}]", _COLOURS[finding.severity], style
    )
    title = _linked(title, address_of(finding.code, finding.name), style)
    yield f"{title} {_paint(shown(finding.name), _BOLD, style)}"
    yield from _text_lines("at", "".join(place(finding, lines)), style)
    for other in elsewhere[:MAX_PLACES]:
        yield from _text_lines("and at", other, style)
    if len(elsewhere) > MAX_PLACES:
        more = count(len(elsewhere) - MAX_PLACES, "more place")
        yield from _text_lines("and at", f"{more}, in the other formats", style)
    yield from _text_lines("", finding.message, style)
    yield from _row_lines(list(rows(finding, verbose=style.verbose)), finding, style)
    if finding.confirmation is not None:
        for line in _figure_lines(finding.confirmation, unicode=style.unicode):
            yield from _text_lines("", line, style)


def _row_lines(rows: list[Row], finding: Finding, style: Style) -> Iterator[str]:
    facts = [row for row in rows if row.origin]
    left, right = (
        max((columns(shown(text, unicode=style.unicode)) for text in texts), default=0)
        for texts in (["".join(row.text) for row in facts], [r.origin for r in facts])
    )
    aligned = left if left + 2 + right <= _room(style) else None
    proof = finding.confirmation
    for row in rows:
        if row.origin:
            yield from _fact_lines(row, aligned, style)
        else:
            colour = _VERDICTS[proof.status] if proof and row.heading == "proof" else ""
            yield from _text_lines(row.heading, "".join(row.text), style, colour)
        for line in row.code:
            safe = printable(shortened(line, MAX_TEXT))
            indent = len(safe) - len(safe.lstrip(" "))
            yield " " * (_GUTTER + indent) + _paint(safe[indent:], _CODE, style)


def _fact_lines(row: Row, aligned: int | None, style: Style) -> Iterator[str]:
    """Yield a fact with its origin: to the right if all fit there, else below."""
    fact = shown("".join(row.text), unicode=style.unicode)
    origin = shown(row.origin, unicode=style.unicode)
    if aligned is not None:
        origin = _paint(origin, _DIM, style)
        yield f"{_gutter(row.heading, style)}{padded(fact, aligned)}  {origin}"
        return
    lines = wrapped(fact, _room(style))
    below = wrapped(f"in {origin}", _room(style) - 2)
    lines += [f"  {_paint(line, _DIM, style)}" for line in below]
    for i, line in enumerate(lines):
        yield _gutter("" if i else row.heading, style) + line


def _text_lines(label: str, text: str, style: Style, colour: str = "") -> Iterator[str]:
    if not text:
        return
    safe = shown(text, unicode=style.unicode)
    for i, line in enumerate(wrapped(safe, _room(style))):
        yield _gutter("" if i else label, style) + _paint(line, colour, style)


def _room(style: Style) -> int:
    return max(style.width - _GUTTER, 20)


def _gutter(label: str, style: Style) -> str:
    """Return the label of a row, or blanks, up to the column of its text."""
    if not label:
        return " " * _GUTTER
    return f"  {_paint(label, _DIM, style)}{' ' * (_GUTTER - 2 - len(label))}"


def _paint(text: str, colour: str, style: Style) -> str:
    return f"\x1b[{colour}m{text}\x1b[0m" if style.colour and colour else text


def _linked(text: str, address: str | None, style: Style) -> str:
    """Return text that leads to an address, if the terminal has colours (OSC 8)."""
    if address is None or not style.colour:
        return text
    return f"\x1b]8;;{address}\x1b\\{text}\x1b]8;;\x1b\\"


def _figure_lines(confirmation: Confirmation, *, unicode: bool) -> Iterator[str]:
    """Yield what was measured before and after the fix, and both loss curves."""
    before, after = confirmation.before, confirmation.after
    if before is None or after is None:
        return
    arrow = " → " if unicode else " -> "
    pairs = [
        f"{figure.name} {figure.before}{arrow}{figure.after}"
        for figure in figures(confirmation)
        if figure.name in _MAIN_FIGURES
    ]
    if pairs:
        yield _without_unicode(", ".join(pairs), unicode=unicode)
    for name, side in (("before", before), ("after", after)):
        if side.raises is not None:
            yield f"{name} raises {side.raises}"
        elif side.curve:
            ends = f"{number(side.first_loss)}{arrow}{number(side.loss)}"
            ends = _without_unicode(ends, unicode=unicode)
            yield f"loss {name:<6} {sparkline(side.curve, unicode=unicode)} {ends}"


def _without_unicode(figures: str, *, unicode: bool) -> str:
    return figures if unicode else figures.replace("±", "+-").replace(NOTHING, "-")


def _open_lines(outcome: Outcome, style: Style) -> Iterator[str]:
    for item in outcome.not_run:
        where = f"{item.model}: heads.{item.head}" if item.head else item.model
        text = f"{item.code} {item.name} at {where}: {item.why}"
        yield from _listed_lines("undecided", text, style)
    for path, why in outcome.skipped:
        yield from _listed_lines("skipped", f"{path}: {why}", style)


def _suppressed_lines(outcome: Outcome, style: Style) -> Iterator[str]:
    for item in outcome.suppressed:
        where = "".join(place(item.finding))
        text = f"{item.finding.code} {item.finding.name} at {where}: {item.why}"
        yield from _listed_lines("suppressed", text, style)


def _listed_lines(label: str, text: str, style: Style) -> Iterator[str]:
    room = max(style.width - len(label) - 1, 20)
    for i, line in enumerate(wrapped(shown(text, unicode=style.unicode), room)):
        yield f"{' ' * len(label) if i else label} {line}"
