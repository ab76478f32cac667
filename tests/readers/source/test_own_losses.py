"""Losses of a program's own that pass on to one of Keras or TensorFlow."""

import numpy as np
import pytest

from kerascheck.api import check

BEGIN = """
import numpy as np
import keras
import tensorflow as tf
from keras import losses
from tensorflow.keras import backend as K
"""

EQUAL = {
    "a function of Keras": (
        "def own(y, p):\n    return losses.binary_crossentropy(y, p, from_logits=True)",
        ("BinaryCrossentropy", True, "own"),
    ),
    "its arguments by name": (
        "def own(y, p):\n"
        "    return losses.binary_crossentropy(\n"
        "        y_true=y, y_pred=p, label_smoothing=0.1)",
        ("BinaryCrossentropy", False, "own"),
    ),
    "the third by position": (
        "def own(y, p):\n    return tf.keras.losses.binary_crossentropy(y, p, True)",
        ("BinaryCrossentropy", True, "own"),
    ),
    "a lambda": (
        "own = lambda y, p: losses.mean_squared_error(y, p)",
        ("MeanSquaredError", None, "own"),
    ),
    "an object": (
        "score = losses.CategoricalCrossentropy(from_logits=True)\n"
        "def own(y, p):\n    return score(y, p)",
        ("CategoricalCrossentropy", True, "own"),
    ),
    "a mean": (
        "def own(y, p):\n    return tf.reduce_mean(losses.squared_hinge(y, p))",
        ("SquaredHinge", None, "own"),
    ),
    "a function of TensorFlow": (
        "def own(y, p):\n"
        "    y = tf.cast(y, p.dtype)\n"
        "    return tf.nn.sigmoid_cross_entropy_with_logits(labels=y, logits=p)",
        ("BinaryCrossentropy", True, "tf.nn"),
    ),
    "a function that makes it": (
        "def make(smooth):\n"
        "    def own(y, p):\n"
        "        return losses.categorical_crossentropy(y, p, label_smoothing=smooth)\n"
        "    return own\n"
        "own = make(0.2)",
        ("CategoricalCrossentropy", False, "own"),
    ),
    "a method": (
        "class Scores:\n"
        "    def loss(self, y, p):\n"
        "        return losses.kl_divergence(y, p)\n"
        "own = Scores().loss",
        ("KLDivergence", None, "own"),
    ),
}
"""What the program defines as `own` -> its loss, equal to the one of Keras."""

WEIGHED = {
    "a weight": "    return 3.0 * K.mean(losses.binary_crossentropy(y, p) * (1 + y))",
    "a mask": (
        "    loss = K.binary_crossentropy(y, p)\n"
        "    loss *= tf.cast(tf.not_equal(y, -1), loss.dtype)\n"
        "    return tf.reduce_sum(loss)"
    ),
    "another term": "    return losses.binary_crossentropy(y, p) + 1 - K.sum(y * p)",
    "other labels": "    return losses.binary_crossentropy(tf.maximum(y, 0.0), p)",
    "one-hot rows": "    return losses.binary_crossentropy(tf.one_hot(y, 1), p)",
}
"""Bodies of which head and loss are judged, and no labels."""

UNKNOWN = {
    "other outputs": "    return losses.binary_crossentropy(y, tf.nn.sigmoid(p))",
    "masked outputs": "    return losses.binary_crossentropy(y * y, p * y)",
    "a part": "    return losses.binary_crossentropy(y, p[..., 0])",
    "negative outputs": "    return losses.binary_crossentropy(y, -p)",
    "swapped": "    return losses.binary_crossentropy(p, y)",
    "the negative": "    return -losses.binary_crossentropy(y, p)",
    "one less": "    return 1 - losses.binary_crossentropy(y, p)",
    "a power": "    return losses.binary_crossentropy(y, p) ** 2",
    "an exponential": "    return K.exp(losses.binary_crossentropy(y, p))",
    "a condition": (
        "    if len(y.shape) > 1:\n"
        "        return losses.binary_crossentropy(y, p)\n"
        "    return losses.mean_squared_error(y, p)"
    ),
    "two losses": (
        "    one = losses.binary_crossentropy(y, p)\n"
        "    return one + losses.mean_squared_error(y, p)"
    ),
    "outputs as labels": "    return losses.binary_crossentropy(p, p)",
    "nothing": "    pass",
    "an error": "    raise ValueError",
    "the outputs": "    return p",
}
"""Bodies of which nothing is known."""


