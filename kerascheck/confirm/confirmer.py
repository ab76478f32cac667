"""Confirms a report: trains each finding as compiled and as fixed, and compares."""

from __future__ import annotations

from collections.abc import Sequence

from kerascheck.confirm.child_process import NEEDED, TrainingUnavailable
from kerascheck.confirm.differences import Judgement
from kerascheck.confirm.measured import confirmation_of
from kerascheck.confirm.options import TrainingOptions
from kerascheck.confirm.plan import Plan, plan_of
from kerascheck.confirm.result import Status
from kerascheck.confirm.setup import NETWORKS
from kerascheck.confirm.trials import Trial, try_all
from kerascheck.engine.finding import (
    Confirmation,
    Finding,
    OtherBackend,
    Severity,
    TrainedOn,
    Verdict,
)
from kerascheck.model.frozen import replace
from kerascheck.report.report import Report


def confirm_report(
    report: Report, options: TrainingOptions | None = None, *, locked: bool = False
) -> Report:
    """Return the report with a confirmation on every finding of rules.

    Args:
        report: From `check`, with fixes.
        options: How to train; by default as `TrainingOptions` has it.
        locked: A verdict from the cache lowers no severity.
    """
    options = options or TrainingOptions()
    plans = [plan_of(finding, report) for finding in report.findings]
    try:
        trials = try_all(plans, options)
    except TrainingUnavailable as missing:
        return report.with_findings(tuple(_not_run(p, str(missing)) for p in plans))
    findings = [
        _confirmed(plan, of_plan, locked=locked) if of_plan else _not_run(plan, NEEDED)
        for plan, of_plan in zip(plans, trials, strict=True)
    ]
    return report.with_findings(tuple(findings))


def not_confirmed(report: Report, why: str) -> Report:
    """Return the report with the reason why none of its findings was tried."""
    plans = [plan_of(finding, report) for finding in report.findings]
    return report.with_findings(tuple(_not_run(plan, why) for plan in plans))


def _not_run(plan: Plan, why: str) -> Finding:
    confirmation = Confirmation(status=Verdict.NOT_RUN, reason=plan.why or why)
    return replace(plan.finding, confirmation=confirmation)


def _confirmed(plan: Plan, trials: Sequence[Trial], *, locked: bool) -> Finding:
    trial = next((t for t in trials if t.verdict is Verdict.CONFIRMED), trials[0])
    judgement = _over_backends(plan.finding, trial, trials)
    others = tuple(_elsewhere(other) for other in trials if other is not trial)
    confirmation = replace(
        confirmation_of(plan.finding, judgement, trial.before, trial.after),
        source=trial.source,
        trained=_trained_on(trial),
        conditions=tuple(one.record for one in trial.conditions),
        elsewhere=others,
    )
    return _with_confirmation(plan.finding, confirmation, locked=locked)


def _trained_on(trial: Trial) -> TrainedOn | None:
    """Return what a trial trained on; None if neither side finished a training."""
    sides = (trial.before, trial.after)
    if not any(side.status is Status.TRAINED for side in sides):
        return None
    pair, setup = trial.pair, trial.pair.before
    return TrainedOn(
        task=setup.task,
        classes=setup.classes,
        classes_of_model=pair.classes,
        hidden_units=sum(NETWORKS[setup.network].widths),
        steps=setup.steps,
        batch=setup.batch,
        learning_rate=setup.learning_rate,
        optimizer=setup.optimizer,
        assumed_labels=pair.assumed_labels and str(pair.assumed_labels),
        axes_flattened=pair.axes_flattened,
        loss_defaults=pair.loss_defaults,
    )


def _over_backends(
    finding: Finding, trial: Trial, trials: Sequence[Trial]
) -> Judgement:
    """Return one judgement over all backends, led by that of the deciding trial.

    A harm that depends on the backend is refuted only by one on which it would show:
    Keras on TensorFlow looks for the logits behind an activation.
    """
    if not finding.by_backend:
        return trial.judgement
    verdicts = {t.backend: t.verdict for t in trials}
    harmless = [name for name, v in verdicts.items() if v is Verdict.REFUTED]
    if trial.verdict is Verdict.CONFIRMED:
        rest = f"; harmless on {' and '.join(harmless)}" if harmless else ""
        return replace(trial.judgement, reason=f"{trial.judgement.reason}{rest}")
    if len(harmless) < len(verdicts):
        open_ = next(t for t in trials if t.verdict is not Verdict.REFUTED)
        rest = f"on {open_.backend}: {open_.judgement.reason}"
        return replace(trial.judgement, verdict=Verdict.INCONCLUSIVE, reason=rest)
    if harmless == ["tensorflow"]:
        reason = f"harmless on tensorflow ({trial.judgement.reason}); {_NO_OTHER}"
        return replace(trial.judgement, verdict=Verdict.INCONCLUSIVE, reason=reason)
    return trial.judgement


_NO_OTHER = "no other backend could be tried, and the harm is claimed for those"


def _elsewhere(trial: Trial) -> OtherBackend:
    return OtherBackend(
        backend=trial.backend,
        status=trial.verdict,
        reason=trial.judgement.reason,
        source=trial.source,
    )


def _with_confirmation(
    finding: Finding, confirmation: Confirmation, *, locked: bool
) -> Finding:
    """Return a finding with its confirmation; one that is refuted becomes a note.

    Others than the user of the gate may write to a cache, on a shared runner for
    example, so it does not decide what fails in a locked run.
    """
    if confirmation.status is not Verdict.REFUTED:
        return replace(finding, confirmation=confirmation)
    if locked and confirmation.source == "cache":
        why = f"{confirmation.reason}; {_NOT_LOWERED}"
        return replace(finding, confirmation=replace(confirmation, reason=why))
    return replace(finding, severity=Severity.NOTE, confirmation=confirmation)


_NOT_LOWERED = (
    "the severity stays, as no result from the cache lowers it when locked "
    "(--no-cache trains again)"
)
