"""An older model, kept for comparison with figures that were published."""

import keras

from flood.data import GAUGES, MEASURES


def build():
    """Return a compiled model from the measures of a day to alarms of three gauges."""
    model = keras.Sequential(
        [
            keras.Input((len(MEASURES),)),
            keras.layers.Dense(16, activation="relu"),
            keras.layers.Dense(GAUGES, activation="softmax", name="alarms"),
        ],
        name="levels",
    )
    # kerascheck: ignore[KC107] the published figures were measured with this head
    model.compile("adam", "binary_crossentropy")
    return model
