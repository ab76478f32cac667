"""What is true of outputs, and what metrics should report."""

from dataclasses import replace

import numpy as np
import pytest

from tools.audit import truth
from tools.audit.setups import HeadSetup
from tools.audit.tasks import CLASSES, ROWS, TASKS, VOID, inputs, sample
from tools.audit.thresholds import SHORTFALL

HEAD = HeadSetup(
    task="exclusive",
    encoding="ids",
    layout="flat",
    units=3,
    activation="softmax",
    loss=("SparseCategoricalCrossentropy", ()),
    metrics=(),
)
BINARY = replace(
    HEAD,
    task="binary",
    encoding="binary",
    units=1,
    activation="sigmoid",
    loss=("BinaryCrossentropy", ()),
)
TAGS = replace(
    BINARY, task="several", encoding="multi-hot", layout="rows", units=CLASSES
)


def drawn(head, positions=(), rows=4000):
    return sample(head, inputs(positions, rows, 3), 3)


@pytest.mark.parametrize("head", [HEAD, BINARY, TAGS], ids=["ids", "binary", "tags"])
def test_posterior_is_the_best_that_can_be_shown(head):
    one = drawn(head, (5,))
    shown = one.best[..., 1:] if head is BINARY else one.best
    assert truth.shortfall(head, shown, one) == 0
    assert truth.miscalibration(head, shown, one) == 0
    assert abs(truth.shortfall(head, 1 - shown, one)) > SHORTFALL.harm
    # Classes occur as often as the posterior says.
    if head is not TAGS:
        share = (one.classes[..., None] == np.arange(one.best.shape[-1])).mean((0, 1))
        assert share == pytest.approx(one.best.mean((0, 1)), abs=0.01)


@pytest.mark.parametrize(
    ("task", "encoding"),
    [(t, e) for t in TASKS for e in TASKS[t]],
    ids=lambda name: name.replace(" ", "-"),
)
def test_labels_have_the_shape_of_their_layout(task, encoding):
    layout = "rows" if encoding in ROWS else "column"
    head = replace(HEAD, task=task, encoding=encoding, layout=layout)
    labels = drawn(head, (5,), rows=70).labels
    columns = {"binary": 2}.get(task, CLASSES) if layout == "rows" else 1
    assert labels.shape == (70, 5, columns)
    one = replace(head, layout="sample")
    assert drawn(one, (5,), rows=70).labels.ndim == (2 if layout == "rows" else 1)


@pytest.mark.parametrize("encoding", sorted(VOID))
def test_samples_without_class_are_a_quarter_and_not_valid(encoding):
    one = drawn(replace(HEAD, encoding=encoding))
    assert (one.labels == VOID[encoding]).mean() == pytest.approx(0.25, abs=0.03)
    assert (one.valid == (one.labels != VOID[encoding])).all()


def test_area_is_the_share_of_pairs_in_the_right_order():
    one = drawn(BINARY, rows=200)
    scores = np.round(one.best[..., 1:], 1)
    ones, others = scores[one.classes == 1], scores[one.classes == 0]
    pairs = (ones > others.T).mean() + (ones == others.T).mean() / 2
    found = truth.metric_truth(BINARY, ("AUC", ()), scores, one)
    assert found == pytest.approx(pairs)


def test_figures_of_classes_are_those_of_the_confusion_counts():
    one = drawn(HEAD, rows=500)
    found = one.best.argmax(-1)
    hits = np.array([((found == c) & (one.classes == c)).sum() for c in range(3)])
    said = np.bincount(found, minlength=3)
    are = np.bincount(one.classes, minlength=3)

    def of(name, *arguments):
        return truth.metric_truth(HEAD, (name, arguments), one.best, one)

    assert of("accuracy") == pytest.approx(hits.sum() / 500)
    assert of("Precision") == pytest.approx((hits / said).mean())
    assert of("Recall", ("class_id", 1)) == pytest.approx(hits[1] / are[1])
    assert of("F1Score") == pytest.approx((2 * hits / (said + are)).mean())
    assert of("MeanIoU") == pytest.approx((hits / (said + are - hits)).mean())


def test_logits_are_decided_at_zero_and_shown_as_probabilities():
    logits = replace(
        BINARY,
        activation="linear",
        loss=("BinaryCrossentropy", (("from_logits", True),)),
    )
    one = drawn(BINARY)
    p = one.best[..., 1:]
    values = np.log(p / (1 - p))
    assert (truth.decided(logits, values) == truth.decided(BINARY, p)).all()
    assert truth.miscalibration(logits, values, one) == pytest.approx(0, abs=1e-9)


def test_outputs_that_are_not_numbers_fall_short():
    one = drawn(HEAD, rows=50)
    assert np.isnan(truth.shortfall(HEAD, one.best * np.nan, one))
    assert SHORTFALL.zone(float("nan")) == "harm"
    zones = [SHORTFALL.zone(v) for v in (0.0, SHORTFALL.none, 0.04, SHORTFALL.harm)]
    assert zones == ["none", "none", "unclear", "harm"]
