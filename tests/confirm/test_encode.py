import numpy as np
import pytest

from kerascheck.confirm.setup import LabelForm
from kerascheck.confirm.train.encode import encode, sample_weights
from kerascheck.model.description import Encoding
from tests.confirm.builders import BINARY, BOOL, COLUMN, IDS, NUMBERS, ONE_HOT, SIGNED

TRUTH = np.array([0, 1, 1])


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        (BINARY, [0, 1, 1]),
        (COLUMN, [[0], [1], [1]]),
        (BOOL, [[False], [True], [True]]),
        (ONE_HOT, [[1, 0], [0, 1], [0, 1]]),
        (SIGNED, [[-1], [1], [1]]),
        (LabelForm(encoding=Encoding.CLASS_IDS, values=(1, 2)), [1, 2, 2]),
        (LabelForm(encoding=Encoding.ONE_HOT, width=3), [[1, 0, 0]] + 2 * [[0, 1, 0]]),
        (
            LabelForm(encoding=Encoding.ONE_HOT, values=(-1, 1)),
            [[1, -1]] + 2 * [[-1, 1]],
        ),
        (LabelForm(encoding=Encoding.STRINGS), ["class 0", "class 1", "class 1"]),
    ],
)
def test_truth_is_written_as(form, expected):
    assert encode(form, TRUTH, 2).tolist() == expected


@pytest.mark.parametrize(
    ("form", "dtype"),
    [
        (IDS, "int32"),
        (ONE_HOT, "float32"),
        (BOOL, "bool"),
        (
            LabelForm(encoding=Encoding.CLASS_IDS, values=(0, 255), dtype="uint8"),
            "uint8",
        ),
    ],
)
def test_labels_have_the_dtype_they_usually_have(form, dtype):
    assert encode(form, TRUTH, 2).dtype == dtype


def test_soft_labels_lie_between():
    soft = encode(LabelForm(encoding=Encoding.PROBABILITY), TRUTH, 2)
    assert soft == pytest.approx([0.05, 0.95, 0.95])


def test_distributions_sum_to_one():
    rows = encode(LabelForm(encoding=Encoding.DISTRIBUTION), np.array([0, 2]), 3)
    assert rows.sum(axis=1) == pytest.approx([1, 1])
    assert rows.argmax(axis=1).tolist() == [0, 2]


def test_tags_become_rows():
    tags = np.array([[True, False], [True, True]])
    rows = encode(LabelForm(encoding=Encoding.MULTI_HOT), tags, 2)
    assert rows.tolist() == [[1, 0], [1, 1]]


def test_numbers_stay_numbers():
    assert encode(NUMBERS, np.array([0.5, -2.0]), 2).tolist() == [0.5, -2.0]


@pytest.mark.parametrize("form", [BINARY, COLUMN, ONE_HOT, BOOL])
def test_weights_follow_the_class(form):
    labels = encode(form, TRUTH, 2)
    assert sample_weights(((1, 19.0),), labels).tolist() == [1, 19, 19]
