"""The benchmark of growth: it measures every row, and says what it measured."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kerascheck.api import check
from tools.bench_growth import Row, bench, rows


def test_every_row_is_measured_and_said() -> None:
    said: list[str] = []
    bench(said.append, largest=100, runs=1)
    figures = json.loads(said[-1])["cpu_seconds"]
    assert figures.keys() == {row.name for row in rows()}
    assert all(s > 0 for times in figures.values() for s in times.values())
    assert [line.split("  ")[0] for line in said[:-1]] == list(figures)


@pytest.mark.parametrize("row", list(rows()), ids=lambda row: row.name)
def test_inputs_are_what_their_row_says(row: Row, tmp_path: Path) -> None:
    row.make(tmp_path, 30)
    report = check(tmp_path)
    heads = sum(len(model.heads) for model in report.models)
    assert heads == (30 if row.name.startswith(("heads", "models")) else 1)
    wrong = sum(f.severity == "error" for f in report.findings)
    assert wrong == (30 if row.name == "heads, each wrong" else 0)
    if row.name == "labels":
        (head,) = report.models[0].heads
        assert head.labels is not None
        assert head.labels.samples == 30
