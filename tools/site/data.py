"""The data of the chooser, and pages that list what the code holds."""

from __future__ import annotations

import json
from typing import Any

import kerascheck
from kerascheck.combinations.cell import Cell, Verdict, cells, environment
from kerascheck.combinations.question import metrics_of
from kerascheck.combinations.space import TASKS
from kerascheck.report.rule_page import section
from kerascheck.rules import our_rules
from tools.docs import file_name


def chooser_data() -> str:
    """Return all combinations as a script: pages from a disk may not fetch files."""
    rules = {
        card.code: {
            "name": card.name,
            "summary": card.summary,
            "log": " ".join(section(card, "In the log").split()),
            "page": "rules/" + file_name(card).replace(".md", ".html"),
        }
        for card in our_rules()
    }
    plain = {
        "environment": environment(),
        "rules": rules,
        "tasks": [
            {
                "name": task.name,
                "text": task.text,
                "labels": [{"name": one.name, "text": one.text} for one in task.labels],
            }
            for task in TASKS
        ],
        "cells": [
            _cell(cell)
            for task in TASKS
            for labels in task.labels
            for cell in sorted(cells(task, labels), key=_place)
        ],
    }
    text = json.dumps(plain, separators=(",", ":"), ensure_ascii=True)
    return f"window.KERASCHECK = {text};\n"


def _place(cell: Cell) -> tuple[int, ...]:
    """Return where a combination stands: fields are offered in this order."""
    combination = cell.combination
    task = combination.task
    return (
        task.units.index(combination.units),
        task.activations.index(combination.activation),
        task.losses.index(combination.loss),
        int(combination.from_logits or 0),
    )


def _cell(cell: Cell) -> dict[str, Any]:
    combination = cell.combination
    metrics = [] if cell.verdict is Verdict.RAISES else metrics_of(cell)
    return {
        "task": combination.task.name,
        "labels": combination.labels.name,
        "units": combination.units,
        "activation": combination.activation,
        "loss": combination.loss,
        "from_logits": combination.from_logits,
        "verdict": cell.verdict.value,
        "codes": cell.codes,
        "code": cell.code,
        "trainings": [
            {
                "backend": one.backend,
                "hard": one.task.endswith("_hard"),
                "outcome": one.outcome.value,
                "error": one.error,
                "accuracy": one.accuracy,
                "r_squared": one.r_squared,
                "ece": one.ece,
                "first_loss": one.first_loss,
                "last_loss": one.last_loss,
                "curve": one.curve if one.backend == "tensorflow" else [],
            }
            for one in cell.figures
        ],
        "metrics": [
            {"code": one.code, "values": one.values, "codes": one.codes}
            for one in metrics
        ],
    }


def python_page() -> str:
    """Return the page that mkdocstrings fills with the Python API."""
    homes = kerascheck._HOMES
    names = [name for name in kerascheck.__all__ if not name.startswith("__")]
    functions = sorted(names, key=lambda name: (name[:1].isupper(), name))
    blocks = [f"::: kerascheck.{homes[name]}.{name}" for name in functions]
    return "\n\n".join(["# The Python API", *blocks]) + "\n"


COMMAND_LINE = """\
# The command line

::: mkdocs-click
    :module: kerascheck.cli.program
    :command: program
    :prog_name: kerascheck
    :depth: 1
    :style: table
"""
