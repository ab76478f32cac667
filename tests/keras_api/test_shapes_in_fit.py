"""What is said of an output, labels and a loss or metric is what `fit` does."""

import random

import pytest

from kerascheck.keras_api.shape_match import Outcome
from tools.shape_lab import KERASES, Lab, Setup
from tools.shape_table import (
    Row,
    agrees,
    fitted,
    random_setup,
    runs_in,
    said_of,
    stored_rows,
)

REMEASURED = 28
MANY = 1500


def test_every_stored_pair_is_as_said():
    wrong = [
        (row.setup, keras, said, measured)
        for row in stored_rows()
        for keras, measured in row.measured.items()
        if not agrees(row.setup, keras, said := said_of(row.setup, keras), measured)
    ]
    assert wrong == []


@pytest.mark.parametrize("keras", KERASES)
def test_what_has_no_open_axis_is_mostly_decided(keras):
    rows = [r for r in stored_rows() if not r.setup.open and not r.setup.dynamic]
    said = [said_of(row.setup, keras).outcome for row in rows]
    assert said.count(Outcome.UNKNOWN) < 0.01 * len(said)
    assert min(said.count(o) for o in Outcome if o is not Outcome.UNKNOWN) > 50


def test_stored_pairs_are_measured_again():
    import keras

    setups = [row.setup for row in stored_rows() if not row.setup.dynamic]
    chosen = random.Random(1).sample(setups, REMEASURED)
    name = f"3-{keras.backend.backend()}"
    said = [said_of(setup, name) for setup in chosen]
    guesses = [not match.raises for match in said]
    found = Lab(keras, eager=True).try_all(list(zip(chosen, guesses, strict=True)))
    each = zip(chosen, said, found, strict=True)
    assert [w for w in each if not agrees(w[0], name, *w[1:])] == []


ONCE_WRONG = (
    Setup((13,), (1,), "CategoricalFocalCrossentropy", activation="softmax"),
    Setup((1, 13), (1, 1, 13), "BinaryCrossentropy", form="function"),
    Setup((13,), (13, 1), "MeanSquaredError"),
    Setup((13,), (1,), "CategoricalCrossentropy", activation="softmax"),
)
"""Pairs whose labels have axes of unknown size in the spec of a dataset."""


@pytest.mark.slow
@pytest.mark.parametrize("keras", KERASES)
def test_labels_of_a_dataset_with_open_axes_are_as_said(keras):
    setups = [
        setup._replace(dynamic=axes)
        for setup in ONCE_WRONG
        for axes in {(0,), (len(setup.labels) - 1,)}
    ]
    rows = [Row(setup, {}) for setup in setups]
    for row, found in zip(rows, fitted(rows, keras), strict=True):
        assert agrees(row.setup, keras, said_of(row.setup, keras), found), row.setup


def test_circle_loss_is_as_said_of_labels_with_axes_of_1():
    import keras

    setups = [
        Setup(output, (1,) * axes, "Circle")
        for output in ((), (1,), (5,), (5, 3))
        for axes in range(4)
    ]
    name = f"3-{keras.backend.backend()}"
    said = [said_of(setup, name) for setup in setups]
    found = Lab(keras, eager=True).try_all([(setup, False) for setup in setups])
    each = zip(setups, said, found, strict=True)
    assert [w for w in each if not agrees(w[0], name, *w[1:])] == []


@pytest.mark.slow
@pytest.mark.parametrize("keras", KERASES)
def test_thousands_of_random_pairs_are_as_said(keras):
    seed = random.randrange(2**32)
    rng = random.Random(seed)
    rows = [Row(random_setup(rng), {}) for _ in range(MANY)]
    rows = [row for row in rows if runs_in(row.setup, keras)]
    wrong = [
        (row.setup, said, found)
        for row, found in zip(rows, fitted(rows, keras), strict=True)
        if not agrees(row.setup, keras, said := said_of(row.setup, keras), found)
    ]
    assert wrong == [], f"seed {seed}"
