"""Models that tuners and wrappers build, with the labels that they are trained on."""

from textwrap import dedent

import pytest

from kerascheck.readers.source.read import read_program

HEAD = """
import keras, numpy as np
import keras_tuner as kt
from keras.utils import to_categorical
from scikeras.wrappers import KerasClassifier, KerasRegressor
from sklearn.datasets import load_iris
from sklearn.model_selection import GridSearchCV, StratifiedKFold, cross_val_score

X, y = load_iris(return_X_y=True)

def build(hp=None, units=3):
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(units)])
    model.compile("adam", "mse")
    return model

class Own(kt.HyperModel):
    def build(self, hp):
        return build(hp)
"""


def described(program):
    (model,) = read_program(HEAD + dedent(program), "train.py")
    return model.description


@pytest.mark.parametrize(
    ("program", "encoding"),
    [
        ("kt.RandomSearch(build, 'val_loss').search(X, y)", "class-ids"),
        ("kt.Hyperband(hypermodel=build).search(X, y=y, epochs=2)", "class-ids"),
        ("kt.BayesianOptimization(Own()).search(X, to_categorical(y))", "one-hot"),
        ("KerasRegressor(build).fit(X, y * 3.3)", "continuous"),
        ("KerasClassifier(model=build).fit(X=X, y=to_categorical(y))", "one-hot"),
        ("cross_val_score(KerasClassifier(build), X, to_categorical(y))", "one-hot"),
    ],
)
def test_labels_are_those_of_the_search(program, encoding):
    head = described(program).heads[0]
    assert head.labels.encoding == encoding
    assert head.labels.shape[0] == 150


@pytest.mark.parametrize(
    "program",
    [
        "KerasClassifier(model=build).fit(X, y)",
        "KerasClassifier(model=build).fit(X, y.reshape(-1, 1))",
        "cross_val_score(KerasClassifier(build_fn=build), X, y)",
        "GridSearchCV(KerasClassifier(build), {'units': [3, 4]}).fit(X, y)",
    ],
)
def test_labels_that_a_wrapper_encodes_are_not_known(program):
    assert described(program).heads[0].labels is None


@pytest.mark.parametrize("name", ["units", "model__units"])
def test_a_wrapper_passes_arguments_on(name):
    program = f"KerasClassifier(model=build, {name}=7, epochs=3).fit(X, y)"
    assert described(program).heads[0].units == 7


@pytest.mark.parametrize(
    "loop",
    [
        "for a, b in folds.split(X, y):",
        "for i, (a, b) in enumerate(folds.split(X, y)):",
        "for a, b in list(folds.split(X, y)):",
        "for a, b in zip(*[[p] for p in next(folds.split(X, y))]):",
    ],
)
def test_each_class_is_in_a_stratified_part(loop):
    head = described(
        f"folds = StratifiedKFold(5)\n{loop}\n    build().fit(X[a], y[a])\n"
    ).heads[0]
    assert head.labels.encoding == "class-ids"
    assert (head.labels.low, head.labels.high) == (0, 2)
