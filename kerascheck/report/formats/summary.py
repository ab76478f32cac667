"""For the page of a GitHub Actions run: Markdown for GITHUB_STEP_SUMMARY."""

from __future__ import annotations

from kerascheck.engine.outcome import Outcome
from kerascheck.report.formats._markdown import render_markdown
from kerascheck.trust.printable import Style

MAX_LENGTH = 1_000_000
"""Bytes; GitHub refuses more than 1 MiB from one step."""


def render(outcome: Outcome, style: Style) -> str:
    """Return Markdown; headings start at level 3."""
    return render_markdown(outcome, style, room=MAX_LENGTH)
