"""What a configuration file makes a run leave out, in words for the report.

A run that finds nothing because a file told it to look away must not read like one
that looked. Only what is in force is named: what the call says in its place is the
user's word, and no matter of the file.
"""

from __future__ import annotations

from collections.abc import Iterator

from kerascheck.engine.finding import Severity
from kerascheck.engine.outcome import ConfigurationUse
from kerascheck.model.vocabulary import CONFIDENCES, FAIL_ON
from kerascheck.settings.configuration import Settings
from kerascheck.settings.expiry import is_over, today
from kerascheck.suppress.rule_selection import RuleSelection
from kerascheck.suppress.selectors import EVERYTHING, Layer

MAX_SHOWN = 80
"""Characters of a glob that is shown."""

_READING = "KC0"
_USUAL = Settings()


def use_of(chosen: RuleSelection) -> ConfigurationUse:
    """Return what the configuration file behind a choice turns off and weakens."""
    config = chosen.config
    return ConfigurationUse(
        path=config.where,
        turned_off=tuple(dict.fromkeys(_turned_off(chosen, config))),
        weakened=tuple(dict.fromkeys(_weakened(chosen, config))),
    )


def _turned_off(chosen: RuleSelection, config: Settings) -> Iterator[str]:
    written = config.as_written or config
    yield from (_code(prefix) for prefix, level in chosen.levels if level == "off")
    yield from _deselected(chosen, config)
    day = today()
    for ignore, prefixes in chosen.ignores:
        if prefixes and not is_over(ignore.until, day):
            codes = ", ".join(map(_code, prefixes))
            yield f"{codes} for {_glob(ignore.pattern)}"
    for pattern in written.exclude:
        if pattern in config.exclude:
            yield f"models that match {_glob(pattern)} (exclude)"
    for pattern in written.extend_exclude:
        yield f"models that match {_glob(pattern)} (extend-exclude)"
    least = written.min_confidence
    if least != CONFIDENCES[0] and least == config.min_confidence:
        yield f"findings of less than {least} confidence (min-confidence)"


def _deselected(chosen: RuleSelection, config: Settings) -> Iterator[str]:
    """Yield what `select` and `ignore` of the file leave out, after what the call says.

    A `select` of the call replaces what the file chooses among rules. What reading has
    to say is silenced by `ignore` alone, wherever it stands.
    """
    if not (config.select or config.extend_select or config.ignore):
        return
    own, *calls = chosen.layers
    replaced = any(layer.select for layer in calls)
    for prefix in own.ignore:
        if not replaced or prefix[: len(_READING)] == _READING[: len(prefix)]:
            yield _code(prefix)
    if own.select and "" not in own.select and not replaced:
        yield f"all rules except {_selected(own)}"


def _selected(own: Layer) -> str:
    return ", ".join(dict.fromkeys((*own.select, *own.extend)))


def _weakened(chosen: RuleSelection, config: Settings) -> Iterator[str]:
    written = config.as_written or config
    fail_on = written.fail_on
    if fail_on == config.fail_on and _is_weaker(fail_on):
        yield f"fail-on = {fail_on}"
    if written.max_warnings and written.max_warnings == config.max_warnings:
        yield f"max-warnings = {written.max_warnings}"
    for prefix, level in chosen.levels:
        if level != "off" and _lowers(prefix, level, config):
            yield f"{_code(prefix)} = {level}"


def _is_weaker(fail_on: str) -> bool:
    order = ("note", "warning", "error", "never")
    assert set(order) == set(FAIL_ON)
    return order.index(fail_on) > order.index(_USUAL.fail_on)


def _lowers(prefix: str, level: str, config: Settings) -> bool:
    """Say whether a level is below what a rule, or what reading says, is without it."""
    from kerascheck.engine.file_findings import file_rules
    from kerascheck.rules import all_rules

    usual = {card.code: card.severity for card in file_rules()}
    usual |= {rule.code: rule.severity for rule in all_rules(config.own_rules)}
    rank = Severity(level).rank
    return any(
        code.startswith(prefix) and severity.rank > rank
        for code, severity in usual.items()
    )


def _code(prefix: str) -> str:
    return prefix or EVERYTHING


def _glob(pattern: str) -> str:
    cut = pattern if len(pattern) <= MAX_SHOWN else f"{pattern[:MAX_SHOWN]}…"
    return repr(cut)
