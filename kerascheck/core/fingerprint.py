"""What a finding is known by from one run to the next.

The fingerprint rests on the rule, the model's path as reported, the head and the
location alone. So it stays when the model is trained again, when a message is
reworded, and wherever the checkout lies.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from kerascheck.core.finding import Finding

LENGTH = 16
"""Hexadecimal digits of SHA-256 that are kept: 64 bits."""


def with_fingerprints(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return the findings with fingerprints, each of them once in a report."""
    seen: dict[str, int] = {}
    return tuple(_with_fingerprint(finding, seen) for finding in findings)


def _with_fingerprint(finding: Finding, seen: dict[str, int]) -> Finding:
    key = fingerprint(finding)
    seen[key] = number = seen.get(key, 0) + 1
    return replace(finding, fingerprint=key if number == 1 else f"{key}#{number}")


def fingerprint(finding: Finding) -> str:
    """Return 16 hexadecimal digits that stand for rule, model, head and place."""
    from hashlib import sha256

    parts = (finding.code, finding.model, finding.head or "", finding.location)
    data = "\0".join(parts).encode("utf-8", "surrogatepass")
    return sha256(data).hexdigest()[:LENGTH]
