"""Keras's metrics: one row a class, their names, and what "accuracy" becomes.

Source: keras.metrics and `CompileMetrics` of Keras 3.15.1, `MetricsContainer` of
tf_keras 2.21, `get_metric_function` of multi-backend Keras 2.3.1. What a metric does
with labels of another form was measured: thirteen metrics on every head.
"""

from __future__ import annotations

from kerascheck.model.description import Description, Head, Metric
from kerascheck.model.frozen import replace
from kerascheck.model.named import NamedTuple
from kerascheck.model.typed import Final, Literal

__all__ = [
    "ACCURACIES",
    "ACCURACY",
    "ARGMAX_OF_ROWS",
    "CROSSENTROPY",
    "IOU_OF_ROWS",
    "LIKELIHOODS",
    "MARGINS",
    "METRICS",
    "METRIC_NAMES",
    "OF_ROWS",
    "OVER_CLASSES",
    "OVER_IDS",
    "RESOLVED_BY_SHAPE",
    "MetricTraits",
    "auto_name",
    "is_by_shape",
    "is_resolved_by_keras",
    "metric_called",
    "metric_traits",
    "possible_classes",
    "resolved_in",
    "resolves_by_loss",
    "with_resolved_metrics",
]

Family = Literal[
    "accuracy",  # share of samples, or of cells, that are right
    "top-k",  # share of samples whose class is among the k highest
    "rate",  # precision and recall, at a threshold
    "count",  # confusion counts, at a threshold
    "f-score",
    "curve",  # at many thresholds between 0 and 1
    "crossentropy",
    "iou",
    "error",  # how far a prediction is from its target
    "reduction",  # of values, as layers log them, and not of labels and predictions
    "other",
]


class MetricTraits(NamedTuple):
    """What Keras's metric of one class does. None: it does not, or is not measured."""

    family: Family = "other"
    names: tuple[str, ...] = ()  # beyond the class and its default name
    short: str = ""  # a shorter string; upper case is accepted too
    expects: Literal["rows", "ids"] | None = None  # labels, on two or more units
    other_form: str | None = None  # the like of it for labels of the other form
    decides_by: Literal["threshold", "argmax", "equality"] | None = None
    threshold_argument: str | None = None
    threshold: float | None = None  # its default
    from_logits: bool = False  # has the argument; its default is False
    class_id: bool = False  # has the argument
    zero_one: bool = False  # takes the labels of one unit for 0 and 1
    scores_ids: bool = False  # by default it expects predictions that are class ids
    broadcasts: bool = False  # returns a figure for ids of shape (samples, 1)
    flat: Literal["raises", "broadcasts"] | None = None  # on (samples,) of one unit
    measures: str | None = None  # the quantity it claims to report


_CURVE: Final = MetricTraits("curve", expects="rows")
_COUNT: Final = MetricTraits(
    "count",
    expects="rows",
    decides_by="threshold",
    threshold_argument="thresholds",
    threshold=0.5,
    zero_one=True,
)
_RATE: Final = _COUNT._replace(family="rate", class_id=True)
_F_SCORE: Final = MetricTraits(
    "f-score",
    expects="rows",
    decides_by="argmax",
    threshold_argument="threshold",
    zero_one=True,
    broadcasts=True,
    flat="raises",
)
_ERROR: Final = MetricTraits("error", expects="rows", broadcasts=True)
_FORMULA: Final = MetricTraits(expects="rows", broadcasts=True)

