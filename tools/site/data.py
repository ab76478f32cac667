"""The data of the chooser, and pages that list what the code holds."""

from __future__ import annotations

import json
from typing import Any

import kerascheck
from kerascheck.combinations.cell import Cell, Figures, Verdict, cells, environment
from kerascheck.combinations.question import metrics_of
from kerascheck.combinations.show import cell_document, choices
from kerascheck.combinations.space import TASKS
from kerascheck.model.frozen import replace
from kerascheck.report.rule_page import in_the_log
from kerascheck.rules import our_rules
from tools.docs import file_name


def chooser_data() -> str:
    """Return all combinations as a script: pages from a disk may not fetch files."""
    rules = {
        card.code: {
            "name": card.name,
            "summary": card.summary,
            "log": in_the_log(card),
            "page": "rules/" + file_name(card).replace(".md", ".html"),
        }
        for card in our_rules()
    }
    plain = {
        "environment": environment(),
        "rules": rules,
        "tasks": choices()["tasks"],
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
    """Return a combination without the figures that the chooser does not show."""
    drawn = replace(cell, figures=tuple(map(_drawn, cell.figures)))
    metrics = [] if cell.verdict is Verdict.RAISES else metrics_of(cell)
    return cell_document(drawn, metrics)


def _drawn(figures: Figures) -> Figures:
    curve = figures.curve if figures.backend == "tensorflow" else ()
    return figures._replace(curve=curve, reliability=())


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
