"""Policy gradients weight actions by advantages of both signs; that is no fault."""

import numpy as np
import pytest

import kerascheck
from kerascheck import kit
from kerascheck.engine.finding import Severity
from kerascheck.labels.measure import measure
from kerascheck.rules.weights_not_positive import RULE as WEIGHTS

RNG = np.random.default_rng(0)
ROWS = np.eye(3)[RNG.integers(3, size=64)]
ADVANTAGES = RNG.normal(size=(64, 1))


@pytest.mark.parametrize("kind", [np.asarray, np.ndarray.tolist])
@pytest.mark.parametrize("weights", [ADVANTAGES, ADVANTAGES**2 + 1.5])
def test_rows_times_weights_are_of_unknown_encoding(kind, weights):
    labels = measure(kind(ROWS * weights))
    assert labels.encoding is kit.Encoding.UNKNOWN


@pytest.mark.parametrize("second", [0.5, -0.5])
def test_rows_of_several_values_are_targets(second):
    rows = ROWS * ADVANTAGES
    rows[0] = second
    assert measure(rows).encoding is kit.Encoding.CONTINUOUS


@pytest.mark.parametrize(
    ("ends", "model", "severity"),
    [
        ((-0.5, 1.0), kit.classifier("softmax", kit.SCCE, units=3), Severity.NOTE),
        ((-0.5, -0.1), kit.classifier("softmax", kit.SCCE, units=3), Severity.WARNING),
        ((-0.5, 1.0), kit.regressor(), Severity.WARNING),
    ],
)
def test_sample_weights_of_both_signs_are_a_note_under_a_crossentropy(
    ends, model, severity
):
    weights = kit.SampleWeight(
        structure="*", shapes=((64,),), low=ends[0], high=ends[1]
    )
    (finding,) = WEIGHTS.check(
        kit.Facts(*(m := kit.trained_on(model, sample_weight=weights)).heads, m)
    )
    assert finding.severity is severity


def test_the_policy_of_a_tutorial_is_clean():
    keras = pytest.importorskip("keras")
    model = keras.Sequential(
        [keras.Input((4,)), keras.layers.Dense(3, activation="softmax")]
    )
    model.compile("adam", "categorical_crossentropy")
    assert not kerascheck.check(model, ROWS * ADVANTAGES).findings
    report = kerascheck.check(model, ROWS, sample_weight=ADVANTAGES[:, 0])
    assert [finding.severity for finding in report] == [Severity.NOTE]
