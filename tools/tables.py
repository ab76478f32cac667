"""The tables in guides that are made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from importlib import import_module

from kerascheck.engine.file_findings import file_rules
from kerascheck.model.vocabulary import FAMILIES
from kerascheck.report import formats as reporters
from kerascheck.rules import our_rules


def rules() -> str:
    """Return the families of rules, with the number of rules of each."""
    codes = [card.code for card in file_rules()] + [rule.code for rule in our_rules()]
    counts = Counter(code[2] for code in codes)
    rows = [
        f"| KC{digit}xx | {title.lower()} | {counts[digit]} |"
        for digit, title in FAMILIES.items()
        if digit in counts
    ]
    return _table("| codes | are about | rules |", rows)


def formats() -> str:
    """Return every format of a report as a row."""
    rows = []
    for name in reporters.formats():
        told = import_module(f"{reporters.__name__}.{name}").__doc__ or ""
        first = told.strip().partition("\n")[0].rstrip(".")
        rows.append(f"| `{name}` | {first[:1].lower()}{first[1:]} |")
    return _table("| format | is |", rows)


def _table(head: str, rows: list[str]) -> str:
    rule = "|---" * (head.count("|") - 1) + "|"
    return "\n".join(["", head, rule, *rows, "", ""])


TABLES: Mapping[str, Callable[[], str]] = {"rules": rules, "formats": formats}
"""Name of a table in a guide -> what makes it."""
