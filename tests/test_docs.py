"""Pages of rules are up to date, and the programs that they show do as they say.

So every rule is found in a model that Keras built, without a fixture of its own.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kerascheck import Report, check
from kerascheck.report.rule_page import example
from kerascheck.rules import our_rules
from tools.docs import INDEX, file_name, pages, stale, write

FOLDER = Path(__file__).parents[1] / "docs" / "rules"

ENDINGS = {"keras": ".keras", "tf_keras": ".h5"}
"""Module that a program builds with -> the format that it saves in."""

RULES = [pytest.param(rule, id=rule.code) for rule in our_rules()]


def test_pages_are_up_to_date():
    assert stale(FOLDER) == []


def test_a_page_that_was_edited_is_stale(tmp_path):
    write(tmp_path)
    (tmp_path / INDEX).write_text("# Rules\n")
    (tmp_path / "KC999-gone.md").write_text("")
    assert stale(tmp_path) == ["KC999-gone.md", INDEX]


def test_writing_brings_a_folder_up_to_date(tmp_path):
    (tmp_path / "KC999-gone.md").write_text("")
    write(tmp_path)
    assert stale(tmp_path) == []


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_has_a_page_with_a_bad_and_a_good_program(rule):
    text = pages()[file_name(rule)]
    for title in ("Bad", "Good", "When to ignore", "Source"):
        assert f"\n## {title}\n" in text


@pytest.mark.parametrize("rule", RULES)
def test_the_index_leads_to_the_page(rule):
    assert f"[{rule.code}]({file_name(rule)})" in pages()[INDEX]


@pytest.fixture(scope="module")
def keras():
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    pytest.importorskip("tf_keras")
    return pytest.importorskip("keras")


def _codes(program: str, folder: Path) -> Iterator[str]:
    """Run a program and yield what is found in the model that it leaves."""
    names: dict[str, Any] = {}
    exec(compile(program, "page", "exec"), names)
    for finding in _report(names, folder).findings:
        yield finding.code
        yield from (other.code for other in finding.follows)


def _report(names: dict[str, Any], folder: Path) -> Report:
    """Check the saved model, or the live one where no file holds all that is told."""
    model, y = names["model"], names.get("y")
    passed = {n: names[n] for n in ("class_weight", "sample_weight") if n in names}
    if isinstance(names.get("x"), np.ndarray):  # and not the start of the graph
        passed["x"] = names["x"]
    if passed or (isinstance(y, dict) and len(model.outputs) == 1):
        return check(model, y, **passed)
    path = folder / f"model{ENDINGS[names['keras'].__name__.partition('.')[0]]}"
    model.save(path)
    return check(str(path), y)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("rule", RULES)
def test_the_bad_program_is_found(rule, keras, tmp_path):
    assert rule.code in set(_codes(example(rule).bad, tmp_path))


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("rule", RULES)
def test_the_good_program_is_left(rule, keras, tmp_path):
    assert rule.code not in set(_codes(example(rule).good, tmp_path))
