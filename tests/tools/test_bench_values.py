"""The benchmark of frozen values: it measures, and says what it measured."""

import json

import pytest

from tools import bench_values
from tools.bench_values import GIVEN, bench, ways


def test_every_figure_is_measured_and_said(monkeypatch):
    monkeypatch.setattr(bench_values, "DEFINITIONS", 2)
    monkeypatch.setattr(bench_values, "USES", 20)
    said = []
    bench(1, said.append)
    header, *rows, ratio, line = said
    figures = json.loads(line)
    names = [way.name for way in ways()]
    assert header.split() == ["define", "create", "equal", "replace"]
    assert [row[:20].rstrip() for row in rows] == names
    assert list(figures["microseconds"]) == names
    for name, several in figures["microseconds"].items():
        assert len(several) == (1 if name == "plain class" else 4)
        assert all(value > 0 for value in several.values())
    assert str(figures["dataclass_to_frozen"]) in ratio


@pytest.mark.parametrize("way", list(ways()), ids=lambda way: way.name)
def test_every_way_defines_the_same_class(way):
    kind = way.define()
    if way.replace is None:
        assert list(kind.__annotations__)[:3] == list(GIVEN)
        return
    value = kind(**GIVEN)
    assert (value.width, value.shape, value.hidden) == (10, (), False)
    assert way.replace(value, units=3).units == 3
    assert value == kind(**GIVEN)
