"""A report as Markdown that GitHub and GitLab show, for comments and summaries.

Names come from whoever wrote the model, and these sites turn text into mentions,
links and images. So every word that is not plain stands in a code span, where none of
that happens.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import escape
from itertools import groupby

from kerascheck.engine.finding import Confirmation, Finding
from kerascheck.model.description import Scalar
from kerascheck.report.formats._choosing import fitting, worst_first
from kerascheck.report.formats._headline import headline
from kerascheck.report.formats._measured import rows
from kerascheck.report.lines import Line, Lines
from kerascheck.report.report import Report
from kerascheck.report.sparkline import sparkline
from kerascheck.report.terminal import APPLICABILITIES, harm_of, proof, summary_lines
from kerascheck.trust.printable import (
    MAX_TEXT,
    Style,
    count,
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

_CLAUSES = re.compile(r"(?<=;) ")
_BACKTICKS = re.compile(r"`+")


def rendered(report: Report, style: Style, *, room: int) -> str:
    """Return heading, table, summary and folded details.

    Args:
        report: What to show.
        style: Its `unicode` is used.
        room: Bytes of UTF-8 that must do; findings beyond are counted.
    """
    findings = worst_first(report.findings)
    blocks = [f"### kerascheck: {headline(report)}\n"]
    if findings:
        blocks.append(_table(findings, room // 3))
    blocks.append(_summary(report, style))
    room -= sum(len(block.encode()) for block in blocks) + _NOTES
    lines = Lines(report.models)
    details = fitting((_details(f, lines.of(f), style) for f in findings), room)
    blocks += details
    blocks += _rest(len(findings) - len(details), "in full")
    return "\n".join(blocks)


_NOTES = 300
"""Bytes kept for the lines that count what is left out, and for line breaks."""


def _rest(number: int, how: str) -> list[str]:
    more = f"{count(number, 'finding')} more not shown {how}, see the other reports.\n"
    return [more] if number > 0 else []


def _table(findings: list[Finding], room: int) -> str:
    heads = "| | rule | model | head | proof |\n|---|---|---|---|---|\n"
    lines = fitting(map(_row, findings), room)
    rest = "".join(f"\n{line}" for line in _rest(len(findings) - len(lines), "here"))
    return heads + "".join(lines) + rest


def _row(finding: Finding) -> str:
    proven = finding.confirmation
    cells = (
        finding.severity.value,
        f"{code(finding.code)} {prose(finding.name)}",
        code(finding.model),
        "" if finding.head is None else code(finding.head),
        "" if proven is None else proven.status.value,
    )
    return f"| {' | '.join(cells)} |\n"


def _summary(report: Report, style: Style) -> str:
    lines = summary_lines(report, style._replace(width=MAX_TEXT * 2))
    return "".join(f"{prose(line)}  \n" for line in lines)


def _details(finding: Finding, lines: tuple[Line, ...], style: Style) -> str:
    title = (
        f"{finding.severity} <code>{escape(finding.code)}</code> in "
        f"<code>{escape(shown(finding.model))}</code>"
    )
    body = "".join(f"{line}\n" for line in _body(finding, lines, style))
    return f"<details>\n<summary>{title}</summary>\n\n{body}\n</details>\n"


def _body(finding: Finding, lines: tuple[Line, ...], style: Style) -> Iterator[str]:
    yield f"{prose(finding.message)}\n"
    places = [code(place) for place in (finding.model, finding.location) if place]
    places += [code(line.place) for line in lines[:1]]
    places += [f"{line.what} {code(line.place)}" for line in lines[1:]]
    yield f"- **at** {', '.join(places)}"
    for fact in finding.evidence:
        origin = f", in {code(fact.origin)}" if fact.origin else ""
        yield f"- **seen** {code(fact.fact)} is {code(fact.value)}{origin}"
    if finding.expected:
        yield f"- **expected** {_facts(finding.expected)}"
    if harm_of(finding):
        yield f"- **harm** {prose(harm_of(finding))}"
    if finding.fix is not None:
        told = finding.fix.title + APPLICABILITIES[finding.fix.applicability]
        yield f"- **fix** {prose(told)}"
    for other in finding.follows:
        yield f"- **also mended** {prose(f'{other.code} {other.name}')}"
    if finding.confirmation is not None:
        yield f"- **proof** {prose(proof(finding.confirmation))}"
    if finding.code_lines:
        yield f"\n{fenced(list(finding.code_lines[:MAX_LINES]))}"
    if finding.confirmation is not None:
        yield from _measured(finding.confirmation, style)


def _facts(facts: Iterable[tuple[str, Scalar]]) -> str:
    return ", ".join(f"{code(name)} is {code(str(value))}" for name, value in facts)


def _measured(confirmation: Confirmation, style: Style) -> Iterator[str]:
    told = [tuple(map(prose, row)) for row in rows(confirmation)]
    curves = [
        code(sparkline(side.curve, unicode=style.unicode))
        if side and side.curve
        else ""
        for side in (confirmation.before, confirmation.after)
    ]
    if any(curves):
        told.append(("training loss, each in its own range", *curves))
    if told:
        yield "\n| | as compiled | as fixed |\n|---|---|---|"
    for row in told:
        yield f"| {' | '.join(row)} |"


def prose(text: str) -> str:
    """Return text on one line; what is in backticks, or no plain word, as code."""
    parts = shown(text).split("`")
    return " ".join(
        told
        for i, part in enumerate(parts)
        if part.strip()
        for told in ([code(part)] if i % 2 else _words(part))
    )


def _words(text: str) -> Iterator[str]:
    groups = (
        group
        for clause in _CLAUSES.split(text)
        for group in groupby(clause.split(), key=lambda w: bool(_PLAIN.fullmatch(w)))
    )
    for plain, group in groups:
        told = " ".join(group)
        if plain:
            yield told
        elif (framed := _FRAMED.fullmatch(told)) is not None:
            before, inside, after = framed.groups()
            yield f"{before}{code(inside)}{after}"


def code(text: str) -> str:
    r"""Return text as a code span; "|", which would end a table cell, as `\x7c`."""
    safe = shown(text).replace("|", r"\x7c") or "''"
    fence = "`" * (_longest_run(safe) + 1)
    space = " " if safe[0] in "` " or safe[-1] in "` " else ""
    return f"{fence}{space}{safe}{space}{fence}"


def fenced(lines: list[str]) -> str:
    """Return lines as a block of Python code that none of them can end."""
    safe = [printable(shortened(line, MAX_TEXT)) for line in lines]
    fence = "`" * max(3, 1 + max(map(_longest_run, safe), default=0))
    return "\n".join((f"{fence}python", *safe, fence))


def _longest_run(text: str) -> int:
    return max(map(len, _BACKTICKS.findall(text)), default=0)
