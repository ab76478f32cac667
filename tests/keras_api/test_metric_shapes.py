"""Metrics that flatten, and those of one class, do in `fit` what their shapes say."""

import keras
import numpy as np
import pytest

from kerascheck import kit
from kerascheck.keras_api.metric_shapes import match_metric

OUTPUTS = ((1,), (3,), (5, 1), (5, 3), (2, 3, 3))
LABELS = ((), (1,), (3,), (5,), (5, 1), (5, 3), (2, 3), (2, 3, 3))
METRICS = (
    ("MeanIoU", {"num_classes": 3}),
    ("MeanIoU", {"num_classes": 3, "sparse_y_pred": False}),
    ("MeanIoU", {"num_classes": 3, "sparse_y_pred": False, "sparse_y_true": False}),
    ("OneHotMeanIoU", {"num_classes": 3}),
    ("OneHotIoU", {"num_classes": 3, "target_class_ids": (0,)}),
    ("IoU", {"num_classes": 3, "target_class_ids": (0,)}),
    ("BinaryIoU", {}),
    ("Precision", {"class_id": 1}),
    ("Recall", {"class_id": 0}),
    ("PrecisionAtRecall", {"recall": 0.5}),
    ("RecallAtPrecision", {"precision": 0.5}),
    ("SensitivityAtSpecificity", {"specificity": 0.5}),
    ("SpecificityAtSensitivity", {"sensitivity": 0.5}),
    ("CategoricalAccuracy", {}),
    ("AUC", {"multi_label": True}),
)


@pytest.mark.parametrize(("name", "arguments"), METRICS)
def test_a_metric_raises_where_its_shapes_say(name, arguments):
    rng = np.random.default_rng(0)
    for output in OUTPUTS:
        p = rng.random((7, *output), dtype="float32")
        for labels in LABELS:
            y = rng.integers(0, 2, (7, *labels)).astype("float32")
            told = match_metric((None, *output), y.shape, kit.metric(name, **arguments))
            if not told.possible:
                assert told.raises is raises(name, arguments, y, p), (output, labels)


def raises(name, arguments, y, p):
    """Say whether Keras raises for a batch of these arrays."""
    plain = {n: list(v) if isinstance(v, tuple) else v for n, v in arguments.items()}
    metric = getattr(keras.metrics, name)(**plain)
    try:
        metric.update_state(y, p)
    except Exception:
        return True
    return False
