"""What a shell offers while a command line is typed: bash, zsh and fish.

Paths are left to the shell, which knows them best; only where a word may be a command
as well are they listed here.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from kerascheck.model.typed import TYPE_CHECKING
from kerascheck.model.vocabulary import FAMILIES

if TYPE_CHECKING:
    from click import Context, Group, Parameter
    from click.shell_completion import CompletionItem

    from kerascheck.engine.file_rule import FileRule
    from kerascheck.engine.rule import Rule

MAX_ENTRIES = 1000
"""Entries of a folder that are offered."""


def first_word(
    group: Group, context: Context, incomplete: str, *, usual: str
) -> list[CompletionItem]:
    """Return what the first word may be: a command, or what the usual command takes.

    Args:
        group: Of all commands.
        context: Of the group.
        incomplete: What is typed of the word.
        usual: Name of the command that needs no name.
    """
    if incomplete.startswith("-"):
        command = group.get_command(context, usual)
        assert command is not None
        inner = command.make_context(usual, [], parent=context, resilient_parsing=True)
        return [
            *_options(group, context, incomplete),
            *command.shell_complete(inner, incomplete),
        ]
    commands = _beginning(incomplete, group.list_commands(context))
    if not commands:
        return [_item(incomplete, kind="file")]
    words = dict.fromkeys((*commands, *_entries(incomplete)))
    return [_item(word) for word in words]


def paths(context: Context, option: Parameter, incomplete: str) -> list[CompletionItem]:
    """Let the shell offer files and folders."""
    return [_item(incomplete, kind="file")]


def rules(context: Context, option: Parameter, incomplete: str) -> list[CompletionItem]:
    """Offer codes, their beginnings, or names once one is begun; after commas too."""
    from kerascheck.engine.file_findings import file_rules
    from kerascheck.rules import our_rules

    before, comma, word = incomplete.rpartition(",")
    cards: list[Rule | FileRule] = [*file_rules(), *our_rules()]
    codes = {f"KC{digit}": title for digit, title in FAMILIES.items()}
    codes |= {card.code: card.name for card in cards}
    names = {card.name: card.summary for card in cards}
    offered = {c: codes[c] for c in _beginning(word.upper(), codes)}
    offered = offered or {n: names[n] for n in _beginning(word.lower(), names)}
    return [_item(f"{before}{comma}{one}", about) for one, about in offered.items()]


def rule(context: Context, option: Parameter, incomplete: str) -> list[CompletionItem]:
    """Offer one code or name."""
    offered = rules(context, option, incomplete)
    return [item for item in offered if len(item.value) != len("KC1")]


def tasks(context: Context, option: Parameter, incomplete: str) -> list[CompletionItem]:
    """Offer the tasks of `kerascheck setup`."""
    from kerascheck.combinations.space import TASKS

    return [_item(t.name, t.text) for t in TASKS if t.name.startswith(incomplete)]


def label_names(
    context: Context, option: Parameter, incomplete: str
) -> list[CompletionItem]:
    """Offer how labels of the task are written; those of all without a task."""
    from kerascheck.combinations.space import TASKS

    task = context.params.get("task")
    named = [one for one in TASKS if task in (None, one.name)]
    texts = {labels.name: labels.text for one in named for labels in one.labels}
    return [_item(name, texts[name]) for name in _beginning(incomplete, texts)]


def report_formats(
    context: Context, option: Parameter, incomplete: str
) -> list[CompletionItem]:
    """Offer the formats of reports."""
    from kerascheck.report.formats import formats

    return [_item(name) for name in _beginning(incomplete, formats())]


def formats_and_files(
    context: Context, option: Parameter, incomplete: str
) -> list[CompletionItem]:
    """Offer FORMAT= of an additional report."""
    offered = report_formats(context, option, incomplete)
    return [_item(f"{item.value}=") for item in offered]


def _item(
    word: str, about: str | None = None, *, kind: str = "plain"
) -> CompletionItem:
    from click.shell_completion import CompletionItem

    return CompletionItem(word, type=kind, help=about)


def _beginning(word: str, words: Iterable[str]) -> list[str]:
    return [one for one in words if one.startswith(word)]


def _options(
    group: Group, context: Context, incomplete: str
) -> Iterator[CompletionItem]:
    for param in group.get_params(context):
        for name in _beginning(incomplete, param.opts):
            if name == "--version":
                yield _item(name)


def _entries(incomplete: str) -> Sequence[str]:
    """Return what is in the current folder and begins so; nothing that is hidden."""
    try:
        with os.scandir() as entries:
            names = [entry.name for entry in islice(entries, MAX_ENTRIES)]
    except OSError:
        return ()
    return sorted(n for n in _beginning(incomplete, names) if not n.startswith("."))
