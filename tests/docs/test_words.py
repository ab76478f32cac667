"""Users read native technical English: no text has a word of the table of words.

The table is in CONTRIBUTING.md.
"""

import ast
import re
from collections import Counter

import pytest
from click import Group

from kerascheck.cli.program import program
from tests.docs.pages import ROOT
from tools.__main__ import main

REPLACED = {
    "can not": r"can not",
    "wants": r"wants",
    "mend": r"mend(?:ed|s|ing)?",
    "anew": r"anew",
    "told": r"told|tells?",
    "set aside": r"sets? (?:\w+ )?aside|setting aside",
    "in vain": r"in vain",
    "stands behind": r"stands? behind",
    "is no": r"(?<!there )is no(?! longer)",
    "is none": r"is none|gives? no",
    "let be": r"lets? (?:be|pass)",
    "by comma": r"by comma",
    "hand fit": r"hands? `?fit`?",
    "beside": r"besides?",
}
"""Name of an entry in the table of CONTRIBUTING.md -> what it looks like in a text."""

WORDS = {
    name: re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE)
    for name, pattern in REPLACED.items()
}

PAGES = [
    *(path for path in ROOT.glob("*.md")),
    *(ROOT / "docs").rglob("*.md"),
    ROOT / "action.yml",
    *(ROOT / ".github").rglob("*.*ml"),
    *(ROOT / ".github").rglob("*.md"),
]
"""Texts that are read as they are."""

TABLE = re.compile(r"^## Words$.*?(?=^## |\Z)", re.MULTILINE | re.DOTALL)
"""The part of CONTRIBUTING.md that names the words."""


def strings(path):
    """Yield the strings of a module that may be shown: all but its docstrings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    expressions = (node for node in ast.walk(tree) if isinstance(node, ast.Expr))
    documentation = {id(node.value) for node in expressions}
    for node in ast.walk(tree):
        is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
        if is_text and id(node) not in documentation:
            yield node.value


def helps(command):
    """Yield the help texts of a command, and of those in it."""
    yield command.help or ""
    if isinstance(command, Group):
        for name in command.list_commands(None):
            yield from helps(command.get_command(None, name))


def texts():
    """Yield every text that users read, with the name of what holds it."""
    for package in ("kerascheck", "tools"):
        for path in (ROOT / package).rglob("*.py"):
            for text in strings(path):
                yield path.relative_to(ROOT).as_posix(), text
    for path in PAGES:
        text = path.read_text(encoding="utf-8")
        yield path.relative_to(ROOT).as_posix(), TABLE.sub("", text)
    yield from (("kerascheck --help", text) for text in helps(program))
    yield from (("python -m tools --help", text) for text in helps(main))


def found():
    """Return how often each place uses each word: (place, word) -> number."""
    return Counter(
        (place, name)
        for place, text in texts()
        for name, pattern in WORDS.items()
        for _ in pattern.finditer(" ".join(text.split()))
    )


def test_no_text_uses_a_word_that_is_replaced():
    assert found() == Counter(), "see the table in CONTRIBUTING.md"


@pytest.mark.parametrize("text", ["There is no head", "it is no longer read", "wanted"])
def test_usual_english_is_not_found(text):
    assert [name for name, pattern in WORDS.items() if pattern.search(text)] == []


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("It is no notebook", "is no"),
        ("Keras can not load it", "can not"),
        ("also mended: KC306", "mend"),
        ("which sets it aside", "set aside"),
    ],
)
def test_words_are_found_in_any_form(text, name):
    assert [found for found, p in WORDS.items() if p.search(text)] == [name]


def test_strings_are_seen_and_docstrings_are_not(tmp_path):
    path = tmp_path / "module.py"
    path.write_text('"""Doc."""\nX = f"one {1} two"\n"""About X."""\n')
    assert list(strings(path)) == ["one ", " two"]
