"""The results of setups: shipped, from the cache of the user, or trained now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from time import monotonic
from types import MappingProxyType

from kerascheck.confirm.build import Pair
from kerascheck.confirm.cache import CachedResults
from kerascheck.confirm.child_process import (
    NEEDED,
    TrainingFailed,
    TrainingUnavailable,
    can_train,
    default_backend,
    train_in_child,
    unfinished_result,
)
from kerascheck.confirm.options import TrainingOptions
from kerascheck.confirm.parts import PartsProgress, each, twice_if_killed
from kerascheck.confirm.result import SetupResult
from kerascheck.confirm.setup import Setup
from kerascheck.engine.finding import Source
from kerascheck.model.frozen import replace
from kerascheck.model.named import NamedTuple


class TrainingResults(NamedTuple):
    """The result of each setup that has one, and where it comes from."""

    results: Mapping[Setup, SetupResult]
    sources: Mapping[Setup, Source]

    def of(self, pair: Pair) -> tuple[SetupResult, SetupResult] | None:
        """Return what was measured before and after a fix; None if one is missing."""
        before, after = self.results.get(pair.before), self.results.get(pair.after)
        return None if before is None or after is None else (before, after)

    def source(self, pair: Pair) -> Source:
        """Say where the results of a pair come from.

        That is the cache if a side does, as others may have written it; "shipped" if
        both do, so that nothing was trained here.
        """
        sources = {self.sources[setup] for setup in (pair.before, pair.after)}
        if "cache" in sources:
            return "cache"
        return "trained" if "trained" in sources else "shipped"


def train_setups(
    setups: Sequence[Setup],
    options: TrainingOptions,
    *,
    backend: str | None = None,
    part: int | None = None,
    beside: Mapping[Setup, Sequence[Setup]] = MappingProxyType({}),
) -> TrainingResults:
    """Return the result of each setup: shipped, from the cache, or trained in a child.

    What the child did not reach, or lost when it died, is unfinished. Of a backend that
    is not installed there is what ships, and nothing else.

    Args:
        setups: What to train.
        options: How.
        backend: By default the one that `default_backend` finds.
        part: Setups that train together, however many workers there are; None: all.
        beside: Setup -> others, whose results are returned if they are at hand; they
            are trained, after all that must be, unless that setup ships.

    Raises:
        TrainingUnavailable: Keras or its backend is not installed, and nothing ships.
    """
    if not setups:
        return TrainingResults({}, {})
    backend = backend or default_backend(options.tree)
    others = dict.fromkeys(one for each in beside.values() for one in each)
    found, sources = _at_hand([*setups, *others], options, backend)
    missing = [setup for setup in setups if setup not in found]
    here = (setup for setup in setups if sources.get(setup) != "shipped")
    more = (one for setup in here for one in beside.get(setup, ()))
    known = {*found, *missing}
    missing += [setup for setup in dict.fromkeys(more) if setup not in known]
    if missing and options.budget <= 0:
        why = "no time was given to training"
        trained = [unfinished_result(setup, why) for setup in missing]
    elif missing and not can_train(backend, options.tree):
        if options.shipped is None or backend not in options.shipped.backends:
            raise TrainingUnavailable(NEEDED)
        trained, missing = [], []
    else:
        trained = _trained(missing, options, backend, part)
    found |= zip(missing, trained, strict=True)
    return TrainingResults(found, {**dict.fromkeys(missing, "trained"), **sources})


def _at_hand(
    setups: Sequence[Setup], options: TrainingOptions, backend: str
) -> tuple[dict[Setup, SetupResult], dict[Setup, Source]]:
    """Return the results that need no training, and where they come from."""
    found: dict[Setup, SetupResult] = {}
    sources: dict[Setup, Source] = {}
    kept = None if options.cache is None else _kept(options, backend)
    for setup in setups:
        source: Source = "shipped"
        result = options.shipped.get(setup, backend) if options.shipped else None
        if result is None and kept is not None:
            source, result = "cache", kept.get(setup)
        if result is not None:
            found[setup], sources[setup] = result, source
    return found, sources


def _trained(
    setups: Sequence[Setup],
    options: TrainingOptions,
    backend: str,
    part: int | None = None,
) -> list[SetupResult]:
    """Train setups in children and keep the results."""
    if not setups:
        return []
    if options.progress is not None:
        options.progress(0, 1)  # so that there is something to see while Keras loads
    if part is None:
        results = _trained_in_child(setups, options, backend)
        keep(results, options, backend)
        return results
    return _trained_in_parts(setups, options, backend, part)


def _trained_in_child(
    setups: Sequence[Setup], options: TrainingOptions, backend: str
) -> list[SetupResult]:
    try:
        return train_in_child(setups, options, backend=backend)
    except TrainingFailed as failure:
        return [unfinished_result(setup, str(failure)) for setup in setups]


def _trained_in_parts(
    setups: Sequence[Setup], options: TrainingOptions, backend: str, part: int
) -> list[SetupResult]:
    """Train parts of the setups over several children; the results are as with one."""
    lanes = _lanes(setups, options.workers, part)
    bar = PartsProgress(options.progress, [len(lane) for lane in lanes])
    end = monotonic() + options.budget

    def train_lane(lane: tuple[int, Sequence[Setup]]) -> list[SetupResult]:
        number, some = lane
        budget = options.budget if number < options.workers else end - monotonic()
        one = replace(options, budget=max(budget, 0.0), progress=bar.of(number))
        try:
            return twice_if_killed(
                lambda left: train_in_child(some, left, backend=backend, part=part), one
            )
        except TrainingFailed as failure:
            return [unfinished_result(setup, str(failure)) for setup in some]

    found: list[SetupResult] = []
    for results in each(train_lane, enumerate(lanes), workers=options.workers):
        keep(results, options, backend)
        found += results
    return found


def _lanes(setups: Sequence[Setup], workers: int, part: int) -> list[Sequence[Setup]]:
    """Return what each child trains: all of it, or a part if there are several."""
    if workers == 1:
        return [setups]
    return [setups[first : first + part] for first in range(0, len(setups), part)]


def keep(
    results: Sequence[SetupResult], options: TrainingOptions, backend: str
) -> None:
    """Store results in the cache of the options, if there is one."""
    kept = _kept(options, backend)
    if kept is not None:
        for result in results:
            kept.put(result)


def _kept(options: TrainingOptions, backend: str) -> CachedResults | None:
    """Return the results of earlier runs."""
    if options.cache is None:
        return None
    return options.cache.results_of(
        backend=backend, device=options.device, seeds=options.seeds
    )
