"""What is handed to fit, in one plain form."""

import numpy as np

from kerascheck.labels.fit_arguments import fit_arguments

Y = np.array([0, 1, 1, 0])


def test_sample_weights_that_are_the_same_for_a_class_are_class_weights():
    weights = np.array([1.0, 9.0, 9.0, 1.0])
    assert fit_arguments(Y, sample_weight=weights).class_weight == ((0, 1.0), (1, 9.0))


def test_equal_sample_weights_are_no_class_weights():
    assert fit_arguments(Y, sample_weight=np.full(4, 2.0)).class_weight is None
