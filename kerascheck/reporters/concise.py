r"""For grep and problem matchers: one line for each finding, path first.

A line matches ^(?P<path>.+?): (?P<code>KC\d{3}) (?P<severity>\w+): (?P<message>.*)$
"""

from __future__ import annotations

from kerascheck.core.finding import Finding
from kerascheck.core.printable import LONGEST_TEXT, Style, printable, shortened
from kerascheck.core.report import Report
from kerascheck.core.text import statistics_lines, summary_lines


def render(report: Report, style: Style) -> str:
    """Return one line for each finding and, unless quiet, the summary."""
    if style.statistics:
        lines = list(statistics_lines(report, style))
    else:
        lines = [_line(finding) for finding in report.findings]
    if not style.quiet:
        lines += summary_lines(report, style)
    return "".join(f"{line}\n" for line in lines)


def _line(finding: Finding) -> str:
    text = f"{finding.code} {finding.severity}: {finding.message}"
    return printable(f"{finding.model}: {shortened(text, LONGEST_TEXT)}")
