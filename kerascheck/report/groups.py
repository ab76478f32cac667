"""Findings that say the same of several models or heads, shown once.

What distinguishes two findings of a group is where they are.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable

from kerascheck.engine.finding import Finding


def grouped(findings: Iterable[Finding]) -> list[list[Finding]]:
    """Return findings that say the same together, in the order of the first ones."""
    groups: dict[Hashable, list[Finding]] = {}
    for finding in findings:
        groups.setdefault(_said(finding), []).append(finding)
    return list(groups.values())


def _said(finding: Finding) -> Hashable:
    """Return all that a finding says but its place."""
    fix = finding.fix
    return (
        (finding.code, finding.name, finding.severity, finding.confidence),
        (finding.harm, finding.message),
        tuple((fact.fact, repr(fact.value)) for fact in finding.evidence),
        repr(finding.expected),
        None if fix is None else (fix.title, fix.applicability),
        finding.code_lines or (() if fix is None else tuple(map(str, fix.edits))),
        tuple((other.code, other.name) for other in finding.follows),
        repr(finding.confirmation),
        finding.measured,
    )
