import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kerascheck.confirm.setup import LabelForm
from kerascheck.confirm.train.measure import (
    accuracy,
    calibration_bins,
    calibration_error,
    measure,
    roc,
)
from kerascheck.model.description import Encoding
from tests.confirm.builders import IDS, NUMBERS, ONE_HOT, TAGS, setup

SIGMOID = setup(1, "sigmoid", "BCE")


def one_seed(values):
    return np.array([values], dtype=float)


def by_pairs(scores, positive):
    """The area as the share of pairs ranked right, ties counting half."""
    high, low = scores[positive], scores[~positive]
    wins = (high[:, None] > low).mean() + (high[:, None] == low).mean() / 2
    cuts = [np.inf, *scores]
    best = max(((scores >= cut) == positive).mean() for cut in cuts)
    return wins, best


@given(
    st.lists(
        st.tuples(st.integers(0, 4), st.booleans()), min_size=2, max_size=30
    ).filter(lambda rows: len({positive for _, positive in rows}) == 2)
)
def test_the_area_is_the_share_of_pairs_ranked_right(rows):
    scores = np.array([score for score, _ in rows], dtype=float)
    positive = np.array([positive for _, positive in rows])
    area, best = roc(scores[None], positive[None])
    expected = by_pairs(scores, positive)
    assert (area[0], best[0]) == pytest.approx(expected)


def test_seeds_are_ranked_apart():
    scores = np.array([[0.1, 0.2, 0.3], [0.3, 0.2, 0.1]])
    positive = np.array([[False, True, True]] * 2)
    assert roc(scores, positive)[0].tolist() == [1, 0]


def test_nan_scores_have_no_area():
    area, best = roc(one_seed([np.nan, 1]), np.array([[True, False]]))
    assert np.isnan([area[0], best[0]]).all()


def test_one_class_has_no_area():
    assert np.isnan(roc(one_seed([0.1, 0.2]), np.array([[True, True]]))[0]).all()


def test_calibration_error_is_the_gap_weighed_by_rows():
    shown = one_seed([0.95, 0.95, 0.95, 0.05])
    right = np.array([[True, True, False, False]])
    gap = (abs(3 * 0.95 - 2) + abs(0.05)) / 4
    bins = calibration_bins(shown, right)
    assert calibration_error(bins) == pytest.approx([gap])
    assert bins[0, 9] == pytest.approx([3 * 0.95, 2, 3])


def test_certain_probabilities_fall_into_the_last_bin():
    bins = calibration_bins(one_seed([1.0]), np.array([[True]]))
    assert calibration_error(bins) == pytest.approx([0])


def test_accuracies_are_shares_of_the_truth():
    outputs = np.array([[[0.9], [0.2], [0.8], [0.1]]], dtype=np.float32)
    found = measure(SIGMOID, outputs, np.array([[1, 0, 0, 0]]))
    assert found.accuracy == pytest.approx([0.75])
    assert found.balanced == pytest.approx([(2 / 3 + 1) / 2])
    assert found.recall == pytest.approx([1])
    assert found.best == pytest.approx([1])
    assert not found.constant[0]


def test_constant_decisions_are_reported():
    outputs = np.array([[[0.9], [0.8]], [[0.9], [0.1]]], dtype=np.float32)
    found = measure(SIGMOID, outputs, np.array([[1, 0], [1, 0]]))
    assert found.constant.tolist() == [True, False]


def test_nan_outputs_are_reported():
    outputs = np.array([[[np.nan], [0.8]]], dtype=np.float32)
    found = measure(SIGMOID, outputs, np.array([[0, 1]]))
    assert found.nan.tolist() == [True]
    assert np.isnan(found.auc).all()


def test_areas_follow_the_column_of_a_class():
    labels = LabelForm(encoding=Encoding.CLASS_IDS, values=(1, 2, 3))
    one = setup(4, "softmax", "SCCE", labels, "multiclass")
    outputs = np.eye(4, dtype=np.float32)[None, 1:]
    assert measure(one, outputs, np.array([[0, 1, 2]])).auc == pytest.approx([1])


def test_rows_are_calibrated_by_their_highest_probability():
    one = setup(2, "softmax", "CCE", ONE_HOT)
    outputs = np.array([[[0.25, 0.75], [0.95, 0.05]]], dtype=np.float32)
    found = measure(one, outputs, np.array([[1, 1]]))
    assert found.ece == pytest.approx([(0.25 + 0.95) / 2])


def test_tags_are_measured_one_by_one():
    one = setup(2, "sigmoid", "BCE", TAGS, "multilabel", classes=2)
    outputs = np.array([[[0.9, 0.1], [0.9, 0.9]]], dtype=np.float32)
    truth = np.array([[[True, False], [False, True]]])
    found = measure(one, outputs, truth)
    assert found.accuracy == pytest.approx([0.75])
    assert found.exact == pytest.approx([0.5])
    assert found.per_label.tolist() == [[0.5, 1.0]]


def test_regression_is_measured_by_r_squared():
    one = setup(1, "linear", "mse", NUMBERS, "regression")
    outputs = np.array([[[1.0], [2.0]], [[1.5], [1.5]]], dtype=np.float32)
    found = measure(one, outputs, np.array([[1.0, 2.0], [1.0, 2.0]]))
    assert found.r_squared == pytest.approx([1, 0])
    assert found.constant.tolist() == [False, True]


def test_three_classes_on_one_unit_have_no_calibration():
    one = setup(1, "linear", "mse", IDS, "multiclass")
    outputs = np.array([[[0.1], [1.2], [1.9]]], dtype=np.float32)
    assert measure(one, outputs, np.array([[0, 1, 2]])).ece is None


def test_accuracy_alone_agrees_with_the_whole_measurement():
    rng = np.random.default_rng(0)
    outputs, truth = rng.random((3, 50, 1)), rng.integers(2, size=(3, 50))
    whole = measure(SIGMOID, outputs.astype(np.float32), truth)
    assert accuracy(SIGMOID, outputs, truth) == pytest.approx(whole.accuracy)


def test_outputs_that_are_nan_leave_no_reliability():
    from kerascheck.confirm.train.seed_results import _reliability

    shown = one_seed([0.95, np.nan])
    bins = calibration_bins(shown, np.array([[True, False]]))
    assert _reliability(bins, 0) == ((0.95, 1.0, 1),)
