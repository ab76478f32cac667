"""Entries of per-model-ignores and models that are over, or that nothing needs.

An entry is called unneeded only where that is certain: every model that its glob can
be about was looked for and read, and every rule that it names was decided for them.
A run over some of the models, or with some of the rules, says nothing of the others.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence

from kerascheck.engine.file_findings import unused_entry
from kerascheck.engine.finding import Finding, Severity
from kerascheck.engine.skipped import NOT_ENTERED
from kerascheck.labels.sources import names_of
from kerascheck.model.frozen import replace
from kerascheck.report.report import Report
from kerascheck.settings.configuration import Ignore, concerns, region
from kerascheck.settings.expiry import is_over
from kerascheck.suppress.rule_selection import (
    IGNORED,
    READING,
    RuleSelection,
    codes,
    select_rules,
)

_CRASHED = "KC000"


def unneeded(
    chosen: RuleSelection, report: Report, paths: Sequence[str], *, today: str
) -> Iterator[Finding]:
    """Yield a finding for each entry, or code of one, that does nothing.

    Args:
        chosen: The entries and sections, and which rules ran.
        report: What came of them, before a baseline sets anything aside.
        paths: What was searched for models.
        today: The date, 2026-12-31.
    """
    run = _Run(chosen, report, paths)
    file = chosen.config.place or "configuration"
    for ignore, prefixes in chosen.ignores:
        entry = f"the entry for {ignore.pattern!r}"
        where = f"{IGNORED}.{ignore.pattern}"
        if is_over(ignore.until, today):
            told = f"{entry} counted until {ignore.until}"
            yield _finding(told, file, where, Severity.WARNING)
        elif run.lacks(ignore):
            told = f"{entry} is not needed: no model matches"
            yield _finding(told, file, where, Severity.NOTE)
        for code in run.in_vain(ignore, prefixes, today):
            told = f"{code} in {entry} is not needed: it sets nothing aside"
            yield _finding(told, file, f"{where}.{code}", Severity.NOTE)
    for section in dict.fromkeys(model.pattern for model in chosen.config.models):
        if run.lacks_all_of(section):
            told = f"the section models.{section!r} is not needed: no model matches"
            yield _finding(told, file, f"models.{section}", Severity.NOTE)


def _finding(message: str, file: str, where: str, severity: Severity) -> Finding:
    return replace(unused_entry(message, file, severity), location=where)


class _Run:
    """What one run looked at, and what came of it."""

    def __init__(
        self, chosen: RuleSelection, report: Report, paths: Sequence[str]
    ) -> None:
        self._config = chosen.config
        self._report = report
        self._roots = [os.path.abspath(path) for path in paths]
        known = codes(chosen.config.own_rules)
        reading = {code for code in known if code.startswith(READING)}
        self._ran = reading.union(rule.code for rule in chosen.rules)
        # What the call selects on top must not make entries look unneeded.
        every = select_rules(chosen.config).rules
        self._meant = reading.union(rule.code for rule in every)

    def lacks(self, ignore: Ignore) -> bool:
        """Say whether no model can match the glob of an entry."""
        return self._searched(ignore.pattern) and not self._models(ignore.pattern)

    def lacks_all_of(self, pattern: str) -> bool:
        """Say whether no model, nor one that a model is a copy of, matches a glob."""
        return self._searched(pattern) and not any(
            concerns(self._config, pattern, name)
            for model in self._report.models
            for name in names_of(model.path)
        )

    def in_vain(
        self, ignore: Ignore, prefixes: Sequence[str], today: str
    ) -> Iterator[str]:
        """Yield the codes of an entry that certainly set nothing aside."""
        models = self._models(ignore.pattern)
        if is_over(ignore.until, today) or not self._searched(ignore.pattern):
            return
        if models and not models & self._unknown():
            for code, prefix in zip(ignore.codes, prefixes, strict=True):
                if self._decided(prefix, models) and not self._used(prefix, models):
                    yield code

    def _models(self, pattern: str) -> set[str]:
        paths = (model.path for model in self._report.models)
        return {path for path in paths if concerns(self._config, pattern, path)}

    def _searched(self, pattern: str) -> bool:
        """Say whether this run came by all models that the glob can be about."""
        place = region(self._config, pattern)
        if not any(_within(place, root) for root in self._roots):
            return False
        return not any(
            self._may_hold(path, why, pattern, place)
            for path, why in self._report.skipped
        )

    def _may_hold(self, path: str, why: str, pattern: str, place: str) -> bool:
        """Say whether what was passed over can be, or hold, a model of the glob."""
        full = os.path.abspath(path)
        if _within(place, full):
            return True
        if why in NOT_ENTERED and place == self._config.home:
            return False
        folder = os.path.isdir(full) and _within(full, place)
        return folder or concerns(self._config, pattern, path)

    def _unknown(self) -> set[str]:
        """Return the models that were not read, or that a rule crashed on."""
        unread = {model.path for model in self._report.models if model.format is None}
        return unread.union(f.model for f in self._findings() if f.code == _CRASHED)

    def _decided(self, prefix: str, models: set[str]) -> bool:
        meant = {code for code in self._meant if code.startswith(prefix)}
        return (
            bool(meant)
            and meant <= self._ran
            and not any(
                item.model in models and item.code.startswith(prefix)
                for item in self._report.not_run
            )
        )

    def _used(self, prefix: str, models: set[str]) -> bool:
        return any(
            item.by == IGNORED
            and item.finding.model in models
            and item.finding.code.startswith(prefix)
            for item in self._report.suppressed
        )

    def _findings(self) -> Iterator[Finding]:
        yield from self._report.findings
        for item in self._report.suppressed:
            yield item.finding


def _within(path: str, folder: str) -> bool:
    return f"{path}{os.sep}".startswith(f"{folder.rstrip(os.sep)}{os.sep}")
