"""The tables in guides that are made."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from importlib import import_module

from kerascheck.engine.file_findings import file_rules
from kerascheck.explain.signs import SIGNS
from kerascheck.model.vocabulary import FAMILIES
from kerascheck.report import formats as reporters
from kerascheck.report.rule_page import in_the_log
from kerascheck.rules import our_rules
from tools import kit_tables
from tools.docs import linked
from tools.training_logs.peers import HOME as PEERS
from tools.training_logs.stored import by_setup, score, shows


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


def signs() -> str:
    """Return every sign that a log can show, with the rules that it speaks for."""
    rows = [
        f"| {sign.title} | {linked(sign.codes)} | {sign.reason} | {sign.check} |"
        for sign in SIGNS
    ]
    return _table("| in the log | likely | why | look at |", rows)


def rules_in_logs() -> str:
    """Return what each rule says of logs, of those whose finding a log can show."""
    rows = []
    for rule in our_rules():
        text = in_the_log(rule).replace("|", "\\|")
        if not text.startswith("Nothing"):
            rows.append(f"| {text} | {linked([rule.code])} {rule.name} |")
    return _table("| in the log | rule |", rows)


_SIDES = {
    "judged": "newest tasks",
    "seen": "tasks that it was repaired after",
    "tuned": "tasks it was set on",
}
"""Side of tasks -> what the table calls them."""


def log_figures() -> str:
    """Return how well logs are read, beside two other linters of logs."""
    peers = json.loads(PEERS.read_text("utf-8"))
    held_out, figures = score("judged"), score("judged", with_figures=True)
    says = (
        f"Of the faults that logs of the newest tasks show, {held_out.named} of "
        f"{held_out.shown} are named, {held_out.named / held_out.shown:.0%}; of those "
        "that show figures and not an error alone, which the other two linters can "
        f"read, {figures.named} of {figures.shown}. Named means among the rules that "
        f"are printed, {held_out.codes:.1f} on average."
    )
    rows = []
    for side, of in _SIDES.items():
        one = score(side)
        rows.append(
            f"| `kerascheck explain`, {of} | names {one.named} of {one.shown}, "
            f"{one.named / one.shown:.0%} | {one.alarms} of {one.right} |"
        )
    for name, found in peers.items():
        rows.append(
            f"| {name} {found['version']}, newest and seen tasks | warns of "
            f"{found['warned_of_wrong']} of {found['wrong']}, names no cause | "
            f"{found['warned_of_right']} of {found['right']} |"
        )
    table = _table("| | faults that the log shows | warns of right ones |", rows)
    return f"\n{says}\n{table}"


def logs_by_fault() -> str:
    """Return which faults logs show, and which not, on tasks that no sign was set on.

    A fault that no log shows and no sign names leaves the logs of a right training.
    """
    rows = []
    for name, logs in by_setup().items():
        differ = sum(map(shows, logs))
        named = sum(log.fault in log.named for log in logs)
        rows.append(
            f"| {name} | {linked([logs[0].fault])} | {differ} of {len(logs)} | "
            f"{named} of {len(logs)} |"
        )
    return _table("| fault | rule | logs that differ | named |", rows)


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
    "signs": signs,
    "rules-in-logs": rules_in_logs,
    "log-figures": log_figures,
    "logs-by-fault": logs_by_fault,
    "facts": partial(_of_kit, "| property | type | meaning |", kit_tables.facts),
    "edits": partial(_of_kit, "| edit | does |", kit_tables.edits),
    "builders": partial(_of_kit, "| function | does |", kit_tables.builders),
    "words": partial(_of_kit, "| of | members |", kit_tables.words),
}
"""Name of a table in a guide -> what makes it."""
