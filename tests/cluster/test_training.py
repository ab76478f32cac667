"""Sweeps of reference training over two workers of Dask: the results of one process."""

import json
import random
import time
from threading import Thread

import pytest

from kerascheck.cli.program import exit_code
from kerascheck.confirm import spread
from kerascheck.confirm.obtain import train_setups
from kerascheck.confirm.options import TrainingOptions
from kerascheck.confirm.result import Status
from kerascheck.confirm.setup import LabelForm, Part, Setup
from kerascheck.confirm.tutorials import all_tutorials
from kerascheck.confirm.tutorials._train import train_tutorials
from kerascheck.model.description import Encoding
from kerascheck.model.errors import UsageError
from kerascheck.model.frozen import replace
from tests.cluster.local_cluster import cluster

pytestmark = pytest.mark.cluster

SIGMOID = Setup(
    units=1,
    activation="sigmoid",
    loss=Part.of("BinaryCrossentropy"),
    labels=LabelForm(encoding=Encoding.BINARY),
    task="binary",
)
SETUPS = [
    replace(SIGMOID, activation=activation, steps=40, task=task)
    for task in ("binary", "binary_hard")
    for activation in ("sigmoid", "linear", "softmax")
]


@pytest.fixture(autouse=True)
def _jax(monkeypatch):
    """Train on the backend that is imported fastest."""
    monkeypatch.setenv("KERAS_BACKEND", "jax")


@pytest.fixture(scope="module")
def scheduler(tmp_path_factory):
    with cluster(tmp_path_factory.mktemp("cluster")) as (address, _):
        yield address


def without_times(results):
    return [replace(result, seconds=0.0) for result in results]


def kill_as_it_trains(worker):
    """Kill a worker as soon as it has a child, which trains."""
    from psutil import Process

    process = Process(worker.pid)
    while not process.children():
        time.sleep(0.01)
    time.sleep(1)
    worker.kill()


def test_a_worker_that_is_killed_as_it_trains_loses_nothing(tmp_path):
    options = TrainingOptions(seeds=3, device="cpu")
    found = train_setups(SETUPS, options, part=2).results
    here = without_times(found[setup] for setup in SETUPS)
    assert {result.status for result in here} == {Status.TRAINED}
    seen = []
    watched = replace(options, progress=lambda *done: seen.append(done))
    with cluster(tmp_path) as (address, workers):
        killer = Thread(target=kill_as_it_trains, args=workers[:1], daemon=True)
        killer.start()
        there = spread.train_over(address, SETUPS, watched, part=2)
        assert workers[0].wait(timeout=60) == -9
    assert without_times(there) == here
    assert seen == [(2000, 6000), (4000, 6000), (6000, 6000)]


def figures(capfd):
    rows = json.loads(capfd.readouterr().out)["rows"]
    return [{**row, "seconds": 0} for row in rows]


def test_the_command_shows_what_it_shows_without_a_cluster(scheduler, capfd):
    rows = ["--rows", "binary/1/sigmoid/BCE/(n,)", "--rows", "binary/1/linear/BCE/(n,)"]
    more = ["--seeds", "3", "--device", "cpu", "-q", "--output-format", "json"]
    assert exit_code(["reference", *rows, *more, "--no-cache"]) == 0
    here = figures(capfd)
    assert exit_code(["reference", *rows, *more, "--scheduler", scheduler]) == 0
    assert figures(capfd) == here
    assert len(here) >= 2


def test_write_ups_are_trained_by_workers(scheduler):
    chosen = [one for one in all_tutorials() if one.name == "parabola"]
    options = TrainingOptions(seeds=1, device="cpu", budget=600)
    (here,) = train_tutorials(chosen, options)
    (there,) = train_tutorials(chosen, replace(options, scheduler=scheduler))
    assert here.trials
    assert there.trials == here.trials


def test_no_time_is_said_as_it_is_without_a_cluster(scheduler):
    options = TrainingOptions(seeds=3, device="cpu", budget=0)
    found = spread.train_over(scheduler, SETUPS[:1], options, part=2)
    assert [one.status for one in found] == [Status.UNFINISHED]


def test_a_worker_without_the_backend_says_so(scheduler, monkeypatch):
    monkeypatch.setenv("KERAS_BACKEND", "none_such")
    options = TrainingOptions(seeds=3, device="cpu")
    with pytest.raises(UsageError, match="a worker says: reference training needs"):
        spread.train_over(scheduler, SETUPS[:1], options, part=2)


def test_the_sweep_of_what_ships_has_the_results_of_one_here(
    scheduler, tmp_path, monkeypatch
):
    from tools.evidence_sweep import Sweep

    monkeypatch.setattr("tools.evidence_sweep.PART", 2)
    sweeps = []
    for name, address in (("here", None), ("there", scheduler)):
        (tmp_path / name).mkdir()
        sweeps.append(Sweep("jax", 3, tmp_path / name))
        assert list(sweeps[-1].train(SETUPS[:3], 1, address)) == [2, 3]
    here, there = ({r.setup.key: r for r in sweep.results()} for sweep in sweeps)
    assert list(there) == list(here)
    assert without_times(there.values()) == without_times(here.values())
    assert not sweeps[1].missing(SETUPS[:3])


def test_the_audit_measures_what_it_measures_here(scheduler, monkeypatch):
    from tools import audit
    from tools.audit.sampling import random_setups

    monkeypatch.setattr("tools.audit.PART", 1)
    setups = list(random_setups(2, random.Random(5)))
    end = time.time() + 600
    here = audit.measured(setups, "jax", 1, end)
    there = audit.measured(setups, "jax", 1, end, scheduler=scheduler)
    assert there == here
    assert len(here) == 2
