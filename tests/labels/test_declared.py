"""Labels of a `tf.data.Dataset` that leaves axes open, compared with `fit`."""

import numpy as np
import pytest

import kerascheck
from kerascheck import kit

keras = pytest.importorskip("keras")
tf = pytest.importorskip("tensorflow")

IDS = np.random.default_rng(0).integers(0, 5, 14)
LABELS = {
    "ids": IDS,
    "column": IDS[:, None],
    "rows": np.eye(5, dtype="float32")[IDS],
    "binary": (IDS > 2)[:, None].astype("float32"),
}
SCCE, CCE = "sparse_categorical_crossentropy", "categorical_crossentropy"
HEADS = {SCCE: (5, "softmax"), CCE: (5, "softmax"), "binary_crossentropy": (1, None)}


def dataset(y, spec):
    x = np.ones((14, 3), "float32")
    specs = (tf.TensorSpec((None, 3)), tf.TensorSpec(spec, y.dtype))

    def batches():
        yield x[:7], y[:7]
        yield x[7:], y[7:]

    return tf.data.Dataset.from_generator(batches, output_signature=specs)


def raises(model, data):
    try:
        model.fit(data, verbose=0)
    except Exception:
        return True
    return False


@pytest.mark.parametrize("encoding", LABELS)
@pytest.mark.parametrize("loss", HEADS)
def test_fit_raises_where_it_is_said(loss, encoding):
    y = LABELS[encoding]
    units, activation = HEADS[loss]
    for spec in {(None, *y.shape[1:]), (None,) * y.ndim}:
        model = keras.Sequential(
            [keras.Input((3,)), keras.layers.Dense(units, activation=activation)]
        )
        model.compile("sgd", loss)
        report = kerascheck.check(model, dataset(y, spec))
        said = any(f.harm is kit.Harm.RAISES for f in report.findings)
        assert said == raises(model, dataset(y, spec)), spec


def test_a_column_of_ids_whose_width_is_not_declared_raises():
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(5)])
    model.compile("sgd", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    open_, known = (
        {f.code for f in kerascheck.check(model, dataset(LABELS["column"], s)).findings}
        for s in ((None, None), (None, 1))
    )
    assert open_ - known == {"KC220"}


def test_labels_of_undeclared_rank_leave_their_rules_undecided():
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(5)])
    model.compile("sgd", SCCE)
    report = kerascheck.check(model, dataset(LABELS["column"], None))
    why = {skipped.code: skipped.why for skipped in report.not_run}
    assert "does not declare" in why["KC220"]


def test_each_head_gets_what_is_declared_for_it():
    x = keras.Input((3,))
    heads = {
        "a": keras.layers.Dense(5, "softmax", name="a")(x),
        "b": keras.layers.Dense(5, "softmax", name="b")(x),
    }
    model = keras.Model(x, heads)
    model.compile("sgd", {"a": SCCE, "b": SCCE})
    specs = {
        "b": tf.TensorSpec((None, None), "int64"),
        "a": tf.TensorSpec((None, 1), "int64"),
    }
    y = {"a": IDS[:7, None], "b": IDS[:7, None]}
    data = tf.data.Dataset.from_generator(
        lambda: iter([(np.ones((7, 3), "float32"), y)]),
        output_signature=(tf.TensorSpec((None, 3)), specs),
    )
    found = kerascheck.check(model, data).findings
    assert [f.head for f in found if f.code == "KC220"] == ["b"]
