"""Confirms a report: trains each finding as compiled and as fixed, and judges both."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import NamedTuple

from kerascheck.confirm.build import NotBuildable, Pair, pair_of
from kerascheck.confirm.cache import Cache
from kerascheck.confirm.child_process import (
    Progress,
    TrainingFailed,
    TrainingUnavailable,
    backend,
    other_backends,
    train_in_child,
    unfinished,
)
from kerascheck.confirm.result import SetupResult, Status
from kerascheck.confirm.setup import Setup
from kerascheck.confirm.verdict import Ruling, reported, reported_name, rule_on
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
from kerascheck.trust.tree import Tree

SEEDS = 8
BUDGET = 120.0
"""Seconds of training for one report, beyond importing Keras."""


class _Plan(Frozen):
    """One finding and the trainings that decide it; none where `why` says so."""

    finding: Finding
    pairs: tuple[Pair, ...] = ()
    why: str = ""


class Trained(NamedTuple):
    """The result of each setup, and which of them an earlier run had."""

    results: Mapping[Setup, SetupResult]
    kept: frozenset[Setup] = frozenset()

    def of(self, pair: Pair) -> tuple[SetupResult, SetupResult]:
        """Return what was measured before and after a fix."""
        return self.results[pair.before], self.results[pair.after]

    def source(self, pairs: Iterable[Pair]) -> Source:
        """Say where the results of pairs come from: the cache, if any of them does."""
        setups = {setup for pair in pairs for setup in (pair.before, pair.after)}
        return "cache" if setups & self.kept else "trained"


def confirm_report(
    report: Report,
    *,
    budget: float = BUDGET,
    seeds: int = SEEDS,
    device: str = "auto",
    cache: Cache | None = None,
    tree: Tree | None = None,
    locked: bool = False,
    progress: Progress | None = None,
) -> Report:
    """Return the report with a confirmation on every finding of rules.

    Args:
        report: From `check`, with fixes.
        budget: Seconds of training in all.
        seeds: Starts of each setup, 3 or more for a verdict.
        device: "auto", "cpu" or "gpu".
        cache: Results of earlier runs; None: nothing is kept.
        tree: Of which nothing is run; by default that around the working folder.
        locked: A verdict from the cache lowers no severity.
        progress: Called with (work done, all of it).
    """
    plans = [_plan(finding, report) for finding in report.findings]
    setups = list(dict.fromkeys(s for plan in plans for s in _setups(plan)))
    try:
        here = trained(
            setups,
            budget=budget,
            seeds=seeds,
            device=device,
            cache=cache,
            tree=tree,
            progress=progress,
        )
    except TrainingUnavailable as missing:
        return report.with_findings(tuple(_not_run(p, str(missing)) for p in plans))
    findings = [_confirmed(plan, here, locked=locked) for plan in plans]
    for name in other_backends(tree) if any(_depends(plan) for plan in plans) else ():
        there = trained(
            _first_setups(plans),
            budget=budget,
            seeds=seeds,
            device=device,
            cache=cache,
            tree=tree,
            progress=None,
            on=name,
        )
        findings = [
            _with_elsewhere(finding, plan, name, there)
            for finding, plan in zip(findings, plans, strict=True)
        ]
    return report.with_findings(tuple(findings))


def _depends(plan: _Plan) -> bool:
    """Say whether a finding is to be shown on each backend that is installed."""
    return plan.finding.by_backend and bool(plan.pairs)


def _first_setups(plans: Iterable[_Plan]) -> list[Setup]:
    """Return the setups that other backends train: none behind another operation."""
    pairs = [plan.pairs[0] for plan in plans if _depends(plan)]
    return list(dict.fromkeys(s for pair in pairs for s in (pair.before, pair.after)))


def _with_elsewhere(
    finding: Finding, plan: _Plan, name: str, trainings: Trained
) -> Finding:
    if not _depends(plan) or finding.confirmation is None:
        return finding
    pair = plan.pairs[0]
    ruling = rule_on(plan.finding, *trainings.of(pair))
    there = OtherBackend(
        backend=name,
        status=ruling.verdict,
        reason=ruling.reason,
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
    """Return the pair of a finding, with what else is wrong with its head mended.

    Otherwise another fault, which raises or hides all, would speak for this one.
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


def trained(
    setups: list[Setup],
    *,
    budget: float,
    seeds: int,
    device: str,
    cache: Cache | None,
    progress: Progress | None,
    tree: Tree | None = None,
    on: str | None = None,
) -> Trained:
    """Return the result of each setup: kept ones, and those trained in a child.

    What the child did not get to, or its death left undone, is unfinished.

    Raises:
        TrainingUnavailable: Keras or its backend is not installed.
    """
    if not setups:
        return Trained({})
    name = on or backend(tree)
    kept = cache.of(backend=name, device=device, seeds=seeds) if cache else None
    found = {s: r for s in setups if kept and (r := kept.get(s)) is not None}
    missing = [setup for setup in setups if setup not in found]
    if not missing:
        return Trained(found, frozenset(found))
    try:
        results = train_in_child(
            missing,
            seeds=seeds,
            budget=budget,
            device=device,
            on=name,
            tree=tree,
            progress=progress,
        )
    except TrainingFailed as failure:
        results = [unfinished(setup, str(failure)) for setup in missing]
    for result in results:
        if kept is not None:
            kept.put(result)
    new = dict(zip(missing, results, strict=True))
    return Trained({**found, **new}, frozenset(found))


