"""What the edits of a fix make of a head."""

import pytest

from kerascheck import kit

IDS = kit.labels("class-ids", 3)
ID_COLUMN = kit.labels("class-ids", 3, column=True)
ID_GRID = kit.labels("class-ids", 3, shape=(512, 4, 1))
ROWS = kit.labels("one-hot", 3)


def recoded(labels, to, **how):
    head = kit.classifier("linear", "mse", units=3, labels=labels).heads[0]
    edit = kit.RecodeLabels(head="out", to=kit.Encoding(to), **how)
    return edit.applied(head).labels


@pytest.mark.parametrize(
    ("labels", "to", "how", "shape", "values"),
    [
        (IDS, "one-hot", {"width": 3}, (512, 3), (0, 1)),
        (ID_COLUMN, "one-hot", {"width": 3}, (512, 3), (0, 1)),
        (ID_GRID, "one-hot", {"width": 3}, (512, 4, 3), (0, 1)),
        (ROWS, "class-ids", {}, (512,), (0, 1, 2)),
        (ROWS, "class-ids", {"column": True}, (512, 1), (0, 1, 2)),
        (kit.labels("one-hot", 2), "binary", {}, (512,), (0, 1)),
        (kit.labels("strings", 5), "class-ids", {}, (512,), (0, 1, 2, 3, 4)),
        (kit.labels("strings", 2, column=True), "class-ids", {}, (512, 1), (0, 1)),
        (kit.labels("strings", 40), "class-ids", {}, (512,), ()),
        (kit.labels("signed-binary"), "binary", {}, (512,), (0, 1)),
        (kit.labels("signed-binary", column=True), "binary", {}, (512, 1), (0, 1)),
    ],
)
def test_recoded_labels_have_the_shape_and_values_of_their_encoding(
    labels, to, how, shape, values
):
    made = recoded(labels, to, **how)
    assert made.shape == shape
    assert made.values == values
    assert made.encoding == to
    assert made.candidates == (made.encoding,)


@pytest.mark.parametrize(
    ("labels", "to", "high"),
    [
        (kit.labels("strings", 40), "class-ids", 39),
        (kit.labels("class-ids", 3, low=1.0, high=7.0), "class-ids", 2),
        (kit.labels("one-hot", 20), "class-ids", 19),
        (kit.labels("one-hot", 20), "binary", 1),
        (kit.labels("class-ids", 20), "one-hot", 1),
    ],
)
def test_recoded_labels_go_from_0_to_their_last_class(labels, to, high):
    made = recoded(labels, to, width=20)
    assert (made.low, made.high, made.integral) == (0, high, True)


@pytest.mark.parametrize("to", ["one-hot", "class-ids", "binary"])
def test_recoded_labels_are_all_finite(to):
    made = recoded(kit.labels("class-ids", 2, nans=3, infinities=4), to, width=2)
    assert (made.nans, made.infinities) == (0, 0)


@pytest.mark.parametrize(
    ("old", "new", "name"),
    [
        ("AUC", "AUC", "AUC"),  # Keras 3 logs the string as it is
        ("AUC", "Recall", None),
        ("auc", "AUC", None),  # Keras gives this name again
        ("accuracy", "BinaryAccuracy", "accuracy"),
        ("acc", "SparseCategoricalAccuracy", "acc"),
        ("accuracy", "AUC", None),
    ],
)
def test_a_metric_in_the_place_of_a_string_is_logged_as_before(old, new, name):
    head = kit.classifier("sigmoid", "bce", metrics=(old,)).heads[0]
    edit = kit.SetMetric(head="out", index=0, metric=kit.metric(new))
    (metric,) = edit.applied(head).metrics
    assert (metric.compiled, metric.name) == (new, name)


def test_a_name_that_the_user_chose_stays_with_the_place():
    chosen = kit.Metric(compiled="AUC", given="object", resolved="AUC", name="area")
    head = kit.classifier("sigmoid", "bce", metrics=(chosen,)).heads[0]
    edit = kit.SetMetric(head="out", index=0, metric=kit.metric("Recall"))
    (metric,) = edit.applied(head).metrics
    assert metric.name == "area"
