"""Judges a description by rules: findings, undecided rules, and combined fixes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

from kerascheck.engine.complete_fix import MAX_ROUNDS, completed
from kerascheck.engine.facts import HEADS, Facts, changed_facts
from kerascheck.engine.finding import Finding, Harm, Severity, worst_first
from kerascheck.engine.fix import Fix
from kerascheck.engine.fix_code import with_fix_code
from kerascheck.engine.former_places import Places, former_key, former_places
from kerascheck.engine.known_answers import (
    Answer,
    Answers,
    facts_of,
    is_asked_always,
    known_answers,
)
from kerascheck.engine.outcome import NotRun, Outcome
from kerascheck.engine.rule import Rule
from kerascheck.model.description import Description
from kerascheck.model.errors import NotApplicable, Undecided
from kerascheck.model.frozen import replace

CRASHED = "KC000"
"""Code of the finding that replaces those of a rule that raised."""

_Key = tuple[str, str]
"""Code and place of a finding."""

OnCrash = Callable[[Rule, Exception], None]


def judge(
    rules: Sequence[Rule], model: Description, *, on_crash: OnCrash | None = None
) -> Outcome:
    """Judge one model: each cause once, with the findings that its fix removes.

    Args:
        rules: In the order of their codes.
        model: A description with its labels and resolved metrics.
        on_crash: Called with a rule that raised and the exception. The crash becomes a
            finding in any case, and the other rules still run.
    """
    judgement = Judgement(rules, model, on_crash)
    return Outcome(
        models=(model,),
        findings=with_fix_code(judgement, _sort(model, _fold_into_causes(judgement))),
        not_run=tuple(judgement.not_run),
        decided=judgement.decided,
    )


def judge_again(
    rules: Sequence[Rule], model: Description, findings: Sequence[Finding], shown: int
) -> tuple[Finding, ...]:
    """Return findings of a model with the code of their fixes made again.

    Args:
        rules: Those that ran.
        model: As it was judged.
        findings: What is reported, then what is suppressed.
        shown: How many are reported; only their fixes come together in one call.
    """
    return with_fix_code(Judgement(rules, model), findings, shown)


def apply_fixes(rules: Sequence[Rule], model: Description) -> Description:
    """Return `model` with the fixes of all findings applied, worst first.

    Each fix is computed on the model as changed by the fixes before it, so that
    together they make one consistent setup.
    """
    for _ in range(MAX_ROUNDS):
        changed = _after_next_fix(rules, model)
        if changed is None:
            break
        model = changed
    return model


def _after_next_fix(rules: Sequence[Rule], model: Description) -> Description | None:
    """Return `model` after the first fix that removes its own finding, or None."""
    judgement = Judgement(rules, model)
    for finding in _fixable_worst_first(judgement.findings):
        fix = _fix_of(finding)
        after = judgement.after(fix.of(model), [fix])
        if not after.holds(finding):
            return after.model
    return None


_Pair = tuple[int, int]
"""Number of a rule, number of a head; a rule for the model has its first head."""

_FindingsByPair = Mapping[_Pair, Sequence[Finding]]


_OF_TRAINING = frozenset({Harm.NO_LEARNING, Harm.WORSE_TRAINING, Harm.MISCALIBRATED})
"""What training by a loss of weight 0 does not show: it changes nothing."""


def _that_matter(rule: Rule, facts: Facts) -> Iterable[Finding]:
    """Return what a rule finds, but nothing of a loss that trains nothing: KC402 is."""
    found = rule.check(facts)
    if facts.head.loss_weight != 0 or rule.turns_nan:
        return found
    return (f for f in found if not _is_of_training(f))


def _is_of_training(finding: Finding) -> bool:
    weight = finding.location.endswith(".loss_weight")
    return finding.harm in _OF_TRAINING and not weight


class Judgement:
    """What every rule finds in every head of one model.

    Attributes:
        model: The model as it was judged.
        not_run: The rules that could not be decided.
        decided: Pairs of rule and head that were decided; one that crashed was not.
    """

    __slots__ = (
        "_counts",
        "_found",
        "_rules",
        "decided",
        "model",
        "not_run",
    )

    def __init__(
        self,
        rules: Sequence[Rule],
        model: Description,
        on_crash: OnCrash | None = None,
    ) -> None:
        self.model = model
        self.not_run: list[NotRun] = []
        self.decided = 0
        self._rules = rules
        self._found: dict[_Pair, Sequence[Finding]] = {}
        self._counts: Counter[_Key] | None = None
        self._judge(on_crash)

    def _judge(self, on_crash: OnCrash | None) -> None:
        known, facts = known_answers(self._rules), facts_of(self.model)
        views = [Facts(head, self.model) for head in self.model.heads]
        answers = known.get(facts)
        if answers is None:
            known.keep(facts, self._ask_all(views, on_crash))
            return
        self.decided += answers.silent
        for number, place, why in answers.others:
            if why is None:
                self._ask(number, place, views[place], on_crash)
            else:
                self._leave_open(self._rules[number], views[place], why)

    def _ask_all(self, views: list[Facts], on_crash: OnCrash | None) -> Answers:
        silent, others = 0, []
        for number, rule in enumerate(self._rules):
            always = is_asked_always(rule)
            for place, facts in enumerate(_views_for(rule, views)):
                why = self._ask(number, place, facts, on_crash)
                again = always or (number, place) in self._found
                if again or why is not None:
                    others.append(Answer(number, place, None if again else why))
                else:
                    silent += 1
        return Answers(silent, others)

    def _ask(
        self, number: int, place: int, facts: Facts, on_crash: OnCrash | None
    ) -> str | None:
        """Note what a rule says of a head, and return why it is undecided, if it is."""
        rule = self._rules[number]
        findings: list[Finding] = []
        try:
            findings.extend(_that_matter(rule, facts))
            self.decided += 1
        except NotApplicable:
            self.decided += 1
        except Undecided as unknown:
            self._leave_open(rule, facts, unknown.why)
            return unknown.why
        except MemoryError:  # not a fault of the rule
            raise
        except Exception as crash:
            if on_crash is not None:
                on_crash(rule, crash)
            findings.append(_crash_finding(rule, facts, crash))
        finally:
            if findings:
                self._found[number, place] = findings
        return None

    def _leave_open(self, rule: Rule, facts: Facts, why: str) -> None:
        self.not_run.append(_not_run(rule, facts, why))

    @property
    def findings(self) -> list[Finding]:
        """All findings, rule by rule."""
        return [finding for found in self._found.values() for finding in found]

    def at(self, pair: _Pair) -> Sequence[Finding]:
        """Return what a rule finds in a head."""
        return self._found.get(pair, ())

    def count(self, key: _Key) -> int:
        """Return how many findings there are of this code at this place."""
        if self._counts is None:
            self._counts = Counter(f.key for f in self.findings)
        return self._counts[key]

    def after(self, changed: Description, fixes: Sequence[Fix]) -> ChangedJudgement:
        """Return what the rules find once some heads of the model are changed.

        Args:
            changed: The model with the fixes applied.
            fixes: Each one of the model as it was judged.
        """
        places = former_places(self.model, fixes)
        return ChangedJudgement(self, self._judge_changed(changed), changed, places)

    def _judge_changed(self, after: Description) -> _FindingsByPair:
        """Return the findings of the rules that read a fact which is changed."""
        pairs = enumerate(zip(self.model.heads, after.heads, strict=True))
        heads = {
            place: changed_facts(one, other)
            for place, (one, other) in pairs
            if one is not other
        }
        views = {place: Facts(after.heads[place], after) for place in heads}
        found: dict[_Pair, Sequence[Finding]] = {}
        for number, rule in enumerate(self._rules):
            reads = rule.reads
            if reads is None or HEADS in reads or rule.scope == "model":
                if reads is None or not all(map(reads.isdisjoint, heads.values())):
                    everywhere = [Facts(head, after) for head in after.heads]
                    for place, view in enumerate(_views_for(rule, everywhere)):
                        found[number, place] = _check(rule, view)
                continue
            for place, facts in heads.items():
                if not reads.isdisjoint(facts):
                    found[number, place] = _check(rule, views[place])
        return found


class ChangedJudgement:
    """What the rules find after fixes; only rules that read a changed fact run again.

    Attributes:
        model: The model with the fixes applied.
    """

    __slots__ = ("_base", "_changed", "_places", "_shift", "model")

    def __init__(
        self,
        base: Judgement,
        changed: _FindingsByPair,
        model: Description,
        places: Places,
    ) -> None:
        self.model = model
        self._base = base
        self._changed = changed
        self._places = places
        self._shift: dict[_Key, int] = {}  # change in the number of findings
        for pair, found in changed.items():
            self._count((former_key(f, self._places) for f in found), 1)
            self._count((finding.key for finding in base.at(pair)), -1)

    def _count(self, keys: Iterable[_Key], step: int) -> None:
        for key in keys:
            self._shift[key] = self._shift.get(key, 0) + step

    def holds(self, finding: Finding) -> bool:
        """Say whether there is a finding of the same code at the same place."""
        key = finding.key
        return self._base.count(key) + self._shift.get(key, 0) > 0

    def fix_now(self, finding: Finding) -> Fix | None:
        """Return the fix that a finding of this code and place has now."""
        for found in self._changed.values():
            for each in found:
                if former_key(each, self._places) == finding.key:
                    return each.fix
        return finding.fix if self.holds(finding) else None

    def new(self) -> list[Finding]:
        """Return fixable findings that the model did not have, worst first."""
        pairs = sorted(pair for pair, found in self._changed.items() if found)
        findings = [finding for pair in pairs for finding in self._changed[pair]]
        return [
            f
            for f in _fixable_worst_first(findings)
            if not self._base.count(former_key(f, self._places))
        ]


def _views_for(rule: Rule, views: list[Facts]) -> list[Facts]:
    """Return the heads that a rule is called with."""
    return views[:1] if rule.scope == "model" else views


def _check(rule: Rule, facts: Facts) -> Sequence[Finding]:
    findings: list[Finding] = []
    try:
        findings.extend(_that_matter(rule, facts))
    except (NotApplicable, Undecided):
        pass
    except MemoryError:
        raise
    except Exception as crash:
        findings.append(_crash_finding(rule, facts, crash))
    return findings


def _not_run(rule: Rule, facts: Facts, why: str) -> NotRun:
    head = None if rule.scope == "model" else facts.name
    return NotRun(
        code=rule.code, name=rule.name, model=facts.model.path, head=head, why=why
    )


def _crash_finding(rule: Rule, facts: Facts, crash: Exception) -> Finding:
    return Finding(
        code=CRASHED,
        name="rule-crashed",
        severity=Severity.ERROR,
        harm=Harm.NONE,
        message=f"rule {rule.code} raised {type(crash).__name__} and decided nothing",
        model=facts.model.path,
        head=facts.name,
        location=facts.head.at(),
    )


def _fixable_worst_first(findings: Sequence[Finding]) -> list[Finding]:
    ordered = sorted(findings, key=worst_first)
    return [f for f in ordered if f.fix is not None and f.fix.edits]


def _fix_of(finding: Finding) -> Fix:
    assert finding.fix is not None
    return finding.fix


def _fold_into_causes(judgement: Judgement) -> list[Finding]:
    """Fold each finding into the one whose fix removes it.

    Of two that are as bad, the one whose fix removes both is the cause.
    """
    folding = _Folding(judgement)
    for number in range(len(folding.ordered)):
        while number not in folding.placed:
            folding.place(folding.cause_of(number))
    return folding.causes


class _Folding:
    """Findings of a model while each finds its cause."""

    def __init__(self, judgement: Judgement) -> None:
        self.ordered = sorted(judgement.findings, key=worst_first)
        self.causes: list[Finding] = []
        self.placed: set[int] = set()  # causes, and what is folded into them
        self._judgement = judgement
        self._of_head: dict[str | None, list[int]] = {}
        self._fixed: dict[int, tuple[Fix, frozenset[int]] | None] = {}
        for number, finding in enumerate(self.ordered):
            self._of_head.setdefault(finding.head, []).append(number)

    def cause_of(self, number: int) -> int:
        """Return the finding, as bad as this one, whose fix removes more than its."""
        seen = {number}
        while True:
            others = [n for n in self._left(number) if n not in seen]
            cause = next((n for n in others if self._is_cause(n, number)), None)
            if cause is None:
                return number
            number = cause
            seen.add(cause)

    def _is_cause(self, cause: int, number: int) -> bool:
        if self._badness(cause) != self._badness(number):
            return False
        return number in self._removed(cause) and cause not in self._removed(number)

    def _left(self, number: int) -> list[int]:
        head = self._of_head[self.ordered[number].head]
        return [n for n in head if n not in self.placed]

    def _badness(self, number: int) -> tuple[object, ...]:
        return worst_first(self.ordered[number])[:2]

    def _removed(self, number: int) -> frozenset[int]:
        fixed = self._completed(number)
        return fixed[1] if fixed is not None else frozenset()

    def _completed(self, number: int) -> tuple[Fix, frozenset[int]] | None:
        """Return the whole fix of a finding, and what it removes; None: no edits."""
        if number not in self._fixed:
            fix = self.ordered[number].fix
            found = None
            if fix is not None and fix.edits:
                whole, after = completed(self._judgement, fix)
                head = self._of_head[self.ordered[number].head]
                removed = (n for n in head if not after.holds(self.ordered[n]))
                found = whole, frozenset(removed)
            self._fixed[number] = found
        return self._fixed[number]

    def place(self, number: int) -> None:
        """Make a finding a cause, with those that its fix removes."""
        cause, fixed = self.ordered[number], self._completed(number)
        self.placed.add(number)
        if fixed is None:
            self.causes.append(cause)
            return
        fix, removed = fixed
        if number not in removed:
            advice = replace(fix, edits=()) if fix.advice else None
            self.causes.append(replace(cause, fix=advice))
            return
        bad = self._badness(number)
        left = self._left(number)
        follows = [n for n in left if n in removed and self._badness(n) >= bad]
        self.placed.update(follows)
        consequences = tuple(self.ordered[n] for n in follows)
        self.causes.append(replace(cause, fix=fix, follows=consequences))


def _sort(model: Description, findings: list[Finding]) -> tuple[Finding, ...]:
    place = {head.name: i for i, head in enumerate(model.heads)}

    def key(finding: Finding) -> tuple[int, str, str]:
        return place.get(finding.head or "", -1), finding.location, finding.code

    return tuple(sorted(findings, key=key))
