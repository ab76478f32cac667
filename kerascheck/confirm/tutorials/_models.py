"""Steps that the trainings of several write-ups share.

Imported where a trial runs: this module imports Keras.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

Values = NDArray[Any]


def begin(seed: int) -> None:
    """Forget the graphs of earlier trainings and fix every source of chance."""
    keras.utils.clear_session()
    keras.utils.set_random_seed(seed)


def compile_whole(model: Any, **arguments: Any) -> None:
    """Compile a model and build its optimizer.

    An optimizer that makes its variables inside the training function has TensorFlow
    trace that twice.
    """
    model.compile(**arguments)
    model.optimizer.build(model.trainable_variables)


def outputs_of(model: Any, x: Any) -> Values:
    """Return outputs, without the graph that `predict` would build for one call."""
    found: Values = keras.ops.convert_to_numpy(model(x, training=False))
    return found


def reported(model: Any, labels: Any, outputs: Values) -> Mapping[str, float]:
    """Return what the compiled metrics say, as `evaluate` would in one batch.

    Args:
        model: Compiled and fitted.
        labels: Shape (rows, …).
        outputs: Shape (rows, units).
    """
    model.reset_metrics()
    told = model.compute_metrics(
        None, keras.ops.convert_to_tensor(labels), keras.ops.convert_to_tensor(outputs)
    )
    return {name: float(value) for name, value in told.items()}


def share(right: Any) -> float:
    """Return the share of True."""
    return float(np.mean(right))


def accuracy_at(outputs: Values, cut: float, truth: Values) -> float:
    """Return the accuracy of cutting the one output of each row.

    Args:
        outputs: Shape (rows, 1).
        cut: Above it lies class 1.
        truth: Shape (rows,).
    """
    return share((outputs[:, 0] > cut) == (truth == 1))


def calibration(outputs: Values, truth: Values) -> float:
    """Return the calibration error, in 10 bins, of probabilities of class 1.

    Args:
        outputs: Shape (rows, 1), clipped to [0, 1].
        truth: Shape (rows,).
    """
    from kerascheck.confirm.train.measure import calibration_bins, calibration_error

    shown = np.clip(outputs[None, :, 0].astype(float), 0, 1)
    error = calibration_error(calibration_bins(shown, truth[None] == 1))
    assert error is not None
    return float(error[0])
