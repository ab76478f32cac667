"""What `fit` raises, found without one fit each."""

import pytest

from kerascheck.confirm.result import Status
from kerascheck.confirm.setup import LabelForm, Part
from kerascheck.model.description import Encoding
from tests.confirm.builders import BINARY, COLUMN, ONE_HOT, SIGNED, STRINGS, setup

pytestmark = pytest.mark.slow
keras = pytest.importorskip("keras")

FROM_ONE = LabelForm(encoding=Encoding.CLASS_IDS, values=(1, 2))
RAISING = [
    setup(1, "sigmoid", "BCE", STRINGS),
    setup(2, "sigmoid", "BCE", BINARY),
    setup(2, "linear", "CCE logits", COLUMN),
    setup(1, "sigmoid", "focal", ONE_HOT),
    setup(2, "softmax", "SCCE", ONE_HOT),
    setup(2, "softmax", "SCCE", FROM_ONE),
    setup(2, "linear", "SCCE logits", SIGNED),
    setup(1, "relu", "SCCE", BINARY),
    setup(2, "tanh", "MSE", BINARY),
    setup(2, "linear", "Hinge", BINARY),
    setup(2, "softmax", "SCCE", BINARY, metrics=(Part.of("AUC"),)),
    setup(1, "sigmoid", "BCE", BINARY, metrics=(Part.of("F1Score"),)),
    setup(1, "no_such_activation", "BCE"),
    setup(1, "sigmoid", "NoSuchLoss"),
]
FINE = [setup(1, "sigmoid", "BCE", steps=20), setup(2, "softmax", "SCCE", steps=20)]


def name(one):
    parts = one.units, one.activation, one.loss.text, one.labels.encoding, one.metrics
    return "-".join(str(part) for part in parts)


@pytest.fixture(scope="module")
def results():
    from kerascheck.confirm.train.training import train

    return train([*RAISING, *FINE], seeds=1)


@pytest.mark.parametrize("index", range(len(RAISING)), ids=[name(s) for s in RAISING])
def test_the_exception_on_record_is_that_of_a_fit(results, index):
    from kerascheck.confirm.train.single_fit import error_of_fit

    expected = error_of_fit(RAISING[index])
    assert results[index].error == expected
    # On JAX an id out of range raises nothing.
    status = Status.RAISED if expected else Status.TRAINED
    assert results[index].status is status


def test_others_train_beside_setups_that_raise(results):
    assert [result.status for result in results[len(RAISING) :]] == [Status.TRAINED] * 2


def test_a_batch_as_long_as_the_head_is_wide_hides_the_mismatch():
    from kerascheck.confirm.train.training import train

    [result] = train([setup(2, "linear", "MSE", BINARY, batch=2)], seeds=2)
    assert result.status is Status.TRAINED
    assert result.spread("accuracy").mean < 0.8


def test_a_watched_metric_that_raises_spoils_nothing():
    from kerascheck.confirm.train.training import train

    one = setup(
        2, "softmax", "SCCE", BINARY, steps=20, watched=(Part.of("AUC"), Part.of("acc"))
    )
    [result] = train([one], seeds=1)
    assert result.status is Status.TRAINED
    assert list(result.not_reported) == ["AUC"]
    assert list(result.seeds[0].reported) == ["acc"]


def test_a_label_that_comes_late_raises_as_in_fit():
    """Positives are rare: the first batches may hold no id out of range."""
    if keras.backend.backend() != "tensorflow":
        pytest.skip("other backends say it otherwise, or not at all")
    from kerascheck.confirm.train.training import train

    one = setup(1, "linear", "SCCE", BINARY, "binary_imbalanced", batch=4, steps=40)
    [result] = train([one], seeds=1)
    assert result.status is Status.RAISED
    assert "valid range of [0, 1)" in result.error.cause
