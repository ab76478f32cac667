"""The order in which a rule asks for facts decides what the report says."""

import pytest

from kerascheck import kit
from kerascheck.engine.facts import Facts
from kerascheck.engine.judge import judge


def asking(*facts):
    """Return a rule for softmax heads under a sparse loss that asks in this order."""
    conditions = {
        "activation": lambda f: f.activation is kit.Activation.SOFTMAX,
        "loss": lambda f: f.loss.kind is kit.LossKind.SPARSE,
        "labels": lambda f: f.labels.classes == 1,
    }

    def check(head):
        if all(conditions[fact](head) for fact in facts):
            raise AssertionError("no example of this file is to be found")
        yield from ()

    return kit.Rule(
        code="KC901",
        name="made-up",
        severity=kit.Severity.NOTE,
        harm=kit.Harm.NONE,
        summary="made for a test",
        check=check,
    )


def reasons(rule, model):
    return [not_run.why for not_run in judge([rule], model).not_run]


def test_a_head_that_alone_decides_is_asked_first():
    model = kit.classifier("linear", "my_own_loss")
    assert reasons(asking("activation", "loss"), model) == []
    assert reasons(asking("loss", "activation"), model) == [
        "what the loss 'my_own_loss' expects is unknown"
    ]


def test_labels_are_asked_last():
    model = kit.classifier("sigmoid", "bce")
    assert reasons(asking("loss", "labels"), model) == []
    assert reasons(asking("labels", "loss"), model) == ["no labels were given"]


def test_a_metric_of_a_head_knows_its_place_and_what_keras_does():
    model = kit.classifier("sigmoid", "bce", metrics=("mae", "AUC", "my_own"))
    error, curve, own = Facts(model.heads[0], model).head_metrics
    assert (error.traits.family, curve.traits.family) == ("error", "curve")
    assert own.traits == kit.metric_traits(own.metric)
    assert own.traits.family == "other"
    assert curve.at == ("metrics", "1")
    assert curve.expected(True, "from_logits") == ("metrics.1.from_logits", True)
    assert curve.expected("none") == ("metrics.1", "none")


def test_the_edits_of_a_metric_change_its_place_alone():
    metrics = ("mae", kit.metric("AUC", curve="PR"))
    model = kit.classifier("sigmoid", "bce", metrics=metrics)
    _, curve = Facts(model.heads[0], model).head_metrics
    edit = curve.with_arguments(from_logits=True)
    kept, changed = edit.applied(model.heads[0]).metrics
    assert kept == model.heads[0].metrics[0]
    assert dict(changed.arguments) == {"curve": "PR", "from_logits": True}
    removed = curve.replaced_by(None).applied(model.heads[0])
    assert removed.metrics == (kept,)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("activation",), "sigmoid"),
        (("units",), "1"),
        (("shape",), "(None, 1)"),
        (("loss",), "BinaryCrossentropy"),
        (("loss", "from_logits"), "False"),
        (("loss_weight",), "2"),
        (("metrics", "0"), "accuracy (BinaryAccuracy)"),
        (("labels", "encoding"), "binary"),
        (("after",), "(Rescaling,)"),
    ],
)
def test_a_fact_is_shown_as_a_person_reads_it(path, value):
    model = kit.classifier(
        "sigmoid",
        "bce",
        metrics=("accuracy",),
        labels=kit.labels("binary"),
        loss_weight=2.0,
        layers_after=("Rescaling",),
    )
    shown = Facts(model.heads[0], model).fact(*path)
    assert (shown.fact, shown.value) == (".".join(("heads.out", *path)), value)


def test_another_value_is_shown_in_the_place_of_a_fact():
    model = kit.classifier("sigmoid", "bce")
    shown = Facts(model.heads[0], model).fact("units", value=0.5)
    assert (shown.fact, shown.value) == ("heads.out.units", "0.5")


def test_facts_of_labels_are_found_in_their_file():
    labels = kit.labels("binary", path="y.npy")
    model = kit.classifier("sigmoid", "bce", labels=labels)
    facts = Facts(model.heads[0], model)
    assert facts.fact("labels", "encoding").origin == "y.npy"
    assert facts.fact("units").origin == ""
