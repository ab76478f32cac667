"""For programs: one document, schema_version 1."""

from __future__ import annotations

from kerascheck.engine.outcome import Outcome
from kerascheck.report.document import as_json
from kerascheck.trust.printable import Style


def render(outcome: Outcome, style: Style) -> str:
    """Return the report as JSON in ASCII, the same bytes for the same report."""
    return as_json(outcome)