def _not_run(plan: _Plan, why: str) -> Finding:
    confirmation = Confirmation(status=Verdict.NOT_RUN, reason=plan.why or why)
    return replace(plan.finding, confirmation=confirmation)


def _confirmed(plan: _Plan, trainings: Trained, *, locked: bool) -> Finding:
    if not plan.pairs:
        return _not_run(plan, plan.why)
    judged = [(rule_on(plan.finding, *trainings.of(p)), p) for p in plan.pairs]
    ruling, pair = _telling(judged)
    confirmation = replace(
        confirmation_of(plan.finding, ruling, *trainings.of(pair)),
        source=trainings.source(_rests_on(plan, ruling, pair)),
    )
    if pair is not plan.pairs[0]:
        where = confirmation.backend
        told = f"{ruling.reason} behind an operation; none on {where} as compiled"
        confirmation = replace(confirmation, reason=told)
    return _settled(plan.finding, confirmation, locked=locked)


def _rests_on(plan: _Plan, ruling: Ruling, pair: Pair) -> Sequence[Pair]:
    """Return the pairs that decided: one that confirms, or all, of which none does."""
    return (pair,) if ruling.verdict is Verdict.CONFIRMED else plan.pairs


def _settled(finding: Finding, confirmation: Confirmation, *, locked: bool) -> Finding:
    """Return a finding with its confirmation; one that is refuted becomes a note.

    A cache can be written to by others than who runs the gate, on a shared runner for
    one, so that in a locked run it does not decide what fails.
    """
    if confirmation.status is not Verdict.REFUTED:
        return replace(finding, confirmation=confirmation)
    if locked and confirmation.source == "cache":
        why = f"{confirmation.reason}; {_NOT_LOWERED}"
        return replace(finding, confirmation=replace(confirmation, reason=why))
    return replace(finding, severity=Severity.NOTE, confirmation=confirmation)


_NOT_LOWERED = (
    "the severity stays, as a result from the cache lowers none when locked "
    "(--no-cache trains again)"
)


def _telling(judged: list[tuple[Ruling, Pair]]) -> tuple[Ruling, Pair]:
    """Return the first setting in which the harm was measured, else the first."""
    for ruling, pair in judged:
        if ruling.verdict is Verdict.CONFIRMED:
            return ruling, pair
    return judged[0]


def confirmation_of(
    finding: Finding, ruling: Ruling, before: SetupResult, after: SetupResult
) -> Confirmation:
    """Return what was measured of one finding, with the verdict on it."""
    where = before.environment or after.environment
    versions = tuple(
        (name, value)
        for name, value in sorted(where.items())
        if name not in ("backend", "device", "device_name")
    )
    return Confirmation(
        status=ruling.verdict,
        reason=ruling.reason,
        backend=where.get("backend"),
        versions=versions,
        device=where.get("device"),
        seeds=max(len(before.seeds), len(after.seeds)),
        before=_measurement(finding, before),
        after=_measurement(finding, after),
        difference=ruling.difference,
        interval=ruling.interval,
        seconds=round(before.seconds + after.seconds, 2),
    )


def _measurement(finding: Finding, result: SetupResult) -> Measurement:
    if result.status is not Status.TRAINED:
        error = result.error
        return Measurement(raises=f"{error.type}: {error.message}" if error else None)
    spread = result.spread("accuracy")
    name = reported_name(finding, result)
    first = result.seeds[0]
    return Measurement(
        true_accuracy=_mean(result.values("accuracy")),
        reported_accuracy=_mean(reported(result, name)) if name else None,
        balanced_accuracy=_mean(result.values("balanced_accuracy")),
        auc=_mean(result.values("auc")),
        ece=_mean(result.values("ece")),
        loss=_mean(result.values("last_loss")),
        first_loss=_mean(result.values("first_loss")),
        constant=all(seed.constant for seed in result.seeds),
        curve=_mean_curve(result),
        reliability=_mean_bins(result),
        reported=tuple((n, _mean(reported(result, n))) for n in first.reported),
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
        for shown, so, count in seed.reliability:
            found = bins.setdefault(min(int(shown * 10), 9), [0.0, 0.0, 0.0])
            for place, more in enumerate((shown * count, so * count, count)):
                found[place] += more
    return tuple(
        (round(shown / count, 4), round(so / count, 4), int(count))
        for _, (shown, so, count) in sorted(bins.items())
    )
