"""What a configuration file turns off or weakens, in words for the report.

A run that finds nothing because a file turned rules off must not read like one that
looked. Only what is in force is named: what the call says in its place is the user's
word, and none of the file's.
"""

from __future__ import annotations

from collections.abc import Iterator

from kerascheck.engine.finding import Severity
from kerascheck.engine.outcome import ConfigurationUse
from kerascheck.model.vocabulary import CONFIDENCES, FAIL_ON
from kerascheck.settings.expiry import is_over, today
from kerascheck.settings.settings import Settings
from kerascheck.suppress.rule_selection import FILE_CODES, RuleSelection
from kerascheck.suppress.selectors import EVERYTHING, Layer

MAX_SHOWN = 80
"""Characters of a glob that is shown."""

_DEFAULTS = Settings()


def use_of(selection: RuleSelection) -> ConfigurationUse:
    """Return what the configuration file of a selection turns off and weakens."""
    settings = selection.settings
    return ConfigurationUse(
        path=settings.where,
        turned_off=tuple(dict.fromkeys(_turned_off(selection, settings))),
        weakened=tuple(dict.fromkeys(_weakened(selection, settings))),
    )


def _turned_off(selection: RuleSelection, settings: Settings) -> Iterator[str]:
    written = settings.as_written or settings
    yield from (_code(prefix) for prefix, level in selection.levels if level == "off")
    yield from _deselected(selection, settings)
    day = today()
    for ignore, prefixes in selection.ignores:
        if prefixes and not is_over(ignore.until, day):
            codes = ", ".join(map(_code, prefixes))
            yield f"{codes} for {_glob(ignore.pattern)}"
    for pattern in written.exclude:
        if pattern in settings.exclude:
            yield f"models that match {_glob(pattern)} (exclude)"
    for pattern in written.extend_exclude:
        yield f"models that match {_glob(pattern)} (extend-exclude)"
    least = written.min_confidence
    if least != CONFIDENCES[0] and least == settings.min_confidence:
        yield f"findings of less than {least} confidence (min-confidence)"


def _deselected(selection: RuleSelection, settings: Settings) -> Iterator[str]:
    """Yield what `select` and `ignore` of the file exclude, after what the call says.

    A `select` of the call replaces what the file chooses among rules. Findings about
    files are silenced by `ignore` alone, wherever it is.
    """
    if not (settings.select or settings.extend_select or settings.ignore):
        return
    own, *calls = selection.layers
    replaced = any(layer.select for layer in calls)
    for prefix in own.ignore:
        if not replaced or prefix[: len(FILE_CODES)] == FILE_CODES[: len(prefix)]:
            yield _code(prefix)
    if own.select and "" not in own.select and not replaced:
        yield f"all rules except {_selected(own)}"


def _selected(own: Layer) -> str:
    return ", ".join(dict.fromkeys((*own.select, *own.extend)))


def _weakened(selection: RuleSelection, settings: Settings) -> Iterator[str]:
    written = settings.as_written or settings
    fail_on = written.fail_on
    if fail_on == settings.fail_on and _is_weaker(fail_on):
        yield f"fail-on = {fail_on}"
    if written.max_warnings and written.max_warnings == settings.max_warnings:
        yield f"max-warnings = {written.max_warnings}"
    for prefix, level in selection.levels:
        if level != "off" and _lowers(prefix, level, settings):
            yield f"{_code(prefix)} = {level}"


def _is_weaker(fail_on: str) -> bool:
    order = ("note", "warning", "error", "never")
    assert set(order) == set(FAIL_ON)
    return order.index(fail_on) > order.index(_DEFAULTS.fail_on)


def _lowers(prefix: str, level: str, settings: Settings) -> bool:
    """Say whether a level is below the default of a code that it is given to."""
    from kerascheck.engine.file_findings import file_rules
    from kerascheck.rules import all_rules

    defaults = {card.code: card.severity for card in file_rules()}
    defaults |= {rule.code: rule.severity for rule in all_rules(settings.own_rules)}
    rank = Severity(level).rank
    return any(
        code.startswith(prefix) and severity.rank > rank
        for code, severity in defaults.items()
    )


def _code(prefix: str) -> str:
    return prefix or EVERYTHING


def _glob(pattern: str) -> str:
    cut = pattern if len(pattern) <= MAX_SHOWN else f"{pattern[:MAX_SHOWN]}…"
    return repr(cut)
