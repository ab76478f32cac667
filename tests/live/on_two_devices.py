"""Trains on two devices of TensorFlow at once, watched and unwatched.

Prints a JSON object: for each Keras and form of data, whether every weight is the same
both times, and the codes that were found.
"""

import json
from contextlib import nullcontext
from importlib import import_module

import numpy as np
import tensorflow as tf

from kerascheck.live.fit_hook import check_on_fit

X = np.random.default_rng(0).normal(size=(64, 4)).astype("float32")
Y = (np.arange(64) % 2).astype("float32")


def data(form):
    if form == "arrays":
        return X, Y
    return (tf.data.Dataset.from_tensor_slices((X, Y)).batch(16),)


def trained(keras, form, told, *, watched):
    keras.utils.set_random_seed(0)
    strategy = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])
    with strategy.scope():
        layers = keras.layers.InputLayer((4,)), keras.layers.Dense(1)
        model = keras.Sequential(list(layers))
        model.compile("adam", "binary_crossentropy")
    with check_on_fit(told.append) if watched else nullcontext():
        model.fit(*data(form), verbose=0)
    return [weights.tobytes() for weights in model.get_weights()]


def tried(name, form):
    told, keras = [], import_module(name)
    before, after = (trained(keras, form, told, watched=w) for w in (False, True))
    return before == after, [finding.code for one in told for finding in one.report]


if __name__ == "__main__":
    (device,) = tf.config.list_physical_devices("CPU")
    halves = [tf.config.LogicalDeviceConfiguration()] * 2
    tf.config.set_logical_device_configuration(device, halves)
    trials = (("keras", "batches"), ("tf_keras", "arrays"))
    print(json.dumps([tried(*trial) for trial in trials]))
