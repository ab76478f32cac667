"""The model that is in use."""

import keras

from flood.data import MEASURES


def build():
    """Return a compiled model from the measures of a day to the risk of a flood."""
    model = keras.Sequential(
        [
            keras.Input((len(MEASURES),)),
            keras.layers.Dense(16, activation="relu"),
            keras.layers.Dense(1, name="risk"),
        ],
        name="flood",
    )
    model.compile(
        optimizer=keras.optimizers.Adam(0.01),
        loss=keras.losses.BinaryCrossentropy(from_logits=True),
        metrics=[
            keras.metrics.BinaryAccuracy(name="accuracy", threshold=0.0),
            keras.metrics.AUC(from_logits=True, name="auc"),
        ],
    )
    return model
