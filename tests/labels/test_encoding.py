"""Arrays and the encodings they fit, with the near misses of each."""

import numpy as np
import pytest

from kerascheck.labels.measure import measure

RNG = np.random.default_rng(7)
EYE = np.eye(4)
IDS = RNG.integers(0, 4, 200)


def fitted(values):
    return [str(encoding) for encoding in measure(values).candidates]


def balanced(classes, each=20, start=0):
    return RNG.permutation(np.repeat(np.arange(classes) + start, each))


def frequencies(*counts, start=0):
    return np.repeat(np.arange(len(counts)) + start, counts)


@pytest.mark.parametrize(
    "values",
    [
        [0, 1, 1, 0],
        [[0], [1]],
        [True, False],
        [0, 0, 0],
        [1.0],
        np.array([0, 1], dtype=">f2"),
        np.array([0.0, np.nan, 1.0]),
        np.zeros((3, 5, 1), dtype=np.uint8),
        np.zeros((3, 8, 8, 1), dtype=bool),
    ],
)
def test_one_value_of_0_or_1_a_sample_is_binary(values):
    assert fitted(values) == ["binary"]


@pytest.mark.parametrize(
    "values",
    [
        EYE[IDS],
        EYE[IDS].astype(bool),
        np.asfortranarray(EYE[IDS]),
        EYE[IDS].reshape(20, 10, 4),
        EYE[IDS].reshape(2, 10, 10, 4),
        [[0, 1]],
        [[1, 0], [1, 0]],
        [[0, 1], [np.nan, 1], [1, 0]],
    ],
    ids=lambda v: str(np.shape(v)),
)
def test_rows_with_exactly_one_1_fit_one_hot_and_multi_hot(values):
    assert fitted(values) == ["one-hot", "multi-hot"]


@pytest.mark.parametrize(
    "values",
    [
        [[0, 1], [1, 1]],
        [[0, 1], [0, 0]],
        [[0, 0, 0]],
        [[True, True], [False, False]],
        [[0, np.nan], [np.nan, 1]],
    ],
)
def test_rows_with_any_other_number_of_1s_are_multi_hot(values):
    assert fitted(values) == ["multi-hot"]


def test_masks_without_a_channel_axis_may_be_binary():
    masks = RNG.integers(0, 2, (3, 8, 8))
    assert fitted(masks) == ["multi-hot", "binary"]


@pytest.mark.parametrize(
    "values",
    [
        balanced(3),
        balanced(10).astype(np.uint8),
        balanced(10).astype(np.float32),
        balanced(120, 90),
        balanced(3).reshape(-1, 1),
        balanced(5, start=1),
        RNG.integers(0, 24, 128),
        RNG.integers(0, 5, (40, 12)),
        RNG.integers(0, 5, (4, 8, 8, 1)),
        RNG.integers(0, 5, (4, 8, 8)),
        frequencies(2, 3, 3, 3),
        frequencies(300, 20, 5),
        frequencies(200, 30, 90, 20, 160),
        frequencies(*[2, 6] * 4, *[1, 7] * 2),  # as chance has it
        np.repeat(np.arange(11), 4),
        [0, 255] * 5,
        [1, 2, 1, 1],
        [3, 7, 3, 7],
        [[0, 2], [2, 0]],
    ],
    ids=lambda v: str(np.shape(v)),
)
def test_repeated_whole_numbers_from_0_or_1_are_class_ids(values):
    assert fitted(values) == ["class-ids"]


@pytest.mark.parametrize(("off", "sure"), [(0, True), (50, True), (52, False)])
def test_ids_from_1_are_sure_if_frequencies_miss_their_mean_by_less_than_half(
    off, sure
):
    counts = frequencies(100 + off, 100 - off, 100 + off, 100 - off, start=1)
    assert fitted(counts) == ["class-ids"] + ["continuous"] * (not sure)


