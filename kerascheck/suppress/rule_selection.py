"""What runs and what is set aside, from the configuration and the call together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import NamedTuple

from kerascheck.engine.finding import Finding
from kerascheck.engine.outcome import Suppressed
from kerascheck.engine.rule import Rule
from kerascheck.model.vocabulary import CONFIDENCES
from kerascheck.rules import all_rules
from kerascheck.settings.configuration import Ignore, Settings, concerns
from kerascheck.settings.expiry import is_over, today
from kerascheck.suppress.apply import SuppressedBy, apply_suppressions
from kerascheck.suppress.selectors import Layer, ignored, layer, level, prefixes, runs

IGNORED = "per-model-ignores"
"""What sets a finding aside that the configuration ignores for one model."""

READING = "KC0"
"""Codes of what reading has to say; no rule of its own gives them."""


Ignored = tuple[Ignore, tuple[str, ...]]
"""An entry, and the beginnings of the codes that it stands for."""


class RuleSelection(NamedTuple):
    """The rules that run, and what happens to what they find."""

    config: Settings
    rules: tuple[Rule, ...]
    layers: tuple[Layer, ...] = ()
    levels: tuple[tuple[str, str], ...] = ()  # prefix of a code -> level
    ignores: tuple[Ignored, ...] = ()
    min_confidence: str = CONFIDENCES[0]

    def settle(
        self, findings: tuple[Finding, ...], path: str
    ) -> tuple[tuple[Finding, ...], tuple[Suppressed, ...]]:
        """Split the findings of one model into those that stay and those set aside."""
        least = CONFIDENCES.index(self.min_confidence)
        if not findings or not (self.levels or self.ignores or self.layers or least):
            return findings, ()
        here = self._ignored_at(path)

        def aside(finding: Finding) -> SuppressedBy | None:
            code = finding.code
            for ignore, begins in here:
                if code.startswith(begins):
                    return SuppressedBy(IGNORED, ignore.reason)
            reading = code.startswith(READING)
            if self._level(code) == "off" or (reading and ignored(code, self.layers)):
                return SuppressedBy("configuration")
            sure = CONFIDENCES.index(finding.confidence.value)
            return SuppressedBy("configuration") if sure < least else None

        return apply_suppressions(findings, self._level, aside)

    def _ignored_at(self, path: str) -> tuple[Ignored, ...]:
        """Return what is ignored for the model at `path` today."""
        if not self.ignores:
            return ()
        day = today()
        return tuple(
            (ignore, begins)
            for ignore, begins in self.ignores
            if not is_over(ignore.until, day)
            and concerns(self.config, ignore.pattern, path)
        )

    def _level(self, code: str) -> str | None:
        return level(code, self.levels)


def select_rules(
    config: Settings,
    *,
    select: str | Iterable[str] = (),
    extend_select: str | Iterable[str] = (),
    ignore: str | Iterable[str] = (),
) -> RuleSelection:
    """Return what runs, the call before the configuration.

    Raises:
        UsageError: A selector of either matches no rule.
    """
    select, extend_select = selectors(select), selectors(extend_select)
    ignore = selectors(ignore)
    layers = _layers(config, select, extend_select, ignore)
    levels = _levels(config)
    return RuleSelection(
        config=config,
        rules=tuple(
            rule
            for rule in all_rules(config.own_rules)
            if runs(rule.code, layers) and level(rule.code, levels) != "off"
        ),
        layers=layers,
        levels=levels,
        min_confidence=config.min_confidence,
        ignores=tuple((i, _prefixes(config, i)) for i in config.per_model_ignores),
    )


def _prefixes(config: Settings, ignore: Ignore) -> tuple[str, ...]:
    where = f"{config.where}: per-model-ignores.{ignore.pattern}"
    return prefixes(codes(config.own_rules), ignore.codes, where)


def _layers(
    config: Settings, select: list[str], extend: list[str], ignore: list[str]
) -> tuple[Layer, ...]:
    """Return the layers that say something, that of the configuration first."""
    layers = []
    if config.select or config.extend_select or config.ignore:
        layers.append(
            layer(
                codes(config.own_rules),
                select=config.select,
                extend=config.extend_select,
                ignore=config.ignore,
                where=config.where,
            )
        )
    if select or extend or ignore:
        known = codes(config.own_rules)
        layers.append(layer(known, select=select, extend=extend, ignore=ignore))
    return tuple(layers)


def _levels(config: Settings) -> tuple[tuple[str, str], ...]:
    if not config.levels:
        return ()
    selectors, levels = zip(*config.levels, strict=True)
    found = prefixes(codes(config.own_rules), selectors, f"{config.where}: levels")
    return tuple(zip(found, levels, strict=True))


def selectors(given: str | Iterable[str]) -> list[str]:
    """Return selectors from texts that each may hold several, by comma."""
    texts = [given] if isinstance(given, str) else given
    return [part.strip() for text in texts for part in text.split(",") if part.strip()]


@cache
def codes(own_rules: tuple[str, ...] = ()) -> Mapping[str, str]:
    """Return the code and name of every rule and of everything reading can say."""
    from kerascheck.engine.file_findings import file_rules

    cards = {card.code: card.name for card in file_rules()}
    return cards | {rule.code: rule.name for rule in all_rules(own_rules)}
