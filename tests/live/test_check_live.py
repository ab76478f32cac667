"""check() of a live model, with labels in every form that `fit` takes."""

import numpy as np
import pytest

import kerascheck
from kerascheck.model.errors import UsageError

keras = pytest.importorskip("keras")

Y = np.arange(100) % 2
X = np.zeros((100, 4), "float32")


@pytest.fixture(scope="module")
def model():
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)], name="net")
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    return model


class Fed(keras.utils.PyDataset):
    def __len__(self):
        return 5

    def __getitem__(self, place):
        return X[:10], Y[:10]


def _dataset():
    tf = pytest.importorskip("tensorflow")
    return tf.data.Dataset.from_tensor_slices((X, Y)).batch(10)


def _loader():
    data = pytest.importorskip("torch.utils.data")
    return data.DataLoader(list(zip(X, Y, strict=True)), batch_size=8)


FORMS = {
    "array": lambda: Y,
    "list": lambda: Y.tolist(),
    "series": lambda: pytest.importorskip("pandas").Series(Y),
    "frame": lambda: pytest.importorskip("pandas").DataFrame({"y": Y}),
    "tensorflow": lambda: pytest.importorskip("tensorflow").constant(Y),
    "torch": lambda: pytest.importorskip("torch").tensor(
        Y.astype("float32"), requires_grad=True
    ),
    "jax": lambda: pytest.importorskip("jax.numpy").asarray(Y),
    "dataset": _dataset,
    "endless": lambda: _dataset().repeat(),
    "fed": lambda: Fed(),
    "loader": _loader,
    "peeked": lambda: kerascheck.Peeked(iter([(X, Y), (X, Y, np.ones(100))])),
}


@pytest.mark.parametrize("form", FORMS)
def test_labels_are_measured_in_every_form(model, form):
    report = kerascheck.check(model, FORMS[form]())
    assert [f.code for f in report] == ["KC101"]
    assert report.models[0].heads[0].labels.encoding == "binary"


def test_series_has_an_axis_of_its_own_as_keras_gives_it(model):
    report = kerascheck.check(model, FORMS["series"]())
    assert report.models[0].heads[0].labels.shape == (100, 1)


def test_peeked_generator_still_gives_every_batch():
    batches = [(X, Y + i) for i in range(3)]
    peeked = kerascheck.Peeked(iter(batches))
    next(peeked.seen())
    next(peeked.seen())
    assert [b[1][0] for b in peeked.generator()] == [0, 1, 2]


def test_bare_generator_is_refused_since_its_batches_would_be_lost(model):
    with pytest.raises(UsageError, match="Peeked"):
        kerascheck.check(model, iter([(X, Y)]))


UNREADABLE = {
    "exhausted": lambda: kerascheck.Peeked(iter([])),
    "holds no labels": lambda: kerascheck.Peeked(iter([X])),
    "rows differ": lambda: [[1, 2], [3]],
    "neither numbers": lambda: np.array(["2026-01-01"], "datetime64[D]"),
}


@pytest.mark.parametrize("why", UNREADABLE)
def test_labels_that_cannot_be_measured_are_a_finding_of_their_own(model, why):
    report = kerascheck.check(model, UNREADABLE[why]())
    (finding,) = [f for f in report if f.code == "KC008"]
    assert why in finding.message
    assert "KC101" in [f.code for f in report]


def test_balanced_sample_weights_count_as_class_weights(model):
    report = kerascheck.check(model, Y, sample_weight=np.where(Y, 9.0, 1.0))
    assert report.models[0].heads[0].class_weight == ((0, 1.0), (1, 9.0))


def test_weights_of_single_samples_are_no_class_weights(model):
    report = kerascheck.check(model, Y, sample_weight=np.arange(100.0))
    assert report.models[0].heads[0].class_weight is None


def test_class_weight_of_several_heads_is_found():
    start = keras.Input((4,))
    ends = [keras.layers.Dense(1, activation="sigmoid", name=n)(start) for n in "ab"]
    model = keras.Model(start, ends)
    model.compile("adam", ["binary_crossentropy"] * 2)
    report = kerascheck.check(model, [Y, Y], class_weight={0: 1.0, 1: 9.0})
    assert "KC404" in [f.code for f in report]


def test_uncompiled_model_is_a_finding_that_says_so():
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
    (finding,) = kerascheck.check(model, Y)
    assert finding.code == "KC005"
    assert finding.message == "the model is not compiled"
    assert finding.fix.title == "call `compile()` before the model is checked"


def test_something_else_is_refused_in_one_line():
    with pytest.raises(UsageError, match="Expected a Keras model"):
        kerascheck.check(3, Y)


@pytest.mark.parametrize("metric", ["binary_accuracy", "top_k_categorical_accuracy"])
def test_the_call_runs_after_a_fit_in_which_a_metric_raised(metric):
    model = keras.Sequential(
        [keras.Input((3,)), keras.layers.Dense(11, activation="softmax")]
    )
    model.compile(
        keras.optimizers.Adam(0.02),
        "sparse_categorical_crossentropy",
        metrics=[metric],
    )
    x, y = np.ones((28, 3), "float32"), np.arange(28) % 7
    with pytest.raises((ValueError, TypeError)):
        model.fit(x, y, batch_size=7, verbose=0)
    (finding,) = kerascheck.check(model, y)
    exec(finding.snippet, {"model": model, "keras": keras})
    model.fit(x, y, batch_size=7, verbose=0)
    assert float(model.optimizer.learning_rate) == pytest.approx(0.02)
