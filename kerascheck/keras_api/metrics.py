"""Keras's metrics by name, and what "accuracy" becomes in each Keras.

Source: keras.metrics and `CompileMetrics` of Keras 3.15.1, `MetricsContainer` of
tf_keras 2.21, `get_metric_function` of multi-backend Keras 2.3.1.
"""

from __future__ import annotations

from kerascheck.model.description import Description, Head, LossKind, Metric
from kerascheck.model.frozen import replace

_CLASSES = (
    "AUC",
    "Accuracy",
    "BinaryAccuracy",
    "BinaryCrossentropy",
    "BinaryIoU",
    "CategoricalAccuracy",
    "CategoricalCrossentropy",
    "CategoricalHinge",
    "ConcordanceCorrelation",
    "CosineSimilarity",
    "F1Score",
    "FBetaScore",
    "FalseNegatives",
    "FalsePositives",
    "Hinge",
    "IoU",
    "KLDivergence",
    "LogCoshError",
    "Mean",
    "MeanAbsoluteError",
    "MeanAbsolutePercentageError",
    "MeanIoU",
    "MeanMetricWrapper",
    "MeanRelativeError",
    "MeanSquaredError",
    "MeanSquaredLogarithmicError",
    "OneHotIoU",
    "OneHotMeanIoU",
    "PearsonCorrelation",
    "Poisson",
    "Precision",
    "PrecisionAtRecall",
    "R2Score",
    "Recall",
    "RecallAtPrecision",
    "RootMeanSquaredError",
    "SensitivityAtSpecificity",
    "SparseCategoricalAccuracy",
    "SparseCategoricalCrossentropy",
    "SparseTopKCategoricalAccuracy",
    "SpecificityAtSensitivity",
    "SquaredHinge",
    "Sum",
    "TopKCategoricalAccuracy",
    "TrueNegatives",
    "TruePositives",
)


def auto_name(name: str) -> str:
    """Return the name that Keras gives a metric of this class: AUC -> auc."""
    if name.isupper():
        return name.lower()
    out = [
        "_" + c.lower()
        if c.isupper()
        and i
        and (name[i - 1].islower() or name[i + 1 : i + 2].islower())
        else c.lower()
        for i, c in enumerate(name)
    ]
    return "".join(out)


METRIC_NAMES = {
    **{name: name for name in _CLASSES},
    **{auto_name(name): name for name in _CLASSES},
    "kl_divergence": "KLDivergence",
    "kullback_leibler_divergence": "KLDivergence",
    "log_cosh": "LogCoshError",
    "logcosh": "LogCoshError",
    "cosine_proximity": "CosineSimilarity",
    "f1_score": "F1Score",
    "fbeta_score": "FBetaScore",
    "r2_score": "R2Score",
    "binary_io_u": "BinaryIoU",
    "binary_iou": "BinaryIoU",
    "mean_io_u": "MeanIoU",
    "mean_iou": "MeanIoU",
    "bce": "BinaryCrossentropy",
    "mse": "MeanSquaredError",
    "mae": "MeanAbsoluteError",
    "mape": "MeanAbsolutePercentageError",
    "msle": "MeanSquaredLogarithmicError",
    "kld": "KLDivergence",
    "BCE": "BinaryCrossentropy",
    "MSE": "MeanSquaredError",
    "MAE": "MeanAbsoluteError",
    "MAPE": "MeanAbsolutePercentageError",
    "MSLE": "MeanSquaredLogarithmicError",
    "KLD": "KLDivergence",
}
"""Every saved name -> Keras class name."""

ACCURACY = frozenset({"accuracy", "acc"})
CROSSENTROPY = frozenset({"crossentropy", "ce"})
_BY_SHAPE = ACCURACY | CROSSENTROPY


def is_by_shape(name: str) -> bool:
    """Say whether Keras picks what this string stands for from shapes."""
    return name.lower() in _BY_SHAPE


def names_by_shape(name: str) -> tuple[str, str, str]:
    """Return the classes that "accuracy", or "crossentropy", may stand for."""
    return _ACCURACIES if name.lower() in ACCURACY else _CROSSENTROPIES


_ACCURACIES = (
    "BinaryAccuracy",
    "SparseCategoricalAccuracy",
    "CategoricalAccuracy",
)
_CROSSENTROPIES = (
    "BinaryCrossentropy",
    "SparseCategoricalCrossentropy",
    "CategoricalCrossentropy",
)


def metric_called(name: str) -> Metric:
    """Return the metric given by this string or function name.

    A name that Keras resolves from shapes stays unresolved until `resolved` is asked.
    """
    if is_by_shape(name):
        return Metric(compiled=name, name=name)
    full = METRIC_NAMES.get(name)
    return Metric(
        compiled=full or name, resolved=full, name=name, builtin=full is not None
    )


def with_resolved_metrics(model: Description) -> Description:
    """Return `model` with each "accuracy" resolved where its facts allow."""
    by_loss = _resolves_by_loss(model)
    heads = tuple(_with_resolved(head, by_loss) for head in model.heads)
    # Copies are the larger part of reading a small model: make only those that differ.
    if all(new is old for new, old in zip(heads, model.heads, strict=True)):
        return model
    return replace(model, heads=heads)


def resolved_in(head: Head, model: Description) -> Head:
    """Return a head of `model` with each "accuracy" resolved where its facts allow."""
    return _with_resolved(head, _resolves_by_loss(model))


def _with_resolved(head: Head, by_loss: bool) -> Head:
    changed = False
    metrics = []
    for metric in head.metrics or ():
        if not _settled(metric):
            resolved = _resolve(metric, head, by_loss)
            if resolved != metric.resolved:
                metric, changed = replace(metric, resolved=resolved), True
        metrics.append(metric)
    return replace(head, metrics=tuple(metrics)) if changed else head


def _settled(metric: Metric) -> bool:
    by_shape = metric.given == "string" and is_by_shape(metric.compiled)
    return metric.frozen or not by_shape


def _resolves_by_loss(model: Description) -> bool:
    """Say whether this Keras picks from the loss: 2.3.1 and before, TF 2.1 and before.

    tf.keras calls itself 2.2.4-tf in TF 2.0 and 2.1; TF 2.2, as 2.3.0-tf, is the
    first that looks at shapes alone.
    """
    version = model.generation
    if version is None or version > (2, 3):
        return False
    return version < (2, 3) or not (model.keras_version or "").endswith("-tf")


def _resolve(metric: Metric, head: Head, by_loss: bool) -> str | None:
    names = names_by_shape(metric.compiled)
    binary, sparse, categorical = names
    if head.units is None:
        return None
    if by_loss:
        return _by_loss(head, names)
    if head.units == 1:
        return binary
    labels = head.labels
    if labels is None or head.shape is None:
        return None
    if len(labels.shape) < len(head.shape) or labels.shape[-1] == 1:
        return sparse
    return categorical


def _by_loss(head: Head, names: tuple[str, str, str]) -> str | None:
    if head.loss is None or head.loss.kind is LossKind.CUSTOM:
        return None
    if head.units == 1 or head.loss.name == "BinaryCrossentropy":
        return names[0]
    if head.loss.name == "SparseCategoricalCrossentropy":
        return names[1]
    return names[2]
