"""The pages of all rules as Markdown files, and their index."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from kerascheck.confirm.evidence.shipped import measured_lines
from kerascheck.engine.file_findings import file_rules
from kerascheck.engine.file_rule import FileRule
from kerascheck.engine.rule import Rule
from kerascheck.model.vocabulary import FAMILIES
from kerascheck.report.rule_page import page
from kerascheck.rules import our_rules
from tools.metric_pages import metric_lines

INDEX = "index.md"

Card = Rule | FileRule


def pages() -> Mapping[str, str]:
    """Return every generated file: its name -> its text."""
    cards: list[Card] = [*file_rules(), *our_rules()]
    return {
        INDEX: "\n".join(_index(cards)) + "\n",
        **{file_name(card): _page(card) for card in cards},
    }


def _page(card: Card) -> str:
    if not isinstance(card, Rule):
        return page(card)
    figures, rows = measured_lines(card), metric_lines(card)
    between = [""] if figures and rows else []
    return page(card, measured=[*figures, *between, *rows])


def file_name(card: Card) -> str:
    """Return the name of the page of a rule: KC101-logits-scored-as-….md."""
    return f"{card.code}-{card.name}.md"


def linked(codes: Iterable[str]) -> str:
    """Return links from a page in docs/ to the pages of rules."""
    files = {rule.code: file_name(rule) for rule in our_rules()}
    return " ".join(f"[{code}](rules/{files[code]})" for code in codes)


def stale(folder: Path) -> list[str]:
    """Return the names of files in `folder` that are out of date, missing or spare."""
    current = pages()
    there = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*")}
    names = sorted({*current, *there})
    return [name for name in names if current.get(name) != there.get(name)]


def write(folder: Path) -> list[str]:
    """Bring `folder` up to date; return the names of the files that changed."""
    folder.mkdir(parents=True, exist_ok=True)
    changed = stale(folder)
    current = pages()
    for name in changed:
        if name in current:
            (folder / name).write_text(current[name], encoding="utf-8")
        else:
            (folder / name).unlink()
    return changed


def _index(cards: list[Card]) -> Iterator[str]:
    yield "# Rules"
    for digit, title in FAMILIES.items():
        family = [card for card in cards if card.code[2] == digit]
        if not family:
            continue
        yield f"\n## {title}\n"
        yield "| code | name | severity | harm | finds |"
        yield "|---|---|---|---|---|"
        for card in family:
            code = f"[{card.code}]({file_name(card)})"
            cells = (code, card.name, card.severity, card.harm, card.summary)
            yield f"| {' | '.join(cells)} |"
