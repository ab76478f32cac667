"""For many findings at a terminal: each rule once, with a line for each place.

The rules with the worst findings come first, among them those that found most.
"""

from __future__ import annotations

from collections.abc import Iterator

from kerascheck.engine.finding import Finding, Severity
from kerascheck.engine.outcome import Outcome
from kerascheck.report.formats.concise import places, sentence
from kerascheck.report.totals import statistics_lines, summary_lines
from kerascheck.trust.printable import (
    MAX_TEXT,
    Style,
    count,
    printable,
    shortened,
    shown,
)

EXPLAIN = "kerascheck rule CODE explains a rule"


def render(outcome: Outcome, style: Style) -> str:
    """Return the findings by rule and, unless quiet, the summary."""
    if style.statistics:
        lines = list(statistics_lines(outcome, style))
    else:
        lines = list(_by_rule(outcome, style))
    if not style.quiet:
        lines += summary_lines(outcome, style)
    if style.hints and outcome.findings:
        lines.append(EXPLAIN)
    return "".join(f"{line}\n" for line in lines)


def _by_rule(outcome: Outcome, style: Style) -> Iterator[str]:
    rules: dict[tuple[str, str], list[Finding]] = {}
    for finding in outcome.findings:
        rules.setdefault((finding.code, finding.name), []).append(finding)
    place = places(outcome)
    for (code, name), findings in sorted(rules.items(), key=_worst_first):
        yield f"{code} {shown(name, unicode=style.unicode)}: {_counts(findings)}"
        for finding in findings:
            at = shortened(place(finding), MAX_TEXT)
            yield printable(f"  {at}: {finding.severity}: {sentence(finding)}")
        yield ""


def _worst_first(
    rule: tuple[tuple[str, str], list[Finding]],
) -> tuple[int, int, tuple[str, str]]:
    key, findings = rule
    order = list(Severity)
    worst = min(order.index(finding.severity) for finding in findings)
    return worst, -len(findings), key


def _counts(findings: list[Finding]) -> str:
    severities = [finding.severity for finding in findings]
    return ", ".join(
        count(severities.count(severity), severity.value)
        for severity in Severity
        if severity in severities
    )
