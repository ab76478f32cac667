"""A report as Markdown that GitHub and GitLab show, for comments and summaries.

Names come from whoever wrote the model, and these sites turn text into mentions,
links and images. So every word that is not plain is in a code span, where none of that
happens.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import escape
from itertools import groupby

from kerascheck.engine.finding import Confirmation, Finding
from kerascheck.engine.outcome import Outcome, sort_by_severity
from kerascheck.report.figures import figures, sparkline
from kerascheck.report.totals import headline, summary_lines
from kerascheck.report.view import (
    Code,
    Row,
    SourceLine,
    SourceLines,
    Text,
    place,
    rows,
)
from kerascheck.trust.printable import (
    MAX_TEXT,
    Style,
    count,
    fit_into,
    printable,
    shortened,
    shown,
)

MAX_LINES = 60
"""Lines of one compile call that are shown."""

# No commit id in letters, which GitHub links; no number that could start a list.
_PLAIN = re.compile(
    r"\(?(?!.*\b[a-f]{7})[A-Za-z]+(?:-[A-Za-z]+)*\)?[,.;:]?"
    r"|\(?\d{1,4}(?:\.\d{1,4})?%?[,;]?"
    r"|->|[–±]"
)
_FRAMED = re.compile(r"(\(?)(.+?)([),.;:]*)", re.DOTALL)
"""Words that are not plain, without the punctuation around them."""

_PUNCTUATED = re.compile(r"([ ,:(]*)(.*?)([ ,:)]*)", re.DOTALL)
"""Words with blanks and punctuation around them that mean nothing in Markdown."""

_CLAUSES = re.compile(r"(?<=;) ")
_BACKTICKS = re.compile(r"`+")


def render_markdown(outcome: Outcome, style: Style, *, room: int) -> str:
    """Return heading, table, summary and folded details.

    Args:
        outcome: What to show.
        style: Its `unicode` is used.
        room: Most bytes of UTF-8; findings beyond are counted.
    """
    findings = sort_by_severity(outcome.findings)
    blocks = [f"### kerascheck: {headline(outcome)}\n"]
    if findings:
        blocks.append(_table(findings, room // 3))
    blocks.append(_summary(outcome, style))
    room -= sum(len(block.encode()) for block in blocks) + _NOTES
    lines = SourceLines(outcome.models)
    details = fit_into((_details(f, lines.find(f), style) for f in findings), room)
    blocks += details
    blocks += _rest(len(findings) - len(details), "in full")
    return "\n".join(blocks)


_NOTES = 300
"""Bytes kept for the lines that count what is not shown, and for line breaks."""


def _rest(number: int, how: str) -> list[str]:
    if number <= 0:
        return []
    return [
        f"{count(number, 'more finding')} not shown {how}, see the other reports.\n"
    ]


def _table(findings: list[Finding], room: int) -> str:
    heads = "| | rule | model | head | proof |\n|---|---|---|---|---|\n"
    lines = fit_into(map(_table_row, findings), room)
    rest = "".join(f"\n{line}" for line in _rest(len(findings) - len(lines), "here"))
    return heads + "".join(lines) + rest


def _table_row(finding: Finding) -> str:
    confirmation = finding.confirmation
    cells = (
        finding.severity.value,
        f"{code(finding.code)} {prose(finding.name)}",
        code(finding.model),
        "" if finding.head is None else code(finding.head),
        "" if confirmation is None else confirmation.status.value,
    )
    return f"| {' | '.join(cells)} |\n"


def _summary(outcome: Outcome, style: Style) -> str:
    lines = summary_lines(outcome, style._replace(width=MAX_TEXT * 2))
    return "".join(f"{prose(line)}  \n" for line in lines)


def _details(finding: Finding, lines: tuple[SourceLine, ...], style: Style) -> str:
    title = (
        f"{finding.severity} <code>{escape(finding.code)}</code> in "
        f"<code>{escape(shown(finding.model))}</code>"
    )
    body = "".join(f"{line}\n" for line in _body(finding, lines, style))
    return f"<details>\n<summary>{title}</summary>\n\n{body}\n</details>\n"


def _body(
    finding: Finding, lines: tuple[SourceLine, ...], style: Style
) -> Iterator[str]:
    yield f"{prose(finding.message)}\n"
    for row in (Row("at", place(finding, lines)), *rows(finding)):
        label = f"**{row.heading}** " if row.heading else ""
        origin = f", in {code(row.origin)}" if row.origin else ""
        yield f"- {label}{_inline(row.text)}{origin}"
        if row.code:
            fence = fenced(row.code[:MAX_LINES])
            yield "\n".join(f"  {line}" for line in fence.split("\n"))
    if finding.confirmation is not None:
        yield from _figures(finding.confirmation, style)


def _inline(text: Text) -> str:
    """Return words as prose, names as code, and the punctuation between them."""
    parts = (code(part) if isinstance(part, Code) else _between(part) for part in text)
    return "".join(parts).strip(" ")


def _between(part: str) -> str:
    framed = _PUNCTUATED.fullmatch(shown(part))
    assert framed is not None  # it matches every text
    before, words, after = framed.groups()
    return f"{before}{prose(words)}{after}"


def _figures(confirmation: Confirmation, style: Style) -> Iterator[str]:
    table = [tuple(map(prose, figure)) for figure in figures(confirmation)]
    curves = [
        code(sparkline(side.curve, unicode=style.unicode))
        if side and side.curve
        else ""
        for side in (confirmation.before, confirmation.after)
    ]
    if any(curves):
        table.append(("training loss, each in its own range", *curves))
    if table:
        yield "\n| | as compiled | as fixed |\n|---|---|---|"
    for cells in table:
        yield f"| {' | '.join(cells)} |"


def prose(text: str) -> str:
    """Return text on one line; what is in backticks, or no plain word, as code."""
    parts = shown(text).split("`")
    return " ".join(
        word
        for i, part in enumerate(parts)
        if part.strip()
        for word in ([code(part)] if i % 2 else _words(part))
    )


def _words(text: str) -> Iterator[str]:
    groups = (
        group
        for clause in _CLAUSES.split(text)
        for group in groupby(clause.split(), key=lambda w: bool(_PLAIN.fullmatch(w)))
    )
    for plain, group in groups:
        words = " ".join(group)
        if plain:
            yield words
        elif (framed := _FRAMED.fullmatch(words)) is not None:
            before, inside, after = framed.groups()
            yield f"{before}{code(inside)}{after}"


def code(text: str) -> str:
    r"""Return text as a code span; "|", which would end a table cell, as `\x7c`."""
    safe = shown(text).replace("|", r"\x7c") or "''"
    fence = "`" * (_longest_run(safe) + 1)
    space = " " if safe[0] in "` " or safe[-1] in "` " else ""
    return f"{fence}{space}{safe}{space}{fence}"


def fenced(lines: Iterable[str]) -> str:
    """Return lines as a block of Python code that none of them can end."""
    safe = [printable(shortened(line, MAX_TEXT)) for line in lines]
    fence = "`" * max(3, 1 + max(map(_longest_run, safe), default=0))
    return "\n".join((f"{fence}python", *safe, fence))


def _longest_run(text: str) -> int:
    return max(map(len, _BACKTICKS.findall(text)), default=0)
