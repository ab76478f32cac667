"""A report as a small piece of HTML: the table under a cell of a notebook.

Colours are those of the notebook, light or dark; only the mark of a severity has its
own. Nothing is fetched and no script runs. Text out of a model is escaped.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from kerascheck.engine.finding import Finding
from kerascheck.engine.outcome import Outcome, sort_by_severity
from kerascheck.report.totals import summary_lines
from kerascheck.report.view import Row, Text, place, rows
from kerascheck.trust.printable import MAX_TEXT, Style, printable, shown

MAX_COUNT = 50
"""Findings that are listed, the worst first."""

_MARKS = {"error": "#d64545", "warning": "#c98a16", "note": "#4a86c5"}
_CELL = (
    "padding:4px 10px;border-bottom:1px solid rgba(128,128,128,.3);"
    "text-align:left;vertical-align:top;white-space:normal"
)
_BOX = "font-family:system-ui,sans-serif;font-size:13px;color:inherit;max-width:60em"
_TABLE = "border-collapse:collapse;font-size:inherit;color:inherit;background:none"
_CODE = (
    "white-space:pre-wrap;margin:4px 0 0;font-size:12px;background:none;color:inherit"
)


def finding_fragment(finding: Finding) -> str:
    """Return the table of one finding."""
    return _boxed(_table([finding]))


def fragment(outcome: Outcome) -> str:
    """Return the summary and, if there are findings, a table of them."""
    lines = "<br>".join(map(_text, summary_lines(outcome, Style(width=MAX_TEXT))))
    html = f'<div style="margin:4px 0"><b>kerascheck</b> {lines}</div>'
    if outcome.findings:
        html += _table(sort_by_severity(outcome.findings)[:MAX_COUNT])
    more = len(outcome.findings) - MAX_COUNT
    if more > 0:
        html += f"<div>and {more} more</div>"
    return _boxed(html)


def _boxed(html: str) -> str:
    return f'<div class="kerascheck" style="{_BOX}">{html}</div>'


def _table(findings: Sequence[Finding]) -> str:
    heads = "".join(
        f'<th style="{_CELL}">{name}</th>' for name in ("finding", "what", "fix")
    )
    return (
        f'<table style="{_TABLE}"><thead><tr>{heads}</tr></thead>'
        f"<tbody>{''.join(map(_table_row, findings))}</tbody></table>"
    )


def _table_row(finding: Finding) -> str:
    severity = str(finding.severity)
    mark = f"border-left:4px solid {_MARKS[severity]}"
    every = list(rows(finding))
    claim = "harm" if finding.confirmation is None else "proof"
    small = [place(finding), *(row.text for row in every if row.label == claim)]
    first, *rest = (
        f"<b>{severity}</b> {finding.code}<br>{_text(finding.name)}",
        _text(finding.message) + "".join(map(_small, small)),
        "".join(_fix(row) for row in every if row.label == "fix"),
    )
    return (
        f'<tr><td style="{_CELL};{mark}">{first}</td>'
        + "".join(f'<td style="{_CELL}">{cell}</td>' for cell in rest)
        + "</tr>"
    )


def _small(text: Text) -> str:
    return f"<br><small>{_text(''.join(text))}</small>"


def _fix(row: Row) -> str:
    html = _text("".join(row.text))
    if row.code:
        code = escape("\n".join(map(printable, row.code)))
        html += f'<details><summary>code</summary><pre style="{_CODE}">{code}</pre>'
        html += "</details>"
    return f"<div>{html}</div>"


def _text(text: str) -> str:
    return escape(shown(text))
