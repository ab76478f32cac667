r"""For grep and problem matchers: one line for each finding, path first.

A line matches ^(?P<path>.+?): (?P<code>KC\d{3}) (?P<severity>\w+): (?P<message>.*)$
A live model has no path: FILE:LINE of what made it stands there, where that is known.
"""

from __future__ import annotations

from collections.abc import Callable

from kerascheck.engine.finding import Finding
from kerascheck.report.lines import Lines
from kerascheck.report.report import Report
from kerascheck.report.terminal import statistics_lines, summary_lines
from kerascheck.trust.printable import MAX_TEXT, Style, printable, shortened


def render(report: Report, style: Style) -> str:
    """Return one line for each finding and, unless quiet, the summary."""
    if style.statistics:
        lines = list(statistics_lines(report, style))
    else:
        place = _places(report)
        lines = [_line(place(finding), finding) for finding in report.findings]
    if not style.quiet:
        lines += summary_lines(report, style)
    return "".join(f"{line}\n" for line in lines)


def _places(report: Report) -> Callable[[Finding], str]:
    """Return what tells where the model of a finding is."""
    live = Lines(model for model in report.models if model.format == "live")

    def place(finding: Finding) -> str:
        return next((line.place for line in live.of(finding)), finding.model)

    return place


def _line(place: str, finding: Finding) -> str:
    text = f"{finding.code} {finding.severity}: {finding.message}"
    return printable(f"{place}: {shortened(text, MAX_TEXT)}")
