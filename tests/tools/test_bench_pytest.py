"""The benchmark of the plugin: it measures, and says what it measured."""

import json

from tools.bench_pytest import bench


def test_every_figure_is_measured_and_said():
    said = []
    bench(1, said.append)
    figures = json.loads(said[-1])
    for title in ("seconds", "cpu_seconds"):
        assert figures[title].keys() == {"without", "without, again", "with kerascheck"}
        assert all(seconds > 0 for seconds in figures[title].values())
    assert figures["ratio"] > 0
    assert [line.partition("  ")[0] for line in said[:-1]] == [
        "without",
        "without, again",
        "with kerascheck",
        "ratio",
    ]
