"""What fits a head: the accuracy that counts it right."""

import pytest

from kerascheck import kit
from kerascheck.engine.suggested_setup import fitting_accuracy


@pytest.mark.parametrize(
    ("keras", "threshold"),
    [("2.15.0", 0.0), ("3.0.0", None), ("3.4.1", None), ("3.5.0", 0.0)],
)
def test_accuracy_of_logits_cuts_at_0_where_keras_takes_that(keras, threshold):
    model = kit.classifier("linear", "bce", from_logits=True, keras=keras)
    metric = fitting_accuracy(kit.Facts(model.heads[0], model))
    assert (metric and metric.argument("threshold")) == threshold
