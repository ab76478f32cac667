"""For GitLab: a code quality report, which merge requests show."""

from __future__ import annotations

from kerascheck.core.document import Document, ascii_json
from kerascheck.core.finding import Finding, Severity
from kerascheck.core.printable import LONGEST_TEXT, Style, printable, shortened, shown
from kerascheck.core.report import Report
from kerascheck.reporters._place import Place, Places

_SEVERITIES = {
    Severity.ERROR: "major",
    Severity.WARNING: "minor",
    Severity.NOTE: "info",
}


def render(report: Report, style: Style) -> str:
    """Return a JSON array with one entry for each finding."""
    places = Places(report)
    return ascii_json([_entry(f, places.of(f)) for f in report.findings])


def _entry(finding: Finding, place: Place) -> Document:
    path = printable(shortened(place.file, LONGEST_TEXT))
    return {
        # The widget does not show check_name, so the code stands here as well.
        "description": f"{finding.code}: {shown(finding.message)}",
        "check_name": finding.name,
        "fingerprint": finding.fingerprint,
        "severity": _SEVERITIES[finding.severity],
        "location": {"path": path, "lines": {"begin": place.line}},
    }
