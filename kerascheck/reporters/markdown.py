"""For a comment on a pull request: Markdown, short enough for GitHub."""

from __future__ import annotations

from kerascheck.core.printable import Style
from kerascheck.core.report import Report
from kerascheck.reporters._markdown import rendered

MARKER = "<!-- kerascheck -->"
"""By this a bot finds its comment again, to write it anew."""

LONGEST = 65_000
"""Bytes; GitHub takes 65,536 characters."""


def render(report: Report, style: Style) -> str:
    """Return Markdown that mentions nobody and loads nothing."""
    return f"{MARKER}\n{rendered(report, style, room=LONGEST - len(MARKER) - 1)}"
