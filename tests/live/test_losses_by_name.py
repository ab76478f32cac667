"""What is said of losses and metrics by name, compared with `fit`."""

from itertools import product

import numpy as np
import pytest

import kerascheck

keras = pytest.importorskip("keras")

X = np.random.default_rng(0).normal(size=(7, 3)).astype("float32")
Y = (X[:, :1] > 0).astype("float32")
BCE = "binary_crossentropy"
LOSSES = {
    "alone": BCE,
    "in a list": [BCE],
    "by name": {"out": BCE},
    "by another name": {"label": BCE},
    "by name, in a list": {"out": [BCE]},
    "one too many": {"out": BCE, "label": BCE},
}
METRICS = {"list": ["mae"], "dict": {"out": ["mae"]}, "another": {"label": "mae"}}


def head():
    return keras.layers.Dense(1, "sigmoid", name="out")


def functional(structure):
    start = keras.Input((3,))
    return keras.Model(start, structure(head()(start)))


def sequential(*last):
    return keras.Sequential([keras.Input((3,)), *last])


MODELS = {
    "Sequential": lambda: sequential(head()),
    "not built": lambda: keras.Sequential([head()]),
    "in a Sequential": lambda: sequential(sequential(head())),
    "functional inside": lambda: sequential(functional(lambda out: out)),
    "dict inside": lambda: sequential(functional(lambda out: {"out": out})),
    "functional": lambda: functional(lambda out: out),
    "list": lambda: functional(lambda out: [out]),
    "dict": lambda: functional(lambda out: {"out": out}),
}


def trains(model):
    try:
        model.fit(X, Y, verbose=0)
    except Exception:
        return False
    return True


def compiled(kind, **arguments):
    model = MODELS[kind]()
    eager = keras.backend.backend() == "tensorflow"
    model.compile("sgd", run_eagerly=eager, **arguments)
    return model


def is_refused(model):
    return any(f.harm == "raises" for f in kerascheck.check(model, Y).findings)


@pytest.mark.parametrize(("kind", "loss"), [*product(MODELS, LOSSES)])
def test_losses_that_fit_refuses_are_found_and_no_others(kind, loss):
    model = compiled(kind, loss=LOSSES[loss])
    assert is_refused(model) != trains(model)


@pytest.mark.parametrize("kind", ["Sequential", "list"])
@pytest.mark.parametrize("metrics", METRICS)
def test_metrics_of_one_output_train_under_any_name(kind, metrics):
    model = compiled(kind, loss=BCE, metrics=METRICS[metrics])
    assert not is_refused(model)
    assert trains(model)


def test_a_saved_sequential_model_is_refused_with_what_to_do(tmp_path):
    path = tmp_path / "model.keras"
    compiled("Sequential", loss={"out": BCE}).save(path)
    (finding,) = [f for f in kerascheck.check(path).findings if f.code == "KC011"]
    assert finding.fix.title == "pass the loss alone, not a dict"
