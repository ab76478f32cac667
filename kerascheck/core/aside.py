"""Findings under the user's levels and ignores."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from kerascheck.core.finding import Finding, Severity
from kerascheck.core.report import Suppressed

SetAside = Callable[[Finding], str | None]
"""Says by what a finding is set aside; None: it stays."""

Level = Callable[[str], str | None]
"""Says which severity the user gives to a code; None: its own."""


def settled(
    findings: Iterable[Finding], level: Level, aside: SetAside
) -> tuple[tuple[Finding, ...], tuple[Suppressed, ...]]:
    """Split findings into those that stay, at their level, and those set aside.

    What only followed from a finding that is set aside stands on its own again.
    """
    stay: list[Finding] = []
    away: list[Suppressed] = []
    for finding in _each(findings, aside):
        by = aside(finding)
        if by is not None:
            away.append(Suppressed(finding=finding, by=by))
            continue
        follows = [f for f in finding.follows if aside(f) is None]
        away += [
            Suppressed(finding=f, by=by)
            for f in finding.follows
            if (by := aside(f)) is not None
        ]
        changed = [_levelled(f, level) for f in follows]
        stay.append(_levelled(replace(finding, follows=tuple(changed)), level))
    return tuple(stay), tuple(away)


def _each(findings: Iterable[Finding], aside: SetAside) -> Iterator[Finding]:
    for finding in findings:
        if finding.follows and aside(finding) is not None:
            yield replace(finding, follows=())
            yield from finding.follows
        else:
            yield finding


def _levelled(finding: Finding, level: Level) -> Finding:
    to = level(finding.code)
    return finding if to is None else replace(finding, severity=Severity(to))
