"""For GitHub Actions: annotations in the log, which GitHub shows next to the code.

GitHub keeps ten annotations of a kind for each step and silently drops the rest.
So at most nine findings of a kind are shown, and a tenth annotation counts the rest.
"""

from __future__ import annotations

from collections.abc import Iterator

from kerascheck.engine.finding import Finding, Severity
from kerascheck.engine.outcome import Outcome
from kerascheck.report.formats._locate import FileLine, Locator
from kerascheck.report.totals import summary_lines, unseen_lines
from kerascheck.trust.printable import (
    MAX_TEXT,
    Style,
    count,
    printable,
    shortened,
    shown,
)

MAX_COUNT = 10
"""Annotations of one kind that GitHub keeps."""

_KINDS = {
    Severity.ERROR: "error",
    Severity.WARNING: "warning",
    Severity.NOTE: "notice",
}


def render(outcome: Outcome, style: Style) -> str:
    """Return workflow commands, worst first, and the summary.

    If quiet, the summary only lists what the report does not show.
    """
    lines = list(_commands(outcome))
    summary = unseen_lines if style.quiet else summary_lines
    one_line = style._replace(width=MAX_TEXT * 2)  # one line of the log each
    lines += [f"kerascheck: {line}" for line in summary(outcome, one_line)]
    return "".join(f"{line}\n" for line in lines)


def _commands(outcome: Outcome) -> Iterator[str]:
    locator = Locator(outcome)
    for severity, kind in _KINDS.items():
        findings = [f for f in outcome.findings if f.severity is severity]
        kept = findings if len(findings) <= MAX_COUNT else findings[: MAX_COUNT - 1]
        for finding in kept:
            yield _command(kind, finding, locator.locate(finding))
        if len(findings) > len(kept):
            left = count(len(findings) - len(kept), severity.value)
            yield f"::{kind} title=kerascheck::and {left} more, in the other reports"


def _command(kind: str, finding: Finding, place: FileLine) -> str:
    title = f"title=kerascheck ({_property(finding.code)})"
    where = f"file={_property(place.file)},line={place.line}"
    lines = [finding.message]
    if finding.fix is not None:
        lines.append(f"Fix: {finding.fix.title}")
    return f"::{kind} {title},{where}::{'%0A'.join(map(_data, lines))}"


def _data(text: str) -> str:
    """Escape a message; `shown` leaves no line break in it."""
    return shown(text).replace("%", "%25")


def _property(text: str) -> str:
    safe = printable(shortened(text, MAX_TEXT)).replace("%", "%25")
    return safe.replace(":", "%3A").replace(",", "%2C")
