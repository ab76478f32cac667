"""What is written of a loss, a metric and a call keeps what the user compiled."""

import subprocess
import sys
from dataclasses import replace

import pytest

from kerascheck import kit
from kerascheck.engine.snippet import snippet
from kerascheck.keras_api.compile_call import loss_code, metric_code
from kerascheck.readers.config.losses import loss_of, metric_of


def saved(kind, name, /, **config):
    return {"module": f"keras.{kind}", "class_name": name, "config": config}


def written_loss(name, keras=3, /, **config):
    return loss_code(loss_of(saved("losses", name, **config), 3).loss, keras)


def written_metric(name, keras=3, /, **config):
    return metric_code(metric_of(saved("metrics", name, **config)).metric, keras)


@pytest.mark.parametrize(
    ("name", "config", "code"),
    [
        (
            "Tversky",
            {"alpha": 0.25, "beta": 0.75},
            "keras.losses.Tversky(alpha=0.25, beta=0.75)",
        ),
        ("Tversky", {"alpha": 0.5, "beta": 0.5, "axis": None}, "'tversky'"),
        ("Tversky", {"axis": -1}, "keras.losses.Tversky(axis=-1)"),
        ("Dice", {"axis": [1, 2]}, "keras.losses.Dice(axis=[1, 2])"),
        ("Circle", {"gamma": 2.0}, "keras.losses.Circle(gamma=2.0)"),
        ("Circle", {"gamma": 80.0}, "'circle'"),
        (
            "CategoricalFocalCrossentropy",
            {"alpha": 0.25, "gamma": 2.0},
            "'categorical_focal_crossentropy'",
        ),
        (
            "CategoricalFocalCrossentropy",
            {"alpha": [0.2, 0.8]},
            "keras.losses.CategoricalFocalCrossentropy(alpha=[0.2, 0.8])",
        ),
        ("Huber", {"delta": 2.0}, "keras.losses.Huber(delta=2.0)"),
        ("Huber", {"delta": 1.0, "name": "huber_loss"}, "'huber'"),
        (
            "BinaryCrossentropy",
            {"from_logits": True, "reduction": "sum"},
            "keras.losses.BinaryCrossentropy(from_logits=True, reduction='sum')",
        ),
        (
            "MeanSquaredError",
            {"reduction": None},
            "keras.losses.MeanSquaredError(reduction=None)",
        ),
        ("MeanSquaredError", {"reduction": "auto"}, "'mean_squared_error'"),
        (
            "CategoricalCrossentropy",
            {"axis": 1},
            "keras.losses.CategoricalCrossentropy(axis=1)",
        ),
    ],
)
def test_a_loss_keeps_what_is_not_its_own_default(name, config, code):
    assert written_loss(name, **config) == code


@pytest.mark.parametrize(
    ("name", "config", "code"),
    [
        ("AUC", {"name": "roc"}, "keras.metrics.AUC(name='roc')"),
        ("AUC", {"name": "auc_3", "curve": "ROC"}, "keras.metrics.AUC()"),
        (
            "AUC",
            {"thresholds": [0.1, 0.9]},
            "keras.metrics.AUC(thresholds=[0.1, 0.9])",
        ),
        (
            "BinaryAccuracy",
            {"name": "acc", "threshold": 0.5},
            "keras.metrics.BinaryAccuracy(name='acc')",
        ),
        (
            "F1Score",
            {"threshold": 0.5, "average": None},
            "keras.metrics.F1Score(threshold=0.5)",
        ),
        (
            "BinaryIoU",
            {"target_class_ids": [1], "threshold": 0.5, "name": "binary_io_u"},
            "keras.metrics.BinaryIoU(target_class_ids=[1])",
        ),
        ("BinaryIoU", {"target_class_ids": [0, 1]}, "keras.metrics.BinaryIoU()"),
        (
            "TopKCategoricalAccuracy",
            {"k": 5},
            "keras.metrics.TopKCategoricalAccuracy()",
        ),
    ],
)
def test_a_metric_keeps_its_name_its_lists_and_its_arguments(name, config, code):
    assert written_metric(name, **config) == code


def test_a_default_name_is_that_of_the_keras_of_the_model():
    name = "kullback_leibler_divergence"
    assert written_metric("KLDivergence", 2, name=name) == (
        "keras.metrics.KLDivergence()"
    )
    assert f"name={name!r}" in written_metric("KLDivergence", 3, name=name)


def test_a_function_of_keras_is_its_string_and_keeps_its_name_in_the_log():
    read = metric_of({"class_name": "function", "config": "mse"}).metric
    assert metric_code(read) == "'mse'"
    wrapped = {"name": "mae", "fn": "mean_absolute_error"}
    assert written_metric("MeanMetricWrapper", **wrapped) == "'mae'"


def test_the_function_accuracy_is_no_string_that_shapes_decide():
    read = metric_of({"class_name": "function", "config": "accuracy"}).metric
    assert metric_code(read) == "keras.metrics.Accuracy()"


