"""The guard of instructions fails if a ratio grows, and only then."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tools import bench_instructions
from tools.bench_instructions import compare, judge


@pytest.mark.parametrize(("ratio", "good"), [(0.5, True), (1.09, True), (1.11, False)])
def test_a_ratio_may_grow_by_a_tenth(ratio: float, good: bool) -> None:
    said: list[str] = []
    assert judge({"cold": ratio}, {"cold": 1.0}, "3.11", said.append) is good
    (line,) = said
    assert ("grown" in line) is not good


def test_where_nothing_counts_one_line_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench_instructions, "counter", lambda: None)
    said: list[str] = []
    assert compare(said.append)
    assert said == [
        "instructions: not counted, as neither valgrind nor perf can do it here"
    ]


def test_another_python_has_no_ratios_yet() -> None:
    said: list[str] = []
    assert judge({"cold": 9.0}, None, "3.99", said.append)
    assert said[0] == "instructions: no ratios are committed for Python 3.99"


def test_ratios_are_those_of_the_commands(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    committed = tmp_path / "instructions.json"
    committed.write_text("{}")
    monkeypatch.setattr(bench_instructions, "COMMITTED", committed)

    def count(command: list[str]) -> int:
        if command[-1] in ("10", "60"):
            return 500 + int(command[-1]) * 3
        return 100 if command[-1] == "import click" else 140

    monkeypatch.setattr(bench_instructions, "counter", lambda: count)
    assert compare(lambda _: None, write=True)
    (found,) = json.loads(committed.read_text()).values()
    assert found == {
        "cold, one model": 1.4,
        "cold, one model with labels": 1.4,
        "warm, one model": 0.03,
    }