METRICS: Final[dict[str, MetricTraits]] = {
    "AUC": _CURVE._replace(from_logits=True, zero_one=True, measures="auc"),
    "Accuracy": MetricTraits("accuracy", decides_by="equality", measures="accuracy"),
    "BinaryAccuracy": MetricTraits(
        "accuracy",
        expects="rows",
        other_form="SparseCategoricalAccuracy",
        decides_by="threshold",
        threshold_argument="threshold",
        threshold=0.5,
        zero_one=True,
        broadcasts=True,
        measures="accuracy",
    ),
    "BinaryCrossentropy": MetricTraits(
        "crossentropy", short="bce", expects="rows", from_logits=True, flat="raises"
    ),
    "BinaryIoU": MetricTraits(
        "iou",
        ("binary_iou",),
        expects="rows",
        decides_by="threshold",
        threshold_argument="threshold",
        threshold=0.5,
        zero_one=True,
    ),
    "CategoricalAccuracy": MetricTraits(
        "accuracy",
        expects="rows",
        other_form="SparseCategoricalAccuracy",
        decides_by="argmax",
        broadcasts=True,
        measures="accuracy",
    ),
    "CategoricalCrossentropy": MetricTraits(
        "crossentropy",
        expects="rows",
        other_form="SparseCategoricalCrossentropy",
        from_logits=True,
    ),
    "CategoricalHinge": _FORMULA,
    "ConcordanceCorrelation": MetricTraits(),
    "CosineSimilarity": _FORMULA._replace(names=("cosine_proximity",)),
    "F1Score": _F_SCORE._replace(names=("f1_score",), measures="f1"),
    "FBetaScore": _F_SCORE._replace(names=("fbeta_score",)),
    "FalseNegatives": _COUNT,
    "FalsePositives": _COUNT,
    "Hinge": _FORMULA._replace(flat="broadcasts"),
    "IoU": MetricTraits("iou", scores_ids=True),
    "KLDivergence": _FORMULA._replace(
        names=("kl_divergence", "kullback_leibler_divergence"), short="kld"
    ),
    "LogCoshError": _ERROR._replace(names=("log_cosh", "logcosh")),
    "Mean": MetricTraits("reduction"),
    "MeanAbsoluteError": _ERROR._replace(short="mae"),
    "MeanAbsolutePercentageError": _ERROR._replace(short="mape"),
    "MeanIoU": MetricTraits("iou", ("mean_iou",), scores_ids=True),
    "MeanMetricWrapper": MetricTraits(),
    "MeanRelativeError": MetricTraits("error"),
    "MeanSquaredError": _ERROR._replace(short="mse"),
    "MeanSquaredLogarithmicError": _ERROR._replace(short="msle"),
    "OneHotIoU": MetricTraits("iou"),
    "OneHotMeanIoU": MetricTraits("iou"),
    "PearsonCorrelation": MetricTraits(),
    "Poisson": _FORMULA,
    "Precision": _RATE._replace(measures="precision"),
    "PrecisionAtRecall": _CURVE,
    "R2Score": MetricTraits(names=("r2_score",)),
    "Recall": _RATE._replace(measures="recall"),
    "RecallAtPrecision": _CURVE,
    "RootMeanSquaredError": _ERROR,
    "SensitivityAtSpecificity": _CURVE,
    "SparseCategoricalAccuracy": MetricTraits(
        "accuracy",
        expects="ids",
        other_form="CategoricalAccuracy",
        decides_by="argmax",
        measures="accuracy",
    ),
    "SparseCategoricalCrossentropy": MetricTraits(
        "crossentropy",
        expects="ids",
        other_form="CategoricalCrossentropy",
        from_logits=True,
    ),
    "SparseTopKCategoricalAccuracy": MetricTraits(
        "top-k",
        expects="ids",
        other_form="TopKCategoricalAccuracy",
        decides_by="argmax",
    ),
    "SpecificityAtSensitivity": _CURVE,
    "SquaredHinge": _FORMULA._replace(flat="broadcasts"),
    "Sum": MetricTraits("reduction"),
    "TopKCategoricalAccuracy": MetricTraits(
        "top-k",
        expects="rows",
        other_form="SparseTopKCategoricalAccuracy",
        decides_by="argmax",
        broadcasts=True,
    ),
    "TrueNegatives": _COUNT,
    "TruePositives": _COUNT,
}
"""Keras class name -> what the metric does."""


ACCURACIES: Final = frozenset(n for n, r in METRICS.items() if r.family == "accuracy")

LIKELIHOODS: Final = frozenset(
    n for n, row in METRICS.items() if row.family == "crossentropy"
)

OVER_IDS: Final = frozenset(n for n, row in METRICS.items() if row.expects == "ids")
"""Metrics that count every id, also one that the loss ignores."""

ARGMAX_OF_ROWS: Final = ("CategoricalAccuracy", "TopKCategoricalAccuracy")
"""Metrics that look for the highest of the labels, the first of several."""

OVER_CLASSES: Final = OVER_IDS | {*ARGMAX_OF_ROWS, "CategoricalCrossentropy"}
"""Metrics that read a column for each class."""

