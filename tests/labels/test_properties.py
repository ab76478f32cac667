"""Over random arrays: one kind of error, the same twice, in any order."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from kerascheck.labels.measure import measure
from kerascheck.model.description import Encoding, Labels
from kerascheck.model.errors import UnreadableLabels

ANY = hnp.arrays(
    dtype=hnp.scalar_dtypes() | hnp.unicode_string_dtypes(endianness="="),
    shape=hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=6),
)
SMALL = hnp.array_shapes(min_dims=1, max_dims=3, max_side=8)
NUMBERS = st.one_of(
    hnp.arrays(np.int64, SMALL, elements=st.integers(-2, 5)),
    hnp.arrays(np.float32, SMALL, elements=st.sampled_from([0, 1, 0.5, 2, np.nan])),
    hnp.arrays(np.bool_, SMALL),
)


@settings(max_examples=100, deadline=None)
@given(ANY)
def test_anything_is_measured_or_refused(values):
    try:
        assert isinstance(measure(values), Labels)
    except UnreadableLabels:
        assert values.size == 0 or values.ndim == 0 or values.dtype.kind in "cmM"


@settings(max_examples=50, deadline=None)
@given(NUMBERS)
def test_measuring_twice_says_the_same(values):
    assert measure(values) == measure(values)


@settings(max_examples=100, deadline=None)
@given(NUMBERS, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(values, random):
    order = list(range(len(values)))
    random.shuffle(order)
    assert measure(values[order]) == measure(values)


@settings(max_examples=50, deadline=None)
@given(NUMBERS)
def test_the_layout_in_memory_does_not_matter(values):
    assert measure(np.asfortranarray(values)) == measure(values)


@settings(max_examples=50, deadline=None)
@given(NUMBERS)
def test_the_likeliest_encoding_is_the_first_candidate(values):
    labels = measure(values)
    assert labels.candidates[0] is labels.encoding


@settings(max_examples=100, deadline=None)
@given(hnp.arrays(np.int64, st.integers(1, 60), elements=st.integers(-3, 12)))
def test_whole_numbers_never_pass_for_probabilities(values):
    assert Encoding.PROBABILITY not in measure(values).candidates
