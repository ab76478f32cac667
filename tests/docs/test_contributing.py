"""CONTRIBUTING.md and ARCHITECTURE.md say what is so."""

import re
from dataclasses import fields

import pytest
import yaml

from kerascheck import kit
from tests.docs.pages import ROOT, TEXTS
from tests.docs.test_words import REPLACED
from tools.__main__ import main
from tools.architecture_picture import imported, layers
from tools.pictures import FOLDER

CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
ARCHITECTURE = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
CI = (ROOT / ".ci/run").read_text(encoding="utf-8")
HOOKS = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())

PLACES = ("kerascheck", "tools", "tests", "docs", "fixtures", "fuzz")


def paths(text):
    """Yield the files and folders that a page names, also those named by a sibling."""
    for line in text.splitlines():
        folder = ""
        for word in re.findall(r"`([\w./-]+)`", line):
            if word.startswith(tuple(f"{place}/" for place in PLACES)):
                folder = word.rpartition("/")[0]
                yield word
            elif re.fullmatch(r"\w+\.py", word) and folder and not word.isupper():
                yield f"{folder}/{word}"


@pytest.mark.parametrize("path", sorted({*paths(ARCHITECTURE)}))
def test_a_path_on_the_map_exists(path):
    assert (ROOT / path).exists()


@pytest.mark.parametrize(
    "path",
    sorted(p for p in {*paths(CONTRIBUTING)} if "upside" not in p and "NAME" not in p),
)
def test_a_path_in_the_steps_exists(path):
    assert (ROOT / path).exists()


def test_the_map_names_every_part():
    for level in layers(ROOT):
        for part in level:
            assert re.search(rf"\b{part}\b", ARCHITECTURE)


def test_the_map_shows_its_picture():
    assert f'src="{(FOLDER / "architecture.svg").as_posix()}"' in ARCHITECTURE


def test_imports_point_downwards():
    below = [part for level in layers(ROOT) for part in level]
    while below:
        part, *below = below
        assert imported(part, ROOT) <= set(below)


def test_the_set_up_is_that_of_the_readme():
    (command,) = re.findall(r"^python3 -m venv .+$", CONTRIBUTING, re.MULTILINE)
    assert command in TEXTS[ROOT / "README.md"]
    assert command in CI


@pytest.mark.parametrize(
    "command", sorted(set(re.findall(r"`python -m tools ([\w-]+)", CONTRIBUTING)))
)
def test_a_command_exists(command):
    assert command in main.commands


@pytest.mark.parametrize("word", REPLACED)
def test_a_replaced_word_is_in_the_table(word):
    (table,) = re.findall(
        r"^\| instead of \| write \|$(.*?)\n\n", CONTRIBUTING, re.MULTILINE | re.DOTALL
    )
    assert word in {
        entry.strip() for row in table.splitlines() for entry in re.split(r"[|,]", row)
    } or re.search(rf"^\| (?:[^|]*, )?{word}\b", table, re.MULTILINE)


def test_hooks_run_what_ci_runs_from_the_same_environment():
    hooks = [hook for repo in HOOKS["repos"] for hook in repo["hooks"]]
    assert {repo["repo"] for repo in HOOKS["repos"]} == {"local"}
    assert {hook["language"] for hook in hooks} == {"system"}
    assert all(hook["entry"].startswith(".venv/bin/") for hook in hooks)
    entries = [hook["entry"].replace("python -m ", "") for hook in hooks]
    for check in re.findall(r"^check (.+)$", CI, re.MULTILINE):
        if "bench" in check:
            continue  # takes minutes, and a commit changes little
        name = check.replace("ruff format --check", "ruff format")
        assert any(entry.startswith(f".venv/bin/{name}") for entry in entries)


def test_the_reference_names_every_field_of_a_card():
    reference = TEXTS[ROOT / "docs/own-rules.md"].partition("### The card")[2]
    named = {name for row in reference.splitlines() for name in _first_cell(row)}
    assert named == {field.name for field in fields(kit.Rule)} - {"page"}


def _first_cell(row):
    cell = row.split("|")[1] if row.startswith("| `") else ""
    return re.findall(r"`(\w+)`", cell)
