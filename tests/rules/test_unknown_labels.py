"""What head, loss and metrics show of a head whose labels are unknown."""

import pytest

from kerascheck import kit
from kerascheck.engine.judge import judge
from kerascheck.keras_api.metrics import with_resolved_metrics
from kerascheck.rules import our_rules

RULES = our_rules()
ACCURACY = {"metrics": ("accuracy",)}

FOUND = [
    (kit.classifier("softmax", "mse", units=3), "KC108"),
    (kit.classifier("softmax", "mae", units=3, **ACCURACY), "KC108"),
    (kit.classifier("sigmoid", "mse", **ACCURACY), "KC108"),
    (kit.classifier("sigmoid", "mse", metrics=("AUC",)), "KC108"),
    (kit.classifier("linear", "mse", **ACCURACY), "KC309"),
    (kit.classifier("relu", "mae", metrics=("mse", "acc")), "KC309"),
]

SILENT = [
    kit.classifier("sigmoid", "mse"),
    kit.classifier("sigmoid", "mse", metrics=("mae",)),
    kit.classifier("sigmoid", "mse", shape=(None, 28, 28, 1), **ACCURACY),
    kit.classifier("sigmoid", "mse", units=5, **ACCURACY),
    kit.classifier("linear", "mse", metrics=("mae",)),
    kit.classifier("linear", "hinge", **ACCURACY),
    kit.classifier("linear", "my_own_loss", **ACCURACY),
    kit.classifier("sigmoid", "bce", **ACCURACY),
]


def codes(model):
    return [f.code for f in judge(RULES, with_resolved_metrics(model)).findings]


@pytest.mark.parametrize(("model", "code"), FOUND)
def test_a_regression_that_is_scored_as_classes_is_a_note(model, code):
    findings = judge(RULES, with_resolved_metrics(model)).findings
    assert [(f.code, f.severity) for f in findings] == [(code, kit.Severity.NOTE)]


@pytest.mark.parametrize("model", SILENT)
def test_what_may_be_right_is_silent(model):
    assert not {"KC108", "KC309"} & {*codes(model)}


def test_labels_decide_where_they_are_known():
    real = kit.labels("probability")
    assert codes(kit.regressor("sigmoid", "mse", labels=real)) == []
    both = kit.classifier("linear", "mse", labels=kit.labels("binary"), **ACCURACY)
    assert codes(both) == ["KC108"]
