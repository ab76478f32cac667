"""For the page of a GitHub Actions run: Markdown for GITHUB_STEP_SUMMARY."""

from __future__ import annotations

from kerascheck.core.printable import Style
from kerascheck.core.report import Report
from kerascheck.reporters._markdown import rendered

LONGEST = 1_000_000
"""Bytes; GitHub refuses more than 1 MiB from one step."""


def render(report: Report, style: Style) -> str:
    """Return Markdown; headings start at level 3."""
    return rendered(report, style, room=LONGEST)
