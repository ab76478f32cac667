"""Programs for Keras 2 are not blamed for what Keras 3 alone refuses."""

import pytest

from kerascheck.readers.source.read import read_program

TWO_HEADS = """
from tensorflow import keras
x = keras.Input((4,))
a = keras.layers.Dense(1, activation="sigmoid")(x)
b = keras.layers.Dense(3, activation="softmax")(x)
model = keras.Model(x, [a, b])
"""
METRICS = (
    'model.compile(loss=["binary_crossentropy", "categorical_crossentropy"], '
    'metrics=["accuracy"])\n'
)
WEIGHTS = 'model.compile(loss="mse", loss_weights=[0.9, 0.1])\n'

MARKS = {
    "lr": "optimizer = keras.optimizers.SGD(lr=0.1)\n",
    "decay": "optimizer = keras.optimizers.RMSprop(1e-3, decay=1e-6)\n",
    "nb_epoch": "train = lambda: model.fit(x, y, nb_epoch=10)\n",
    "fit_generator": "train = lambda: model.fit_generator(batches)\n",
    "old modules": "from keras.layers.core import Dropout\n",
    "old modules of tf.keras": "from tensorflow.keras.wrappers import scikit_learn\n",
    "an old module as an attribute": "wrapper = keras.wrappers.scikit_learn\n",
    "TensorFlow 1": "import tensorflow.compat.v1 as tf\n",
    "inner modules": "from tensorflow.python.keras.layers import Dense\n",
}


@pytest.mark.parametrize("compiled", [METRICS, WEIGHTS], ids=["metrics", "weights"])
@pytest.mark.parametrize("mark", MARKS.values(), ids=MARKS.keys())
def test_program_for_keras_2_may_do_what_keras_2_accepts(mark, compiled):
    (model,) = read_program(TWO_HEADS + mark + compiled, "train.py")
    assert not model.description.problems


@pytest.mark.parametrize("compiled", [METRICS, WEIGHTS], ids=["metrics", "weights"])
def test_any_other_program_may_not(compiled):
    code = TWO_HEADS + "keras.layers.Embedding(10, output_dim=4)\n" + compiled
    (model,) = read_program(code, "train.py")
    assert len(model.description.problems) == 1


@pytest.mark.parametrize("mark", MARKS.values(), ids=MARKS.keys())
def test_what_both_refuse_stays(mark):
    compiled = 'model.compile(loss=["mse", "mse", "mse"])\n'
    (model,) = read_program(TWO_HEADS + mark + compiled, "train.py")
    assert [each.kind for each in model.description.problems] == ["loss-mismatch"]


@pytest.mark.parametrize(("mark", "problems"), [("", 1), (MARKS["old modules"], 0)])
def test_losses_of_a_sequential_by_name_are_refused_by_keras_3_alone(mark, problems):
    code = (
        "from tensorflow import keras\n"
        "layers = [keras.Input((3,)), keras.layers.Dense(1, name='out')]\n"
        "model = keras.Sequential(layers)\n"
        "model.compile(loss={'out': 'mse'})\n"
    )
    (model,) = read_program(code + mark, "train.py")
    assert len(model.description.problems) == problems


def test_model_without_known_layers_is_not_called_broken():
    code = (
        "import keras\n"
        "from elsewhere import add_layers\n"
        "model = keras.Sequential()\n"
        "add_layers(model)\n"
        "model.compile(loss='mse')\n"
    )
    (model,) = read_program(code, "train.py")
    assert not model.description.problems


def test_losses_and_metrics_of_tensorflow_are_those_of_keras():
    code = (
        "import tensorflow as tf\n"
        "x = tf.keras.Input((4,))\n"
        "model = tf.keras.Model(x, tf.keras.layers.Dense(1)(x))\n"
        "model.compile(loss=tf.losses.MeanSquaredError(),"
        " metrics=[tf.metrics.RootMeanSquaredError()])\n"
    )
    (model,) = read_program(code, "train.py")
    (head,) = model.description.heads
    assert head.loss.name == "MeanSquaredError"
    assert [metric.compiled for metric in head.metrics] == ["RootMeanSquaredError"]


def test_name_that_is_imported_twice_has_one_value():
    code = (
        "import keras\n"
        "from keras.models import Sequential\n"
        "def build():\n"
        "    model = Sequential([keras.layers.Dense(3, activation='softmax')])\n"
        "    model.compile(loss='categorical_crossentropy')\n"
        "from tensorflow import keras\n"
        "from tensorflow.keras import Sequential\n"
    )
    (model,) = read_program(code, "train.py")
    (head,) = model.description.heads
    assert (head.units, head.activation) == (3, "softmax")


def test_name_that_stands_for_two_things_is_not_known():
    code = (
        "import keras\n"
        "last = keras.activations.softmax\n"
        "def build():\n"
        "    model = keras.Sequential([keras.layers.Dense(3, activation=last)])\n"
        "    model.compile(loss='categorical_crossentropy')\n"
        "last = keras.activations.relu\n"
    )
    (model,) = read_program(code, "train.py")
    (head,) = model.description.heads
    assert head.activation == "unknown"
