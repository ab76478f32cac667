"""Which rules run and which findings are suppressed, as the settings say."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from kerascheck.engine.finding import Finding
from kerascheck.engine.outcome import Suppressed
from kerascheck.engine.rule import Rule
from kerascheck.model.named import NamedTuple
from kerascheck.model.vocabulary import CONFIDENCES
from kerascheck.rules import all_rules
from kerascheck.settings.expiry import is_over, today
from kerascheck.settings.globs import concerns
from kerascheck.settings.settings import Ignore, Selectors, Settings
from kerascheck.suppress.apply import SuppressedBy, apply_suppressions
from kerascheck.suppress.selectors import Layer, ignored, layer, level, prefixes, runs

IGNORED = "per-model-ignores"
"""What suppresses a finding that the configuration ignores for one model."""

FILE_CODES = "KC0"
"""How the codes of findings about files begin; no rule has such a code."""

Ignored = tuple[Ignore, tuple[str, ...]]
"""An entry, and the beginnings of the codes that it names."""


class RuleSelection(NamedTuple):
    """The rules that run, and what happens to what they find."""

    settings: Settings
    rules: tuple[Rule, ...]
    layers: tuple[Layer, ...] = ()
    levels: tuple[tuple[str, str], ...] = ()  # prefix of a code -> level
    ignores: tuple[Ignored, ...] = ()

    def split(
        self, findings: tuple[Finding, ...], path: str
    ) -> tuple[tuple[Finding, ...], tuple[Suppressed, ...]]:
        """Split the findings of one model into those reported and those suppressed."""
        least = CONFIDENCES.index(self.settings.min_confidence)
        if not findings or not (self.levels or self.ignores or self.layers or least):
            return findings, ()
        ignored_here = self._ignored_at(path)

        def suppressed_by(finding: Finding) -> SuppressedBy | None:
            code = finding.code
            for ignore, beginnings in ignored_here:
                if code.startswith(beginnings):
                    return SuppressedBy(IGNORED, ignore.reason)
            about_file = code.startswith(FILE_CODES)
            if self._level(code) == "off" or (
                about_file and ignored(code, self.layers)
            ):
                return SuppressedBy("configuration")
            confidence = CONFIDENCES.index(finding.confidence.value)
            return SuppressedBy("configuration") if confidence < least else None

        return apply_suppressions(findings, self._level, suppressed_by)

    def _ignored_at(self, path: str) -> tuple[Ignored, ...]:
        """Return what is ignored for the model at `path` today."""
        if not self.ignores:
            return ()
        day = today()
        return tuple(
            (ignore, beginnings)
            for ignore, beginnings in self.ignores
            if not is_over(ignore.until, day)
            and concerns(self.settings, ignore.pattern, path)
        )

    def _level(self, code: str) -> str | None:
        return level(code, self.levels)


def select_rules(settings: Settings) -> RuleSelection:
    """Return what runs: the configuration first, then what the call says on top.

    Raises:
        UsageError: A selector of either matches no rule.
    """
    layers, levels = _layers(settings), _levels(settings)
    rules = all_rules(settings.own_rules)
    if layers or levels:
        rules = tuple(
            rule
            for rule in rules
            if runs(rule.code, layers) and level(rule.code, levels) != "off"
        )
    return RuleSelection(
        settings=settings,
        rules=rules,
        layers=layers,
        levels=levels,
        ignores=tuple((i, _prefixes(settings, i)) for i in settings.per_model_ignores),
    )


def _prefixes(settings: Settings, ignore: Ignore) -> tuple[str, ...]:
    where = f"{settings.where}: {IGNORED}.{ignore.pattern}"
    return prefixes(codes(settings.own_rules), ignore.codes, where)


def _layers(settings: Settings) -> tuple[Layer, ...]:
    """Return the layers that say something, that of the configuration first."""
    file = Selectors(settings.select, settings.extend_select, settings.ignore)
    said = [(file, settings.where), (settings.call, "")]
    return tuple(
        layer(codes(settings.own_rules), *selectors, where=where)
        for selectors, where in said
        if any(selectors)
    )


def _levels(settings: Settings) -> tuple[tuple[str, str], ...]:
    if not settings.levels:
        return ()
    selectors, levels = zip(*settings.levels, strict=True)
    known = codes(settings.own_rules)
    found = prefixes(known, selectors, f"{settings.where}: levels")
    return tuple(zip(found, levels, strict=True))


@cache
def codes(own_rules: tuple[str, ...] = ()) -> Mapping[str, str]:
    """Return the code and name of every rule and of every finding about files."""
    from kerascheck.engine.file_findings import file_rules

    cards = {card.code: card.name for card in file_rules()}
    return cards | {rule.code: rule.name for rule in all_rules(own_rules)}