MARGINS: Final = ("Hinge", "SquaredHinge")
"""Metrics that read -1 and 1, and 0 and 1, but no other labels."""

OF_ROWS: Final = ("CategoricalHinge", "KLDivergence")
"""Formulas over rows of classes, of labels from 0 to 1."""

IOU_OF_ROWS: Final = {"OneHotIoU": "IoU", "OneHotMeanIoU": "MeanIoU"}
"""IoU that takes the argmax of labels -> the one that reads ids."""


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


METRIC_NAMES: Final[dict[str, str]] = {
    **{name: name for name in METRICS},
    **{auto_name(name): name for name in METRICS},
    **{
        alias: name
        for name, row in METRICS.items()
        for alias in (*row.names, row.short, row.short.upper())
        if alias
    },
}
"""Every saved name -> Keras class name."""

_ANY: Final = MetricTraits()


def metric_traits(metric: Metric) -> MetricTraits:
    """Return what is known of a metric of Keras; for one not resolved, nothing."""
    return METRICS.get(metric.resolved or "", _ANY)


ACCURACY: Final = frozenset({"accuracy", "acc"})
CROSSENTROPY: Final = frozenset({"crossentropy", "ce"})
_BY_SHAPE: Final = ACCURACY | CROSSENTROPY


def is_by_shape(name: str) -> bool:
    """Say whether Keras picks what this string stands for from shapes."""
    return name.lower() in _BY_SHAPE


def names_by_shape(name: str) -> tuple[str, str, str]:
    """Return the classes that "accuracy", or "crossentropy", may stand for."""
    return _ACCURACIES if name.lower() in ACCURACY else _CROSSENTROPIES


_ACCURACIES: Final = (
    "BinaryAccuracy",
    "SparseCategoricalAccuracy",
    "CategoricalAccuracy",
)
_CROSSENTROPIES: Final = (
    "BinaryCrossentropy",
    "SparseCategoricalCrossentropy",
    "CategoricalCrossentropy",
)
RESOLVED_BY_SHAPE: Final = frozenset(_ACCURACIES + _CROSSENTROPIES)
"""What "accuracy" and "crossentropy" become."""


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
    by_loss = resolves_by_loss(model)
    heads = tuple(_with_resolved(head, by_loss) for head in model.heads)
    # Copies are the larger part of reading a small model: make only those that differ.
    if all(new is old for new, old in zip(heads, model.heads, strict=True)):
        return model
    return replace(model, heads=heads)


def resolved_in(head: Head, model: Description) -> Head:
    """Return a head of `model` with each "accuracy" resolved where its facts allow."""
    return _with_resolved(head, resolves_by_loss(model))


def _with_resolved(head: Head, by_loss: bool) -> Head:
    changed = False
    metrics = []
    for metric in head.metrics or ():
        if is_resolved_by_keras(metric):
            resolved = _resolve(metric, head, by_loss)
            if resolved != metric.resolved:
                metric, changed = replace(metric, resolved=resolved), True
        metrics.append(metric)
    return replace(head, metrics=tuple(metrics)) if changed else head


def is_resolved_by_keras(metric: Metric) -> bool:
    """Say whether Keras picks the class of a metric when it sees the labels."""
    by_shape = metric.given == "string" and is_by_shape(metric.compiled)
    return by_shape and not metric.frozen


def resolves_by_loss(model: Description) -> bool:
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
    if labels.shape[-1] is None:
        return None
    return categorical


def possible_classes(metric: Metric, head: Head, model: Description) -> frozenset[str]:
    """Return what a metric may become that Keras resolves from unknown shapes."""
    names = names_by_shape(metric.compiled)
    several = head.units is not None and head.units > 1
    if several and not resolves_by_loss(model):
        return frozenset(names[1:])
    return frozenset(names)


def _by_loss(head: Head, names: tuple[str, str, str]) -> str | None:
    """Keras compares with its own functions: whatever else it is, rows are compared."""
    if head.loss is None or head.loss.given == "unknown":
        return None
    if head.units == 1 or head.loss.name == "BinaryCrossentropy":
        return names[0]
    if head.loss.name == "SparseCategoricalCrossentropy":
        return names[1]
    return names[2]