@pytest.mark.parametrize("name", ["open", "os", "exit"])
def test_a_class_of_the_users_own_is_never_called(name):
    own = {"class_name": name, "config": {"file": "x", "mode": "w"}}
    code = metric_code(metric_of({**own, "module": "own"}).metric)
    assert code == name


def test_a_metric_that_is_replaced_keeps_the_name_that_the_user_chose():
    model = kit.classifier(
        "linear",
        "bce",
        from_logits=True,
        metrics=(replace(kit.metric("AUC", curve="PR"), name="roc"),),
    )
    right = kit.metric("AUC", curve="PR", from_logits=True)
    edit = kit.SetMetric(head="out", index=0, metric=right)
    (metric,) = edit.applied(model.heads[0]).metrics
    assert metric_code(metric) == (
        "keras.metrics.AUC(curve='PR', from_logits=True, name='roc')"
    )


def test_a_metric_of_another_class_does_not_get_a_name_that_keras_chose():
    model = kit.classifier("linear", "bce", metrics=())
    head = replace(model.heads[0], metrics=(replace(kit.metric("AUC"), name="auc_1"),))
    edit = kit.SetMetric(head="out", index=0, metric=kit.metric("Recall"))
    assert edit.applied(head).metrics[0].name is None


def test_a_loss_that_is_replaced_is_reduced_as_before():
    loss = kit.loss_called("bce", arguments=(("reduction", "sum"),))
    model = kit.classifier("softmax", loss, units=3)
    edit = kit.SetLoss(head="out", name="CategoricalCrossentropy")
    assert loss_code(edit.applied(model.heads[0]).loss) == (
        "keras.losses.CategoricalCrossentropy(reduction='sum')"
    )


@pytest.mark.parametrize(
    ("old", "new", "name"),
    [
        ("accuracy", kit.metric("BinaryAccuracy", threshold=0.0), "accuracy"),
        ("acc", kit.metric("SparseCategoricalAccuracy"), "acc"),
        ("accuracy", kit.metric("MeanAbsoluteError"), None),
        ("AUC", kit.metric("AUC", from_logits=True), "AUC"),
        ("auc", kit.metric("AUC", from_logits=True), None),
        ("binary_accuracy", kit.metric("CategoricalAccuracy"), None),
    ],
)
def test_a_string_that_becomes_an_object_is_logged_as_before(old, new, name):
    head = kit.classifier("sigmoid", "bce", metrics=(old,)).heads[0]
    edit = kit.SetMetric(head="out", index=0, metric=new)
    assert edit.applied(head).metrics[0].name == name


def test_a_loss_of_another_class_keeps_its_axis_where_that_keras_has_it():
    loss = kit.loss_called("categorical_crossentropy", arguments=(("axis", 1),))
    model = kit.classifier("softmax", loss, units=3)
    sparse = kit.SetLoss(head="out", name="SparseCategoricalCrossentropy")
    loss = sparse.applied(model.heads[0]).loss
    assert loss_code(loss) == "keras.losses.SparseCategoricalCrossentropy(axis=1)"
    assert loss_code(loss, 2) == "'sparse_categorical_crossentropy'"


def two_heads():
    one = kit.classifier(
        "sigmoid", "bce", loss_weight=0.2, metrics=("accuracy",), name="one"
    )
    two = kit.classifier(
        "sigmoid",
        "bce",
        metrics=(replace(kit.metric("Recall"), weighted=True),),
    )
    return kit.with_head(one, two)


def test_the_call_keeps_loss_weights_and_weighted_metrics_apart():
    assert snippet(two_heads()).endswith(
        "model.compile(\n"
        "    optimizer=model.optimizer,\n"
        "    loss={'one': 'binary_crossentropy', 'second': 'binary_crossentropy'},\n"
        "    metrics={'one': ['accuracy'], 'second': []},\n"
        "    weighted_metrics={'one': [], 'second': [keras.metrics.Recall()]},\n"
        "    loss_weights={'one': 0.2, 'second': 1.0},\n"
        ")"
    )


def test_a_loss_of_the_users_own_is_the_one_of_its_head():
    own = kit.loss_called("mine")
    model = kit.with_head(
        kit.classifier(
            "sigmoid", own, origins=(("loss", "config.json: /compile_config/loss/out"),)
        ),
        kit.classifier(
            "sigmoid", own, origins=(("loss", "config.json: /compile_config/loss/1"),)
        ),
    )
    assert "loss={'out': model.loss['out'], 'second': model.loss[1]}" in snippet(model)


def test_metrics_that_are_not_known_are_not_passed_over():
    assert "metrics are not known" in snippet(
        kit.classifier("sigmoid", "bce", metrics=None)
    )


def test_a_check_that_finds_nothing_does_not_load_the_table(tmp_path):
    code = (
        "import sys, kerascheck.api, kerascheck.engine.snippet, kerascheck.engine.fix\n"
        "assert 'kerascheck.keras_api.defaults' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
