"""The tables in guides that are made."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from importlib import import_module

from kerascheck.engine.file_findings import file_rules
from kerascheck.model.vocabulary import FAMILIES
from kerascheck.report import formats as reporters
from kerascheck.rules import our_rules
from tools import kit_tables


def rules() -> str:
    """Return the families of rules; how many each has would change with every rule."""
    codes = [card.code for card in file_rules()] + [rule.code for rule in our_rules()]
    used = {code[2] for code in codes}
    rows = [
        f"| [KC{digit}xx](docs/rules/index.md#{_anchor(title)}) | {title.lower()} |"
        for digit, title in FAMILIES.items()
        if digit in used
    ]
    return _table("| codes | are about |", rows)


def formats() -> str:
    """Return every format of a report as a row."""
    rows = []
    for name in reporters.formats():
        purpose = import_module(f"{reporters.__name__}.{name}").__doc__ or ""
        first = purpose.strip().partition("\n")[0].rstrip(".")
        rows.append(f"| `{name}` | {first[:1].lower()}{first[1:]} |")
    return _table("| format | is |", rows)


def _of_kit(head: str, rows: Callable[[], Iterable[kit_tables.Row]]) -> str:
    return _table(head, [f"| {' | '.join(row)} |" for row in rows()])


def _anchor(title: str) -> str:
    """Return the anchor that GitHub gives to a heading."""
    return title.lower().replace(" ", "-")


def _table(head: str, rows: list[str]) -> str:
    rule = "|---" * (head.count("|") - 1) + "|"
    return "\n".join(["", head, rule, *rows, "", ""])


TABLES: Mapping[str, Callable[[], str]] = {
    "rules": rules,
    "formats": formats,
    "facts": partial(_of_kit, "| property | type | meaning |", kit_tables.facts),
    "edits": partial(_of_kit, "| edit | does |", kit_tables.edits),
    "builders": partial(_of_kit, "| function | does |", kit_tables.builders),
    "words": partial(_of_kit, "| of | members |", kit_tables.words),
}
"""Name of a table in a guide -> what makes it."""
