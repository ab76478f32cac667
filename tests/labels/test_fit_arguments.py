"""What is handed to fit, in one plain form."""

import numpy as np
import pytest

from kerascheck.labels.fit_arguments import fit_arguments

Y = np.array([0, 1, 1, 0])


def test_sample_weights_that_are_the_same_for_a_class_are_class_weights():
    weights = np.array([1.0, 9.0, 9.0, 1.0])
    assert fit_arguments(Y, sample_weight=weights).class_weight == ((0, 1.0), (1, 9.0))


def test_equal_sample_weights_are_no_class_weights():
    assert fit_arguments(Y, sample_weight=np.full(4, 2.0)).class_weight is None


@pytest.mark.parametrize("name", ["x", "sample_weight"])
@pytest.mark.parametrize("y", [Y, {"a": Y}, [Y, Y]], ids=["array", "dict", "list"])
def test_lengths_that_differ_are_noted(name, y):
    found = fit_arguments(y, **{name: np.ones(3)}).call.lengths
    assert set(found) == {("y", 4), (name, 3)}


@pytest.mark.parametrize(
    "several", [list, tuple, lambda arrays: dict(enumerate(arrays))]
)
def test_several_inputs_have_one_entry_for_each_label(several):
    inputs = several([np.ones((4, 2)), np.ones((4, 3)), np.ones(4)])
    assert fit_arguments(Y, inputs).x is inputs


def test_a_list_of_numbers_is_one_input():
    assert fit_arguments(Y, [1.0, 2.0, 3.0, 4.0]).x == [1.0, 2.0, 3.0, 4.0]


def test_keys_of_a_structure_are_shortened():
    call = fit_arguments(Y, sample_weight={"x" * 10**6: np.ones(4)}).call
    assert len(call.sample_weight.structure) < 100


@pytest.mark.parametrize(
    ("weights", "form"), [([1.0], "a list"), (np.ones(2), "an ndarray"), (1, "an int")]
)
def test_class_weights_of_another_type_have_its_article(weights, form):
    assert fit_arguments(Y, class_weight=weights).call.class_weight == form
