"""What pytest keeps of a check in the report of a test, for JUnit and the summary.

Properties are pairs of strings. They come back from the workers of pytest-xdist, and
`--junit-xml` writes them.
"""

from __future__ import annotations

from collections.abc import Iterator

from kerascheck.report.formats.concise import render
from kerascheck.report.report import Report
from kerascheck.trust.printable import Style, shown

MODEL = "kerascheck.model"
"""A model that was looked at."""

NOT_CHECKED = "kerascheck.not-checked"
"""A model of which no rule could be decided, and why."""

CODE = "kerascheck.code"
FINGERPRINT = "kerascheck.fingerprint"

FINDING = "kerascheck.finding"
"""A finding, on one line."""

Properties = Iterator[tuple[str, str]]


def properties(report: Report) -> Properties:
    """Yield what is kept of a report."""
    yield from of_models(report)
    yield from of_findings(report)


def of_models(report: Report) -> Properties:
    """Yield what is kept of the models of a report."""
    for model in report.models:
        yield looked_at(model.path)
        if not report.decided:
            yield unchecked(model.path, why_unchecked(report, model.path))


def of_findings(report: Report) -> Properties:
    """Yield what is kept of the findings of a report."""
    lines = render(report, Style(quiet=True)).splitlines()
    for finding, line in zip(report.findings, lines, strict=True):
        yield CODE, finding.code
        yield FINGERPRINT, finding.fingerprint
        yield FINDING, line


def looked_at(model: str) -> tuple[str, str]:
    """Return what is kept of a model."""
    return MODEL, shown(model)


def unchecked(model: str, why: str) -> tuple[str, str]:
    """Return what is kept of a model of which nothing is known."""
    return NOT_CHECKED, f"{shown(model)}: {shown(why)}"


def why_unchecked(report: Report, model: str) -> str:
    """Return why no rule was decided for a model."""
    reasons = (item.why for item in report.not_run if item.model == model)
    return "; ".join(dict.fromkeys(reasons)) or "it cannot be read"
