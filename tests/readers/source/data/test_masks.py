"""Masks of a data set that numbers its classes from 1."""

import pytest

from kerascheck.api import check

PROGRAM = """
import keras
import tensorflow as tf
import tensorflow_datasets as tfds

def load(each):
    mask = tf.image.resize(each["segmentation_mask"], (64, 64), method={method})
    return each["image"], mask{shift}

data = tfds.load("oxford_iiit_pet")["train"].map(load).batch(8)
model = keras.Sequential([keras.Input((64, 64, 3)), keras.layers.Conv2D({units}, 1)])
model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
model.fit(data)
"""

NEAREST = "'nearest'"


AUGMENT = """
class Augment(keras.layers.Layer):
    def __init__(self):
        super().__init__()
        self.inputs = keras.layers.RandomFlip(seed=1)
        self.labels = keras.layers.RandomFlip(seed=1)

    def call(self, inputs, labels):
        return self.inputs(inputs), self.labels(labels)

data = data.map(Augment())
model ="""


@pytest.mark.parametrize(("units", "expected"), [(3, ["KC205"]), (4, [])])
def test_a_layer_of_the_program_is_followed_on_data(tmp_path, units, expected):
    path = tmp_path / "train.py"
    code = PROGRAM.format(method=NEAREST, shift="", units=units)
    path.write_text(code.replace("model =", AUGMENT))
    found = check(str(path)).findings
    assert [f.code for f in found if f.severity != "note"] == expected


@pytest.mark.parametrize(
    ("method", "shift", "units", "expected"),
    [
        (NEAREST, "", 3, ["KC205"]),
        ("tf.image.ResizeMethod.NEAREST_NEIGHBOR", "", 3, ["KC205"]),
        (NEAREST, " - 1", 3, []),
        (NEAREST, "", 4, []),
        ("'bilinear'", "", 3, []),
    ],
)
def test_ids_from_one_need_a_unit_more(tmp_path, method, shift, units, expected):
    path = tmp_path / "train.py"
    path.write_text(PROGRAM.format(method=method, shift=shift, units=units))
    found = check(str(path)).findings
    assert [f.code for f in found if f.severity != "note"] == expected
