"""The benchmark of the server: it measures, and says what it measured."""

import json

import pytest

from tools.bench_server import Effort, bench, program_of_500_lines

pytestmark = pytest.mark.editor


def test_the_program_that_is_edited_has_500_lines():
    assert 450 <= program_of_500_lines().count("\n") <= 550


def test_every_figure_is_measured_and_said():
    said = []
    bench(Effort(runs=1, edits=2), said.append)
    figures = json.loads(said[-1])
    seconds = {name: f for name, f in figures.items() if isinstance(f, float)}
    assert len(seconds) == 9
    assert all(figure > 0 for figure in seconds.values())
