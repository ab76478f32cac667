"""All that a rule imports: its vocabulary, and builders for its examples."""

from __future__ import annotations

from kerascheck.engine.axes_advice import axes_advice
from kerascheck.engine.facts import Facts, share_shown
from kerascheck.engine.finding import Confidence, Finding, Harm, Severity
from kerascheck.engine.fix import (
    AddMetric,
    Applicability,
    Edit,
    Fix,
    LabelRepair,
    RecodeLabels,
    RepairLabels,
    SetActivation,
    SetLoss,
    SetMetric,
    SetUnits,
    WeighMetric,
    metric,
)
from kerascheck.engine.head_metric import HeadMetric
from kerascheck.engine.rule import Rule
from kerascheck.engine.suggested_setup import fitting, fitting_accuracy
from kerascheck.keras_api.activations import (
    ACTIVATIONS,
    BY_ROW,
    KEEPS_LOGITS,
    PROBABILITIES,
)
from kerascheck.keras_api.fit_labels import why_labels_refused
from kerascheck.keras_api.fit_weights import (
    BY_CLASS,
    BY_HEAD,
    class_weight_refused,
    classes_of,
    sample_weight_refused,
    whole_keys,
)
from kerascheck.keras_api.layers import NOISE, NORMALIZATIONS
from kerascheck.keras_api.layout import Layout, tail_shown
from kerascheck.keras_api.losses import (
    COSINE,
    CROSSENTROPIES,
    GENERALIZED,
    OF_TENSORFLOW,
    ONE_CLASS,
    PERCENTAGE,
    REFUSED_LOSSES,
    SMOOTHING_LOSSES,
    WITH_LABEL_RANGE,
    focal_form,
    loss_called,
    loss_traits,
)
from kerascheck.keras_api.metrics import (
    ACCURACIES,
    ARGMAX_OF_ROWS,
    CROSSENTROPY,
    IOU_OF_ROWS,
    LIKELIHOODS,
    MARGINS,
    OF_ROWS,
    OVER_CLASSES,
    OVER_IDS,
    metric_called,
    metric_traits,
    with_resolved_metrics,
)
from kerascheck.model.description import (
    Activation,
    ClassWeight,
    Description,
    Encoding,
    Evidence,
    FitCall,
    Head,
    Labels,
    Loss,
    LossKind,
    Metric,
    SampleWeight,
    Scalar,
    Shape,
)
from kerascheck.model.frozen import replace
from kerascheck.model.typed import Any

__all__ = [
    "ACCURACIES",
    "ACTIVATIONS",
    "ARGMAX_OF_ROWS",
    "BY_CLASS",
    "BY_HEAD",
    "BY_ROW",
    "CCE",
    "COSINE",
    "CROSSENTROPIES",
    "CROSSENTROPY",
    "GENERALIZED",
    "IOU_OF_ROWS",
    "KEEPS_LOGITS",
    "LIKELIHOODS",
    "MARGINS",
    "NOISE",
    "NORMALIZATIONS",
    "OF_ROWS",
    "OF_TENSORFLOW",
    "ONE_CLASS",
    "OVER_CLASSES",
    "OVER_IDS",
    "PERCENTAGE",
    "PROBABILITIES",
    "REFUSED_LOSSES",
    "SCCE",
    "SMOOTHING_LOSSES",
    "WITH_LABEL_RANGE",
    "Activation",
    "AddMetric",
    "Applicability",
    "ClassWeight",
    "Confidence",
    "Description",
    "Edit",
    "Encoding",
    "Evidence",
    "Facts",
    "Finding",
    "FitCall",
    "Fix",
    "Harm",
    "Head",
    "HeadMetric",
    "LabelRepair",
    "Labels",
    "Layout",
    "Loss",
    "LossKind",
    "Metric",
    "RecodeLabels",
    "RepairLabels",
    "Rule",
    "SampleWeight",
    "Scalar",
    "SetActivation",
    "SetLoss",
    "SetMetric",
    "SetUnits",
    "Severity",
    "Shape",
    "WeighMetric",
    "axes_advice",
    "class_weight_refused",
    "classes_of",
    "classifier",
    "fitting",
    "fitting_accuracy",
    "focal_form",
    "labels",
    "loss_called",
    "loss_traits",
    "metric",
    "metric_called",
    "metric_traits",
    "regressor",
    "sample_weight_refused",
    "share_shown",
    "tail_shown",
    "trained_on",
    "vary",
    "whole_keys",
    "why_labels_refused",
    "with_head",
]

CCE = "categorical_crossentropy"
"""Categorical cross-entropy, over one-hot rows; the binary one is "bce" in Keras."""

SCCE = "sparse_categorical_crossentropy"
"""Sparse categorical cross-entropy, over class ids."""


