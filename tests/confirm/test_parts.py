"""Work in parts: in order, bounded, and whole although a process dies."""

import threading
import time
from concurrent.futures import Future

import pytest

from kerascheck.confirm import child_process, obtain, parts
from kerascheck.confirm.child_process import TrainingFailed, TrainingStopped
from kerascheck.confirm.obtain import train_setups
from kerascheck.confirm.options import TrainingOptions
from kerascheck.confirm.parts import (
    PartsProgress,
    in_order,
    processes,
    twice_if_killed,
)
from kerascheck.confirm.result import SetupResult, Status
from kerascheck.confirm.setup import LabelForm, Part, Setup
from kerascheck.model.description import Encoding
from kerascheck.model.frozen import replace

SIGMOID = Setup(
    units=1,
    activation="sigmoid",
    loss=Part.of("BinaryCrossentropy"),
    labels=LabelForm(encoding=Encoding.BINARY),
    task="binary",
)
SETUPS = [replace(SIGMOID, steps=200 + i) for i in range(7)]


@pytest.mark.parametrize("workers", [1, 2, 5])
def test_results_come_in_the_order_of_the_parts(workers):
    def late_first(part):
        time.sleep(0.02 if part == 0 else 0)
        return part * 10

    with processes(workers) as pool:
        assert list(in_order(pool, late_first, range(9), workers)) == [
            10 * part for part in range(9)
        ]


def test_parts_are_read_no_further_than_work_is_handed_out():
    read = []

    def parts():
        for part in range(100):
            read.append(part)
            yield part

    with processes(2) as pool:
        found = in_order(pool, str, parts(), 2)
        assert next(found) == "0"
        assert len(read) == 4
        found.close()


def test_any_executor_will_do():
    class Cluster:
        """As that of a scheduler elsewhere: futures, and no threads here."""

        def submit(self, function, part):
            future = Future()
            future.set_result(function(part))
            return future

    assert list(in_order(Cluster(), str, range(3), 1)) == ["0", "1", "2"]


def test_an_exception_ends_the_children_that_still_train(monkeypatch):
    ended = threading.Event()
    monkeypatch.setattr(parts, "end_children", ended.set)

    def work(part):
        if part == 0:
            raise ValueError("odd")
        assert ended.wait(10)

    with pytest.raises(ValueError, match="odd"), processes(2) as pool:
        list(in_order(pool, work, range(3), 2))
    assert ended.is_set()


def test_a_child_that_dies_is_started_again_with_the_time_that_is_left():
    budgets = []

    def work(options):
        budgets.append(options.budget)
        if len(budgets) == 1:
            raise TrainingFailed("killed")
        return ["whole"]

    assert twice_if_killed(work, TrainingOptions(budget=60)) == ["whole"]
    assert budgets[0] == 60 > budgets[1]


@pytest.mark.parametrize(
    ("error", "budget", "times"),
    [(TrainingFailed, 60, 2), (TrainingFailed, 0, 1), (TrainingStopped, 60, 1)],
)
def test_a_child_is_not_started_for_ever(error, budget, times):
    tried = []

    def work(options):
        tried.append(options)
        raise error("gone")

    with pytest.raises(error):
        twice_if_killed(work, TrainingOptions(budget=budget))
    assert len(tried) == times


def test_progress_of_parts_is_one():
    seen = []
    bar = PartsProgress(lambda done, of: seen.append(done / of), [1, 3])
    bar.of(1)(1, 2)
    bar.of(0)(2, 2)
    bar.of(1)(2, 2)
    assert seen == [0.375, 0.625, 1.0]


@pytest.fixture
def children(monkeypatch):
    """Record what each child was to train; nothing is trained."""
    asked = []

    def train(setups, options, *, backend, part):
        asked.append((len(setups), part))
        return [SetupResult(setup=s, status=Status.TRAINED) for s in setups]

    monkeypatch.setattr(obtain, "train_in_child", train)
    monkeypatch.setattr(obtain, "can_train", lambda *_: True)
    return asked


@pytest.mark.parametrize(
    ("workers", "expected"), [(1, [(7, 3)]), (2, [(1, 3), (3, 3), (3, 3)])]
)
def test_what_trains_together_does_not_depend_on_the_workers(
    children, workers, expected
):
    options = TrainingOptions(workers=workers)
    found = train_setups(SETUPS, options, backend="jax", part=3)
    assert list(found.results) == SETUPS
    assert sorted(children) == expected


def test_a_part_that_is_lost_twice_says_why(children, monkeypatch):
    train = obtain.train_in_child

    def dying(setups, options, **more):
        if SETUPS[3] in setups:
            raise TrainingFailed("the training process was ended by SIGKILL")
        return train(setups, options, **more)

    monkeypatch.setattr(obtain, "train_in_child", dying)
    options = TrainingOptions(workers=2)
    found = train_setups(SETUPS, options, backend="jax", part=3).results
    lost = [s for s in SETUPS if found[s].status is Status.UNFINISHED]
    assert lost == SETUPS[3:6]
    assert "SIGKILL" in found[SETUPS[3]].reason


@pytest.mark.slow
def test_two_workers_measure_what_one_does_though_one_is_killed(monkeypatch):
    pytest.importorskip("keras")
    setups = [
        replace(SIGMOID, activation=a, steps=40, task=task)
        for task in ("binary", "binary_hard")
        for a in ("sigmoid", "linear", "softmax")
    ]

    def measured(workers):
        options = TrainingOptions(seeds=3, device="cpu", workers=workers)
        found = train_setups(setups, options, part=2).results
        return [replace(found[setup], seconds=0.0) for setup in setups]

    one = measured(1)
    assert {result.status for result in one} == {Status.TRAINED}
    exchange, killed = child_process._exchange, []

    def kill_the_first(child, message, progress):
        if not killed:
            killed.append(child.pid)
            child.kill()
        return exchange(child, message, progress)

    monkeypatch.setattr(child_process, "_exchange", kill_the_first)
    assert measured(2) == one
    assert killed
