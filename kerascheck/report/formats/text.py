"""For people, at a terminal: each finding with its reasons and its fix."""

from __future__ import annotations

from kerascheck.report.report import Report
from kerascheck.report.terminal import rendered
from kerascheck.trust.printable import Style


def render(report: Report, style: Style) -> str:
    """Return the report as text."""
    return rendered(report, style)
