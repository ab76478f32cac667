"""A `functools.partial` of a function of Keras is what its class is."""

from functools import partial

import numpy as np
import pytest

import kerascheck
from kerascheck.readers.live import read_live
from kerascheck.readers.source.read import read_program

keras = pytest.importorskip("keras")

X = np.random.default_rng(0).normal(size=(14, 3)).astype("float32")
IDS = np.arange(14) % 3
LOSSES = [
    ("binary_crossentropy", "BinaryCrossentropy", {"from_logits": True}),
    ("binary_crossentropy", "BinaryCrossentropy", {"label_smoothing": 0.1}),
    ("binary_focal_crossentropy", "BinaryFocalCrossentropy", {"gamma": 3.0}),
    ("categorical_crossentropy", "CategoricalCrossentropy", {"from_logits": True}),
    ("sparse_categorical_crossentropy", "SparseCategoricalCrossentropy", {}),
    ("huber", "Huber", {"delta": 2.0}),
]
METRICS = [
    ("binary_accuracy", "BinaryAccuracy", {"threshold": 0.0}),
    ("binary_crossentropy", "BinaryCrossentropy", {"from_logits": True}),
    ("top_k_categorical_accuracy", "TopKCategoricalAccuracy", {"k": 2}),
]


def network(loss, metrics=(), units=3):
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(units)])
    model.compile("sgd", loss, metrics=list(metrics))
    return model


def facts(model):
    (head,) = read_live(model).heads
    loss, metrics = head.loss, head.metrics
    return (loss.name, loss.kind, loss.from_logits, loss.arguments), [
        (each.resolved, each.arguments, each.builtin) for each in metrics
    ]


@pytest.mark.parametrize(("function", "name", "arguments"), LOSSES)
def test_a_loss_has_the_facts_and_the_value_of_its_class(function, name, arguments):
    given = partial(getattr(keras.losses, function), **arguments)
    same = getattr(keras.losses, name)(**arguments)
    plain = {k: v for k, v in facts(network(given))[0][3] if k in arguments}
    assert facts(network(given))[0][:3] == facts(network(same))[0][:3]
    assert plain == {k: v for k, v in arguments.items() if k != "from_logits"}
    y = IDS if name.startswith("Sparse") else np.eye(3, dtype="float32")[IDS]
    p = np.asarray(keras.ops.softmax(X))
    assert np.mean(given(y, p)) == pytest.approx(float(same(y, p)), rel=1e-5)


@pytest.mark.parametrize(("function", "name", "arguments"), METRICS)
def test_a_metric_has_the_facts_of_its_class(function, name, arguments):
    given = partial(getattr(keras.metrics, function), **arguments)
    ((resolved, found, builtin),) = facts(network("mse", [given]))[1]
    assert (resolved, builtin) == (name, True)
    assert dict(found) == arguments


def test_logits_are_known_to_the_rules():
    y = (IDS > 1).astype("float32")[:, None]
    bce = keras.losses.binary_crossentropy
    model = network(partial(bce), units=1)
    assert [f.code for f in kerascheck.check(model, y).findings] == ["KC101"]
    model = network(partial(bce, from_logits=np.bool_(True)), units=1)
    assert not kerascheck.check(model, y).findings


def own(y_true, y_pred, from_logits=False):
    return keras.losses.binary_crossentropy(y_true, y_pred, from_logits)


@pytest.mark.parametrize(
    "given",
    [
        partial(own, from_logits=True),
        partial(keras.losses.BinaryCrossentropy, from_logits=True),
        partial(keras.losses.binary_crossentropy, IDS),
        partial(keras.losses.binary_crossentropy, label_smoothing=keras.Variable(0.1)),
    ],
)
def test_other_partials_stay_unknown(given):
    (name, kind, *_), _ = facts(network(given))
    assert (name, kind) == ("<partial>", "custom")


@pytest.mark.parametrize(("argument", "value"), [("True", True), ("FLAG", None)])
def test_a_program_says_the_same(argument, value):
    code = (
        "import keras\nfrom functools import partial\nfrom other import FLAG\n"
        "model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])\n"
        f"loss = partial(keras.losses.binary_crossentropy, from_logits={argument})\n"
        "model.compile('sgd', loss)\n"
    )
    (model,) = read_program(code, "train.py")
    loss = model.description.heads[0].loss
    assert (loss.name, loss.from_logits) == ("BinaryCrossentropy", value)
