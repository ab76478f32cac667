"""Whether a claim holds under other conditions: another task, network, learning rate.

A claim that is confirmed with the usual network and rate is tried again with one thing
changed at a time. It is the same there if it is confirmed again, and weaker if its
difference is on the same side: beyond the scatter of the starts, or not refuted.
Otherwise it is absent, and then the claim is inconclusive.

Claims about calibration say on which task they hold and need not hold on both: where
classes are far apart a network is right and certain, and nothing can be out of
calibration by much.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from kerascheck.confirm.build import Pair
from kerascheck.confirm.differences import Judgement
from kerascheck.confirm.result import SetupResult
from kerascheck.confirm.setup import (
    DEEP,
    OTHER_RATE,
    SEVERAL_LABELS,
    TASKS,
    Setup,
)
from kerascheck.confirm.verdict import judge
from kerascheck.engine.finding import Finding, Found, Harm, OtherCondition, Verdict
from kerascheck.model.frozen import replace

_HARD = "_hard"
_FAINT = "_faint"

_NETWORK = "with another network"
_RATE = "at another rate"

_WORDS: dict[Found, str] = {"same": "the same", "weaker": "weaker", "absent": "not"}


class Condition(NamedTuple):
    """A pair with one thing changed, and how a report calls it."""

    words: str
    pair: Pair
    is_task: bool = False


class Tried(NamedTuple):
    """A claim under one condition.

    Attributes:
        condition: Which.
        judgement: None: it is not known.
        late: It should have been tried, and did not end.
    """

    condition: Condition
    judgement: Judgement | None
    late: bool = False

    @property
    def found(self) -> Found | None:
        """What came of the claim there; None: that is not known."""
        judged = self.judgement
        if judged is None:
            return None
        if judged.verdict is Verdict.CONFIRMED:
            return "same"
        if judged.interval is not None and judged.interval[0] > 0:
            return "weaker"
        refuted = judged.verdict is Verdict.REFUTED
        return "absent" if refuted or (judged.difference or 0) <= 0 else "weaker"

    @property
    def record(self) -> OtherCondition:
        """What a report keeps of it."""
        setup, found = self.condition.pair.before, self.judgement
        return OtherCondition(
            task=setup.task,
            network=setup.network,
            learning_rate=setup.learning_rate,
            found=self.found,
            reason="not tried" if found is None else found.reason,
        )


def conditions_of(finding: Finding, pair: Pair) -> tuple[Condition, ...]:
    """Return the other conditions under which a pair is tried."""
    return tuple(_conditions(finding, pair))


def _conditions(finding: Finding, pair: Pair) -> Iterator[Condition]:
    if finding.harm is not Harm.MISREPORTED:
        pair = _changed(pair, lambda setup: replace(setup, metrics=()))
    task = _twin(pair.before.task)
    if task in TASKS:
        other = _changed(pair, lambda setup: replace(setup, task=task))
        yield Condition(f"on {_place(task)}", other, is_task=True)
    deep = _changed(pair, lambda setup: replace(setup, network=DEEP))
    yield Condition(_NETWORK, deep)
    slow = _changed(pair, lambda setup: replace(setup, learning_rate=OTHER_RATE))
    yield Condition(_RATE, slow)


def tried(
    finding: Finding, pair: Pair, results: Mapping[Setup, SetupResult]
) -> tuple[Tried, ...]:
    """Judge a finding under every other condition."""
    return tuple(
        _tried(finding, condition, results)
        for condition in conditions_of(finding, pair)
    )


def over_conditions(judgement: Judgement, others: Sequence[Tried]) -> Judgement:
    """Return one judgement over all conditions.

    Args:
        judgement: With the usual network and rate.
        others: Under other conditions.

    Returns:
        The same, with the conditions named. What does not hold under one that it has to
        hold under is inconclusive, and so is what was not tried for want of time.
    """
    if judgement.verdict is not Verdict.CONFIRMED:
        return judgement
    reason = judgement.reason
    for found, words in _WORDS.items():
        some = [one.condition.words for one in others if one.found == found]
        if some:
            reason += f"; {words} {_list(some)}"
    absent = [one.condition for one in others if one.found == "absent"]
    late = [one.condition.words for one in others if one.late]
    if late:
        reason += f"; not tried in time {_list(late)}"
    needed = [one for one in absent if not (one.is_task and judgement.of_ece)]
    verdict = Verdict.INCONCLUSIVE if late or needed else judgement.verdict
    return replace(judgement, verdict=verdict, reason=reason)


def _list(words: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1])))


def _tried(
    finding: Finding, condition: Condition, results: Mapping[Setup, SetupResult]
) -> Tried:
    pair = condition.pair
    before, after = results.get(pair.before), results.get(pair.after)
    if before is None or after is None:
        return Tried(condition, None)
    if not (before.ended and after.ended):
        return Tried(condition, None, late=True)
    return Tried(condition, judge(finding, before, after))


def _changed(pair: Pair, change: Callable[[Setup], Setup]) -> Pair:
    return replace(pair, before=change(pair.before), after=change(pair.after))


def _twin(task: str) -> str:
    """Return the task on which a claim is tried as well; no task has some of these."""
    if task.endswith(_FAINT):
        return task.removesuffix(_FAINT) + _HARD
    return task.removesuffix(_HARD) if task.endswith(_HARD) else task + _HARD


def _place(task: str) -> str:
    noun = "labels" if task in SEVERAL_LABELS else "classes"
    return f"{noun} that overlap" if task.endswith(_HARD) else f"{noun} far apart"
