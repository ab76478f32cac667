"""A whole fix: edits that together cause no new finding."""

from __future__ import annotations

from collections.abc import Sequence

from kerascheck.engine.fix import Applicability, Edit, Fix
from kerascheck.model.description import Description
from kerascheck.model.frozen import replace
from kerascheck.model.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from kerascheck.engine.judge import ChangedJudgement, Judgement

MAX_ROUNDS = 8
"""Fixes that may follow from one another before this gives up."""


def completed(judgement: Judgement, fix: Fix) -> tuple[Fix, ChangedJudgement]:
    """Return a fix that causes no new finding, and what the rules find after it."""
    edits = list(fix.edits)
    applicability = fix.applicability
    after = judgement.after(fix.of(judgement.model), [fix])
    for _ in range(MAX_ROUNDS):
        new = after.new()
        if not new:
            break
        more = new[0].fix
        assert more is not None
        edits = _needed((*edits, *more.edits), judgement.model)
        applicability = less_safe(applicability, more.applicability)
        so_far = replace(fix, edits=tuple(edits))
        after = judgement.after(more.of(after.model), [so_far])
    return replace(fix, edits=tuple(edits), applicability=applicability), after


def _needed(edits: Sequence[Edit], model: Description) -> list[Edit]:
    """Return edits without those that later ones replace."""
    needed = list(edits)
    after = _edited(needed, model)
    for edit in edits[:-1]:
        fewer = [other for other in needed if other is not edit]
        if fewer and _edited(fewer, model) == after:
            needed = fewer
    return needed


def _edited(edits: Sequence[Edit], model: Description) -> Description:
    return Fix(applicability=Applicability.UNSAFE, edits=tuple(edits)).of(model)


def less_safe(one: Applicability, other: Applicability) -> Applicability:
    """Return how a fix may be applied that holds two others."""
    order = (Applicability.DISPLAY, Applicability.UNSAFE, Applicability.SAFE)
    return min(one, other, key=order.index)
