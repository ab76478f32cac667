"""Sparse cross-entropy as a metric on one unit raises where KC303 says so."""

import keras
import numpy as np
import pytest

import kerascheck


@pytest.mark.parametrize(
    ("values", "raises"),
    [
        ((0.0, 1.0), True),
        ((0.0, 0.9), False),
        ((-0.9, 0.9), False),
        ((-2.5, 0.5), True),
        ((0.0, 3.7), True),
        ((0.0, 0.0), False),
    ],
)
def test_it_raises_on_ids_other_than_zero(values, raises):
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
    model.compile(loss="mse", metrics=["sparse_categorical_crossentropy"])
    x, y = np.ones((8, 3), "float32"), np.tile(values, 4).astype("float32")
    try:
        model.fit(x, y, verbose=0)
        raised = False
    except Exception:
        raised = True
    (finding,) = [f for f in kerascheck.check(model, y=y).findings if f.code == "KC303"]
    assert raised == raises == (finding.harm == "raises")
