"""What a rule says of the structure of labels is what `fit` does with it.

`pytest -m slow tests/keras_api/test_fit_labels.py` tries all pairs;
`KERAS_BACKEND=jax` does so on JAX.
"""

import os

import numpy as np
import pytest

import kerascheck

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
keras = pytest.importorskip("keras")

X = np.linspace(-1, 1, 24, dtype="float32").reshape(8, 3)
Y = X[:, :1] + 2
OUTPUTS = {
    "one": lambda a, b: a,
    "list of one": lambda a, b: [a],
    "dict of one": lambda a, b: {"a": a},
    "other key": lambda a, b: {"k": a},
    "list": lambda a, b: [a, b],
    "tuple": lambda a, b: (a, b),
    "dict": lambda a, b: {"a": a, "b": b},
    "dict out of order": lambda a, b: {"z": a, "b": b},
}
LABELS = {
    "array": Y,
    "list of one": [Y],
    "tuple of one": (Y,),
    "list": [Y, Y],
    "tuple": (Y, Y),
    "three": [Y, Y, Y],
    "own name": {"a": Y},
    "other name": {"label": Y},
    "key": {"k": Y},
    "both": {"a": Y, "b": Y},
    "both, other order": {"b": Y, "z": Y},
    "misspelt": {"a": Y, "B": Y},
    "one too many": {"a": Y, "b": Y, "c": Y},
}
QUICK = {
    ("one", "array"),
    ("one", "tuple of one"),
    ("one", "own name"),
    ("one", "list"),
    ("dict of one", "own name"),
    ("list", "both"),
    ("list", "misspelt"),
    ("list", "own name"),
    ("dict", "list"),
    ("dict", "one too many"),
    ("dict out of order", "both, other order"),
}
PAIRS = [
    pytest.param(o, y, marks=() if (o, y) in QUICK else pytest.mark.slow)
    for o in OUTPUTS
    for y in LABELS
]


def network(outputs, kind=None):
    start = keras.Input((3,))
    ends = [keras.layers.Dense(1, name=name)(start) for name in "ab"]
    model = (kind or keras.Model)(start, OUTPUTS[outputs](*ends))
    model.compile("sgd", "mse", run_eagerly=keras.backend.backend() == "tensorflow")
    return model


def trains(model, y):
    try:
        model.fit(X, y, verbose=0)
    except Exception:
        return False
    return True


@pytest.mark.parametrize(("outputs", "labels"), PAIRS)
def test_fit_raises_where_the_rule_says_so_and_only_there(outputs, labels):
    model, y = network(outputs), LABELS[labels]
    found = [finding.code for finding in kerascheck.check(model, y)]
    assert ("KC417" not in found) == trains(model, y)


def test_a_class_of_the_user_may_take_any_structure():
    class Own(keras.Model):
        def train_step(self, *state):
            return {"loss": 0.0}

    model = network("one", Own)
    y = LABELS["other name"]
    report = kerascheck.check(model, y)
    if keras.backend.backend() == "tensorflow":
        assert trains(model, y)
    assert not report.findings
    assert "KC417" in [rule.code for rule in report.not_run]


def test_keras_2_takes_a_dict_for_one_output():
    legacy = pytest.importorskip("tf_keras")
    start = legacy.Input((3,))
    model = legacy.Model(start, legacy.layers.Dense(1, name="a")(start))
    model.compile("sgd", "mse", run_eagerly=True)
    y = LABELS["own name"]
    assert not kerascheck.check(model, y).findings
    assert trains(model, y)
