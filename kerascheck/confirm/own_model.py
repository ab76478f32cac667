"""Confirms a report on clones of the user's own model, trained on the user's data.

This runs the user's layers, losses and data in this process, so it happens only on
request. The user's model is read and never trained: a clone gets its weights, except
those of the head, which both clones draw again, equal if shapes agree. Three quarters
of the data are used for training, in another order for each seed, and numpy measures
the truth on the rest. Other faults of the head are fixed on both sides.
"""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

from kerascheck.confirm.build import NotBuildable
from kerascheck.confirm.differences import MIN_SEEDS, Judgement
from kerascheck.confirm.measured import confirmation_of
from kerascheck.confirm.options import Progress
from kerascheck.confirm.own_training import OwnTraining
from kerascheck.confirm.plan import attempts_of
from kerascheck.confirm.result import SetupResult
from kerascheck.confirm.verdict import judge
from kerascheck.engine.finding import (
    Confirmation,
    Finding,
    Harm,
    Severity,
    Verdict,
)
from kerascheck.model.frozen import replace
from kerascheck.model.typed import Any
from kerascheck.report.report import Report

__all__ = ["confirm_on"]


def confirm_on(
    report: Report,
    model: Any,
    keras: Any,
    x: Any,
    y: Any,
    *,
    budget: float,
    seeds: int,
    progress: Progress | None = None,
) -> Report:
    """Return the report with a confirmation, on the user's model, on every finding.

    Every finding has an equal share of the time that is left.

    Args:
        report: From `check` of this model.
        model: Compiled; Sequential or Functional.
        keras: The module that it was made with.
        x: Inputs, shape (samples, …), or a dict or list of arrays.
        y: Labels, an array of shape (samples, …); of several outputs, as `fit` takes
            them.
        budget: Seconds in all.
        seeds: Orders of the data, 3 or more for a verdict.
        progress: Called with (trainings done, all of them).
    """
    end, all_of_them = monotonic() + budget, len(report.findings)
    training = OwnTraining(model, keras, x, y, max(seeds, MIN_SEEDS))
    confirmed = []
    for place, finding in enumerate(report.findings):
        now = monotonic()
        training.end = now + (end - now) / (all_of_them - place)
        training.tell = _teller(progress, place, all_of_them, 2 * training.seeds)
        confirmed.append(_confirm(finding, report, training))
    return report.with_findings(tuple(confirmed))


def _teller(
    progress: Progress | None, place: int, findings: int, each: int
) -> Callable[[int], None]:
    """Return what is called with the trainings done of the finding at this place."""

    def tell(done: int) -> None:
        if progress is not None:
            progress(place * each + done, findings * each)

    return tell


def _confirm(finding: Finding, report: Report, training: OwnTraining) -> Finding:
    try:
        if finding.harm is Harm.NONE:
            raise NotBuildable("it is about the file, not about training")
        described = next(m for m in report.models if m.path == finding.model)
        attempts = attempts_of(finding, described, report)
        return _with_judgement(finding, *training.results(attempts))
    except NotBuildable as reason:
        not_run = Confirmation(status=Verdict.NOT_RUN, reason=str(reason))
        return replace(finding, confirmation=not_run)


def _with_judgement(
    finding: Finding, before: SetupResult, after: SetupResult
) -> Finding:
    judgement = judge(finding, before, after)
    refuted = judgement.verdict is Verdict.REFUTED
    if refuted and finding.harm is Harm.FRAGILE:
        backend = before.environment["backend"]
        judgement = Judgement(
            verdict=Verdict.INCONCLUSIVE,
            reason=f"no harm on {backend}; it was not tried on another backend",
        )
        refuted = False
    measured = confirmation_of(finding, judgement, before, after)
    confirmation = replace(measured, source="trained")
    severity = Severity.NOTE if refuted else finding.severity
    return replace(finding, confirmation=confirmation, severity=severity)
