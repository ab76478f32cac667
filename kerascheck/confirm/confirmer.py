"""Confirms a report: trains each finding as compiled and as fixed, and compares."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import NamedTuple

from kerascheck.confirm.build import NotBuildable, Pair, pair_of
from kerascheck.confirm.child_process import (
    TrainingFailed,
    TrainingUnavailable,
    default_backend,
    other_backends,
    train_in_child,
    unfinished_result,
)
from kerascheck.confirm.options import TrainingOptions
from kerascheck.confirm.result import SetupResult, Status
from kerascheck.confirm.setup import Setup
from kerascheck.confirm.verdict import Judgement, judge, judged_metric, shown_values
from kerascheck.engine.finding import (
    Confirmation,
    Finding,
    Harm,
    Measurement,
    OtherBackend,
    Severity,
    Source,
    Verdict,
)
from kerascheck.model.description import Description
from kerascheck.model.frozen import Frozen, replace
from kerascheck.report.report import Report


class _Plan(Frozen):
    """One finding and the trainings that decide it; none if `why` says so."""

    finding: Finding
    pairs: tuple[Pair, ...] = ()
    why: str = ""


class TrainingResults(NamedTuple):
    """The result of each setup, and which of them came from the cache."""

    results: Mapping[Setup, SetupResult]
    cached: frozenset[Setup] = frozenset()

    def of(self, pair: Pair) -> tuple[SetupResult, SetupResult]:
        """Return what was measured before and after a fix."""
        return self.results[pair.before], self.results[pair.after]

    def source(self, pairs: Iterable[Pair]) -> Source:
        """Say where the results of pairs come from: the cache, if any of them does."""
        setups = {setup for pair in pairs for setup in (pair.before, pair.after)}
        return "cache" if setups & self.cached else "trained"


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
    setups = list(dict.fromkeys(s for plan in plans for s in _setups(plan)))
    try:
        here = train_setups(setups, options)
    except TrainingUnavailable as missing:
        return report.with_findings(tuple(_not_run(p, str(missing)) for p in plans))
    findings = [_confirm(plan, here, locked=locked) for plan in plans]
    by_backend = any(_depends_on_backend(plan) for plan in plans)
    silent = replace(options, progress=None)
    for name in other_backends(options.tree) if by_backend else ():
        there = train_setups(_first_setups(plans), silent, backend=name)
        findings = [
            _with_other_backend(finding, plan, name, there)
            for finding, plan in zip(findings, plans, strict=True)
        ]
    return report.with_findings(tuple(findings))


def _depends_on_backend(plan: _Plan) -> bool:
    """Say whether a finding is to be shown on each backend that is installed."""
    return plan.finding.by_backend and bool(plan.pairs)


def _first_setups(plans: Iterable[_Plan]) -> list[Setup]:
    """Return what other backends train: the setups without an added operation."""
    pairs = [plan.pairs[0] for plan in plans if _depends_on_backend(plan)]
    return list(dict.fromkeys(s for pair in pairs for s in (pair.before, pair.after)))


def _with_other_backend(
    finding: Finding, plan: _Plan, name: str, trainings: TrainingResults
) -> Finding:
    if not _depends_on_backend(plan) or finding.confirmation is None:
        return finding
    pair = plan.pairs[0]
    judgement = judge(plan.finding, *trainings.of(pair))
    there = OtherBackend(
        backend=name,
        status=judgement.verdict,
        reason=judgement.reason,
        source=trainings.source([pair]),
    )
    known = finding.confirmation.elsewhere
    confirmation = replace(finding.confirmation, elsewhere=(*known, there))
    return replace(finding, confirmation=confirmation)


def _plan(finding: Finding, report: Report) -> _Plan:
    if finding.harm is Harm.NONE:
        return _Plan(finding=finding, why="it is about the file, not about training")
    model = next(m for m in report.models if m.path == finding.model)
    try:
        pair = _pair(finding, model, report)
    except NotBuildable as reason:
        return _Plan(finding=finding, why=str(reason))
    if finding.harm is Harm.FRAGILE:
        return _Plan(finding=finding, pairs=(pair, pair.hidden))
    rescues = model.backend in (None, "tensorflow")
    return _Plan(finding=finding, pairs=(pair if rescues else pair.hidden,))


def _pair(finding: Finding, model: Description, report: Report) -> Pair:
    """Return the pair of a finding, with the other faults of its head fixed.

    Otherwise another fault, which raises or hides everything, would decide this one.
    """
    rest = model
    for other in report.findings:
        same = (other.model, other.head) == (finding.model, finding.head)
        if same and other is not finding and other.fix is not None:
            rest = other.fix.of(rest)
    if rest != model:
        with suppress(NotBuildable):
            pair = pair_of(finding, rest)
            if pair.before != pair.after:
                return pair
    return pair_of(finding, model)


def _setups(plan: _Plan) -> Iterable[Setup]:
    for pair in plan.pairs:
        yield pair.before
        yield pair.after


def train_setups(
    setups: Sequence[Setup], options: TrainingOptions, *, backend: str | None = None
) -> TrainingResults:
    """Return the result of each setup, from the cache or trained in a child.

    What the child did not reach, or lost when it died, is unfinished.

    Args:
        setups: What to train.
        options: How.
        backend: By default the one that `default_backend` finds.

    Raises:
        TrainingUnavailable: Keras or its backend is not installed.
    """
    if not setups:
        return TrainingResults({})
    backend = backend or default_backend(options.tree)
    cache = None
    if options.cache is not None:
        cache = options.cache.results_of(
            backend=backend, device=options.device, seeds=options.seeds
        )
    found = {s: r for s in setups if cache and (r := cache.get(s)) is not None}
    missing = [setup for setup in setups if setup not in found]
    if not missing:
        return TrainingResults(found, frozenset(found))
    try:
        results = train_in_child(missing, options, backend=backend)
    except TrainingFailed as failure:
        results = [unfinished_result(setup, str(failure)) for setup in missing]
    for result in results:
        if cache is not None:
            cache.put(result)
    trained = dict(zip(missing, results, strict=True))
    return TrainingResults({**found, **trained}, frozenset(found))


def _not_run(plan: _Plan, why: str) -> Finding:
    confirmation = Confirmation(status=Verdict.NOT_RUN, reason=plan.why or why)
    return replace(plan.finding, confirmation=confirmation)


def _confirm(plan: _Plan, trainings: TrainingResults, *, locked: bool) -> Finding:
    if not plan.pairs:
        return _not_run(plan, plan.why)
    judged = [(judge(plan.finding, *trainings.of(p)), p) for p in plan.pairs]
    judgement, pair = _deciding_pair(judged)
    confirmation = replace(
        confirmation_of(plan.finding, judgement, *trainings.of(pair)),
        source=trainings.source(_deciding_pairs(plan, judgement, pair)),
    )
    if pair is not plan.pairs[0]:
        reason = (
            f"{judgement.reason} with an operation before the loss; "
            f"none on {confirmation.backend} as compiled"
        )
        confirmation = replace(confirmation, reason=reason)
    return _with_confirmation(plan.finding, confirmation, locked=locked)


def _deciding_pairs(plan: _Plan, judgement: Judgement, pair: Pair) -> Sequence[Pair]:
    """Return the pairs that decided: the one that confirms, or all if none does."""
    return (pair,) if judgement.verdict is Verdict.CONFIRMED else plan.pairs


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


def _deciding_pair(judged: list[tuple[Judgement, Pair]]) -> tuple[Judgement, Pair]:
    """Return the first setting in which the harm was measured, else the first."""
    for judgement, pair in judged:
        if judgement.verdict is Verdict.CONFIRMED:
            return judgement, pair
    return judged[0]


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
    spread = result.spread("accuracy")
    name = judged_metric(finding, result)
    first = result.seeds[0]
    return Measurement(
        true_accuracy=_mean(result.values("accuracy")),
        reported_accuracy=_mean(shown_values(result, name)) if name else None,
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
