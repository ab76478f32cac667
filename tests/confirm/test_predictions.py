import numpy as np
import pytest

from kerascheck.confirm.setup import LabelForm
from kerascheck.confirm.train.predictions import (
    decisions,
    positive_scores,
    probabilities,
)
from kerascheck.model.description import Encoding
from tests.confirm.builders import BINARY, IDS, ONE_HOT, SIGNED, TAGS, setup

COLUMN = np.array([[-1.0], [0.2], [0.7], [2.0]])


def decided(one, outputs=COLUMN):
    return decisions(one, outputs).tolist()


def test_a_sigmoid_is_cut_at_one_half():
    assert decided(setup(1, "sigmoid", "BCE")) == [0, 0, 1, 1]


def test_logits_are_cut_at_zero():
    assert decided(setup(1, "linear", "BCE logits")) == [0, 1, 1, 1]


def test_logits_scored_as_probabilities_are_cut_at_one_half():
    assert decided(setup(1, "linear", "BCE")) == [0, 0, 1, 1]


def test_a_sigmoid_keeps_its_cut_under_from_logits():
    assert decided(setup(1, "sigmoid", "BCE logits")) == [0, 0, 1, 1]


@pytest.mark.parametrize("labels", [BINARY, SIGNED])
def test_margins_are_cut_at_zero(labels):
    assert decided(setup(1, "linear", "Hinge", labels)) == [0, 1, 1, 1]


def test_signed_values_are_cut_at_zero():
    assert decided(setup(1, "linear", "mse", SIGNED)) == [0, 1, 1, 1]


def test_a_regression_is_cut_half_way_between_its_labels():
    labels = LabelForm(encoding=Encoding.CLASS_IDS, values=(1, 2))
    assert decided(setup(1, "linear", "mse", labels)) == [0, 0, 0, 1]


def test_three_classes_on_one_unit_go_to_the_nearest_id():
    one = setup(1, "linear", "mse", IDS, "multiclass")
    assert decided(one) == [0, 0, 1, 2]


def test_several_units_take_the_highest():
    outputs = np.array([[0.1, 0.3, 0.2], [2.0, -1.0, 0.0]])
    one = setup(3, "linear", "CCE", ONE_HOT, "multiclass")
    assert decided(one, outputs) == [1, 0]


def test_ids_from_one_have_columns_of_their_own():
    labels = LabelForm(encoding=Encoding.CLASS_IDS, values=(1, 2, 3))
    outputs = np.array([[0.0, 1, 0, 0], [0, 0, 0, 1], [1, 0, 0, 0]])
    one = setup(4, "softmax", "SCCE", labels, "multiclass")
    assert decided(one, outputs) == [0, 2, -1]


def test_every_tag_is_decided_alone():
    outputs = np.array([[-1.0, 0.2, 3.0, 0.0]])
    one = setup(4, "linear", "BCE logits", TAGS, "multilabel")
    assert decided(one, outputs) == [[False, True, True, False]]


def test_nan_decides_as_numpy_does():
    assert decided(setup(1, "sigmoid", "BCE"), np.array([[np.nan]])) == [0]


def test_logits_are_served_through_the_softmax():
    one = setup(3, "linear", "SCCE logits", IDS, "multiclass")
    shown = probabilities(one, np.array([[1.0, 2.0, 3.0], [9.0, 9.0, 9.0]]))
    assert shown.sum(axis=1) == pytest.approx([1, 1])
    assert shown[1] == pytest.approx([1 / 3] * 3)


def test_signed_outputs_are_served_from_zero_to_one():
    shown = probabilities(setup(1, "tanh", "mse", SIGNED), np.array([[-1.0], [0], [1]]))
    assert shown.ravel() == pytest.approx([0, 0.5, 1])


def test_two_units_are_ranked_by_their_difference():
    one = setup(2, "softmax", "CCE", ONE_HOT)
    assert positive_scores(one, np.array([[0.25, 0.75]])) == pytest.approx([0.5])


def test_three_classes_have_no_single_ranking():
    one = setup(3, "softmax", "SCCE", IDS, "multiclass")
    assert positive_scores(one, np.zeros((1, 3))) is None
