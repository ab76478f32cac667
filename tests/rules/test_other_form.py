"""A metric that is replaced by its twin keeps what both are given."""

import pytest

from kerascheck import kit
from kerascheck.engine.facts import Facts
from kerascheck.engine.judge import judge
from kerascheck.keras_api.defaults import METRICS
from kerascheck.rules import our_rules

KEPT = {"k": 3, "from_logits": True, "axis": -1, "num_classes": 4}
TWINS = [name for name in METRICS[3] if kit.metric_traits(kit.metric(name)).other_form]


@pytest.mark.parametrize("name", TWINS)
def test_the_twin_has_the_arguments_that_both_take(name):
    takes = METRICS[3][name]
    given = {key: value for key, value in KEPT.items() if key in takes}
    model = kit.classifier(
        "softmax", kit.CCE, units=4, metrics=(kit.metric(name, **given),)
    )
    (metric,) = Facts(model.heads[0], model).head_metrics
    twin = metric.in_other_form()
    other = METRICS[3][twin.resolved]
    assert dict(twin.arguments) == {k: v for k, v in given.items() if k in other}


def test_the_fix_of_a_top_k_over_ids_keeps_k():
    model = kit.classifier(
        "softmax",
        kit.CCE,
        units=10,
        labels=kit.labels("one-hot", 10),
        metrics=(kit.metric("SparseTopKCategoricalAccuracy", k=3),),
    )
    (finding,) = [f for f in judge(our_rules(), model).findings if f.code == "KC304"]
    assert "TopKCategoricalAccuracy(k=3)" in finding.snippet
