"""Findings after the user's levels and suppressions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from kerascheck.engine.finding import Finding, Severity
from kerascheck.engine.outcome import Suppressed
from kerascheck.model.frozen import replace
from kerascheck.model.named import NamedTuple


class SuppressedBy(NamedTuple):
    """What suppresses a finding, and why."""

    name: str  # configuration, per-model-ignores, baseline or comment
    reason: str | None = None


Suppress = Callable[[Finding], SuppressedBy | None]
"""Says what suppresses a finding; None: it is reported."""

Level = Callable[[str], str | None]
"""Says which severity the user gives to a code; None: its own."""


def apply_suppressions(
    findings: Iterable[Finding], level: Level, suppressed_by: Suppress
) -> tuple[tuple[Finding, ...], tuple[Suppressed, ...]]:
    """Split findings into those reported, at their level, and those suppressed.

    A finding that only followed from a suppressed one is reported by itself again.
    """
    reported: list[Finding] = []
    suppressed: list[Suppressed] = []
    for finding in _without_suppressed_causes(findings, suppressed_by):
        by = suppressed_by(finding)
        if by is not None:
            suppressed.append(_suppressed(finding, by))
            continue
        follows = []
        for follower in finding.follows:
            by = suppressed_by(follower)
            if by is None:
                follows.append(_with_level(follower, level))
            else:
                suppressed.append(_suppressed(follower, by))
        reported.append(_with_level(replace(finding, follows=tuple(follows)), level))
    return tuple(reported), tuple(suppressed)


def _suppressed(finding: Finding, by: SuppressedBy) -> Suppressed:
    return Suppressed(finding=finding, by=by.name, reason=by.reason)


def _without_suppressed_causes(
    findings: Iterable[Finding], suppressed_by: Suppress
) -> Iterator[Finding]:
    for finding in findings:
        if finding.follows and suppressed_by(finding) is not None:
            yield replace(finding, follows=())
            yield from finding.follows
        else:
            yield finding


def _with_level(finding: Finding, level: Level) -> Finding:
    to = level(finding.code)
    return finding if to is None else replace(finding, severity=Severity(to))
