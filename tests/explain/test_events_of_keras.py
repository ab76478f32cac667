"""Event files as the callback of Keras writes them, which needs TensorBoard."""

import pytest

from kerascheck.explain.read import read

pytestmark = pytest.mark.companions


def test_a_log_folder_of_keras_has_the_history_of_fit(tmp_path):
    import keras
    import numpy as np

    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1, "sigmoid")])
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    x = np.random.default_rng(0).normal(size=(64, 3))
    board = keras.callbacks.TensorBoard(str(tmp_path))
    y = (x[:, 0] > 0).astype(int)
    run = model.fit(x, y, epochs=3, validation_split=0.25, verbose=0, callbacks=[board])
    log = read(str(tmp_path))
    assert len(log.epochs) == 3
    for name in ("loss", "accuracy", "val_loss", "val_accuracy"):
        read_values = [point.value for point in log.curve(name)]
        assert read_values == pytest.approx(run.history[name], rel=1e-5)
