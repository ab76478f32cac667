"""What is known of the rules of a report beside their findings."""

from __future__ import annotations

from kerascheck.engine.file_findings import file_rules
from kerascheck.engine.file_rule import FileRule
from kerascheck.engine.rule import Rule
from kerascheck.report.report import Report
from kerascheck.report.rule_page import page

Card = Rule | FileRule


def cards(report: Report) -> list[Card]:
    """Return what reading can say and every rule that was selected, by code."""
    return sorted([*file_rules(), *report.rules], key=lambda card: card.code)


def sentence(text: str) -> str:
    """Return a summary as a sentence."""
    return f"{text[:1].upper()}{text[1:]}."


def section(card: Card, *titles: str) -> str:
    """Return the first of these sections that the page of a rule has, or nothing."""
    text = page(card)
    for title in titles:
        _, found, rest = text.partition(f"\n## {title}\n")
        if found:
            return rest.partition("\n## ")[0].strip()
    return ""
