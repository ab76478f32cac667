"""The title of a fix: each of its edits in words."""

from itertools import combinations

import pytest

from kerascheck import kit
from kerascheck.engine.judge import judge
from kerascheck.keras_api.losses import loss_called
from kerascheck.model.frozen import replace
from kerascheck.rules import our_rules

RULES = our_rules()
A = kit.Activation
TAGS = kit.labels("multi-hot", 5)
SMOOTHED = loss_called("bce", arguments=(("label_smoothing", 1.0), ("axis", -1)))
DISPLAY = kit.Applicability.DISPLAY


def title(model, *edits):
    before = () if model is None else model.heads
    return kit.Fix(applicability=DISPLAY, edits=edits, before=before).title


def binary(**facts):
    return kit.classifier(**{"activation": "sigmoid", "loss": "bce", **facts})


def set_loss(name, **facts):
    return kit.SetLoss(head="out", name=name, **facts)


def set_metric(name, **arguments):
    metric = None if name is None else kit.metric(name, **arguments)
    return kit.SetMetric(head="out", index=0, metric=metric)


def end_in(activation):
    return kit.SetActivation(head="out", activation=activation)


def recode(to, **facts):
    return kit.RecodeLabels(head="out", to=kit.Encoding(to), **facts)


BCE = "BinaryCrossentropy"
SOFTMAX_CCE = kit.classifier("softmax", kit.CCE, units=3)
AUC = binary(metrics=(kit.metric("AUC", curve="PR"),))


@pytest.mark.parametrize(
    ("model", "edit", "words"),
    [
        (None, set_loss(BCE), f"compile with {BCE}"),
        (
            None,
            set_loss(BCE, from_logits=True),
            f"compile with {BCE}(from_logits=True)",
        ),
        (
            binary(),
            set_loss(BCE, from_logits=True),
            f"compile {BCE} with from_logits=True",
        ),
        (
            SOFTMAX_CCE,
            set_loss("Huber", arguments=(("delta", 2.0),)),
            "compile with Huber(delta=2.0)",
        ),
    ],
)
def test_loss(model, edit, words):
    assert title(model, edit) == words


def test_loss_with_other_arguments_names_those_that_change():
    kept = set_loss(BCE, arguments=(("axis", -1),))
    assert (
        title(binary(loss=SMOOTHED), kept) == f"compile {BCE} with label_smoothing=0.0"
    )


@pytest.mark.parametrize(
    ("model", "edit", "words"),
    [
        (None, set_metric("AUC"), "use AUC"),
        (None, set_metric(None), "remove the metric"),
        (AUC, set_metric(None), "remove AUC(curve='PR')"),
        (
            AUC,
            set_metric("AUC", curve="PR", multi_label=True),
            "compile AUC with multi_label=True",
        ),
        (
            binary(metrics=("accuracy",)),
            set_metric("BinaryAccuracy", threshold=0.0),
            "use BinaryAccuracy(threshold=0.0) in place of 'accuracy'",
        ),
        (
            AUC,
            kit.AddMetric(head="out", metric=kit.metric("Recall", class_id=1)),
            "add Recall(class_id=1)",
        ),
    ],
)
def test_metric(model, edit, words):
    assert title(model, edit) == words


@pytest.mark.parametrize(
    ("head", "activation", "words"),
    [
        ({}, A.LINEAR, "end the head in linear"),
        ({"softmax_axis": 1}, A.SOFTMAX, "end the head in softmax over the last axis"),
        (
            {"layers_after": ("Dropout", "Reshape")},
            A.SOFTMAX,
            "end the head in softmax, without the Dropout and the Reshape after it",
        ),
        (
            {"inner_activations": (A.SIGMOID,)},
            A.SOFTMAX,
            "end the head in softmax, without the sigmoid before it",
        ),
        ({"inner_activations": (A.RELU,)}, A.LINEAR, "end the head in linear alone"),
        (
            {"layer_class": "BatchNormalization"},
            A.LINEAR,
            "end the head in linear, without the BatchNormalization after it",
        ),
    ],
)
def test_activation(head, activation, words):
    model = kit.classifier("softmax", kit.CCE, units=3, **head)
    assert title(model, end_in(activation)) == words


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (recode("binary"), "encode the two classes as 0 and 1"),
        (recode("one-hot", width=3), "one-hot encode the labels"),
        (recode("multi-hot", width=3), "encode the labels as multi-hot"),
        (recode("binary", column=True), "give the labels a last axis of 1"),
    ],
)
def test_labels(edit, words):
    assert title(None, edit) == words
    assert title(binary(labels=kit.labels("binary")), edit) == words


def test_ids_of_two_classes_are_zero_and_one():
    ids, two = recode("class-ids"), binary(labels=kit.labels("signed-binary"))
    assert title(None, ids) == "number the classes from 0"
    assert title(two, ids) == "encode the two classes as 0 and 1"


def test_labels_in_another_encoding_and_shape():
    words = "encode the two classes as 0 and 1, give the labels a last axis of 1"
    model = binary(labels=kit.labels("signed-binary"))
    assert title(model, recode("binary", column=True)) == words


def test_several_edits_are_one_sentence():
    edits = (kit.SetUnits(head="out", units=1), end_in(A.SIGMOID), set_loss(BCE))
    words = f"give the head 1 unit, end the head in sigmoid and compile with {BCE}"
    assert title(SOFTMAX_CCE, *edits) == words


def test_an_edit_is_told_from_what_those_before_it_left():
    edits = (set_loss(BCE), set_loss(BCE, from_logits=True))
    words = f"compile with {BCE} and compile {BCE} with from_logits=True"
    assert title(SOFTMAX_CCE, *edits) == words


def test_advice_is_shown_where_there_are_no_edits():
    fix = kit.Fix(applicability=kit.Applicability.SAFE, advice="look again")
    assert fix.title == "look again"
    assert fix.applicability is DISPLAY
    assert replace(fix, edits=(end_in(A.SOFTMAX),)).title == "end the head in softmax"


def test_a_fix_is_edits_or_advice():
    with pytest.raises(ValueError, match="Expected edits or advice"):
        kit.Fix(applicability=DISPLAY)


def test_fixes_that_do_different_things_have_different_titles():
    for rule in RULES:
        for model in rule.bad():
            fixes = [f.fix for f in judge(RULES, model).findings if f.fix]
            for one, other in combinations(fixes, 2):
                if one.edits and other.edits and one.of(model) != other.of(model):
                    assert one.title != other.title
