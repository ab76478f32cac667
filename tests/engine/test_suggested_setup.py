"""What fits a head: its activation, loss, units and labels, and its accuracy."""

import pytest

from kerascheck import kit
from kerascheck.engine.suggested_setup import fitting, fitting_accuracy
from kerascheck.keras_api.losses import loss_called
from kerascheck.model.description import arguments

A = kit.Activation


def facts(*args, **changes):
    model = kit.classifier(*args, **changes)
    return kit.Facts(model.heads[0], model)


def units(number):
    return kit.SetUnits(head="out", units=number)


def activation(name):
    return kit.SetActivation(head="out", activation=A(name))


def loss(name):
    return kit.SetLoss(head="out", name=name)


def labels(to):
    return kit.RecodeLabels(head="out", to=kit.Encoding(to))


BINARY = loss("BinaryCrossentropy")
SPARSE = loss("SparseCategoricalCrossentropy")
ONE_AND_TWO = kit.labels("class-ids", 2, low=1.0, high=2.0)


@pytest.mark.parametrize(
    ("width", "given", "edits"),
    [
        (1, kit.labels("binary"), (activation("sigmoid"), BINARY)),
        (3, kit.labels("binary"), (units(1), activation("sigmoid"), BINARY)),
        (
            1,
            kit.labels("signed-binary"),
            (activation("sigmoid"), BINARY, labels("binary")),
        ),
        (1, ONE_AND_TWO, (activation("sigmoid"), BINARY, labels("binary"))),
        (2, ONE_AND_TWO, (activation("softmax"), SPARSE, labels("class-ids"))),
        (3, kit.labels("class-ids", 3), (activation("softmax"), SPARSE)),
        (2, kit.labels("class-ids", 3), (units(3), activation("softmax"), SPARSE)),
        (
            3,
            kit.labels("strings", 3),
            (activation("softmax"), SPARSE, labels("class-ids")),
        ),
        (
            3,
            kit.labels("one-hot", 3),
            (activation("softmax"), loss("CategoricalCrossentropy")),
        ),
        (3, kit.labels("multi-hot", 3), (activation("sigmoid"), BINARY)),
        (1, kit.labels("continuous"), (activation("linear"),)),
    ],
)
def test_the_labels_decide_what_fits(width, given, edits):
    assert fitting(facts("tanh", "mse", units=width, labels=given)) == edits


def test_two_classes_in_a_softmax_of_two_units_keep_it():
    head = facts("softmax", "mse", units=2, labels=kit.labels("binary"))
    assert fitting(head) == (SPARSE,)


@pytest.mark.parametrize(
    ("width", "compiled", "edits"),
    [
        (1, "mse", (activation("sigmoid"), BINARY)),
        (3, "bce", (activation("sigmoid"),)),
        (3, kit.CCE, (activation("softmax"),)),
        (3, kit.SCCE, (activation("softmax"),)),
        (3, "mse", ()),
        (3, None, ()),
    ],
)
def test_without_labels_the_loss_decides_what_fits(width, compiled, edits):
    assert fitting(facts("tanh", compiled, units=width)) == edits


@pytest.mark.parametrize(
    ("ends_in", "compiled", "width", "given"),
    [
        ("sigmoid", "bce", 1, kit.labels("binary")),
        ("sigmoid", "bce", 3, kit.labels("multi-hot", 3)),
        ("softmax", kit.CCE, 3, kit.labels("one-hot", 3)),
        ("softmax", kit.SCCE, 3, kit.labels("class-ids", 3)),
    ],
)
def test_a_head_that_fits_is_left_as_it_is(ends_in, compiled, width, given):
    head = facts(ends_in, compiled, units=width, labels=given)
    assert fitting(head) == ()
    logits = facts("linear", compiled, from_logits=True, units=width, labels=given)
    assert fitting(logits) == ()


def test_an_activation_that_fits_is_put_where_the_loss_sees_its_logits():
    head = facts("sigmoid", "bce", labels=kit.labels("binary"), logits_hidden=True)
    assert fitting(head) == (activation("sigmoid"),)


@pytest.mark.parametrize(
    ("width", "given", "name"),
    [
        (1, None, "BinaryAccuracy"),
        (3, kit.labels("multi-hot", 3), "BinaryAccuracy"),
        (3, kit.labels("class-ids", 3), "SparseCategoricalAccuracy"),
        (3, kit.labels("one-hot", 3), "CategoricalAccuracy"),
    ],
)
def test_the_accuracy_that_fits_is_one_of_keras(width, given, name):
    fits = fitting_accuracy(facts("sigmoid", "bce", units=width, labels=given))
    assert fits == kit.metric(name)
    assert fits.resolved == name
    assert fits.builtin


@pytest.mark.parametrize(
    ("keras", "threshold"),
    [("2.15.0", 0.0), ("3.0.0", None), ("3.4.1", None), ("3.5.0", 0.0)],
)
def test_accuracy_of_logits_cuts_at_0_where_keras_takes_that(keras, threshold):
    metric = fitting_accuracy(facts("linear", "bce", from_logits=True, keras=keras))
    assert (metric and metric.argument("threshold")) == threshold


def fitted_loss(model):
    return (
        kit.Fix(
            advice="fit",
            applicability=kit.Applicability.UNSAFE,
            edits=kit.fitting(kit.Facts(model.heads[0], model)),
        )
        .of(model)
        .heads[0]
        .loss
    )


@pytest.mark.parametrize("activation", ["softmax", "sigmoid"])
def test_focal_loss_keeps_its_class_and_arguments(activation):
    loss = loss_called("BinaryFocalCrossentropy", arguments=arguments({"gamma": 3.0}))
    labels = kit.labels("signed-binary")
    assert fitted_loss(kit.classifier(activation, loss, labels=labels)) == loss


@pytest.mark.parametrize("name", ["Dice", "Tversky", "my_loss"])
def test_loss_that_fits_or_is_the_users_own_is_not_replaced(name):
    labels = kit.labels("binary")
    fitted = fitted_loss(kit.classifier("softmax", loss_called(name), labels=labels))
    assert fitted.name == name


def test_loss_of_another_kind_is_replaced():
    labels = kit.labels("binary")
    fitted = fitted_loss(kit.classifier("softmax", "mae", labels=labels))
    assert fitted.name == "BinaryCrossentropy"


def test_focal_loss_over_rows_gets_one_hot_labels_of_text():
    text = kit.labels("strings", 3, dtype="str", low=None, high=None)
    loss = loss_called(
        "CategoricalFocalCrossentropy", arguments=arguments({"gamma": 3.0})
    )
    model = kit.classifier("softmax", loss, units=3, labels=text)
    edits = kit.fitting(kit.Facts(model.heads[0], model))
    assert [edit.to for edit in edits] == ["one-hot"]
