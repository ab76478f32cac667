"""What is shown for a finding under the pointer: why, the fix, the page of its rule."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence

from kerascheck.engine.file_findings import file_rules
from kerascheck.engine.finding import Finding
from kerascheck.model.site import address_of
from kerascheck.report.formats._markdown import code, fenced, prose
from kerascheck.report.report import Report
from kerascheck.report.rule_page import Card, page
from kerascheck.report.view import Code, Text, rows

__all__ = ["hover_text"]

MAX_FINDINGS = 5
"""Of one line; further ones are counted."""


def hover_text(findings: Sequence[Finding], report: Report, home: str) -> str:
    """Return findings of one line and the pages of their rules, as Markdown.

    Args:
        findings: One at least.
        report: That they are of; it knows the rules.
        home: Folder that places are shown from.
    """
    shown = findings[:MAX_FINDINGS]
    blocks = ["\n".join(_finding(one, home)) for one in shown]
    if len(findings) > len(shown):
        blocks.append(f"and {len(findings) - len(shown)} more")
    cards: list[Card] = [*file_rules(), *report.rules]
    pages = {card.code: card for card in cards}
    for rule in dict.fromkeys(one.code for one in shown):
        if rule in pages:
            blocks.append(page(pages[rule]))
    return "\n\n---\n\n".join(blocks)


def _finding(finding: Finding, home: str) -> Iterator[str]:
    inside = home.replace(os.sep, "/").rstrip("/") + "/"
    address = address_of(finding.code, finding.name)
    title = code(f"{finding.code} {finding.name}")
    yield (
        f"**{finding.severity}** [{title}]({address})"
        if address
        else (f"**{finding.severity}** {title}")
    )
    yield ""
    yield prose(finding.message)
    yield ""
    for row in rows(finding):
        origin = f", in {code(row.origin.removeprefix(inside))}" if row.origin else ""
        label = f"**{row.heading}** " if row.heading else ""
        yield f"- {label}{_inline(row.text)}{origin}"
        if row.code:
            yield ""
            yield fenced(row.code)
            yield ""


def _inline(text: Text) -> str:
    parts = (code(part) if isinstance(part, Code) else _between(part) for part in text)
    return "".join(parts).strip()


def _between(part: str) -> str:
    """Return words, with the blanks around them that join them to their neighbours."""
    words = part.strip()
    if not words:
        return part
    before = " " if part[0] == " " else ""
    after = " " if part[-1] == " " else ""
    return f"{before}{prose(words)}{after}"
