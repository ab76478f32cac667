"""check_training() on hand-written training in plain TensorFlow."""

import numpy as np
import pytest

from kerascheck import check_training
from kerascheck.engine.fix import Applicability

tf = pytest.importorskip("tensorflow")
keras = pytest.importorskip("keras")

RNG = np.random.default_rng(0)
SPREAD = [[1, 0.4], [0.4, 1]]
X = np.vstack(
    [RNG.multivariate_normal(mean, SPREAD, 100) for mean in ([0, 4], [4, 0])]
).astype("float32")[RNG.permutation(200)]
Y = (X[:, :1] > X[:, 1:]).astype("float32")
WEIGHTS = tf.constant([[0.7], [0.2]])


def logits(inputs):
    return tf.matmul(inputs, WEIGHTS)


def probabilities(inputs):
    return tf.sigmoid(logits(inputs))


def loss(labels, outputs):
    return tf.reduce_mean(
        tf.nn.sigmoid_cross_entropy_with_logits(labels=labels, logits=outputs)
    )


def accuracy(labels, outputs):
    decided = tf.cast(outputs > 0.5, tf.float32)
    return tf.reduce_mean(tf.cast(tf.equal(decided, labels), tf.float32))


def codes(**functions):
    return [f.code for f in check_training(x=X, y=Y, **functions)]


def test_logistic_regression_done_right_is_clean():
    right = {"predict": probabilities, "train": logits, "loss": loss}
    report = check_training(x=X, y=Y, metric=accuracy, **right)
    assert report.ok
    assert report.decided > 20


def test_accuracy_of_logits_cut_at_one_half_is_found():
    assert codes(predict=logits, loss=loss, metric=accuracy) == ["KC306"]


def test_sigmoid_before_the_loss_with_logits_is_found():
    found = codes(predict=probabilities, loss=loss, metric=accuracy)
    assert found == ["KC102"]


def test_module_is_called_like_a_function():
    class Module(tf.Module):
        def __call__(self, inputs):
            return probabilities(inputs)

    assert codes(predict=Module(), loss=loss) == ["KC102"]


def test_losses_and_metrics_of_keras_are_known():
    found = codes(
        predict=logits,
        loss=keras.losses.BinaryCrossentropy(),
        metric=keras.metrics.BinaryAccuracy(),
    )
    assert found == ["KC101", "KC306"]


def test_state_of_a_metric_object_is_left_alone():
    metric = keras.metrics.BinaryAccuracy()
    metric.update_state([[1.0], [0.0]], [[1.0], [1.0]])
    check_training(predict=probabilities, metric=metric, x=X, y=Y)
    assert float(metric.result()) == 0.5


def test_classes_are_told_apart_by_their_columns():
    weights = tf.constant(RNG.normal(size=(2, 3)).astype("float32"))
    report = check_training(
        predict=lambda inputs: tf.matmul(inputs, weights),
        loss=keras.losses.SparseCategoricalCrossentropy(),
        metric=keras.metrics.SparseCategoricalAccuracy(),
        x=X,
        y=np.digitize(X[:, 0], [1, 3]),
    )
    assert [f.code for f in report] == ["KC101"]


def test_fixes_are_advice():
    (finding,) = check_training(predict=probabilities, loss=loss, x=X, y=Y)
    assert finding.fix.applicability is Applicability.DISPLAY
    assert finding.fix.edits == ()


def test_loss_that_nothing_matches_leaves_rules_undecided():
    report = check_training(
        predict=logits, loss=lambda labels, o: tf.reduce_sum(o**4), x=X, y=Y
    )
    assert not report.findings
    assert any("loss" in item.why for item in report.not_run)


def test_constant_outputs_are_not_taken_for_probabilities():
    report = check_training(predict=lambda i: 0 * logits(i), loss=loss, x=X, y=Y)
    assert any("activation" in item.why for item in report.not_run)
