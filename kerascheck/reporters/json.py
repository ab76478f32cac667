"""For programs: one document, schema_version 1."""

from __future__ import annotations

from kerascheck.core.document import as_json
from kerascheck.core.printable import Style
from kerascheck.core.report import Report


def render(report: Report, style: Style) -> str:
    """Return the report as JSON in ASCII, the same bytes for the same report."""
    return as_json(report)
