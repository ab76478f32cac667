"""One call for all that is found in a model; each finding keeps its own edits."""

import json
from dataclasses import replace
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kerascheck import kit
from kerascheck.api import check
from kerascheck.engine.combine_fixes import combined
from kerascheck.engine.finding import worst_first
from kerascheck.engine.judge import judge, judge_again
from kerascheck.rules import our_rules
from kerascheck.settings.settings import Ignore, Settings
from tests.engine.test_judge import finds, fix
from tests.rules.strategies import models

RULES = our_rules()
LINEAR = kit.classifier(
    "linear", "bce", labels=kit.labels("binary"), metrics=("accuracy", "AUC")
)
BOTH = kit.classifier(
    "linear",
    "bce",
    units=5,
    from_logits=True,
    labels=kit.labels("multi-hot", classes=5),
    metrics=("AUC", "accuracy"),
)
A = kit.Activation


def set_metric(index, name=None, **arguments):
    metric = None if name is None else kit.metric(name, **arguments)
    return kit.SetMetric(head="out", index=index, metric=metric)


def fixed(model, *edits):
    return combined(model, [fix(edit) for edit in edits])


def test_findings_of_a_model_print_one_call_with_all_fixes():
    first, second = judge(RULES, BOTH).findings
    assert {first.code, second.code} == {"KC301", "KC308"}
    assert first.snippet == second.snippet
    assert "AUC(from_logits=True" in first.snippet
    assert "BinaryAccuracy(threshold=0.0, name='accuracy')" in first.snippet
    assert first.snippet.startswith("# fixes KC301, KC308\n")


def test_each_finding_keeps_its_own_edits():
    for finding in judge(RULES, BOTH).findings:
        assert len(finding.fix.edits) == 1


def test_fixes_of_two_heads_are_in_one_call():
    model = kit.with_head(LINEAR, LINEAR)
    calls = {finding.snippet for finding in judge(RULES, model).findings}
    (call,) = calls
    assert call.count("from_logits=True") == 4


def test_a_suppressed_finding_changes_no_call_but_its_own():
    found = judge(RULES, BOTH).findings
    (shown,) = [f for f in found if f.code == "KC308"]
    (hidden,) = [f for f in found if f.code == "KC301"]
    shown, hidden = judge_again(RULES, BOTH, [shown, hidden], shown=1)
    assert "BinaryAccuracy" not in shown.snippet
    assert "'accuracy'" in shown.snippet
    assert shown.snippet.startswith("# head")
    assert "BinaryAccuracy" in hidden.snippet
    assert "from_logits=True" in hidden.snippet


SIGMOID = kit.SetActivation(head="out", activation=A.SIGMOID)
LOGITS = kit.SetLoss(head="out", name="BinaryCrossentropy", from_logits=True)
MSE = kit.SetLoss(head="out", name="MeanSquaredError")


def bce(facts):
    return facts.loss.name == "BinaryCrossentropy" and not facts.loss.from_logits


APART = "# not together with the fix of {}: apply one, then check again"


def test_a_fix_that_sets_the_same_to_another_value_is_named():
    one = finds("KC901", fix=fix(LOGITS), when=bce)
    other = finds(
        "KC902", "metrics", fix=fix(MSE), when=lambda f: f.loss.kind == "binary"
    )
    first, second = sorted(judge([one, other], LINEAR).findings, key=worst_first)
    assert first.snippet.splitlines()[0] == APART.format("KC902")
    assert "from_logits=True" in first.snippet
    assert second.snippet.splitlines()[0] == APART.format("KC901")
    assert "mean_squared_error" in second.snippet


def test_a_fix_that_spoils_a_worse_one_is_made_again_after_it():
    linear = finds("KC901", fix=fix(SIGMOID), when=lambda f: f.activation == "linear")
    no_logits = finds("KC902", "loss", fix=fix(LOGITS), when=bce)
    twice = finds(
        "KC903",
        "metrics",
        fix=fix(MSE),
        when=lambda f: f.activation == "sigmoid" and bool(f.loss.from_logits),
    )
    rules = [linear, no_logits, twice]
    found = {f.code: f for f in judge(rules, LINEAR).findings}
    assert set(found) == {"KC901", "KC902"}
    assert [str(e) for e in found["KC902"].fix.edits] == [str(SIGMOID), str(MSE)]
    assert "mean_squared_error" in found["KC902"].snippet
    assert "not together" not in found["KC902"].snippet


