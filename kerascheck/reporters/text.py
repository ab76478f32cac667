"""For people, at a terminal: each finding with its reasons and its fix."""

from __future__ import annotations

from kerascheck.core.printable import Style
from kerascheck.core.report import Report
from kerascheck.core.text import rendered


def render(report: Report, style: Style) -> str:
    """Return the report as text."""
    return rendered(report, style)
