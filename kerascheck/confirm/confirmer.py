"""Confirms a report: trains each finding as compiled and as fixed, and compares."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress

from kerascheck.confirm.build import NotBuildable, Pair, pair_of
from kerascheck.confirm.child_process import (
    NEEDED,
    TrainingUnavailable,
    default_backend,
    other_backends,
)
from kerascheck.confirm.obtain import train_setups
from kerascheck.confirm.options import TrainingOptions
from kerascheck.confirm.other_task import holds_elsewhere
from kerascheck.confirm.result import SetupResult, Status
from kerascheck.confirm.setup import HIDDEN
from kerascheck.confirm.verdict import (
    Judgement,
    failed_starts,
    judge,
    judged_accuracy,
    shown_values,
)
from kerascheck.engine.finding import (
    Confirmation,
    Finding,
    Harm,
    Measurement,
    OtherBackend,
    Severity,
    Source,
    TrainedOn,
    Verdict,
)
from kerascheck.engine.judge import judge as judge_rules
from kerascheck.model.description import Description
from kerascheck.model.frozen import Frozen, replace
from kerascheck.model.named import NamedTuple
from kerascheck.report.report import Report


class _Plan(Frozen):
    """One finding and the pairs of trainings that may decide it.

    Attributes:
        finding: What is tried.
        pairs: The first whose fixed side does not raise decides; () if `why` says so.
        why: Why nothing can be trained.
    """

    finding: Finding
    pairs: tuple[Pair, ...] = ()
    why: str = ""


class _Trial(NamedTuple):
    """What one backend shows of a finding."""

    backend: str
    pair: Pair
    judgement: Judgement
    before: SetupResult
    after: SetupResult
    source: Source

    @property
    def verdict(self) -> Verdict:
        return self.judgement.verdict


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
    plans = [_plan(finding, report) for finding in report.findings]
    try:
        trials = _trials(plans, options)
    except TrainingUnavailable as missing:
        return report.with_findings(tuple(_not_run(p, str(missing)) for p in plans))
    findings = [
        _confirmed(plan, _with_twin(plan, of_plan, options), locked=locked)
        if of_plan
        else _not_run(plan, NEEDED)
        for plan, of_plan in zip(plans, trials, strict=True)
    ]
    return report.with_findings(tuple(findings))


def _trials(
    plans: Sequence[_Plan], options: TrainingOptions
) -> list[tuple[_Trial, ...]]:
    """Return the trials of each plan: on the backend in use, and on others.

    Others are asked about findings that depend on the backend. One that is installed
    and cannot train here, as it has no GPU for example, shows nothing.
    """
    used, others = _backends(options)
    here = _trials_on(used, plans, options)
    by_backend = [
        plan if plan.finding.by_backend else replace(plan, pairs=()) for plan in plans
    ]
    each: list[list[_Trial | None]] = [here]
    if any(plan.pairs for plan in by_backend):
        silent = replace(options, progress=None)
        for name in others:
            with suppress(TrainingUnavailable):
                each.append(_trials_on(name, by_backend, silent))
    return [tuple(t for t in trials if t) for trials in zip(*each, strict=True)]


def _with_twin(
    plan: _Plan, trials: Sequence[_Trial], options: TrainingOptions
) -> list[_Trial]:
    """Return trials; what is confirmed says where else it holds, if that is known."""
    if options.shipped is None:
        return list(trials)
    told = []
    for trial in trials:
        words = None
        if trial.verdict is Verdict.CONFIRMED:
            words = holds_elsewhere(
                plan.finding, trial.pair, options.shipped, trial.backend
            )
        if words is not None:
            reason = f"{trial.judgement.reason}; {words}"
            judgement = replace(trial.judgement, reason=reason)
            trial = trial._replace(judgement=judgement)
        told.append(trial)
    return told


def _backends(options: TrainingOptions) -> tuple[str, tuple[str, ...]]:
    """Return the backend in use, and others that show something.

    Trainings that ship show something of a backend that is not installed.

    Raises:
        TrainingUnavailable: None is installed, and none ships.
    """
    shipped = options.shipped.backends if options.shipped else ()
    try:
        used, others = default_backend(options.tree), other_backends(options.tree)
    except TrainingUnavailable:
        if not shipped or os.environ.get("KERAS_BACKEND", shipped[0]) not in shipped:
            raise
        used, others = os.environ.get("KERAS_BACKEND", shipped[0]), ()
    more = [name for name in shipped if name not in (used, *others)]
    return used, (*others, *more)


def _trials_on(
    backend: str, plans: Sequence[_Plan], options: TrainingOptions
) -> list[_Trial | None]:
    """Return one trial a plan: the first of its pairs whose fixed side trains."""
    trials: list[_Trial | None] = [None] * len(plans)
    for attempt in range(max((len(plan.pairs) for plan in plans), default=0)):
        open_ = [
            (place, plan.pairs[attempt])
            for place, plan in enumerate(plans)
            if attempt < len(plan.pairs) and _fix_failed(trials[place])
        ]
        setups = dict.fromkeys(
            s for _, pair in open_ for s in (pair.before, pair.after)
        )
        trainings = train_setups(list(setups), options, backend=backend)
        for place, pair in open_:
            sides = trainings.of(pair)
            if sides is None:
                continue
            before, after = sides
            trial = _Trial(
                backend=backend,
                pair=pair,
                judgement=judge(plans[place].finding, before, after),
                before=before,
                after=after,
                source=trainings.source(pair),
            )
            if trials[place] is None or not _fix_failed(trial):
                trials[place] = trial
    return trials


def _fix_failed(trial: _Trial | None) -> bool:
    """Say whether nothing was compared yet, as the fixed side raises."""
    return trial is None or trial.after.status is Status.RAISED


def _plan(finding: Finding, report: Report) -> _Plan:
    if finding.harm is Harm.NONE:
        return _Plan(finding=finding, why="it is about the file, not about training")
    model = next(m for m in report.models if m.path == finding.model)
    pairs, why = [*_with_other_faults_fixed(finding, model, report)], ""
    try:
        pairs.append(pair_of(finding, model))
    except NotBuildable as reason:
        why = str(reason)
    if not pairs:
        return _Plan(finding=finding, why=why)
    if model.backend not in (None, "tensorflow"):
        pairs = [pair.hidden for pair in pairs]  # as TensorFlow would not know better
    return _Plan(finding=finding, pairs=tuple(dict.fromkeys(pairs)))


def _with_other_faults_fixed(
    finding: Finding, model: Description, report: Report
) -> Iterator[Pair]:
    """Yield pairs in which the other faults of the head are fixed on both sides.

    Otherwise another fault, which raises or hides everything, would decide this one.
    The fix is the one that the rule proposes there: another fix may have changed the
    loss that this one is about.
    """
    rest = model
    for other in report.findings:
        same = (other.model, other.head) == (finding.model, finding.head)
        if same and other is not finding and other.fix is not None:
            rest = other.fix.of(rest)
    if rest == model:
        return
    there = judge_rules(report.rules, rest).findings
    again = [other for other in there if other.key == finding.key]
    for one in (*again, finding):
        with suppress(NotBuildable):
            pair = pair_of(one, rest)
            if pair.before != pair.after:
                yield pair


def _not_run(plan: _Plan, why: str) -> Finding:
    confirmation = Confirmation(status=Verdict.NOT_RUN, reason=plan.why or why)
    return replace(plan.finding, confirmation=confirmation)


def _confirmed(plan: _Plan, trials: Sequence[_Trial], *, locked: bool) -> Finding:
    trial = next((t for t in trials if t.verdict is Verdict.CONFIRMED), trials[0])
    judgement = _over_backends(plan.finding, trial, trials)
    others = tuple(_elsewhere(other) for other in trials if other is not trial)
    confirmation = replace(
        confirmation_of(plan.finding, judgement, trial.before, trial.after),
        source=trial.source,
        trained=_trained_on(trial),
        elsewhere=others,
    )
    return _with_confirmation(plan.finding, confirmation, locked=locked)


def _trained_on(trial: _Trial) -> TrainedOn | None:
    """Return what a trial trained on; None if neither side finished a training."""
    sides = (trial.before, trial.after)
    if not any(side.status is Status.TRAINED for side in sides):
        return None
    pair, setup = trial.pair, trial.pair.before
    return TrainedOn(
        task=setup.task,
        classes=setup.classes,
        classes_of_model=pair.classes,
        hidden_units=HIDDEN,
        steps=setup.steps,
        batch=setup.batch,
        learning_rate=setup.learning_rate,
        optimizer=setup.optimizer,
        assumed_labels=pair.assumed_labels and str(pair.assumed_labels),
    )


def _over_backends(
    finding: Finding, trial: _Trial, trials: Sequence[_Trial]
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


def _elsewhere(trial: _Trial) -> OtherBackend:
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


def confirmation_of(
    finding: Finding, judgement: Judgement, before: SetupResult, after: SetupResult
) -> Confirmation:
    """Return what was measured of one finding, with the verdict on it."""
    environment = before.environment or after.environment
    versions = tuple(
        (name, value)
        for name, value in sorted(environment.items())
        if name not in ("backend", "device", "device_name")
    )
    return Confirmation(
        status=judgement.verdict,
        reason=judgement.reason,
        backend=environment.get("backend"),
        versions=versions,
        device=environment.get("device"),
        seeds=max(len(before.seeds), len(after.seeds)),
        failed_starts=len(failed_starts(before)),
        before=_measurement(finding, before),
        after=_measurement(finding, after),
        difference=judgement.difference,
        interval=judgement.interval,
        seconds=round(before.seconds + after.seconds, 2),
    )


def _measurement(finding: Finding, result: SetupResult) -> Measurement:
    if result.status is not Status.TRAINED:
        error = result.error
        return Measurement(raises=f"{error.type}: {error.message}" if error else None)
    name = judged_accuracy(finding, result)
    first = result.seeds[0]
    result = _of_starts_that_learn(result)
    spread = result.spread("accuracy")
    return Measurement(
        true_accuracy=_mean(result.values("accuracy")),
        reported_accuracy=_mean(shown_values(result, name or "")),
        balanced_accuracy=_mean(result.values("balanced_accuracy")),
        auc=_mean(result.values("auc")),
        ece=_mean(result.values("ece")),
        loss=_mean(result.values("last_loss")),
        first_loss=_mean(result.values("first_loss")),
        constant=all(seed.constant for seed in result.seeds),
        curve=_mean_curve(result),
        reliability=_mean_bins(result),
        reported=tuple((n, _mean(shown_values(result, n))) for n in first.reported),
        spread=spread.deviation if spread else None,
    )


def _of_starts_that_learn(result: SetupResult) -> SetupResult:
    """Return a result without the starts that never learn, unless none does."""
    failed = failed_starts(result)
    learning = tuple(s for i, s in enumerate(result.seeds) if i not in failed)
    return replace(result, seeds=learning) if learning else result


def _mean(values: Iterable[float]) -> float | None:
    known = list(values)
    return round(sum(known) / len(known), 4) if known else None


def _mean_curve(result: SetupResult) -> tuple[float | None, ...]:
    columns = zip(*(seed.loss_curve for seed in result.seeds), strict=True)
    return tuple(
        None if None in column else _mean(v for v in column if v is not None)
        for column in columns
    )


def _mean_bins(result: SetupResult) -> tuple[tuple[float, float, int], ...]:
    """Return the reliability of all seeds together, bin by bin."""
    bins: dict[int, list[float]] = {}
    for seed in result.seeds:
        for shown, true, count in seed.reliability:
            found = bins.setdefault(min(int(shown * 10), 9), [0.0, 0.0, 0.0])
            for place, more in enumerate((shown * count, true * count, count)):
                found[place] += more
    return tuple(
        (round(shown / count, 4), round(true / count, 4), int(count))
        for _, (shown, true, count) in sorted(bins.items())
    )
