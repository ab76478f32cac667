"""For programs: one document, schema_version 1."""

from __future__ import annotations

from kerascheck.report.document import as_json
from kerascheck.report.report import Report
from kerascheck.trust.printable import Style


def render(report: Report, style: Style) -> str:
    """Return the report as JSON in ASCII, the same bytes for the same report."""
    return as_json(report)
