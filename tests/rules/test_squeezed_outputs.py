"""Logits are lost where a loss squeezes the output: said as real Keras computes it."""

import numpy as np
import pytest

import kerascheck

keras = pytest.importorskip("keras")
tf_keras = pytest.importorskip("tf_keras")

X = np.random.default_rng(0).normal(size=(7, 5, 3)).astype("float32")
Y = (np.random.default_rng(1).random((7, 5, 1)) > 0.5).astype("float32")


def as_probabilities(p):
    return -(Y * np.log(p) + (1 - Y) * np.log(1 - p)).mean()


def as_logits(p):
    return (np.maximum(p, 0) - p * Y + np.log1p(np.exp(-np.abs(p)))).mean()


@pytest.mark.parametrize("library", [keras, tf_keras], ids=["Keras 3", "Keras 2"])
@pytest.mark.parametrize("column", [True, False], ids=["column", "steps"])
def test_probabilities_are_taken_for_logits_where_it_is_said(library, column):
    library.utils.set_random_seed(0)
    head = library.layers.Dense(1, activation="sigmoid")
    model = library.Sequential([library.layers.Input((5, 3)), head])
    model.compile("sgd", library.losses.BinaryCrossentropy(from_logits=True))
    y = Y if column else Y[..., 0]
    (finding,) = [f for f in kerascheck.check(model, y).findings if f.code == "KC102"]
    p = model.predict(X, verbose=0)
    wrong = np.isclose(model.evaluate(X, y, verbose=0), as_logits(p), atol=1e-5)
    right = np.isclose(model.evaluate(X, y, verbose=0), as_probabilities(p), atol=1e-5)
    assert wrong != right
    assert (finding.severity == "error") == wrong
