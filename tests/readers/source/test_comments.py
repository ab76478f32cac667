"""Comments of programs that are meant for kerascheck."""

import json
from pathlib import Path

import pytest

from kerascheck.model.description import Encoding
from kerascheck.model.vocabulary import TASKS
from kerascheck.readers.source.comments import MAX_COMMENTS, comments_in
from kerascheck.readers.source.programs import read_source
from kerascheck.readers.source.text import program_text
from kerascheck.trust.tree import Tree


def read(code):
    return comments_in(program_text("a.py", code.encode()))


@pytest.mark.parametrize(
    ("said", "codes", "reason"),
    [
        ("ignore[KC101]", ("KC101",), None),
        ("ignore[KC101] as in the paper", ("KC101",), "as in the paper"),
        ("ignore[KC101, KC2,softmax-on-one-unit]  x", None, "x"),
        ("ignore [KC101]", ("KC101",), None),
    ],
)
def test_rules_are_named_with_a_reason(said, codes, reason):
    (comment,) = read(f"x = 1  # kerascheck: {said}\n")
    assert comment.codes == (codes or ("KC101", "KC2", "softmax-on-one-unit"))
    assert comment.reason == reason
    assert comment.fault is None


@pytest.mark.parametrize(
    ("code", "line"),
    [
        ("x\ny  # kerascheck: ignore[KC1]", 2),
        ("x\n# kerascheck: ignore[KC1]\ny", 3),
        ("x\n# kerascheck: ignore[KC1]\n# and more\ny", 4),
        ("x(\n    # kerascheck: ignore[KC1]\n    y,\n)", 3),
        ("x(  # kerascheck: ignore[KC1]\n    y,\n)", 1),
    ],
)
def test_a_comment_counts_for_its_line_or_the_code_below(code, line):
    (comment,) = read(code)
    assert comment.line == line


@pytest.mark.parametrize("labels", [e.value for e in Encoding if e != "unknown"])
@pytest.mark.parametrize("task", TASKS)
def test_hints_say_labels_and_task(labels, task):
    (comment,) = read(f"x  # kerascheck: labels={labels}, task={task}")
    assert dict(comment.hints) == {"labels": labels, "task": task}


@pytest.mark.parametrize(
    "said",
    ["", "ignore", "ignore[]", "off", "labels", "labels=", "labels=unknown", "task=x"],
)
def test_what_is_not_understood_says_why(said):
    (comment,) = read(f"x  # kerascheck: {said}")
    assert comment.fault
    assert not comment.codes
    assert not comment.hints


@pytest.mark.parametrize(
    "code",
    [
        "x = '# kerascheck: ignore[KC1]'",
        "# see kerascheck",
        "'''\n# kerascheck: x\n'''",
    ],
)
def test_other_text_is_not_a_comment_for_kerascheck(code):
    assert read(code) == ()


def test_the_number_of_comments_is_bounded():
    assert len(read("x # kerascheck: ignore[KC1]\n" * 1_500)) == MAX_COMMENTS


def test_a_comment_at_the_end_of_a_cell_is_not_for_the_next(tmp_path: Path) -> None:
    cells = ["import keras\n# kerascheck: ignore[KC103] x", "model.compile(loss='mse')"]
    path = tmp_path / "train.ipynb"
    code = [{"cell_type": "code", "source": each, "metadata": {}} for each in cells]
    path.write_text(json.dumps({"nbformat": 4, "metadata": {}, "cells": code}))
    (placed,) = read_source(str(path), Tree([str(tmp_path)])).comments
    assert placed.counts_for == placed.at
