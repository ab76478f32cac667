"""What the reference training of a finding is made of, beyond head, loss and labels."""

import pytest

from kerascheck import kit
from kerascheck.confirm.build import pair_of
from kerascheck.confirm.setup import ONE_CLASS, Part
from kerascheck.engine.judge import judge
from kerascheck.rules import all_rules
from kerascheck.rules.counts_on_one_hot import FEW

RULES = tuple(all_rules())
LOGITS = kit.classifier(
    "linear",
    "bce",
    from_logits=True,
    labels=kit.labels("binary"),
    metrics=("accuracy",),
)
RARE = kit.labels("binary", majority=0.95)


def _found(code, model):
    return next(f for f in judge(RULES, model).findings if f.code == code)


def _pair(code, model):
    return pair_of(_found(code, model), model)


def _after(code, model):
    return _pair(code, model).after.metrics


@pytest.mark.parametrize(
    ("code", "model", "task"),
    [
        ("KC306", LOGITS, "binary_faint"),
        ("KC306", kit.vary(LOGITS, metrics=("Recall",)), "binary_faint"),
        (
            "KC306",
            kit.vary(
                LOGITS,
                units=5,
                labels=kit.labels("multi-hot", 5),
                metrics=("binary_accuracy",),
            ),
            "multilabel_faint",
        ),
        ("KC306", kit.vary(LOGITS, labels=RARE), "binary_imbalanced_hard"),
        ("KC308", kit.vary(LOGITS, metrics=("AUC",)), "binary_hard"),
        (
            "KC307",
            kit.classifier(
                "sigmoid",
                "bce",
                labels=kit.labels("binary", column=True),
                metrics=("F1Score",),
            ),
            "binary_hard",
        ),
        (
            "KC403",
            kit.classifier("sigmoid", "bce", labels=RARE, metrics=("accuracy",)),
            "binary_imbalanced_hard",
        ),
        ("KC103", kit.classifier("softmax", "bce", labels=RARE), "binary_imbalanced"),
    ],
)
def test_the_task_exercises_the_claim(code, model, task):
    pair = _pair(code, model)
    assert {pair.before.task, pair.after.task} == {task}


@pytest.mark.parametrize("ids", ["binary", "class-ids"])
def test_a_sample_of_one_class_is_tried_against_one_of_all(ids):
    units = 1 if ids == "binary" else 3
    loss = "bce" if units == 1 else kit.SCCE
    model = kit.classifier(
        "sigmoid" if units == 1 else "softmax",
        loss,
        units=units,
        labels=kit.labels(ids, 1, majority=1.0),
    )
    pair = _pair("KC210", model)
    assert (pair.before.labels.spoilt, pair.after.labels.spoilt) == (ONE_CLASS, None)
    assert pair.after.classes == max(units, 2)
    assert pair.after.task in ("binary", "multiclass")


def _focal(**arguments):
    loss = kit.loss_called(
        "BinaryFocalCrossentropy", arguments=tuple(arguments.items())
    )
    return kit.classifier("softmax", loss, labels=kit.labels("binary"))


@pytest.mark.parametrize(
    ("arguments", "trained", "named"),
    [
        ({"alpha": 0.3, "gamma": 1.5}, {}, ("alpha", "gamma")),
        ({"gamma": 2.0}, {}, ()),
        ({"gamma": 5.0}, {"gamma": 5.0}, ()),
        ({"gamma": 0.0, "alpha": 0.6}, {"gamma": 0.0}, ("alpha",)),
        (
            {"alpha": 0.9, "apply_class_balancing": True, "gamma": 3.0},
            {"alpha": 0.9, "apply_class_balancing": True},
            ("gamma",),
        ),
        (
            {"label_smoothing": 0.1, "gamma": 3},
            {"label_smoothing": 0.1},
            ("gamma",),
        ),
    ],
)
def test_the_usual_focus_is_that_of_the_defaults(arguments, trained, named):
    pair = _pair("KC103", _focal(**arguments))
    assert pair.before.loss == Part.of("BinaryFocalCrossentropy", **trained)
    assert pair.loss_defaults == named


@pytest.mark.parametrize(
    ("units", "values", "trained"), [(9, (0, 1), 3), (3, (0, 1), 3), (9, (0, 7), 9)]
)
def test_of_spare_units_one_stands_for_all(units, values, trained):
    labels = kit.labels(
        "class-ids", 2, values=values, low=float(values[0]), high=float(values[1])
    )
    model = kit.classifier("softmax", kit.SCCE, units=units, labels=labels)
    assert _pair("KC211", model).before.units == trained


@pytest.mark.parametrize("classes", [3, FEW, FEW + 1])
def test_a_rate_of_each_class_is_the_fix_of_few(classes):
    model = kit.classifier(
        "softmax",
        kit.CCE,
        units=classes,
        labels=kit.labels("one-hot", classes),
        metrics=("Precision", "accuracy"),
    )
    fix = _found("KC313", model).fix
    (head,) = fix.of(model).heads
    rates = [m for m in head.metrics if m.resolved == "Precision"]
    if classes > FEW:
        assert not fix.edits
        return
    assert [dict(m.arguments)["class_id"] for m in rates] == list(range(classes))
    assert len({m.name for m in rates}) == classes
    assert not [f for f in judge(RULES, fix.of(model)).findings if f.code == "KC313"]
    columns = [dict(p.arguments).get("class_id") for p in _after("KC313", model)]
    assert set(columns) == {None, 0, 1}


@pytest.mark.parametrize(
    ("activation", "loss"),
    [
        ("sigmoid", "BinaryCrossentropy"),
        ("softmax", "CategoricalCrossentropy"),
        ("linear", "MeanSquaredError"),
    ],
)
def test_a_head_without_loss_is_tried_with_one_that_fits(activation, loss):
    units = 3 if activation == "softmax" else 1
    model = kit.with_head(
        kit.classifier("sigmoid", "bce"), kit.classifier(activation, None, units=units)
    )
    pair = _pair("KC401", model)
    assert pair.before.loss == pair.after.loss == Part.of(loss)
    assert (pair.before.loss_weight, pair.after.loss_weight) == (0.0, 1.0)