def test_of_two_findings_the_one_whose_fix_removes_both_is_the_cause():
    one = finds("KC901", fix=fix(SIGMOID), when=bce)
    both = finds("KC902", "loss", fix=fix(SIGMOID, MSE), when=bce)
    (cause,) = judge([one, both], LINEAR).findings
    assert cause.code == "KC902"
    assert [f.code for f in cause.follows] == ["KC901"]


def test_a_finding_that_another_fix_takes_away_is_not_called_left():
    one = finds("KC901", fix=fix(LOGITS), when=bce)
    also = finds("KC902", "metrics", fix=fix(MSE), when=bce)
    (first,) = judge([one, also], LINEAR).findings
    assert "KC902" not in first.snippet


def test_a_removed_metric_does_not_move_the_others():
    model = fixed(LINEAR, set_metric(0), set_metric(1, "AUC", from_logits=True))
    (metric,) = model.heads[0].metrics
    assert (metric.compiled, metric.argument("from_logits")) == ("AUC", True)


def test_added_metrics_are_all_added_each_once():
    recall = kit.AddMetric(head="out", metric=kit.metric("Recall"))
    precision = kit.AddMetric(head="out", metric=kit.metric("Precision"))
    model = fixed(LINEAR, recall, set_metric(0), precision, recall)
    names = [metric.compiled for metric in model.heads[0].metrics]
    assert names == ["AUC", "Recall", "Precision"]


def test_two_metrics_that_become_the_same_stand_there_once():
    model = kit.classifier("softmax", kit.CCE, units=3, metrics=("AUC", "acc", "AUC"))
    model = fixed(model, set_metric(0, "Recall"), set_metric(1, "Recall"))
    assert [m.compiled for m in model.heads[0].metrics] == ["Recall", "AUC"]


def test_arguments_of_one_loss_come_together():
    loss = kit.loss_called("bce", arguments=(("label_smoothing", 0.1),))
    model = kit.classifier("linear", loss)
    logits = kit.SetLoss(
        head="out",
        name="BinaryCrossentropy",
        from_logits=True,
        arguments=loss.arguments,
    )
    plain = kit.SetLoss(head="out", name="BinaryCrossentropy")
    (head,) = fixed(model, logits, plain).heads
    assert (head.loss.from_logits, head.loss.arguments) == (True, ())


PARTS = (
    kit.SetUnits(head="out", units=2),
    SIGMOID,
    LOGITS,
    set_metric(0, "Recall"),
    set_metric(1),
    kit.AddMetric(head="out", metric=kit.metric("Precision")),
    kit.RecodeLabels(head="out", to=kit.Encoding.ONE_HOT, width=2),
)


@pytest.mark.parametrize("edits", [*permutations(PARTS, 2), PARTS, PARTS[::-1]])
def test_fixes_of_different_parts_are_all_made(edits):
    assert fixed(LINEAR, *edits) == fix(*edits).of(LINEAR)


def test_a_fix_of_the_labels_alone_has_their_line_and_no_other():
    labels = kit.RecodeLabels(head="out", to=kit.Encoding.BINARY)
    model = kit.classifier("sigmoid", "bce", labels=kit.labels("signed-binary"))
    signed = finds(
        "KC901", fix=fix(labels), when=lambda f: f.encoding == "signed-binary"
    )
    (finding,) = judge([signed], model).findings
    assert finding.labels_line == 'y = (y > 0).astype("float32")'
    assert finding.layer_line is None


def test_a_fix_of_the_layer_alone_has_its_line_and_no_other():
    linear = finds("KC901", fix=fix(SIGMOID), when=lambda f: f.activation == "linear")
    (finding,) = judge([linear], LINEAR).findings
    assert finding.layer_line.startswith("keras.layers.Dense(1, activation=")
    assert finding.labels_line is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (LOGITS, MSE),
        (SIGMOID, kit.SetActivation(head="out", activation=A.SOFTMAX)),
        (kit.SetUnits(head="out", units=2), kit.SetUnits(head="out", units=3)),
        (set_metric(1, "AUC", curve="PR"), set_metric(1, "AUC", from_logits=True)),
    ],
)
def test_what_is_set_to_two_values_is_not_combined(one, other):
    assert fixed(LINEAR, one, other) is None
    assert fixed(LINEAR, one, one) == fix(one).of(LINEAR)


