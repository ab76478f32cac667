"""Every fact that is stated holds for what the libraries return."""

import numpy as np
import pytest

from kerascheck.readers.source.data.array import UNKNOWN, Array
from kerascheck.readers.source.data.containers import Table
from tests.readers.source.data import cases
from tests.readers.source.data.both_ways import disagreements, real, static

SEEDS = range(2)


def inputs(seed):
    import pandas as pd

    rng = np.random.default_rng(seed)
    np.random.seed(seed)
    size = 60
    return {
        "ids": np.concatenate([np.arange(5), rng.integers(0, 5, size - 5)]),
        "two": np.concatenate([[0, 1], rng.integers(0, 2, size - 2)]),
        "real": rng.normal(size=size) + 0.01,
        "x": rng.normal(size=(size, 4)),
        "words": rng.choice(["a", "b", "c", "d"], size).tolist(),
        "table": pd.DataFrame(
            {
                "kind": ["a", "b", "c", *rng.choice(["a", "b", "c"], size - 3)],
                "count": rng.integers(0, 90, size),
                "share": rng.random(size),
                "flag": rng.random(size) > 0.5,
            }
        ),
    }


def known_inputs():
    column = Array(shape=(None,))
    return {
        "ids": column,
        "two": column,
        "real": column,
        "x": Array(shape=(None, None)),
        "words": UNKNOWN,
        "table": Table(),
    }


def unknown_inputs():
    return dict.fromkeys(known_inputs(), UNKNOWN) | {"table": Table()}


def check(code, seeds=SEEDS):
    for seed in seeds:
        found = real(code, inputs(seed))
        for known in (known_inputs(), unknown_inputs()):
            wrong = list(disagreements(static(code, known), found))
            assert not wrong, f"{code}\n{static(code, known)}\n{wrong}"


@pytest.mark.parametrize("line", cases.lines(cases.NUMPY))
def test_facts_of_numpy_hold(line):
    check(f"out = {line}")


@pytest.mark.parametrize("line", cases.lines(cases.SKLEARN))
def test_facts_of_scikit_learn_hold(line):
    check(f"out = {line}")


@pytest.mark.parametrize("line", cases.lines(cases.PANDAS))
def test_facts_of_pandas_hold(line):
    check(f"out = {line}")


@pytest.mark.parametrize("code", cases.lines(cases.SEQUENCES))
def test_facts_of_several_statements_hold(code):
    check(code)


@pytest.mark.slow
@pytest.mark.parametrize(
    "line", cases.lines(cases.NUMPY + cases.SKLEARN + cases.PANDAS)
)
def test_facts_hold_for_many_inputs(line):
    check(f"out = {line}", seeds=range(100, 120))


@pytest.mark.slow
@pytest.mark.parametrize("line", cases.lines(cases.KERAS))
def test_facts_of_keras_and_tensorflow_hold(line):
    check(f"out = {line}", seeds=range(2))


@pytest.mark.slow
@pytest.mark.parametrize(
    "code", cases.lines(cases.TENSORFLOW) + cases.blocks(cases.PIPELINES)
)
def test_facts_of_several_statements_with_data_sets_hold(code):
    check(code, seeds=range(2))
