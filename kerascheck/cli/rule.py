"""kerascheck rule: the page of a rule, or the table of all."""

from __future__ import annotations

from collections.abc import Iterator

import click

from kerascheck.cli import completion
from kerascheck.cli.bundles import SettingsOptions
from kerascheck.cli.options import OWN_RULES, settings_options
from kerascheck.cli.streams import show, style_of_stdout
from kerascheck.model.errors import UsageError
from kerascheck.model.typed import TYPE_CHECKING
from kerascheck.model.vocabulary import FAMILIES
from kerascheck.trust.printable import Style, shown, wrapped

if TYPE_CHECKING:
    from kerascheck.engine.file_rule import FileRule
    from kerascheck.engine.rule import Rule

_INDENT = 19


@click.command("rule")
@click.argument(
    "rule",
    required=False,
    metavar="[CODE|NAME|BEGINNING]",
    shell_complete=completion.rule,
)
@click.option("--output-format", type=click.Choice(("text", "json")), default="text")
@settings_options(OWN_RULES)
def command(*, rule: str | None, output_format: str, options: SettingsOptions) -> int:
    """Show the page of a rule, or a table of rules.

    The table has all rules, or those whose codes begin as KC1 or KC10.
    """
    cards = _cards(options.rules)
    begun = [card for card in cards if rule and card.code.startswith(rule.upper())]
    if len(begun) > 1:
        cards, rule = begun, None
    if rule is not None:
        cards = [_card(rule, cards)]
    if output_format == "json":
        show(_as_json(cards))
    elif rule is None:
        show(_table(cards, style_of_stdout()))
    else:
        show(_page(cards[0]))
    return 0


def _cards(own: tuple[str, ...]) -> list[Rule | FileRule]:
    from kerascheck.engine.file_findings import file_rules
    from kerascheck.rules import all_rules

    return [*file_rules(), *all_rules(own)]


def _card(called: str, cards: list[Rule | FileRule]) -> Rule | FileRule:
    for card in cards:
        if called.upper() == card.code or called.lower() == card.name:
            return card
    from kerascheck.model.suggest import did_you_mean
    from kerascheck.suppress.selectors import LISTED

    words = [word for card in cards for word in (card.code, card.name)]
    near = did_you_mean(called, words) or LISTED
    raise UsageError(f"no rule is called {called!r}{near}")


def _page(card: Rule | FileRule) -> str:
    from kerascheck.confirm.evidence.shipped import measured_lines
    from kerascheck.engine.rule import Rule
    from kerascheck.report.rule_page import page

    measured = measured_lines(card) if isinstance(card, Rule) else []
    return page(card, measured=measured)


def _table(cards: list[Rule | FileRule], style: Style) -> str:
    lines: list[str] = []
    for digit, title in FAMILIES.items():
        family = [card for card in cards if card.code[2] == digit]
        if family:
            lines += [title, *_rows(family, style), ""]
    return "\n".join(lines)


def _rows(cards: list[Rule | FileRule], style: Style) -> Iterator[str]:
    for card in cards:
        yield f"  {card.code}  {card.severity:<7}  {shown(card.name)}"
        for line in wrapped(shown(card.summary), style.width - _INDENT):
            yield " " * _INDENT + line


def _as_json(cards: list[Rule | FileRule]) -> str:
    import json

    documents = [
        {
            "code": card.code,
            "name": card.name,
            "severity": card.severity.value,
            "harm": card.harm.value,
            "summary": card.summary,
            "since": card.since,
            "page": _page(card),
        }
        for card in cards
    ]
    return json.dumps(documents, indent=2) + "\n"
