"""The static benchmark: it measures, and says what it measured."""

import json

import pytest

from tools.bench_static import Effort, bench


@pytest.mark.slow
def test_every_figure_is_measured_and_said():
    pytest.importorskip("keras")
    said = []
    effort = Effort(runs=1, loads=1, slices=1, seconds=0.1, megabytes=2)
    bench(effort, said.append)
    figures = json.loads(said[-1])
    assert figures["cold_seconds"].keys() == {
        "import click",
        *(f"check {name}" for name in ("small.keras", "small.h5", "large.keras")),
        "check folder",
        *(f"load {name}" for name in ("small.keras", "small.h5", "large.keras")),
    }
    for title in ("cold_seconds", "warm_models_per_second", "ratios"):
        assert all(value > 0 for value in figures[title].values())
        assert all(any(name in line for line in said) for name in figures[title])
    assert figures["ratios"]["cold, small.keras: times faster than loading"] > 1
