"""What else a sample of labels shows: classes, range, balance, gaps."""

import tracemalloc

import numpy as np
import pytest

from kerascheck.labels.measure import measure
from kerascheck.labels.sample import spread
from kerascheck.model.errors import UnreadableLabels


def test_shape_and_dtype_are_those_of_the_whole():
    labels = measure(np.zeros((500, 4, 2), dtype=">f4"), limit=10)
    assert (labels.shape, labels.dtype, labels.samples) == ((500, 4, 2), "float32", 10)


def test_classes_are_those_that_occur():
    assert measure([0, 1, 5, 5, 1, 0] * 9).classes == 3


def test_classes_of_one_hot_rows_are_the_columns_in_use():
    assert measure(np.eye(5)[[0, 3, 3]]).classes == 2


def test_majority_is_the_share_of_the_commonest_class():
    assert measure([0, 0, 0, 1]).majority == 0.75


def test_majority_of_one_hot_rows_is_that_of_the_commonest_column():
    assert measure(np.eye(3)[[0, 2, 2, 1]]).majority == 0.5


def test_ones_are_the_fewest_and_most_of_a_row():
    assert measure([[0, 0, 0], [1, 0, 1]]).ones == (0, 2)


def test_one_value_a_sample_has_no_ones():
    assert measure([0, 1]).ones is None


def test_a_few_distinct_values_are_listed_sorted():
    assert measure([2.5, 1.0, 2.5]).values == (1, 2.5)


def test_whole_values_are_listed_as_ints():
    values = measure(np.array([255.0, 0.0])).values
    assert [type(value) for value in values] == [int, int]


def test_many_distinct_values_are_not_listed():
    assert measure(np.arange(17)).values == ()


def test_long_strings_are_cut():
    assert measure(["x" * 100]).values == ("x" * 40,)


def test_range_leaves_out_what_is_not_finite():
    labels = measure([np.nan, -2.5, np.inf, 7.0, -np.inf])
    assert (labels.low, labels.high) == (-2.5, 7.0)


def test_what_is_not_finite_is_counted():
    labels = measure([np.nan, -2.5, np.inf, 7.0, -np.inf])
    assert (labels.nans, labels.infinities) == (1, 2)


def test_whole_floats_are_integral():
    assert measure([1.0, 2.0, np.nan]).integral


def test_fractions_are_not_integral():
    assert not measure([1.0, 2.5]).integral


def test_greatest_unsigned_numbers_are_measured():
    assert measure(np.array([0, 2**64 - 1], dtype=np.uint64)).high == 2.0**64


def test_continuous_labels_have_no_classes():
    assert measure([0.5, 1.5]).classes is None


def test_the_path_is_kept_as_given():
    assert measure([0, 1], path="a/b.npy").path == "a/b.npy"


@pytest.mark.parametrize("classes", [2, 10, 100])
def test_labels_in_step_with_the_picks_show_every_class(classes):
    labels = measure(np.arange(1_000_000) % classes, limit=1_000_000 // classes)
    assert labels.classes == classes


def test_no_more_samples_than_the_limit_are_looked_at():
    steps = np.zeros((100_000, 50, 2), dtype=np.uint8)
    assert measure(steps, limit=90_000).samples == 90_000


def test_sorted_labels_show_every_class():
    assert measure(np.repeat(np.arange(10_000), 100)).classes == 10_000


@pytest.mark.parametrize("wanted", [1, 2, 997, 66_668, 99_999, 100_003])
def test_picks_are_distinct_and_rise_from_the_first(wanted):
    picks = spread(100_003, wanted)
    assert len(picks) == wanted
    assert picks[0] == 0
    assert picks[-1] < 100_003
    assert (np.diff(picks) > 0).all()


def test_big_arrays_are_not_copied():
    big = np.broadcast_to(np.float32(0.5), (10**9, 1000))
    tracemalloc.start()
    measure(big)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 130 * 2**20


def test_every_pixel_of_a_few_masks_is_looked_at():
    masks = np.zeros((3, 64, 64, 1), dtype=np.uint8)
    masks[1, 5, 5, 0] = 1
    assert measure(masks).high == 1


@pytest.mark.parametrize(
    "values",
    [
        [],
        np.zeros((0, 3)),
        np.zeros((3, 0)),
        3,
        None,
        [[1, 2], [3]],
        np.array([1, None], dtype=object),
        np.array([1, "a"], dtype=object),
        np.array([1j]),
        np.array(["2026-11-22"], dtype="M8[D]"),
        np.array([(1, 2.0)], dtype="i4,f4"),
        np.broadcast_to(np.float32(0), (2, 10**8)),
    ],
    ids=lambda v: type(v).__name__,
)
def test_what_can_not_be_measured_is_refused_on_one_line(values):
    with pytest.raises(UnreadableLabels, match=r"^the labels [^\n]+\.$"):
        measure(values)


def test_a_container_that_will_not_be_an_array_is_refused():
    class Broken:
        def __array__(self, dtype=None, copy=None):
            raise RuntimeError("still on the device")

    with pytest.raises(UnreadableLabels, match="Broken"):
        measure(Broken())