def labels(
    encoding: str,
    classes: int = 2,
    *,
    samples: int = 512,
    column: bool = False,
    **changes: object,
) -> Labels:
    """Return sample labels for an example, balanced and without gaps.

    Args:
        encoding: One of the names of `Encoding`.
        classes: Classes, or columns of one-hot and multi-hot rows.
        samples: Rows.
        column: Give shape (samples, 1) instead of (samples,).
        changes: Fields of `Labels` that differ.
    """
    kind = Encoding(encoding)
    rows = kind in (Encoding.ONE_HOT, Encoding.MULTI_HOT, Encoding.DISTRIBUTION)
    real = kind in (Encoding.CONTINUOUS, Encoding.PROBABILITY, Encoding.DISTRIBUTION)
    text = kind is Encoding.STRINGS
    low, high = _RANGES.get(kind, (None, None) if text else (0.0, float(classes - 1)))
    tail = (classes,) if rows else (1,) if column else ()
    facts: dict[str, object] = {
        "encoding": kind,
        "candidates": (kind, Encoding.MULTI_HOT)
        if kind is Encoding.ONE_HOT
        else (kind,),
        "shape": (samples, *tail),
        "dtype": "str" if text else "float32" if real or rows else "int64",
        "samples": samples,
        "classes": None if real else classes,
        "low": low,
        "high": high,
        "integral": not real and not text,
        "majority": None if real else 1 / classes,
        "ones": (1, 1) if kind is Encoding.ONE_HOT else (0, classes) if rows else None,
    }
    return Labels(**{**facts, **changes})  # type: ignore[arg-type]


_RANGES = {
    Encoding.BINARY: (0.0, 1.0),
    Encoding.ONE_HOT: (0.0, 1.0),
    Encoding.MULTI_HOT: (0.0, 1.0),
    Encoding.PROBABILITY: (0.02, 0.97),
    Encoding.DISTRIBUTION: (0.0, 0.9),
    Encoding.SIGNED_BINARY: (-1.0, 1.0),
    Encoding.CONTINUOUS: (-3.0, 3.0),
}


def classifier(
    activation: str,
    loss: str | Loss | None,
    *,
    units: int = 1,
    from_logits: bool | None = None,
    metrics: tuple[str | Metric, ...] | None = (),
    labels: Labels | None = None,
    keras: str = "3.15.1",
    shape: Shape | None = None,
    backend: str | None = None,
    compiled: bool | None = True,
    **head: object,
) -> Description:
    """Return a model with one head for an example.

    Args:
        activation: Last activation of the head, or "unknown".
        loss: A Keras name, or a `Loss`; None: compiled without.
        units: Width of the output; its shape is (batch, units).
        from_logits: Argument of the loss.
        metrics: Strings as in compile(), or `kit.metric(...)`.
        labels: From `kit.labels`; None: not given.
        keras: Version that wrote the model.
        shape: If it is not (batch, units).
        backend: If the file says it.
        compiled: Whether it is compiled.
        head: Other fields of `Head`.
    """
    if isinstance(loss, str):
        loss = loss_called(loss, from_logits=from_logits)
    if metrics is not None:
        metrics = tuple(metric_called(m) if isinstance(m, str) else m for m in metrics)
    facts: dict[str, object] = {
        "name": "out",
        "layer": "out",
        "layer_class": "Dense",
        "units": units,
        "shape": shape or (None, units),
        "activation": Activation(activation),
        "loss": loss,
        "metrics": metrics,
        "labels": labels,
    }
    model = Description(
        path="model.keras",
        format="keras",
        heads=(Head(**{**facts, **head}),),  # type: ignore[arg-type]
        model_class="Sequential",
        keras_version=keras,
        backend=backend,
        compiled=compiled,
        optimizer="Adam",
    )
    return with_resolved_metrics(model)


def regressor(
    activation: str = "linear", loss: str | Loss = "mse", **facts: object
) -> Description:
    """Return a model with one regression head, labels continuous, for an example."""
    facts.setdefault("labels", labels("continuous"))
    return classifier(activation, loss, **facts)  # type: ignore[arg-type]


def vary(model: Description, **changes: Any) -> Description:
    """Return an example that differs from `model` in a few facts, for a near miss.

    Args:
        model: From `classifier` or `regressor`, with one head.
        changes: Arguments of `classifier`. Other `units` come with the shape
            (batch, units), another `loss` with its default `from_logits`.
    """
    head = model.heads[0]
    facts: dict[str, Any] = {name: getattr(head, name) for name in Head.__annotations__}
    facts.update(
        keras=model.keras_version, backend=model.backend, compiled=model.compiled
    )
    if "units" in changes:
        facts["shape"] = None
    if "from_logits" in changes and "loss" not in changes and head.loss is not None:
        changes["loss"] = loss_called(
            head.loss.name,
            from_logits=changes.pop("from_logits"),
            arguments=head.loss.arguments,
            given=head.loss.given,
        )
    return classifier(**{**facts, **changes})


def trained_on(model: Description, **call: Any) -> Description:
    """Return `model` with what is known of its call of `fit`.

    Args:
        model: An example.
        call: Fields of `FitCall`.
    """
    return replace(model, fit=FitCall(**call))


def with_head(model: Description, other: Description) -> Description:
    """Return `model` with the head of `other` next to its own, named "second"."""
    second = replace(other.heads[0], name="second")
    return replace(model, heads=(*model.heads, second), model_class="Functional")
