"""For a comment on a pull request: Markdown, short enough for GitHub."""

from __future__ import annotations

from kerascheck.engine.outcome import Outcome
from kerascheck.report.formats._markdown import render_markdown
from kerascheck.trust.printable import Style

MARKER = "<!-- kerascheck -->"
"""A bot finds its comment by this line, to replace it."""

MAX_LENGTH = 65_000
"""Bytes; GitHub takes 65,536 characters."""


def render(outcome: Outcome, style: Style) -> str:
    """Return Markdown that mentions nobody and loads nothing."""
    room = MAX_LENGTH - len(MARKER) - 1
    return f"{MARKER}\n{render_markdown(outcome, style, room=room)}"
