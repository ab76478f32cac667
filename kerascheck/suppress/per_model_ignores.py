"""What the configuration says of models: which of it a run shows to be unused."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence

from kerascheck.engine.finding import Finding
from kerascheck.engine.skipped import NOT_ENTERED
from kerascheck.labels.sources import names_of
from kerascheck.model.frozen import replace
from kerascheck.report.report import Report
from kerascheck.settings.globs import concerns, region
from kerascheck.settings.settings import Ignore, Selectors
from kerascheck.suppress.rule_selection import (
    FILE_CODES,
    IGNORED,
    RuleSelection,
    codes,
    select_rules,
)
from kerascheck.suppress.unused import Coverage, Scope, ScopedEntry, unused_findings

NO_MODEL = "no model matches"


def unused_ignores(
    selection: RuleSelection, report: Report, paths: Sequence[str], *, today: str
) -> Iterator[Finding]:
    """Yield a finding for each entry, code of one, or section that does nothing.

    Args:
        selection: The entries and sections, and which rules ran.
        report: What came of them, before a baseline suppresses anything.
        paths: What was searched for models.
        today: The date, 2026-12-31.
    """
    return unused_findings(_Run(selection, report, paths).entries(), today=today)


class _Run:
    """The entries of one configuration, and what one run shows of them."""

    def __init__(
        self, selection: RuleSelection, report: Report, paths: Sequence[str]
    ) -> None:
        self._ignores = selection.ignores
        self._settings = selection.settings
        self._report = report
        self._roots = [os.path.abspath(path) for path in paths]
        self._coverage = Coverage(report)
        self._known = codes(self._settings.own_rules)
        # What the call selects in addition must not make entries look unused.
        alone = select_rules(replace(self._settings, call=Selectors())).rules
        self._required = {code for code in self._known if code.startswith(FILE_CODES)}
        self._required.update(rule.code for rule in alone)

    def entries(self) -> Iterator[ScopedEntry]:
        """Yield the entries of per-model-ignores, then the sections of models."""
        file = self._settings.place or "configuration"
        for ignore, prefixes in self._ignores:
            title = f"the entry for {ignore.pattern!r}"
            location = f"{IGNORED}.{ignore.pattern}"
            parts = [
                ScopedEntry(
                    title=f"{code} in {title}",
                    file=file,
                    location=f"{location}.{code}",
                    why_unused="it suppresses nothing",
                )
                for code in self.unused_codes(ignore, prefixes)
            ]
            yield ScopedEntry(
                title=title,
                file=file,
                location=location,
                why_unused=NO_MODEL if self.matches_nothing(ignore.pattern) else None,
                until=ignore.until,
                parts=tuple(parts),
            )
        for section in dict.fromkeys(model.pattern for model in self._settings.models):
            unused = self.matches_nothing(section, copies=True)
            yield ScopedEntry(
                title=f"the section models.{section!r}",
                file=file,
                location=f"models.{section}",
                why_unused=NO_MODEL if unused else None,
            )

    def matches_nothing(self, glob: str, *, copies: bool = False) -> bool:
        """Say whether certainly no model matches a glob.

        Args:
            glob: Of an entry.
            copies: What a corrected copy of a model is called counts as well.
        """
        return self._searched(glob) and not any(
            concerns(self._settings, glob, name)
            for model in self._report.models
            for name in (names_of(model.file) if copies else (model.file,))
        )

    def unused_codes(self, ignore: Ignore, prefixes: Sequence[str]) -> Iterator[str]:
        """Yield the codes of an entry that certainly suppress nothing."""
        if not self._searched(ignore.pattern):
            return
        models = [
            model
            for model in self._report.models
            if concerns(self._settings, ignore.pattern, model.file)
        ]
        places, paths = {m.stable for m in models}, {m.path for m in models}
        for code, prefix in zip(ignore.codes, prefixes, strict=True):
            decided = self._coverage.decided(self._scope(places, prefix))
            if decided and not self._suppresses(prefix, paths):
                yield code

    def _scope(self, models: set[str], prefix: str) -> Scope:
        named = {code for code in self._known if code.startswith(prefix)}
        return Scope(models, named, named & self._required)

    def _suppresses(self, prefix: str, models: set[str]) -> bool:
        return any(
            item.by == IGNORED
            and item.finding.model in models
            and item.finding.code.startswith(prefix)
            for item in self._report.suppressed
        )

    def _searched(self, glob: str) -> bool:
        """Say whether this run came by all models that the glob can be about."""
        place = region(self._settings, glob)
        if not any(_is_within(place, root) for root in self._roots):
            return False
        return not any(
            self._may_hold(path, why, glob, place) for path, why in self._report.skipped
        )

    def _may_hold(self, path: str, why: str, glob: str, place: str) -> bool:
        """Say whether what was passed over can be, or hold, a model of the glob."""
        full = os.path.abspath(path)
        if _is_within(place, full):
            return True
        if why in NOT_ENTERED and place == self._settings.home:
            return False
        folder = os.path.isdir(full) and _is_within(full, place)
        return folder or concerns(self._settings, glob, path)


def _is_within(path: str, folder: str) -> bool:
    return f"{path}{os.sep}".startswith(f"{folder.rstrip(os.sep)}{os.sep}")
