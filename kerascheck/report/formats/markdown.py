"""For a comment on a pull request: Markdown, short enough for GitHub."""

from __future__ import annotations

from kerascheck.report.formats._markdown import rendered
from kerascheck.report.report import Report
from kerascheck.trust.printable import Style

MARKER = "<!-- kerascheck -->"
"""By this a bot finds its comment again, to write it anew."""

MAX_LENGTH = 65_000
"""Bytes; GitHub takes 65,536 characters."""


def render(report: Report, style: Style) -> str:
    """Return Markdown that mentions nobody and loads nothing."""
    return f"{MARKER}\n{rendered(report, style, room=MAX_LENGTH - len(MARKER) - 1)}"
