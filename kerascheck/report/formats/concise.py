r"""For grep and problem matchers: one line for each finding, path first.

A line matches ^(?P<path>.+?): (?P<code>KC\d{3}) (?P<severity>\w+): (?P<message>.*)$
A live model has no path: instead, FILE:LINE of what made it is shown, if known. In a
program, the path is that of the line. With --confirm, the verdict ends the line.
"""

from __future__ import annotations

from collections.abc import Callable

from kerascheck.engine.finding import Finding
from kerascheck.engine.outcome import Outcome
from kerascheck.report.totals import statistics_lines, summary_lines
from kerascheck.report.view import SourceLines
from kerascheck.trust.printable import MAX_TEXT, Style, printable, shortened


def render(outcome: Outcome, style: Style) -> str:
    """Return one line for each finding and, unless quiet, the summary."""
    if style.statistics:
        lines = list(statistics_lines(outcome, style))
    else:
        place = places(outcome)
        lines = [_line(place(finding), finding) for finding in outcome.findings]
    if not style.quiet:
        lines += summary_lines(outcome, style)
    return "".join(f"{line}\n" for line in lines)


def places(outcome: Outcome) -> Callable[[Finding], str]:
    """Return a function that says where the model of a finding is."""
    in_source = ("live", "source")
    live = SourceLines(m for m in outcome.models if m.format in in_source)

    def place(finding: Finding) -> str:
        return next((line.place for line in live.find(finding)), finding.model)

    return place


def sentence(finding: Finding) -> str:
    """Return the message of a finding and, if it was trained, the verdict."""
    text = shortened(finding.message, MAX_TEXT)
    proof = finding.confirmation
    return text if proof is None else f"{text} ({proof.status})"


def _line(place: str, finding: Finding) -> str:
    return printable(f"{place}: {finding.code} {finding.severity}: {sentence(finding)}")
