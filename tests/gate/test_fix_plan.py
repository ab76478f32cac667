"""Which fixes --fix applies, if there are many and if one moves another metric."""

from dataclasses import replace

from kerascheck import kit
from kerascheck.api import judged
from kerascheck.engine.judge import judge
from kerascheck.engine.writable_fixes import COMPILE_ONLY
from kerascheck.fix.plan import planned
from kerascheck.rules import our_rules

LOGITS = kit.classifier(
    "linear", kit.SCCE, units=3, labels=kit.labels("class-ids", 3), metrics=()
)


def plan(model):
    return planned(judged(model), model, COMPILE_ONLY, unsafe=True)


def findings_after(model):
    return judge(our_rules(), plan(model).after).findings


def test_every_head_is_fixed_however_many_there_are():
    (head,) = LOGITS.heads
    model = replace(LOGITS, heads=tuple(replace(head, name=f"h{i}") for i in range(12)))
    assert len(plan(model).done) == 12
    assert findings_after(model) == ()


def test_every_metric_of_a_head_is_fixed_however_many_there_are():
    metrics = ("accuracy", "Precision", "Recall", *["AUC"] * 9)
    model = kit.classifier(
        "linear", "bce", from_logits=True, labels=kit.labels("binary"), metrics=metrics
    )
    assert len(plan(model).done) == len(metrics)
    assert findings_after(model) == ()


def test_a_metric_that_moves_into_the_place_of_another_is_fixed_as_well():
    model = kit.vary(LOGITS, metrics=("Precision", "AUC", "F1Score"))
    assert findings_after(model) == ()
    assert plan(model).after.heads[0].metrics == ()
    assert plan(model).left == ()
