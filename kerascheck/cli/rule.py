"""kerascheck rule: what a rule is about, or the table of all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from kerascheck.cli.streams import show, style_of_stdout
from kerascheck.core.errors import UsageError
from kerascheck.core.printable import Style, shown, wrapped

if TYPE_CHECKING:
    from kerascheck.core.problems import FileCard
    from kerascheck.core.rule import Rule

_INDENT = 17


@click.command("rule")
@click.argument("rule", required=False, metavar="[CODE|NAME]")
@click.option("--output-format", type=click.Choice(("text", "json")), default="text")
def COMMAND(*, rule: str | None, output_format: str) -> int:  # noqa: N802  (the card)
    """Show the page of a rule, or all rules as a table."""
    cards = _cards() if rule is None else [_card(rule)]
    if output_format == "json":
        show(_as_json(cards))
    elif rule is None:
        show(_table(cards, style_of_stdout()))
    else:
        from kerascheck.core.page import page

        show(page(cards[0]))
    return 0


def _cards() -> list[Rule | FileCard]:
    from kerascheck.core.problems import CARDS
    from kerascheck.rules import all_rules

    return [*CARDS, *all_rules()]


def _card(called: str) -> Rule | FileCard:
    cards = _cards()
    for card in cards:
        if called.upper() == card.code or called.lower() == card.name:
            return card
    from kerascheck.core.selection import near

    words = [word for card in cards for word in (card.code, card.name)]
    raise UsageError(f"no rule is called {called!r}{near(called, words)}")


def _table(cards: list[Rule | FileCard], style: Style) -> str:
    lines = []
    for card in cards:
        lines.append(f"{card.code}  {card.severity:<7}  {shown(card.name)}")
        for line in wrapped(shown(card.summary), style.width - _INDENT):
            lines.append(" " * _INDENT + line)
    return "\n".join(lines) + "\n"


def _as_json(cards: list[Rule | FileCard]) -> str:
    import json

    from kerascheck.core.page import page

    documents = [
        {
            "code": card.code,
            "name": card.name,
            "severity": card.severity.value,
            "harm": card.harm.value,
            "summary": card.summary,
            "since": card.since,
            "page": page(card),
        }
        for card in cards
    ]
    return json.dumps(documents, indent=2) + "\n"
