"""KC306: the fix that each version of Keras takes."""

from dataclasses import replace

import pytest

from kerascheck import kit
from kerascheck.labels.assign import with_labels
from kerascheck.rules.logits_cut_at_one_half import RULE


@pytest.mark.parametrize(
    ("keras", "edit"),
    [
        ("2.15.0", kit.SetMetric),
        ("3.0.0", kit.SetActivation),
        ("3.4.1", kit.SetActivation),
        ("3.5.0", kit.SetMetric),
    ],
)
def test_a_threshold_of_0_is_the_fix_where_keras_takes_one(keras, edit):
    logits = kit.classifier("linear", "bce", from_logits=True, metrics=("accuracy",))
    binary = kit.labels("binary")
    model = with_labels(replace(logits, keras_version=keras), {None: binary})
    (finding,) = RULE.check(kit.Facts(model.heads[0], model))
    assert isinstance(finding.fix.edits[0], edit)
