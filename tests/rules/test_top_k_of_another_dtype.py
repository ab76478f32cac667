"""A top-k accuracy raises in `fit` for the dtypes that the rule names."""

import numpy as np
import pytest

import kerascheck

keras = pytest.importorskip("keras")

POLICIES = ("float32", "mixed_float16", "mixed_bfloat16", "float64")
ROWS = np.eye(7, dtype="float32")
LABELS = {
    "TopKCategoricalAccuracy": ROWS,
    "SparseTopKCategoricalAccuracy": np.arange(7),
    "CategoricalAccuracy": ROWS,
}


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("metric", LABELS)
def test_fit_raises_where_it_is_said(policy, metric):
    head = keras.layers.Dense(7, activation="softmax", dtype=policy)
    model = keras.Sequential([keras.Input((3,)), head])
    y = LABELS[metric]
    loss = "categorical" if y.ndim == 2 else "sparse_categorical"
    scored = getattr(keras.metrics, metric)(**({"k": 2} if "TopK" in metric else {}))
    model.compile("sgd", f"{loss}_crossentropy", metrics=[scored])
    found = {f.code for f in kerascheck.check(model, y).findings}
    try:
        model.fit(np.ones((7, 3), "float32"), y, verbose=0)
        raised = False
    except TypeError:
        raised = True
    assert ("KC331" in found) == raised
