"""For people, at a terminal: each finding with its reasons and its fix."""

from __future__ import annotations

from kerascheck.engine.outcome import Outcome
from kerascheck.report.terminal import render_text
from kerascheck.trust.printable import Style


def render(outcome: Outcome, style: Style) -> str:
    """Return the report as text."""
    return render_text(outcome, style)
