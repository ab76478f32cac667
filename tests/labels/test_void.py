"""What labels mean beyond their encoding: void values, rounding errors, masks."""

import numpy as np
import pytest

from kerascheck.labels.measure import measure
from kerascheck.model.description import Encoding

RNG = np.random.default_rng(7)


def ids(classes, *, void=None, shape=(40, 8, 8), share=0.2):
    labels = RNG.integers(0, classes, shape)
    if void is not None:
        labels[RNG.random(shape) < share] = void
    return labels


@pytest.mark.parametrize("void", [-1, -2, -100, 255])
@pytest.mark.parametrize("classes", [2, 3, 19])
def test_a_void_value_among_ids_is_found(void, classes):
    labels = ids(classes, void=void)
    found = measure(labels)
    assert found.void == void
    assert found.void_share == pytest.approx((labels == void).mean())
    assert (found.classes_from, found.classes_to) == (0, classes - 1)
    assert (found.low, found.high) == (labels.min(), labels.max())


@pytest.mark.parametrize(
    "labels",
    [
        ids(3),
        RNG.integers(-1, 2, 300),  # three classes with signs
        RNG.choice([0, 255], (40, 8, 8)),
        RNG.choice([0, 128, 255], (40, 8, 8)),  # grey levels
        RNG.integers(0, 256, (40, 28, 28)),  # pictures
        RNG.integers(-9, 30, 300),  # temperatures
        RNG.normal(size=300),
        np.array([5, 5, 5]),
    ],
    ids=["ids", "signs", "mask", "levels", "pictures", "degrees", "reals", "one"],
)
def test_other_labels_have_no_void_value(labels):
    assert measure(labels).void is None


def test_classes_are_counted_without_the_void_value():
    found = measure(ids(19, void=255))
    assert (found.encoding, found.classes) == (Encoding.CLASS_IDS, 19)


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_arithmetic_leaves_one_hot_rows_one_hot(dtype):
    rows = np.eye(3, dtype=dtype)[RNG.integers(0, 3, 200)]
    noisy = (rows * np.asarray(0.1, dtype) / np.asarray(0.1, dtype)).astype(dtype)
    noisy[::3] *= 1 - np.finfo(dtype).eps
    assert measure(noisy).encoding is Encoding.ONE_HOT


def test_ids_that_the_cast_to_float32_makes_whole_are_integral():
    labels = RNG.integers(0, 3, 200) * (1 - 1e-12)
    found = measure(labels)
    assert (found.encoding, found.integral) == (Encoding.CLASS_IDS, True)


def test_ids_that_truncation_would_move_are_not_integral():
    labels = RNG.integers(0, 3, 200).astype("float32")
    labels[labels == 2] = np.nextafter(np.float32(2), np.float32(0))
    found = measure(labels)
    assert (found.encoding, found.integral) == (Encoding.CLASS_IDS, False)


def test_min_max_scaling_leaves_probabilities():
    left, kept = 0, 0
    for seed in range(200):
        values = np.random.default_rng(seed).normal(size=97).astype("float32") * 7
        scale = 1 / (values.max() - values.min())
        scaled = values * scale - values.min() * scale
        left += bool(scaled.min() < 0 or scaled.max() > 1)
        kept += measure(scaled).encoding is Encoding.PROBABILITY
    assert left > 0  # the test would see an exact comparison
    assert kept == 200


@pytest.mark.parametrize(
    ("labels", "pictures"),
    [
        (RNG.integers(0, 256, (40, 28, 28, 1), dtype=np.uint8), True),
        (RNG.uniform(0, 255, (40, 784)).astype("float32"), True),
        (RNG.integers(0, 256, 5000), False),  # one value a sample: 256 classes
        (RNG.choice([0, 255], (40, 28, 28)), False),
        (ids(150), False),
    ],
    ids=["grey", "flat", "ids", "mask", "many classes"],
)
def test_pictures_are_told_from_ids(labels, pictures):
    assert measure(labels).pictures is pictures


def test_a_mask_with_smooth_edges_is_one():
    mask = np.zeros((20, 32, 32), "float32")
    mask[:, 8:24, 8:24] = 255
    mask[:, 8:24, 7] = mask[:, 8:24, 24] = RNG.uniform(1, 254, (20, 16))
    assert measure(mask).blurred_mask
    assert not measure(RNG.uniform(0, 255, (20, 32, 32))).blurred_mask