@pytest.mark.parametrize(
    "values",
    [
        frequencies(300, 150, 60, 20, 5),
        frequencies(30, 150, 20, 90, 5, start=1),
        frequencies(*RNG.permutation(np.arange(12) ** 2 * 5 + 1)),
        [-1, 0, 1] * 20,
        [0, 1, 2, 255] * 20,
    ],
    ids=lambda v: str(np.shape(v)),
)
def test_whole_numbers_that_may_be_counts_are_ids_at_first(values):
    assert fitted(values) == ["class-ids", "continuous"]


@pytest.mark.parametrize(
    "values",
    [
        [[1], [2], [3], [4], [5]],
        np.arange(40),
        RNG.integers(0, 100, 32),
        np.clip(RNG.negative_binomial(12, 0.57, 4000) + 1, 1, 29),
        np.clip(RNG.normal(50, 12, 900).round(), 18, 80),
        [10, 20, 30] * 20,
        [-2, -1, 0, 1, 2] * 20,
        frequencies(*[1, 7] * 6),  # beyond chance
        np.repeat(np.arange(11), 3),
        [7],
    ],
    ids=lambda v: str(np.shape(v)),
)
def test_whole_numbers_that_hardly_repeat_or_peak_are_continuous_at_first(values):
    assert fitted(values) == ["continuous", "class-ids"]


@pytest.mark.parametrize(
    "values",
    [
        RNG.normal(0, 50, 100),
        RNG.normal(0, 5, (50, 2)),
        [1.5, 2.5],
        [0.2, 1.2],
        [75_000, 310_000, 129_000, 99_000],
        [-400, 300, 20, 7],
        [[0.5, 1.1], [0.5, 0.5]],
        [1e300, -1e300],
        [2**62, -(2**62)],
    ],
    ids=lambda v: str(np.shape(v)),
)
def test_all_other_numbers_are_continuous(values):
    assert fitted(values) == ["continuous"]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([-1, 1, 1], ["signed-binary"]),
        ([[-1.0], [1.0]], ["signed-binary"]),
        ([[-1, 1], [1, -1]], ["signed-binary"]),
        ([-1, -1], ["signed-binary", "class-ids", "continuous"]),
    ],
)
def test_labels_of_minus_and_plus_1_are_signed_binary(values, expected):
    assert fitted(values) == expected


@pytest.mark.parametrize("values", [[0.1, 0.9], [[0.5], [1.0]], [0.0, 0.25, 1.0]])
def test_one_fraction_a_sample_fits_a_probability(values):
    assert fitted(values) == ["probability", "continuous"]


@pytest.mark.parametrize(
    "values",
    [
        [[0.9, 0.1], [0.2, 0.8]],
        EYE[IDS] * 0.9 + 0.025,
        [[0.333, 0.333, 0.333]],
        (EYE[IDS] * 0.7 + 0.075).astype(np.float16),
        RNG.dirichlet(np.ones(300), 20).astype(np.float32),
    ],
    ids=lambda v: str(np.shape(v)),
)
def test_soft_rows_that_sum_to_1_are_a_distribution(values):
    assert fitted(values) == ["distribution"]


@pytest.mark.parametrize(
    "values",
    [
        [[0.9, 0.1], [0.2, 0.79]],
        RNG.random((5, 784)),
        [[0.95, 0.95], [0.05, 0.95]],
    ],
    ids=lambda v: str(np.shape(v)),
)
def test_other_soft_rows_are_continuous_or_probabilities(values):
    assert fitted(values) == ["continuous", "probability"]


@pytest.mark.parametrize(
    "values",
    [
        ["cat", "dog"],
        [["cat"], ["dog"]],
        np.array(["0", "1"]),
        np.array([b"cat", b"\xff"]),
        np.array(["cat", "polar bear"], dtype=object),
    ],
)
def test_text_is_strings(values):
    assert fitted(values) == ["strings"]


@pytest.mark.parametrize("values", [[np.nan, np.nan], [[np.inf, np.nan]]])
def test_labels_without_a_finite_value_are_unknown(values):
    assert fitted(values) == ["unknown"]
