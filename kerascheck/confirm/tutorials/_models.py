"""Steps that the trainings of several tutorials share.

Keras and numpy are imported when a step runs, so that listing tutorials needs neither.
"""

from __future__ import annotations

from collections.abc import Mapping

from kerascheck.model.typed import Any


def begin(seed: int) -> None:
    """Forget the graphs of earlier trainings and seed every random generator."""
    import keras

    keras.utils.clear_session()
    keras.utils.set_random_seed(seed)


def compile_whole(model: Any, **arguments: Any) -> None:
    """Compile a model and build its optimizer.

    An optimizer that makes its variables inside the training function has TensorFlow
    trace that twice.
    """
    model.compile(**arguments)
    model.optimizer.build(model.trainable_variables)


def outputs_of(model: Any, x: Any) -> Any:
    """Return outputs, without the graph that `predict` would build for one call."""
    import keras

    return keras.ops.convert_to_numpy(model(x, training=False))


def reported_metrics(model: Any, labels: Any, outputs: Any) -> Mapping[str, float]:
    """Return what the compiled metrics say, as `evaluate` would in one batch.

    Args:
        model: Compiled and fitted.
        labels: Shape (rows, …).
        outputs: Shape (rows, units).
    """
    import keras

    model.reset_metrics()
    values = model.compute_metrics(
        None, keras.ops.convert_to_tensor(labels), keras.ops.convert_to_tensor(outputs)
    )
    return {name: float(value) for name, value in values.items()}


def share(right: Any) -> float:
    """Return the share of True."""
    import numpy as np

    return float(np.mean(right))


def accuracy_at(outputs: Any, threshold: float, truth: Any) -> float:
    """Return the accuracy of thresholding the one output of each row.

    Args:
        outputs: Shape (rows, 1).
        threshold: Above it is class 1.
        truth: Shape (rows,).
    """
    return share((outputs[:, 0] > threshold) == (truth == 1))


def calibration(outputs: Any, truth: Any) -> float:
    """Return the calibration error, in 10 bins, of probabilities of class 1.

    Args:
        outputs: Shape (rows, 1), clipped to [0, 1].
        truth: Shape (rows,).
    """
    import numpy as np

    from kerascheck.confirm.train.measure import calibration_bins, calibration_error

    shown = np.clip(outputs[None, :, 0].astype(float), 0, 1)
    error = calibration_error(calibration_bins(shown, truth[None] == 1))
    assert error is not None
    return float(error[0])
