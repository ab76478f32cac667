"""Builders of examples: a near miss is a base and what differs."""

import pytest

from kerascheck import kit

IDS = kit.labels("class-ids", 3)
BASE = kit.classifier(
    "linear", kit.SCCE, units=3, from_logits=True, labels=IDS, metrics=("accuracy",)
)


def built(**changes):
    facts = {
        "activation": "linear",
        "loss": kit.SCCE,
        "units": 3,
        "from_logits": True,
        "labels": IDS,
        "metrics": ("accuracy",),
    }
    return kit.classifier(**{**facts, **changes})


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"activation": "softmax"},
        {"from_logits": False},
        {"labels": None},
        {"labels": kit.labels("one-hot", 3)},
        {"units": 1},
        {"metrics": ("AUC", kit.metric("Recall", class_id=1))},
        {"metrics": None},
        {"keras": "2.15.0"},
        {"backend": "jax"},
        {"compiled": None},
        {"shape": (None, 7, 3)},
        {"logits_hidden": True, "layers_after": ("Reshape",)},
    ],
)
def test_a_variation_is_what_a_classifier_with_these_facts_is(changes):
    assert kit.vary(BASE, **changes) == built(**changes)


def test_another_loss_has_its_own_default():
    assert kit.vary(BASE, loss="mse") == built(loss="mse", from_logits=None)
    logits = kit.vary(BASE, loss="bce", from_logits=True)
    assert logits.heads[0].loss.from_logits is True


def test_a_variation_of_from_logits_keeps_the_other_arguments():
    smooth = kit.loss_called("bce", arguments=(("label_smoothing", 0.1),))
    varied = kit.vary(kit.classifier("linear", smooth), from_logits=True)
    assert varied.heads[0].loss.argument("label_smoothing") == 0.1
    assert varied.heads[0].loss.from_logits is True


def test_accuracy_is_resolved_again():
    one = kit.vary(BASE, units=1, labels=None)
    assert one.heads[0].metrics[0].resolved == "BinaryAccuracy"
    assert BASE.heads[0].metrics[0].resolved == "SparseCategoricalAccuracy"
