"""Tries plans on backends: trains both sides of a pair, and judges them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import NamedTuple

from kerascheck.confirm.build import Pair
from kerascheck.confirm.child_process import (
    TrainingUnavailable,
    default_backend,
    other_backends,
)
from kerascheck.confirm.conditions import (
    Tried,
    conditions_of,
    over_conditions,
    tried,
)
from kerascheck.confirm.differences import Judgement
from kerascheck.confirm.obtain import train_setups
from kerascheck.confirm.options import TrainingOptions
from kerascheck.confirm.plan import Plan
from kerascheck.confirm.result import SetupResult, Status
from kerascheck.confirm.setup import Setup
from kerascheck.confirm.verdict import judge
from kerascheck.engine.finding import Finding, Source, Verdict
from kerascheck.model.frozen import replace


class Trial(NamedTuple):
    """What one backend shows of a finding."""

    backend: str
    pair: Pair
    judgement: Judgement
    before: SetupResult
    after: SetupResult
    source: Source
    conditions: tuple[Tried, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """What it shows."""
        return self.judgement.verdict


def try_all(plans: Sequence[Plan], options: TrainingOptions) -> list[tuple[Trial, ...]]:
    """Return the trials of each plan: on the backend in use, and on others.

    Others are asked about findings that depend on the backend. One that is installed
    and cannot train here, as it has no GPU for example, shows nothing.
    """
    used, others = _backends(options)
    here = _trials_on(used, plans, options)
    by_backend = [
        plan if plan.finding.by_backend else replace(plan, pairs=()) for plan in plans
    ]
    each: list[list[Trial | None]] = [here]
    if any(plan.pairs for plan in by_backend):
        silent = replace(options, progress=None)
        for name in others:
            with suppress(TrainingUnavailable):
                each.append(_trials_on(name, by_backend, silent))
    return [tuple(t for t in trials if t) for trials in zip(*each, strict=True)]


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
    backend: str, plans: Sequence[Plan], options: TrainingOptions
) -> list[Trial | None]:
    """Return one trial a plan: the first of its pairs whose fixed side trains."""
    trials: list[Trial | None] = [None] * len(plans)
    for attempt in range(max((len(plan.pairs) for plan in plans), default=0)):
        open_ = [
            (place, plan.pairs[attempt])
            for place, plan in enumerate(plans)
            if attempt < len(plan.pairs) and _fix_failed(trials[place])
        ]
        setups = dict.fromkeys(
            s for _, pair in open_ for s in (pair.before, pair.after)
        )
        beside = _beside((pair, plans[place].finding) for place, pair in open_)
        trainings = train_setups(list(setups), options, backend=backend, beside=beside)
        for place, pair in open_:
            sides = trainings.of(pair)
            if sides is None:
                continue
            before, after = sides
            trial = Trial(
                backend=backend,
                pair=pair,
                judgement=judge(plans[place].finding, before, after),
                before=before,
                after=after,
                source=trainings.source(pair),
            )
            if trials[place] is None or not _fix_failed(trial):
                trials[place] = _under_conditions(
                    plans[place].finding, trial, trainings.results
                )
    return trials


def _under_conditions(
    finding: Finding, trial: Trial, results: Mapping[Setup, SetupResult]
) -> Trial:
    """Return a trial that is judged over all conditions, if it confirms a claim."""
    raises = trial.before.status is Status.RAISED  # which it does under any
    if trial.verdict is not Verdict.CONFIRMED or raises:
        return trial
    others = tried(finding, trial.pair, results)
    judgement = over_conditions(trial.judgement, others)
    return trial._replace(judgement=judgement, conditions=others)


def _beside(pairs: Iterable[tuple[Pair, Finding]]) -> dict[Setup, list[Setup]]:
    """Return what is worth training beside each setup."""
    found: dict[Setup, list[Setup]] = {}
    for pair, finding in pairs:
        others = [one.pair for one in conditions_of(finding, pair)]
        for setup in (pair.before, pair.after):
            found.setdefault(setup, []).extend(
                side for other in others for side in (other.before, other.after)
            )
    return found


def _fix_failed(trial: Trial | None) -> bool:
    """Say whether nothing was compared yet, as the fixed side raises."""
    return trial is None or trial.after.status is Status.RAISED
