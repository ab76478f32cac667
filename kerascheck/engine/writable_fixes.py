"""Which fixes can be written to a file, and which of them only on request."""

from __future__ import annotations

from collections.abc import Sequence

from kerascheck.engine.finding import Confidence, Finding, Severity
from kerascheck.engine.fix import (
    AddMetric,
    Applicability,
    Edit,
    SetActivation,
    SetLoss,
    SetMetric,
)
from kerascheck.model.typed import Final

__all__ = ["ADVICE", "COMPILE_ONLY", "IN_SOURCE", "OUTSIDE", "UNSAFE", "why_not"]

COMPILE_ONLY: Final[tuple[type[Edit], ...]] = (SetLoss, SetMetric, AddMetric)
"""Edits of what `compile` is called with."""

IN_SOURCE: Final[tuple[type[Edit], ...]] = (*COMPILE_ONLY, SetActivation)
"""Edits of a program."""

OUTSIDE: Final = "it changes more than the compile call"
UNSAFE: Final = "it changes training, so it is unsafe (see --unsafe-fixes)"
ADVICE: Final = "it is advice: there is no edit that is right for every model"


def why_not(
    finding: Finding,
    edits: Sequence[type[Edit]],
    *,
    unsafe: bool,
    in_program: bool,
) -> str | None:
    """Return why a fix is not written; None: it is.

    Args:
        finding: The finding.
        edits: The kinds of edits that can be written.
        unsafe: Also write fixes that change training.
        in_program: It is about a program that was read and not run.
    """
    fix = finding.fix
    if fix is None or not fix.edits or fix.applicability is Applicability.DISPLAY:
        return ADVICE
    if not all(isinstance(edit, tuple(edits)) for edit in fix.edits):
        return OUTSIDE
    may = unsafe or (in_program and _is_sure(finding))
    return UNSAFE if fix.applicability is Applicability.UNSAFE and not may else None


def _is_sure(finding: Finding) -> bool:
    """Say whether the fix of a program may change its training unasked.

    Nothing has been trained yet that it could spoil.
    """
    is_note = finding.severity is Severity.NOTE
    return not is_note and finding.confidence is Confidence.HIGH
