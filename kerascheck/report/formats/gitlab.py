"""For GitLab: a code quality report, which merge requests show."""

from __future__ import annotations

from kerascheck.engine.finding import Finding, Severity
from kerascheck.engine.fingerprint import LENGTH
from kerascheck.engine.outcome import ConfigurationUse, Outcome
from kerascheck.report.document import Document, ascii_json
from kerascheck.report.formats._locate import FileLine, Locator
from kerascheck.trust.printable import MAX_TEXT, Style, printable, shortened, shown

_SEVERITIES = {
    Severity.ERROR: "major",
    Severity.WARNING: "minor",
    Severity.NOTE: "info",
}


def render(outcome: Outcome, style: Style) -> str:
    """Return a JSON array with one entry for each finding.

    A configuration that turns something off also has one, at its own file.
    """
    locator = Locator(outcome)
    entries = [_entry(f, locator.locate(f)) for f in outcome.findings]
    uses = [use for use in outcome.configuration if use.sentence]
    entries += [_configuration(use, locator.file(use.path)) for use in uses]
    return ascii_json(entries)


def _entry(finding: Finding, place: FileLine) -> Document:
    return {
        # The widget does not show check_name, so the description has the code.
        "description": f"{finding.code}: {shown(finding.message)}",
        "check_name": finding.name,
        "fingerprint": finding.fingerprint,
        "severity": _SEVERITIES[finding.severity],
        "location": _location(place),
    }


def _configuration(use: ConfigurationUse, place: FileLine) -> Document:
    from hashlib import sha256

    sentence = shown(use.sentence)
    return {
        "description": sentence,
        "check_name": "configuration",
        "fingerprint": sha256(sentence.encode()).hexdigest()[:LENGTH],
        "severity": _SEVERITIES[Severity.NOTE],
        "location": _location(place),
    }


def _location(place: FileLine) -> Document:
    path = printable(shortened(place.file, MAX_TEXT))
    return {"path": path, "lines": {"begin": place.line}}
