"""The code of fixes: one compile() call for all that is found in a model.

Each finding keeps its own edits. The call that it prints has those of the other
findings, too, so that pasting one call does not undo another. A finding that is
suppressed changes no call but its own: what the user decided against is not slipped
into the code, as `--fix` does not write it. If two fixes do not go together, the code
has the finding's own and names the other.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from kerascheck.engine.combine_fixes import combined
from kerascheck.engine.complete_fix import completed, less_safe
from kerascheck.engine.finding import Finding, Harm, worst_first
from kerascheck.engine.fix import Applicability, Fix, SetMetric
from kerascheck.engine.snippet import MAX_HEADS, snippet
from kerascheck.model.description import Description, Head
from kerascheck.model.frozen import replace
from kerascheck.model.named import NamedTuple
from kerascheck.model.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from kerascheck.engine.judge import Judgement


def with_fix_code(
    judged: Judgement, findings: Sequence[Finding], shown: int | None = None
) -> tuple[Finding, ...]:
    """Return findings with the code of their fixes.

    Args:
        judged: The model that they are about.
        findings: What is reported, then what is suppressed.
        shown: How many are reported; None: all.
    """
    if not any(map(_has_edits, findings)):
        return tuple(findings)
    reported = sorted(filter(_has_edits, findings[:shown]), key=worst_first)
    combining = _Combining(judged, reported)
    planned = combining.planned()
    if planned:
        findings = [planned.get(id(finding), finding) for finding in findings]
        combining = _Combining(judged, [planned.get(id(f), f) for f in reported])
    return tuple(_with_code(finding, combining) for finding in findings)


def _has_edits(finding: Finding) -> bool:
    return finding.fix is not None and bool(finding.fix.edits)


def _fix_of(finding: Finding) -> Fix:
    assert finding.fix is not None
    return finding.fix


def _heads_of(finding: Finding) -> frozenset[str]:
    """Return the names of the heads that a fix changes."""
    return frozenset(edit.head for edit in _fix_of(finding).edits)


def _with_code(finding: Finding, combining: _Combining) -> Finding:
    if not _has_edits(finding):
        return finding
    after = _fix_of(finding).of(combining.model)
    layers, labels = combining.lines(after, sorted(_heads_of(finding)))
    call = combining.call(finding, own={*layers, *labels})
    if not _fix_of(finding).changes_call:
        first = layers or labels
        first[:0] = combining.notes(finding) if first else []
    return replace(
        finding,
        snippet=call,
        layer_line="\n".join(layers) or None,
        labels_line="\n".join(labels) or None,
    )


def _metrics_of(model: Description) -> int:
    return sum(len(head.metrics or ()) for head in model.heads)


def _metric_raises(finding: Finding) -> bool:
    edits = _fix_of(finding).edits
    return finding.harm is Harm.RAISES and any(isinstance(e, SetMetric) for e in edits)


class _Combined(NamedTuple):
    """Fixes of the same heads, as far as they go together."""

    heads: tuple[Head, ...]  # with the fixes
    fixed: tuple[Finding, ...]
    left: tuple[Finding, ...]  # whose fixes do not go with the others


class _Group:
    """Findings whose fixes change the same heads, the worst first."""

    def __init__(self, heads: frozenset[str], findings: list[Finding]) -> None:
        self.heads = heads
        self.findings = findings
        self.combined: _Combined | None = None


class _Combining:
    """The calls of one model.

    Fixes of different heads always go together, so each head is tried by itself: the
    time grows with the number of heads, not with its square.
    """

    def __init__(self, judged: Judgement, reported: Sequence[Finding]) -> None:
        self.model = judged.model
        self._judged = judged
        self._groups = _by_head(reported)

    def lines(
        self, after: Description, names: Iterable[str]
    ) -> tuple[list[str], list[str]]:
        """Return the lines that change layers, and labels or their weights, of heads.

        Args:
            after: The model with the fix.
            names: Of the heads that it changes.
        """
        from kerascheck.keras_api.labels_line import (
            labels_line,
            place_in_labels,
            weights_line,
        )
        from kerascheck.keras_api.layer_line import layer_line

        several = len(self.model.heads) > 1
        changed = [(self.model.head(name), after.head(name)) for name in names]
        layers = (layer_line(*pair, several=several) for pair in changed)
        labels = [
            labels_line(*pair, place_in_labels(pair[0].name, self.model))
            for pair in changed
        ]
        labels.append(weights_line(self.model, after))
        return [line for line in layers if line], [line for line in labels if line]

    def call(self, finding: Finding, own: Collection[str]) -> str:
        """Return the compile() call with the fix of a finding and of all others.

        Lines that the other fixes need outside the call are comments above it.

        Args:
            finding: One that is reported or suppressed.
            own: The lines for layers and labels that its own fix needs.
        """
        mine = self._groups_of(finding)
        parts = [self._with_first(finding, mine)]
        if len(self.model.heads) <= MAX_HEADS:  # of more, one is shown
            others = _distinct(self._groups.values())
            parts += [self._of(group) for group in others if group not in mine]
        model = self.model
        changed = [head for part in parts for head in part.heads]
        for head in changed:
            model = model.with_head(head)
        fixed = [f for part in parts for f in part.fixed]
        notes = _fixes(fixed)
        removed = _metrics_of(self.model) > _metrics_of(model)
        raised = model.format == "live" and any(map(_metric_raises, fixed))
        call = snippet(model, finding.head, clear_metrics=removed, new_optimizer=raised)
        layers, labels = self.lines(model, [head.name for head in changed])
        notes += [f"# also {line}" for line in (*layers, *labels) if line not in own]
        left = [f for part in parts for f in part.left]
        return "\n".join([*notes, *_note(left), call])

    def notes(self, finding: Finding) -> list[str]:
        """Return a comment on the fixes that do not go with that of a finding."""
        return _note(self._with_first(finding, self._groups_of(finding)).left)

    def planned(self) -> dict[int, Finding]:
        """Return findings whose fix does not go with worse ones, with one that does.

        Returns:
            By the `id` of the finding as it was reported.
        """
        found: dict[int, Finding] = {}
        for group in _distinct(self._groups.values()):
            if len(group.findings) > 1:
                left = self._of(group).left
                found |= {id(one): two for one in left if (two := self._plan(one))}
        return found

    def _plan(self, finding: Finding) -> Finding | None:
        """Return a finding with the fix that it has once worse ones are fixed."""
        before = [
            _fix_of(one) for g in self._groups_of(finding) for one in self._of(g).fixed
        ]
        model = combined(self.model, before)
        if model is None:
            return None
        now = self._judged.after(model, before).fix_now(finding)
        if now is None or not now.edits:
            return None
        edits = tuple(edit for fix in before for edit in fix.edits)
        how = less_safe(now.applicability, _fix_of(finding).applicability)
        whole = replace(_fix_of(finding), edits=(*edits, *now.edits), applicability=how)
        fix, after = completed(self._judged, whole)
        agreed = combined(self.model, [*before, fix])
        if after.holds(finding) or after.new() or agreed != after.model:
            return None
        return replace(finding, fix=fix)

    def _groups_of(self, finding: Finding) -> list[_Group]:
        names = _heads_of(finding)
        return _distinct(self._groups[name] for name in names if name in self._groups)

    def _of(self, group: _Group) -> _Combined:
        if group.combined is None:
            group.combined = self._combined(group.findings)
        return group.combined

    def _with_first(self, finding: Finding, groups: Sequence[_Group]) -> _Combined:
        """Return the fixes that go with that of a finding, if possible the same."""
        if len(groups) == 1:
            shared = self._of(groups[0])
            if any(one is finding for one in shared.fixed):
                return shared
        others = (f for group in groups for f in group.findings if f is not finding)
        return self._combined([finding, *others])

    def _combined(self, findings: Sequence[Finding]) -> _Combined:
        """Add one fix after the other, unless it spoils what was fixed before it."""
        first, *others = findings
        fixed, left = [first], []
        model = _fix_of(first).of(self.model)
        after = self._judged.after(model, [_fix_of(first)]) if others else None
        for finding in others:
            together = (*fixed, finding)
            fixes = [_fix_of(one) for one in together]
            both = combined(self.model, fixes)
            tried = None if both is None else self._judged.after(both, fixes)
            if tried is None or tried.new() or any(map(tried.holds, together)):
                left.append(finding)
            elif after is not None and after.holds(finding):
                fixed.append(finding)
                after, model = tried, tried.model
        names = dict.fromkeys(edit.head for one in fixed for edit in _fix_of(one).edits)
        return _Combined(tuple(map(model.head, names)), tuple(fixed), tuple(left))


def _fixes(fixed: Iterable[Finding]) -> list[str]:
    """Return a comment on what a call fixes if that is more than one finding."""
    safe: dict[str, bool] = {}
    for one in fixed:
        is_safe = _fix_of(one).applicability is Applicability.SAFE
        safe[one.code] = is_safe and safe.get(one.code, True)
    if len(safe) < 2:
        return []
    unsafe = sorted(code for code in safe if not safe[code])
    again = f"; train again after {', '.join(unsafe)}" if any(safe.values()) else ""
    return [f"# fixes {', '.join(sorted(safe))}{again if unsafe else ''}"]


def _note(left: Iterable[Finding]) -> list[str]:
    codes = ", ".join(sorted({one.code for one in left}))
    how = f"# not together with the fix of {codes}: apply one, then check again"
    return [how] if codes else []


def _by_head(findings: Iterable[Finding]) -> dict[str, _Group]:
    """Return findings by the heads that their fixes change, which may be several."""
    groups: dict[str, _Group] = {}
    for finding in findings:
        heads = _heads_of(finding)
        near = _distinct(groups[name] for name in heads if name in groups)
        if len(near) == 1 and heads <= near[0].heads:
            near[0].findings.append(finding)
            continue
        joined = [f for group in near for f in group.findings]
        group = _Group(heads.union(*(g.heads for g in near)), [*joined, finding])
        groups |= dict.fromkeys(group.heads, group)
    return groups


def _distinct(groups: Iterable[_Group]) -> list[_Group]:
    return list(dict.fromkeys(groups))
