"""What fits a head: the loss that it keeps, the accuracy that counts it right."""

import pytest

from kerascheck import kit
from kerascheck.engine.suggested_setup import fitting_accuracy
from kerascheck.keras_api.losses import loss_called
from kerascheck.model.description import arguments


@pytest.mark.parametrize(
    ("keras", "threshold"),
    [("2.15.0", 0.0), ("3.0.0", None), ("3.4.1", None), ("3.5.0", 0.0)],
)
def test_accuracy_of_logits_cuts_at_0_where_keras_takes_that(keras, threshold):
    model = kit.classifier("linear", "bce", from_logits=True, keras=keras)
    metric = fitting_accuracy(kit.Facts(model.heads[0], model))
    assert (metric and metric.argument("threshold")) == threshold


def fitted_loss(model):
    return (
        kit.Fix(
            title="fit",
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
