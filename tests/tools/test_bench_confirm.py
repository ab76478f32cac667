"""What the benchmark of reference training prints adds up."""

import json

import pytest

from tools import bench_confirm


@pytest.mark.slow
def test_the_parts_of_a_training_add_up(capsys):
    pytest.importorskip("keras")
    bench_confirm.main(["--every", "110", "--fits", "2", "--seeds", "2"])
    *text, last = capsys.readouterr().out.splitlines()
    found = json.loads(last)
    names = ("import of Keras", "tracing", "training", "floor", "one fit a run")
    assert all(any(name in line for line in text) for name in names)
    whole = found["seconds_in_the_loop"] + found["seconds_around_the_loop"]
    assert whole == pytest.approx(found["seconds_together"], abs=0.11)
    assert 0 < found["seconds_of_the_floor"] < found["seconds_together"]
    assert found["ratio"] > 0
