import time
from dataclasses import replace

import pytest

from kerascheck.confirm.result import Status
from kerascheck.confirm.setup import Part
from tests.confirm.builders import BINARY, ONE_HOT, setup

pytestmark = pytest.mark.slow
pytest.importorskip("keras")

SHORT = [
    setup(1, "sigmoid", "BCE", steps=40, metrics=(Part.of("accuracy"),)),
    setup(2, "softmax", "CCE", ONE_HOT, steps=40),
    setup(2, "relu", "CCE", ONE_HOT, steps=40),
]


def train(setups, **options):
    from kerascheck.confirm.train.training import train as run

    return [replace(result, seconds=0.0) for result in run(setups, **options)]


@pytest.fixture(scope="module")
def results():
    return train(SHORT, seeds=3)


def test_the_same_seeds_give_the_same_numbers(results):
    assert train(SHORT, seeds=3) == results


def test_results_come_in_order(results):
    assert [result.setup for result in results] == SHORT


def test_a_setup_learns_the_same_beside_others(results):
    [alone] = train(SHORT[:1], seeds=3)
    for one, other in zip(alone.seeds, results[0].seeds, strict=True):
        assert one.loss_curve == pytest.approx(other.loss_curve, abs=1e-5)
        assert one.accuracy == pytest.approx(other.accuracy, abs=5e-4)


def test_fewer_seeds_are_the_first_ones(results):
    [short] = train(SHORT[:1], seeds=1)
    curve = results[0].seeds[0].loss_curve
    assert short.seeds[0].loss_curve == pytest.approx(curve, abs=1e-5)


def test_seeds_differ(results):
    assert len({seed.first_loss for seed in results[0].seeds}) == 3


def test_nan_stays_where_it_arises(results):
    assert all(seed.nan for seed in results[2].seeds)
    assert results[2].seeds[0].last_loss is None
    assert not any(seed.nan for result in results[:2] for seed in result.seeds)


def test_a_training_is_described_by_its_curves(results):
    seed = results[0].seeds[0]
    assert len(seed.loss_curve) == len(seed.accuracy_curve) == 20
    assert seed.first_loss > seed.loss_curve[0] > seed.last_loss
    assert seed.last_loss == seed.loss_curve[-1]
    assert seed.steps_to_accuracy is not None
    reached = seed.accuracy_curve[seed.steps_to_accuracy // 2 - 1]
    assert reached >= results[0].set_accuracy
    assert results[0].set_accuracy == pytest.approx(results[0].bayes_accuracy - 0.03)


def test_results_name_backend_versions_and_device(results):
    from kerascheck.confirm.train.training import environment

    where = results[0].environment
    assert where == environment()
    assert {"backend", "keras", "python", "device", where["backend"]} <= set(where)


def test_what_is_not_begun_by_the_deadline_is_unfinished():
    late = train(SHORT, seeds=1, deadline=time.monotonic() - 1)
    assert [result.status for result in late] == [Status.UNFINISHED] * 3
    assert late[0].reason


def test_a_deadline_amid_a_training_leaves_it_unfinished():
    ticks = []
    results = train(
        SHORT[:1],
        seeds=1,
        deadline=time.monotonic() + 2,
        progress=lambda *_: (ticks.append(1), time.sleep(2)),
    )
    assert [result.status for result in results] == [Status.UNFINISHED]
    assert len(ticks) < 20


def test_progress_rises_to_the_end():
    steps = []
    train(
        [*SHORT[:1], replace(SHORT[0], steps=30)],
        seeds=1,
        progress=lambda done, total: steps.append((done, total)),
    )
    assert steps[-1] == (40, 40)
    assert [done for done, _ in steps] == sorted({done for done, _ in steps})


def test_schedules_train_apart():
    slow, fast = train(
        [SHORT[0], replace(SHORT[0], learning_rate=0.1, optimizer="sgd", batch=32)],
        seeds=1,
    )
    assert slow.status is fast.status is Status.TRAINED
    assert slow.seeds[0].loss_curve != fast.seeds[0].loss_curve


def test_tasks_train_together():
    hard, easy = train([replace(SHORT[0], task="binary_hard"), SHORT[0]], seeds=2)
    assert easy.spread("accuracy").mean > hard.spread("accuracy").mean + 0.1


def test_warnings_of_keras_are_kept():
    shown, quiet = train([setup(1, "softmax", "BCE", BINARY, steps=20), SHORT[0]])
    assert any("softmax over axis" in text for text in shown.warnings)
    assert quiet.warnings == ()


def test_a_missing_gpu_is_an_error():
    from kerascheck.confirm.train.training import environment

    if environment()["device"] == "gpu":
        pytest.skip("there is a GPU")
    with pytest.raises(RuntimeError, match="GPU"):
        train(SHORT, seeds=1, device="gpu")


def test_a_training_can_be_kept_on_the_cpu():
    [result] = train(SHORT[:1], seeds=1, device="cpu")
    assert result.environment["device"] == "cpu"
