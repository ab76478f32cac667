"""Where labels are changed so that a metric can stay, and where they are not."""

import pytest

from kerascheck import kit
from kerascheck.engine.judge import judge
from kerascheck.rules import our_rules

IDS = kit.classifier(
    "softmax",
    kit.SCCE,
    units=4,
    labels=kit.labels("class-ids", 4),
    metrics=("accuracy", "F1Score"),
)
VOID = kit.loss_called(
    "SparseCategoricalCrossentropy", arguments=(("ignore_class", 3),)
)
ONE_HOT = "compile with CategoricalCrossentropy and one-hot encode the labels"


def titles(model, code):
    found = judge(our_rules(), model).findings
    every = [one for finding in found for one in (finding, *finding.follows)]
    return [one.fix.title for one in every if one.code == code]


@pytest.mark.parametrize(
    ("changes", "title"),
    [
        ({}, ONE_HOT),
        ({"metrics": ("AUC",)}, ONE_HOT),
        ({"labels": kit.labels("class-ids", 4, column=True)}, ONE_HOT),
        ({"units": 500}, "remove 'F1Score'"),
        ({"loss": VOID}, "remove 'F1Score'"),
        ({"metrics": ("AUC", "sparse_categorical_accuracy")}, "remove 'AUC'"),
    ],
)
def test_class_ids_become_rows_for_a_metric_without_a_twin(changes, title):
    assert titles(kit.vary(IDS, **changes), "KC304") == [title]


def smoothed(low, high, encoding="probability", width=1):
    return kit.labels(encoding, width, low=low, high=high, values=(low, high))


@pytest.mark.parametrize(
    ("labels", "smoothing"),
    [
        (smoothed(0.05, 0.95), "0.1"),
        (smoothed(0.1, 0.9), "0.2"),
        (smoothed(0.05, 0.95, "continuous", 3), "0.1"),
        (smoothed(0.1, 0.95), None),
        (smoothed(0.0, 0.9), None),
        (kit.labels("probability"), None),
    ],
)
def test_smoothed_labels_become_hard_ones_that_the_loss_smooths(labels, smoothing):
    model = kit.classifier(
        "sigmoid",
        "bce",
        units=labels.width,
        labels=labels,
        metrics=("binary_accuracy",),
    )
    (title,) = titles(model, "KC309")
    assert (smoothing is not None) == ("label_smoothing=" in title)
    assert smoothing is None or f"label_smoothing={smoothing} " in title
