"""What a report comes to, in a few words; nothing undecided looks like success."""

from __future__ import annotations

from kerascheck.engine.finding import Severity
from kerascheck.report.report import Report
from kerascheck.trust.printable import count


def headline(report: Report) -> str:
    """Return how much was found, or whether anything was looked at at all."""
    counts = [
        count(number, severity.value)
        for severity in Severity
        if (number := report.count(severity))
    ]
    if counts:
        return ", ".join(counts)
    if not report.models:
        return "nothing to check"
    return "no findings" if report.decided else "nothing could be checked"
