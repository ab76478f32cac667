"""Findings that a comment in their program suppresses, and comments for nothing.

A comment counts for findings on its line and for those of a compile call that it is on
or directly above. It is called unused only if its rules were decided for all models of
the program.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from kerascheck.engine.finding import Finding, Severity
from kerascheck.engine.outcome import IN_COMMENT, NotRun, Suppressed
from kerascheck.model.description import Description, Encoding, Head, Labels
from kerascheck.model.errors import UsageError
from kerascheck.model.frozen import replace
from kerascheck.model.typed import Final
from kerascheck.readers.source.programs import PlacedComment, ReadProgram
from kerascheck.report.view import SourceLines
from kerascheck.suppress.apply import SuppressedBy, apply_suppressions
from kerascheck.suppress.rule_selection import FILE_CODES, codes
from kerascheck.suppress.selectors import prefixes

__all__ = ["CommentsOf"]


class CommentsOf:
    """The comments of one program, and what they suppress."""

    def __init__(self, program: ReadProgram, own_rules: tuple[str, ...]) -> None:
        """Look up the rules that the comments name.

        Args:
            program: As it was read.
            own_rules: Modules with rules of the user.
        """
        self._program = program
        self._known = codes(own_rules)
        self._used: set[tuple[int, str]] = set()
        self._begins: list[dict[str, str | None]] = [
            {code: self._begin(code) for code in placed.comment.codes}
            for placed in program.comments
        ]

    def _begin(self, code: str) -> str | None:
        """Return how the codes begin that a selector names; None: it names none."""
        try:
            return prefixes(self._known, (code,), "")[0]
        except UsageError:
            return None

    def split(
        self, findings: tuple[Finding, ...], model: Description
    ) -> tuple[tuple[Finding, ...], tuple[Suppressed, ...]]:
        """Split the findings of one model into those reported and those suppressed."""
        if not self._program.comments:
            return findings, ()
        suppress = self._suppress(SourceLines([model]), model)
        return apply_suppressions(findings, lambda _: None, suppress)

    def with_hints(self, model: Description) -> Description:
        """Return a model with what the comments at its compile call say of it."""
        for placed in self._program.comments:
            if placed.is_at(model):
                for name, value in placed.comment.hints:
                    model = _with_hint(model, name, value)
        return model

    def _suppress(
        self, lines: SourceLines, model: Description
    ) -> Callable[[Finding], SuppressedBy | None]:
        def suppressed_by(finding: Finding) -> SuppressedBy | None:
            at = {line.place for line in lines.find(finding)[:1]}
            for number, placed in enumerate(self._program.comments):
                is_here = str(placed.counts_for) in at
                if not is_here and not placed.is_at(model):
                    continue
                for code, begin in self._begins[number].items():
                    if begin is not None and finding.code.startswith(begin):
                        self._used.add((number, code))
                        return SuppressedBy(IN_COMMENT, placed.comment.reason)
            return None

        return suppressed_by

    def unused(
        self,
        models: Sequence[Description],
        not_run: Iterable[NotRun],
        ran: Iterable[str],
    ) -> Iterator[Finding]:
        """Yield a finding for each comment that does nothing.

        Args:
            models: Those of the program that were judged.
            not_run: Rules that were not decided, of any model.
            ran: Codes of the rules that ran.
        """
        paths = {model.path for model in models}
        undecided = {item.code for item in not_run if item.model in paths}
        decided = set(ran) - undecided
        for number, placed in enumerate(self._program.comments):
            comment = placed.comment
            if comment.fault is not None:
                yield self._finding(placed, f"it is not understood: {comment.fault}")
            for code, begin in self._begins[number].items():
                if (number, code) in self._used:
                    continue
                if begin is None:
                    yield self._finding(placed, f"{code!r} names no rule")
                elif models and self._certain(begin, decided):
                    why = f"ignore[{code}] suppresses nothing"
                    yield self._finding(placed, why)
            if comment.hints and not any(map(placed.is_at, models)):
                why = "it is not at a compile call, so it says nothing"
                yield self._finding(placed, why)

    def _certain(self, begin: str, decided: set[str]) -> bool:
        named = [code for code in self._known if code.startswith(begin)]
        rules = [code for code in named if not code.startswith(FILE_CODES)]
        return bool(rules) and decided.issuperset(rules)

    def _finding(self, placed: PlacedComment, why: str) -> Finding:
        from kerascheck.engine.file_findings import unused_entry

        message = f"the comment is not needed: {why}"
        finding = unused_entry(message, self._program.path, Severity.NOTE)
        return replace(finding, location="comment", source=str(placed.at))


_COLUMNS = frozenset({Encoding.ONE_HOT, Encoding.MULTI_HOT, Encoding.DISTRIBUTION})
"""Encodings with a column for each unit."""


def _with_hint(model: Description, name: str, value: str) -> Description:
    if name == "task":
        return replace(model, task=value)
    heads = tuple(_with_labels(head, Encoding(value)) for head in model.heads)
    return replace(model, heads=heads)


def _with_labels(head: Head, encoding: Encoding) -> Head:
    """Return a head with labels of an encoding, in the shape that it fits with.

    A comment says how labels are encoded, and nothing of their values. If the shape of
    the head is unknown, so are the labels.
    """
    if head.loss is None or head.shape is None:
        return head
    inner = head.shape[1:]
    columns = encoding in _COLUMNS or head.units == 1 or not inner
    low, high = _RANGES.get(encoding, (None, None))
    labels = Labels(
        encoding=encoding,
        candidates=(encoding,),
        shape=(None, *(inner if columns else inner[:-1])),
        dtype="unknown",
        samples=0,
        low=low,
        high=high,
        integral=encoding in _WHOLE,
        ones=(1, 1) if encoding is Encoding.ONE_HOT else None,
    )
    return replace(head, labels=labels)


_RANGES: Final[Mapping[Encoding, tuple[float, float]]] = {
    Encoding.BINARY: (0.0, 1.0),
    Encoding.ONE_HOT: (0.0, 1.0),
    Encoding.MULTI_HOT: (0.0, 1.0),
    Encoding.SIGNED_BINARY: (-1.0, 1.0),
}
"""Lowest and highest value, where the encoding says them."""

_WHOLE = frozenset(
    {
        *(Encoding.BINARY, Encoding.ONE_HOT, Encoding.MULTI_HOT),
        *(Encoding.CLASS_IDS, Encoding.SIGNED_BINARY),
    }
)
