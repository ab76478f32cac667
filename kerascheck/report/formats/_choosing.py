"""What is shown where not all can be."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

from kerascheck.engine.finding import Finding

Text = TypeVar("Text", bound=str)


def worst_first(findings: Sequence[Finding]) -> list[Finding]:
    """Return the findings by severity, those of one severity as they stood."""
    return sorted(findings, key=lambda finding: -finding.severity.rank)


def fitting(parts: Iterable[Text], room: int) -> list[Text]:
    """Return as many of the first parts as go into `room` bytes of UTF-8."""
    kept: list[Text] = []
    for part in parts:
        room -= len(part.encode("utf-8", "surrogatepass"))
        if room < 0:
            break
        kept.append(part)
    return kept
