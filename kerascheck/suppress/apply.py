"""Findings under the user's levels and ignores."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from kerascheck.engine.finding import Finding, Severity
from kerascheck.engine.outcome import Suppressed
from kerascheck.model.frozen import replace


class SuppressedBy(NamedTuple):
    """What sets a finding aside, and why."""

    name: str  # configuration, per-model-ignores or baseline
    reason: str | None = None


SetAside = Callable[[Finding], SuppressedBy | None]
"""Says by what a finding is set aside; None: it stays."""

Level = Callable[[str], str | None]
"""Says which severity the user gives to a code; None: its own."""


def apply_suppressions(
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
            away.append(_suppressed(finding, by))
            continue
        follows = [f for f in finding.follows if aside(f) is None]
        away += [
            _suppressed(f, by) for f in finding.follows if (by := aside(f)) is not None
        ]
        changed = [_levelled(f, level) for f in follows]
        stay.append(_levelled(replace(finding, follows=tuple(changed)), level))
    return tuple(stay), tuple(away)


def _suppressed(finding: Finding, by: SuppressedBy) -> Suppressed:
    return Suppressed(finding=finding, by=by.name, reason=by.reason)


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
