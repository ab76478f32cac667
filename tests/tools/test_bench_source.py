"""The benchmark of programs: it measures, and says what it measured."""

import json

import pytest

from kerascheck.readers.source.read import read_program
from tools.bench_source import Effort, bench, program_of_100_lines


def test_programs_that_are_measured_are_of_about_100_lines_and_understood():
    program = program_of_100_lines(3)
    assert 90 <= program.count("\n") <= 110
    (model,) = read_program(program, "train.py")
    (head,) = model.description.heads
    assert (head.units, head.activation) == (10, "softmax")
    assert head.labels.fits("one-hot", "multi-hot")
    assert program != program_of_100_lines(4)


@pytest.mark.slow
def test_every_figure_is_measured_and_said():
    said = []
    bench(Effort(runs=1, programs=3, files=20, rounds=1), said.append)
    figures = json.loads(said[-1])
    assert figures["program"] > 0
    assert figures["model"] > 0
    assert figures["cold program / cold model"] > 0
    assert any("programs a second" in line for line in said)