@pytest.mark.parametrize("order", [1, -1])
def test_a_metric_that_one_fix_removes_and_another_changes_is_removed(order):
    edits = (set_metric(0), set_metric(0, "BinaryAccuracy"))
    assert fixed(LINEAR, *edits[::order]) == fix(set_metric(0)).of(LINEAR)


@settings(max_examples=200, deadline=None)
@given(st.lists(models(), min_size=1, max_size=3))
def test_calls_are_the_same_each_time_and_findings_keep_their_edits(several):
    model = several[0]
    for number, other in enumerate(several[1:]):
        head = replace(other.heads[0], name=f"head{number}")
        model = replace(model, heads=(*model.heads, head))
    found = judge(RULES, model).findings
    assert judge_again(RULES, model, found, len(found)) == found
    for finding in found:
        (alone,) = judge_again(RULES, model, [finding], 1)
        assert alone.fix == finding.fix
        for name in ("layer_line", "labels_line"):
            lines = (getattr(finding, name) or "").split("\n")
            own = [line for line in lines if not line.startswith("# not together")]
            assert "\n".join(own) == (getattr(alone, name) or "")
        assert (alone.snippet is None) == (finding.snippet is None)


@pytest.mark.parametrize(
    "config",
    [
        Settings(levels=(("KC301", "off"),)),
        Settings(per_model_ignores=(Ignore("*", ("KC301",)),)),
    ],
)
def test_what_the_configuration_hides_is_in_no_call(saved, config):
    saved({"a.keras": BOTH})
    assert "BinaryAccuracy" in call_of("KC308", check("a.keras"))
    assert "BinaryAccuracy" not in call_of("KC308", check("a.keras", config=config))


def test_what_a_baseline_knows_is_in_no_call(saved, tmp_path):
    saved({"a.keras": BOTH})
    (known,) = [f for f in check("a.keras").findings if f.code == "KC301"]
    entry = {"fingerprint": known.fingerprint, "code": "KC301", "model": "a.keras"}
    baseline = tmp_path / "known.json"
    baseline.write_text(json.dumps({"version": 1, "entries": [entry]}))
    report = check("a.keras", baseline=str(baseline))
    assert [item.finding.code for item in report.suppressed] == ["KC301"]
    assert "BinaryAccuracy" not in call_of("KC308", report)
    assert "BinaryAccuracy" in report.suppressed[0].finding.snippet


def call_of(code, report):
    return next(f.snippet for f in report.findings if f.code == code)


IDS = kit.classifier(
    "softmax",
    "sparse_categorical_crossentropy",
    units=200,
    labels=kit.labels("class-ids", 200),
)
"""Of more classes than are encoded as rows for the sake of a metric."""


@pytest.mark.parametrize(
    ("metrics", "left"),
    [
        (("Precision", "AUC", "accuracy"), "metrics=['accuracy']"),
        (("F1Score", "categorical_accuracy"), "metrics=[keras.metrics.Sparse"),
        (("Precision", "AUC", "F1Score"), "metrics=[],"),
        (("AUC",), "metrics=[],"),
    ],
)
def test_metrics_that_do_not_fit_are_removed_together(metrics, left):
    found = judge(RULES, kit.vary(IDS, metrics=metrics)).findings
    assert len(found) == len(set(metrics) - {"accuracy"})
    assert all(finding.fix.edits for finding in found)
    assert len({finding.snippet for finding in found}) == 1
    assert left in found[0].snippet


def test_call_of_a_model_without_metrics_clears_none():
    model = kit.classifier("linear", "bce", labels=kit.labels("binary"))
    (finding,) = judge(RULES, model).findings
    assert "metrics" not in finding.snippet


def test_a_shared_call_names_the_layers_that_its_other_fixes_change():
    softmax = kit.classifier("softmax", "bce", name="kind")
    model = kit.with_head(kit.classifier("linear", "bce"), softmax)
    found = {f.code: f for f in judge(our_rules(), model).findings}
    line = found["KC103"].layer_line
    assert line.startswith("keras.layers.Dense(1, ")
    assert f"# also {line}" in found["KC101"].snippet.splitlines()
    assert "# also" not in found["KC103"].snippet


@pytest.mark.parametrize("kind", ["My[", "(?P<", "a+" * 40, "*", "\\"])
def test_the_class_of_a_layer_is_no_regular_expression(kind):
    model = kit.classifier("softmax", "bce", layer_class=kind, layer=f"{kind}_2")
    assert any(f.layer_line for f in judge(our_rules(), model).findings)