def model_of(code, folder, head='Dense(1, activation="sigmoid")'):
    path = folder / "train.py"
    path.write_text(
        f"{BEGIN}{code}\n"
        f"model = keras.Sequential([keras.Input((4,)), keras.layers.{head}])\n"
        'model.compile("adam", loss=own)\n'
        "model.fit(np.zeros((9, 4)), np.arange(9) % 2)\n"
    )
    report = check(str(path))
    (model,) = report.models
    return model.heads[0], {finding.code: finding for finding in report.findings}


@pytest.mark.parametrize("what", EQUAL)
def test_a_loss_that_passes_on_is_known(what, tmp_path):
    code, expected = EQUAL[what]
    head, _ = model_of(code, tmp_path)
    assert (head.loss.name, head.loss.from_logits, head.loss.given) == expected
    assert head.loss.own in ("own", "loss", "<lambda>")
    assert head.labels is not None


@pytest.mark.parametrize("what", WEIGHED)
def test_a_loss_that_weighs_says_nothing_of_labels(what, tmp_path):
    head, _ = model_of(f"def own(y, p):\n{WEIGHED[what]}", tmp_path)
    assert (head.loss.name, head.labels) == ("BinaryCrossentropy", None)


@pytest.mark.parametrize("what", UNKNOWN)
def test_a_loss_that_does_more_is_unknown(what, tmp_path):
    head, _ = model_of(f"def own(y, p):\n{UNKNOWN[what]}", tmp_path)
    assert (head.loss.name, head.loss.kind) == ("own", "custom")


def test_a_loss_that_takes_too_long_is_unknown(tmp_path):
    doubles = "".join(
        f"def loss{n}(y, p):\n    return loss{n - 1}(y, p) + loss{n - 1}(y, p)\n"
        for n in range(1, 20)
    )
    first = "def loss0(y, p):\n    return losses.mean_squared_error(y, p)\n"
    head, _ = model_of(f"{first}{doubles}own = loss19", tmp_path)
    assert (head.loss.name, head.units) == ("loss19", 1)


def test_a_finding_says_what_to_change_in_the_function(tmp_path):
    code = "def own(y, p):\n    return losses.binary_crossentropy(y, p, True)"
    _, found = model_of(code, tmp_path)
    fix = found["KC102"].fix
    assert (fix.title, fix.edits) == ("have own() compute BinaryCrossentropy", ())


def test_more_weight_for_positive_labels_leaves_them_as_they_are(tmp_path):
    body = "return tf.nn.weighted_cross_entropy_with_logits(y, p, pos_weight=2.0)"
    head, found = model_of(f"def own(y, p):\n    {body}", tmp_path)
    assert (head.loss.name, head.loss.given) == ("BinaryCrossentropy", "tf.nn")
    assert head.labels is not None
    assert found["KC102"].severity == "error"


def test_a_linear_head_under_probabilities_is_found(tmp_path):
    code = "def own(y, p):\n    return K.mean(K.binary_crossentropy(y, p))"
    _, found = model_of(code, tmp_path, head="Dense(1)")
    assert "KC101" in found


@pytest.mark.slow
@pytest.mark.parametrize("what", EQUAL)
def test_the_loss_of_keras_has_the_same_values(what, tmp_path):
    import keras

    head, _ = model_of(EQUAL[what][0], tmp_path)
    scope = {}
    exec(BEGIN + EQUAL[what][0], scope)
    rows = np.random.default_rng(0).dirichlet(np.ones(3), (2, 8)).astype("float32")
    logits = {} if head.loss.from_logits is None else {"from_logits": True}
    logits = logits if head.loss.from_logits else {}
    same = getattr(keras.losses, head.loss.name)(**logits, **dict(head.loss.arguments))
    found = float(np.mean(scope["own"](rows[0], rows[1])))
    assert found == pytest.approx(float(same(rows[0], rows[1])), rel=1e-4)
