"""What a run found in numbers, and what it could not decide or did not look at.

Nothing here may look like success where nothing was decided.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kerascheck.engine.finding import Severity, Verdict
from kerascheck.engine.outcome import NotRun, Outcome
from kerascheck.engine.skipped import count_passed_over
from kerascheck.model.named import NamedTuple
from kerascheck.trust.printable import Style, count, shown, wrapped

MAX_REASONS = 3
"""Reasons for undecided rules that have a line of their own in the summary."""

NO_LABELS = "no labels were given"


def headline(outcome: Outcome) -> str:
    """Return the number of findings, or whether anything could be checked at all."""
    counts = [
        count(number, severity.value)
        for severity in Severity
        if (number := outcome.count(severity))
    ]
    if counts:
        return ", ".join(counts)
    if not outcome.models:
        return "nothing to check"
    return "no findings" if outcome.decided else "nothing could be checked"


def outline(outcome: Outcome) -> str:
    """Return models, findings and undecided rules in numbers, on one line."""
    undecided = len(outcome.not_run)
    return _totals(outcome) + (f"; {undecided} undecided" if undecided else "")


def _totals(outcome: Outcome) -> str:
    models = count(len(outcome.models), "model")
    if outcome.unreadable:
        models += f" ({outcome.unreadable} unreadable)"
    found, hidden = headline(outcome), list(_suppressed(outcome))
    parts = hidden if hidden and found == "no findings" else [found, *hidden]
    return f"{models}: {', '.join(parts)}"


def _suppressed(outcome: Outcome) -> Iterator[str]:
    known = sum(item.by == "baseline" for item in outcome.suppressed)
    if len(outcome.suppressed) > known:
        yield f"{len(outcome.suppressed) - known} suppressed"
    if known:
        yield f"{known} known in the baseline"


def summary_lines(outcome: Outcome, style: Style) -> Iterator[str]:
    """Yield what was found, what is undecided, and what is not shown."""
    yield from _found_lines(outcome, style)
    yield from unseen_lines(outcome, style)


def _found_lines(outcome: Outcome, style: Style) -> Iterator[str]:
    """Yield the numbers of findings, verdicts and undecided rules.

    How many rules were decided is a statistic: it changes with every rule that a
    version adds.
    """
    totals = _totals(outcome)
    if style.statistics:
        totals += f"; {count(outcome.decided, 'rule')} decided"
    yield from wrapped(totals, style.width)
    verdicts = _verdicts(outcome)
    if verdicts:
        yield from wrapped(f"by reference training: {verdicts}", style.width)
    for number, why in _reasons(outcome.not_run):
        text = f"{number} undecided: {shown(why, unicode=style.unicode)}"
        yield from wrapped(text, style.width)


def unseen_lines(outcome: Outcome, style: Style) -> Iterator[str]:
    """Yield what a configuration turns off, and the number of paths passed over.

    What was passed over is counted in the last line, which is never wrapped: scripts
    look for it.
    """
    for use in outcome.configuration:
        if use.sentence:
            yield from wrapped(shown(use.sentence, unicode=style.unicode), style.width)
    ignored = sum(program.ignored_comments for program in outcome.programs)
    if ignored:
        yield from wrapped(ignored_comments(ignored), style.width)
    passed_over = count_passed_over(outcome.skipped)
    if passed_over:
        yield passed_over


def ignored_comments(number: int) -> str:
    """Return what a locked run says of comments in programs."""
    verb = "is" if number == 1 else "are"
    return f"{count(number, 'comment')} for kerascheck {verb} ignored by a locked run"


def _verdicts(outcome: Outcome) -> str:
    """Return how many findings each verdict has; "" if nothing was trained."""
    counts = [
        f"{number} {verdict}"
        for verdict in Verdict
        if (number := outcome.confirmed(verdict))
    ]
    sources = [f.confirmation.source for f in outcome.findings if f.confirmation]
    numbers = (
        (sources.count("shipped"), "measured beforehand"),
        (sources.count("cache"), "from the cache"),
    )
    known = ", ".join(f"{number} {what}" for number, what in numbers if number)
    return ", ".join(counts) + (f" ({known})" if known else "")


def _reasons(not_run: Iterable[NotRun]) -> list[tuple[int, str]]:
    """Return the commonest reasons with their numbers, the others as one."""
    numbers: dict[str, int] = {}
    for item in not_run:
        numbers[item.why] = numbers.get(item.why, 0) + 1
    by_number = sorted(numbers.items(), key=lambda pair: (-pair[1], pair[0]))
    reasons = [
        (number, f"{why} (see --labels)" if why == NO_LABELS else why)
        for why, number in by_number
    ]
    rest = reasons[MAX_REASONS:]
    if not rest:
        return reasons
    others = f"{count(len(rest), 'other reason')} (see -v)"
    return [*reasons[:MAX_REASONS], (sum(number for number, _ in rest), others)]


class RuleCount(NamedTuple):
    """How many findings a rule has, and whether one of them has a fix."""

    code: str
    name: str
    number: int
    fixable: bool


def statistics_lines(outcome: Outcome, style: Style) -> Iterator[str]:
    """Yield the number of findings of each rule, and whether one has a fix."""
    counts = count_by_rule(outcome)
    for rule in counts:
        mark = "*" if rule.fixable else " "
        name = shown(rule.name, unicode=style.unicode)
        yield f"{rule.number:>5}  {rule.code}  [{mark}] {name}"
    if any(rule.fixable for rule in counts):
        yield "[*] has a fix"


def count_by_rule(outcome: Outcome) -> list[RuleCount]:
    """Return the number of findings of each rule, commonest first."""
    counts: dict[str, RuleCount] = {}
    for f in outcome.findings:
        before = counts.get(f.code, RuleCount(f.code, f.name, 0, False))
        fixable = before.fixable or (f.fix is not None and bool(f.fix.edits))
        counts[f.code] = RuleCount(f.code, f.name, before.number + 1, fixable)
    return sorted(counts.values(), key=lambda rule: (-rule.number, rule.code))
