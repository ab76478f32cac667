"""Suppressions that are over, or that are not needed any more.

An entry is called unused only if that is certain: the models that it is about were
looked for and read, and the rules that it names were decided for them. A run over some
of the models, or with some of the rules, says nothing of the others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Set

from kerascheck.engine.file_findings import unused_entry
from kerascheck.engine.finding import Finding, Severity
from kerascheck.engine.fingerprint import place_of_models
from kerascheck.engine.judge import CRASHED
from kerascheck.model.frozen import replace
from kerascheck.model.named import NamedTuple
from kerascheck.report.report import Report
from kerascheck.settings.expiry import is_over
from kerascheck.suppress.rule_selection import FILE_CODES


class Scope(NamedTuple):
    """What an entry is about.

    Attributes:
        models: Their paths, as the report has them.
        codes: Of the findings that it suppresses.
        required: Those of them that have to run before the entry is called unused.
    """

    models: Set[str]
    codes: Set[str]
    required: Set[str]


class ScopedEntry(NamedTuple):
    """A suppression as findings about it name it.

    Attributes:
        title: "the entry for 'a.keras'".
        file: Where it is written.
        why_unused: Why it is not needed any more; None: it may be needed.
        until: Last day that it counts; None: for ever.
        location: Place in the file.
        fingerprint: Of findings about it; "": one is made of the location.
        parts: What it consists of; they are judged as long as it counts.
    """

    title: str
    file: str
    why_unused: str | None
    until: str | None = None
    location: str = ""
    fingerprint: str = ""
    parts: tuple[ScopedEntry, ...] = ()


class Coverage:
    """What one run looked at, and what it decided.

    Attributes:
        read: The models that were read, as scopes name them.
        unread: Those that were not.
    """

    def __init__(self, report: Report, place: Callable[[str], str] = str) -> None:
        """Collect it.

        Args:
            report: All that the run says.
            place: Turns the path of a model into its name in scopes.
        """
        place = place_of_models(report.models, place)
        everything = (*report.findings, *(s.finding for s in report.suppressed))
        self.read = {place(m.path) for m in report.models if m.format is not None}
        self.unread = {place(m.path) for m in report.models if m.format is None}
        self._crashed = {place(f.model) for f in everything if f.code == CRASHED}
        self._undecided = {(place(item.model), item.code) for item in report.not_run}
        self._ran = {rule.code for rule in report.rules}

    def decided(self, scope: Scope) -> bool:
        """Say whether all models were read, and all rules decided for each of them."""
        return (
            bool(scope.required)
            and bool(scope.models)
            and scope.models <= self.read
            and not scope.models & (self.unread | self._crashed)
            and all(map(self._has_run, scope.required))
            and not any(
                model in scope.models and code in scope.codes
                for model, code in self._undecided
            )
        )

    def _has_run(self, code: str) -> bool:
        return code.startswith(FILE_CODES) or code in self._ran


def unused_findings(entries: Iterable[ScopedEntry], *, today: str) -> Iterator[Finding]:
    """Yield a finding for each entry that is over or not needed.

    Args:
        entries: In the order of the file.
        today: The date, 2026-12-31.
    """
    for entry in entries:
        if is_over(entry.until, today):
            message = f"{entry.title} is over: its last day was {entry.until}"
            yield _finding(entry, message, Severity.WARNING)
            continue
        if entry.why_unused is not None:
            message = f"{entry.title} is not needed: {entry.why_unused}"
            yield _finding(entry, message, Severity.NOTE)
        yield from unused_findings(entry.parts, today=today)


def _finding(entry: ScopedEntry, message: str, severity: Severity) -> Finding:
    finding = unused_entry(message, entry.file, severity)
    return replace(
        finding,
        location=entry.location or finding.location,
        fingerprint=entry.fingerprint or finding.fingerprint,
    )
