"""A report as a small piece of HTML: the table under a cell of a notebook.

Colours are those of the notebook, light or dark; only the mark of a severity has its
own. Nothing is fetched and no script runs. Text out of a model is escaped.
"""

from __future__ import annotations

from html import escape

from kerascheck.engine.finding import Finding
from kerascheck.report.report import Report
from kerascheck.report.terminal import harm_of, proof, summary_lines, unseen_lines
from kerascheck.trust.printable import MAX_TEXT, Style, printable, shown

MAX_COUNT = 50
"""Findings that are listed."""

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


def fragment(report: Report) -> str:
    """Return a summary line and, where there are findings, a table of them."""
    style = Style(width=MAX_TEXT)
    unseen = list(unseen_lines(report, style))
    summary = list(summary_lines(report, style))
    summary = summary[: len(summary) - len(unseen)]
    told = f'<div style="margin:4px 0"><b>kerascheck</b> {_text(" ".join(summary))}'
    told += "".join(f"<br>{_text(line)}" for line in unseen) + "</div>"
    rows = "".join(_row(finding) for finding in report.findings[:MAX_COUNT])
    if rows:
        heads = "".join(
            f'<th style="{_CELL}">{name}</th>' for name in ("finding", "what", "fix")
        )
        told += (
            f'<table style="{_TABLE}">'
            f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"
        )
    left = len(report.findings) - MAX_COUNT
    if left > 0:
        told += f"<div>and {left} more</div>"
    return f'<div class="kerascheck" style="{_BOX}">{told}</div>'


def _row(finding: Finding) -> str:
    severity = str(finding.severity)
    mark = f"border-left:4px solid {_MARKS[severity]}"
    place = finding.model + (f": {finding.head}" if finding.head else "")
    cells = (
        f"<b>{severity}</b> {finding.code}<br>{_text(finding.name)}",
        f"{_text(finding.message)}<br><small>{_text(place)}</small>{_harm(finding)}",
        _fix(finding),
    )
    first, *rest = cells
    return (
        f'<tr><td style="{_CELL};{mark}">{first}</td>'
        + "".join(f'<td style="{_CELL}">{cell}</td>' for cell in rest)
        + "</tr>"
    )


def _harm(finding: Finding) -> str:
    confirmation = finding.confirmation
    if confirmation is None:
        return f"<br><small>{_text(harm_of(finding))}</small>"
    return f"<br><small>{_text(proof(confirmation))}</small>"


def _fix(finding: Finding) -> str:
    if finding.fix is None:
        return ""
    told = _text(finding.fix.title)
    if finding.code_lines:
        code = escape("\n".join(map(printable, finding.code_lines)))
        told += f'<details><summary>code</summary><pre style="{_CODE}">{code}</pre>'
        told += "</details>"
    return told


def _text(text: str) -> str:
    return escape(shown(text))
