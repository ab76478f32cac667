"""What KC411 advises gives each sample the weight that was meant, in real Keras."""

import re

import keras
import numpy as np
import pytest
from keras.src.trainers.data_adapters.data_adapter_utils import (
    class_weight_to_sample_weights,
)

import kerascheck

IDS = np.arange(30) % 3
ROWS = np.eye(3, dtype="float32")[IDS]
BINARY = np.arange(30) % 2
NAMES = ["cat", "dog", "owl"]
MEANT = {0: 1.0, 1: 2.0, 2: 5.0}

CASES = {
    "text numbers": ({"0": 1.0, "1": 2.0, "2": 5.0}, IDS),
    "names": ({"dog": 2.0, "cat": 1.0, "owl": 5.0}, IDS),
    "names of columns": ({"dog": 2.0, "cat": 1.0, "owl": 5.0}, ROWS),
    "from 1": ({1: 1.0, 2: 2.0, 3: 5.0}, IDS),
    "from 1, rows": ({1: 1.0, 2: 2.0, 3: 5.0}, ROWS),
    "gap": ({0: 1.0, 1: 2.0, 7: 5.0}, IDS),
    "signs": ({0: 5.0, 1: 2.0}, BINARY * 2 - 1),
    "some text": ({0: 1.0, 1: 2.0, "2": 5.0}, IDS),
    "by head": ({"out": {0: 1.0, 1: 2.0, 2: 5.0}}, IDS),
}


def model_for(y):
    several = y.ndim > 1
    loss = "categorical_crossentropy" if several else "sparse_categorical_crossentropy"
    end = keras.layers.Dense(3, activation="softmax", name="out")
    if len(np.unique(y)) == 2 and not several:
        loss, end = "hinge", keras.layers.Dense(1, activation="tanh", name="out")
    model = keras.Sequential([keras.Input((4,)), end])
    model.compile("sgd", loss)
    return model


def advice_on(y, class_weight):
    report = kerascheck.check(model_for(y), y, class_weight=class_weight)
    return [f.fix.title for f in report.findings if f.code == "KC411"]


@pytest.mark.parametrize("name", CASES)
def test_the_advice_gives_the_weights_that_were_meant(name):
    given, y = CASES[name]
    (advice,) = advice_on(y, given)
    code = re.search(r"`class_weight=(.*?)`", advice)[1]
    right = eval(code, {"class_weight": given, "names": NAMES})
    assert advice_on(y, right) == []
    classes = y.argmax(-1) if y.ndim > 1 else np.unique(y, return_inverse=True)[1]
    meant = np.array([(given if name == "signs" else MEANT)[c] for c in classes])
    np.testing.assert_allclose(class_weight_to_sample_weights(y, right), meant)


def test_keys_that_weigh_all_as_meant_are_not_reported():
    y = BINARY * 2 - 1
    given = {0: 1.0, 1: 2.0}  # -1 has no key, and so the weight 1
    meant = np.where(y > 0, 2.0, 1.0)
    np.testing.assert_allclose(class_weight_to_sample_weights(y, given), meant)
    assert advice_on(y, given) == []


def test_a_key_too_many_is_named_with_the_class_that_lacks_one():
    (advice,) = advice_on(IDS, {0: 1.0, 5: 2.0})
    assert advice == "give a weight for classes 1, 2, and none for what is not one"
