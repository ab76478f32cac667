"""For GitLab: a code quality report, which merge requests show."""

from __future__ import annotations

from kerascheck.engine.finding import Finding, Severity
from kerascheck.engine.fingerprint import LENGTH
from kerascheck.engine.outcome import ConfigurationUse
from kerascheck.report.document import Document, ascii_json
from kerascheck.report.formats._place import Place, Places
from kerascheck.report.report import Report
from kerascheck.trust.printable import MAX_TEXT, Style, printable, shortened, shown

_SEVERITIES = {
    Severity.ERROR: "major",
    Severity.WARNING: "minor",
    Severity.NOTE: "info",
}


def render(report: Report, style: Style) -> str:
    """Return a JSON array with one entry for each finding.

    A configuration that turns something off has one as well, at its own file.
    """
    places = Places(report)
    entries = [_entry(f, places.of(f)) for f in report.findings]
    uses = [use for use in report.configuration if use.sentence]
    entries += [_configuration(use, places.file(use.path)) for use in uses]
    return ascii_json(entries)


def _entry(finding: Finding, place: Place) -> Document:
    return {
        # The widget does not show check_name, so the code stands here as well.
        "description": f"{finding.code}: {shown(finding.message)}",
        "check_name": finding.name,
        "fingerprint": finding.fingerprint,
        "severity": _SEVERITIES[finding.severity],
        "location": _location(place),
    }


def _configuration(use: ConfigurationUse, place: Place) -> Document:
    from hashlib import sha256

    told = shown(use.sentence)
    return {
        "description": told,
        "check_name": "configuration",
        "fingerprint": sha256(told.encode()).hexdigest()[:LENGTH],
        "severity": _SEVERITIES[Severity.NOTE],
        "location": _location(place),
    }


def _location(place: Place) -> Document:
    path = printable(shortened(place.file, MAX_TEXT))
    return {"path": path, "lines": {"begin": place.line}}
