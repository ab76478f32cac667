"""Whether a claim that was confirmed on one task holds on its twin as well.

Each task of classes has a twin: the same with classes far apart, or that overlap. What
ships has both, so a report can say where a claim holds without another training.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kerascheck.confirm.build import Pair
from kerascheck.confirm.result import Status
from kerascheck.confirm.setup import SEVERAL_LABELS, TASKS, Setup
from kerascheck.confirm.verdict import judge
from kerascheck.engine.finding import Finding, Verdict
from kerascheck.model.frozen import replace

if TYPE_CHECKING:
    from kerascheck.confirm.evidence.trainings import ShippedTrainings

_HARD = "_hard"

_WORDS = {
    Verdict.CONFIRMED: "the same on {}",
    Verdict.REFUTED: "not on {}",
    Verdict.INCONCLUSIVE: "on {}: {}",
}


def holds_elsewhere(
    finding: Finding, pair: Pair, shipped: ShippedTrainings, backend: str
) -> str | None:
    """Say in a few words what the twin of a task shows; None if nothing.

    Args:
        finding: That was confirmed.
        pair: What it was confirmed with.
        shipped: Results of the twin.
        backend: On which.

    Returns:
        "the same on classes far apart", "not on labels that overlap".
    """
    sides = [
        shipped.get(setup, backend)
        for setup in (_twin(pair.before), _twin(pair.after))
        if setup is not None
    ]
    known = [side for side in sides if side is not None]
    if len(known) < len((pair.before, pair.after)):
        return None
    before, after = known
    if before.status is Status.RAISED:  # which does not depend on what the classes are
        return None
    judgement = judge(finding, before, after)
    words = _WORDS.get(judgement.verdict)
    return words and words.format(_place(before.setup), judgement.reason)


def _twin(setup: Setup) -> Setup | None:
    task = setup.task
    other = task.removesuffix(_HARD) if task.endswith(_HARD) else task + _HARD
    return replace(setup, task=other) if other in TASKS else None


def _place(setup: Setup) -> str:
    noun = "labels" if setup.task in SEVERAL_LABELS else "classes"
    return f"{noun} that overlap" if setup.task.endswith(_HARD) else f"{noun} far apart"
