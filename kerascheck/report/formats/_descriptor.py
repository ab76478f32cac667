"""A rule as SARIF describes it."""

from __future__ import annotations

from kerascheck.engine.finding import Confidence, Severity
from kerascheck.engine.rule import Rule
from kerascheck.model.site import address_of
from kerascheck.report.document import Document
from kerascheck.report.rule_page import Card, page, section, sentence
from kerascheck.trust.printable import shortened

MAX_DESCRIPTION = 1024
"""Characters of a description that GitHub accepts."""

_HELP = "urn:kerascheck:rule:"
"""Identifies the page of a rule while there is no site; `kerascheck rule CODE` shows
it without a network."""

_FAMILIES = {
    "0": "reading",
    "1": "head-and-loss",
    "2": "labels",
    "3": "metrics",
    "4": "compile-settings",
    "9": "own-rules",
}
"""What the hundreds of a code are about."""

_PROBLEM_SEVERITIES = {
    Severity.ERROR: "error",
    Severity.WARNING: "warning",
    Severity.NOTE: "recommendation",
}
"""Words of GitHub, by which it sorts alerts."""


def descriptor(card: Card) -> Document:
    """Return the descriptor of a rule with its page as help."""
    about = section(card, "What it checks", "What it is") or sentence(card.summary)
    text = page(card)
    return {
        "id": card.code,
        "name": card.name,
        "shortDescription": {"text": _shorten(sentence(card.summary))},
        "fullDescription": {"text": _shorten(about)},
        "help": {"text": text, "markdown": text},
        "helpUri": address_of(card.code, card.name) or _HELP + card.code,
        "defaultConfiguration": {"level": card.severity.value},
        "properties": {
            "tags": _tags(card),
            "precision": _confidence(card).value,
            "problem.severity": _PROBLEM_SEVERITIES[card.severity],
        },
    }


def _shorten(text: str) -> str:
    return shortened(" ".join(text.split()), MAX_DESCRIPTION)


def _confidence(card: Card) -> Confidence:
    return card.confidence if isinstance(card, Rule) else Confidence.HIGH


def _tags(card: Card) -> list[str]:
    family = _FAMILIES.get(card.code[2:3])
    harm = None if card.harm.value == "none" else card.harm.value
    return ["keras", *(tag for tag in (family, harm) if tag is not None)]
