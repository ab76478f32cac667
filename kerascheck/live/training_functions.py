"""Checks hand-written training: finds out what its functions do by calling them.

    kerascheck.check_training(predict=model, loss=loss, metric=accuracy, x=x, y=y)

The functions are called on a small batch. The result becomes the same `Description`
as that of a compiled model, and is checked by the same rules:

outputs
    Probabilities stay inside [0, 1] however far the inputs are scaled; logits leave it
    on both sides.
loss
    On chosen outputs it is compared with the cross-entropy of those outputs as
    probabilities, and as logits.
metric
    The output at which its decision changes is found by bisection; with several
    columns it is compared with the accuracy of the largest one, and of each cell.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

from kerascheck.api import judged
from kerascheck.engine.finding import Finding
from kerascheck.engine.fix import metric as metric_of
from kerascheck.keras_api.losses import loss_called
from kerascheck.labels.fit_arguments import fit_arguments
from kerascheck.labels.measure import measure
from kerascheck.model.description import (
    Activation,
    Description,
    Encoding,
    Head,
    Labels,
    Loss,
    LossKind,
    Metric,
)
from kerascheck.model.errors import UsageError
from kerascheck.model.frozen import replace
from kerascheck.model.typed import TYPE_CHECKING, Any, Final
from kerascheck.report.report import Report

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

__all__ = ["check_training"]

MAX_ROWS: Final = 64
"""Samples that the functions are called on."""

SCALES: Final = (1.0, -1.0, 10.0, -10.0, 1000.0, -1000.0)
"""Factors of the inputs. At the largest, sigmoid and softmax are almost 0 or 1."""

MAX_OUTPUT: Final = 50.0
"""The threshold of a decision is searched for between -50 and 50."""

TOLERANCE: Final = 1e-3
"""Relative difference within which two values are equal; Keras clips at 1e-7."""

Function = Callable[..., Any]


def check_training(
    *,
    predict: Function,
    x: Any,
    y: Any,
    loss: Function | None = None,
    metric: Function | None = None,
    train: Function | None = None,
    name: str = "<training>",
) -> Report:
    """Check the functions of a training loop that is not a `keras.Model`.

    Args:
        predict: From inputs to the outputs that `metric` receives, shape (samples,),
            (samples, 1) or (samples, classes). A function, `tf.Module`, …
        x: Inputs, shape (samples, …); at most 64 samples are used.
        y: Labels, as `loss` and `metric` receive them.
        loss: Called with labels and outputs, as losses of Keras are.
        metric: Called with labels and outputs, as metrics of Keras are.
        train: From inputs to the outputs that `loss` receives, if not `predict`.
        name: Shown in the report in place of the path of a model.

    Returns:
        The report of the rules that could be decided; the others are in `not_run`
        with the reason. Fixes are advice: the code is the user's.

    Raises:
        UsageError: Lengths differ, there are no samples, or `predict` does not return
            an array.
        UnreadableLabels: `y` cannot be measured.
    """
    data = fit_arguments(y, x)
    inputs, labels = data.x[:MAX_ROWS], data.y[:MAX_ROWS]
    if len(labels) == 0:
        raise UsageError("there are no samples to call the functions on")
    measured = measure(data.y)
    predicted = _head(predict, inputs, measured)
    reports = []
    if loss is not None:
        head = predicted if train is None else _head(train, inputs, measured)
        head = _with_loss(head, loss, labels, (train or predict)(inputs))
        reports.append(_advice(judged(_model(name, head)), of_metrics=False))
    if metric is not None:
        found = _metric(metric, labels, predict(inputs), measured)
        head = replace(predicted, loss=_suitable_loss(predicted), metrics=(found,))
        reports.append(_advice(judged(_model(name, head)), of_metrics=True))
    return _merge(reports, _model(name, predicted))


def _model(name: str, head: Head) -> Description:
    return Description(path=name, format="live", heads=(head,), compiled=True)


def _head(function: Function, inputs: Any, labels: Labels) -> Head:
    outputs = _array(function(inputs))
    if outputs.ndim == 0 or len(outputs) != len(inputs):
        raise UsageError(
            "Expected outputs of shape (samples, …), one for each input. "
            f"Received: shape {outputs.shape} for {len(inputs)} inputs."
        )
    units = outputs.shape[-1] if outputs.ndim > 1 else 1
    return Head(
        name="output",
        units=units,
        shape=(None, *outputs.shape[1:]),
        activation=_activation(function, inputs, outputs),
        labels=labels,
        metrics=(),
        logits_hidden=True,  # no Keras layer keeps the logits of a plain function
    )


def _activation(function: Function, inputs: Any, outputs: Array) -> Activation:
    """Return the last activation, by the range of the outputs over scaled inputs."""
    import numpy as np

    values = _array(inputs)
    if values.dtype.kind != "f":
        return Activation.UNKNOWN
    probes = [
        _array(function(_like(inputs, values * np.asarray(s, values.dtype))))
        for s in SCALES
    ]
    values = np.concatenate(probes)
    if not np.isfinite(values).all() or np.ptp(values) == 0:
        return Activation.UNKNOWN
    if values.min() >= 0 and values.max() <= 1 + TOLERANCE:
        rows = values.sum(axis=-1) if values.ndim > 1 else values
        several = outputs.ndim > 1 and outputs.shape[-1] > 1
        if several and np.allclose(rows, 1, atol=TOLERANCE):
            return Activation.SOFTMAX
        return Activation.SIGMOID
    both_sides = values.min() < -1 - TOLERANCE and values.max() > 1 + TOLERANCE
    return Activation.LINEAR if both_sides else Activation.UNKNOWN


def _with_loss(head: Head, loss: Function, y: Any, outputs: Any) -> Head:
    """Return the head with its loss, and with whether that really squashes twice."""
    found = _loss(loss, y, outputs, head)
    if found.from_logits and head.activation is not Activation.LINEAR:
        # Keras on TensorFlow may use the logits from before its own activations.
        values = _array(outputs).astype("float64")
        expected = _references(head, _array(y), values)[found.name, True]
        head = replace(head, logits_hidden=_equal(_value(loss, y, outputs), expected))
    return replace(head, loss=found)


def _loss(loss: Function, y: Any, outputs: Any, head: Head) -> Loss:
    """Return the loss of Keras that returns the same values; custom if none does."""
    import numpy as np

    shape, rng = _array(outputs).shape, np.random.default_rng(0)
    matching: set[tuple[str, bool]] | None = None
    for _ in range(4):
        chosen = rng.uniform(0.05, 0.95, shape)
        if shape[1:] and shape[-1] > 1:
            chosen /= chosen.sum(axis=-1, keepdims=True)
        returned = _value(loss, y, _like(outputs, chosen))
        references = _references(head, _array(y), chosen)
        now = {key for key, value in references.items() if _equal(returned, value)}
        matching = now if matching is None else matching & now
    if not matching or len(matching) > 1:
        return Loss(name=_name(loss), kind=LossKind.CUSTOM, given="function")
    ((name, from_logits),) = matching
    return loss_called(name, from_logits=from_logits, given="function")


def _value(function: Function, y: Any, outputs: Any) -> Array | None:
    """Return the value or values of a loss or metric; None if it raises."""
    try:
        return _array(function(y, outputs)).astype("float64")
    except Exception:  # the user's code, on outputs of our choice
        return None


def _equal(returned: Array | None, expected: Array) -> bool:
    """Say whether a loss returned the mean or sum of these values, or each of them."""
    import numpy as np

    if returned is None:
        return False
    sums = (expected.mean(), expected.sum(), expected.sum() / len(expected))
    return any(
        np.isclose(returned.mean(), one, rtol=TOLERANCE)
        for one in sums[: 1 + 2 * (returned.ndim == 0)]
    )


def _references(head: Head, y: Array, outputs: Array) -> dict[tuple[str, bool], Array]:
    """Return the values of each loss of Keras, by its name and `from_logits`.

    Labels are paired with outputs as they should be: shape (samples,) with one unit
    as (samples, 1), ids with the columns of their class.
    """
    import numpy as np

    units, size = head.units or 1, len(y)
    values = outputs.reshape(size, -1)
    if units > 1 and y.size == size:
        ids = y.reshape(-1).astype(int)
        if ids.min() < 0 or ids.max() >= units:
            return {}
        rows, name = np.eye(units)[ids], "SparseCategoricalCrossentropy"
    elif y.size == values.size:
        rows, name = y.reshape(size, -1).astype("float64"), "CategoricalCrossentropy"
    else:
        return {}
    found = {}
    if name.startswith("Categorical"):
        squashed = 1 / (1 + np.exp(-values))
        found["BinaryCrossentropy", False] = -_log_likelihood(
            rows, values, two_sided=True
        )
        found["BinaryCrossentropy", True] = -_log_likelihood(
            rows, squashed, two_sided=True
        )
        found["MeanSquaredError", False] = (rows - values) ** 2
    if units > 1:
        powers = np.exp(values - values.max(axis=1, keepdims=True))
        softmax = powers / powers.sum(axis=1, keepdims=True)
        found[name, False] = -_log_likelihood(rows, values, two_sided=False).sum(axis=1)
        found[name, True] = -_log_likelihood(rows, softmax, two_sided=False).sum(axis=1)
    return found


def _log_likelihood(rows: Array, p: Array, *, two_sided: bool) -> Array:
    """Return the log-likelihood of each cell of labels under probabilities."""
    import numpy as np

    p = np.clip(p, 1e-7, 1 - 1e-7)
    likelihood: Array = rows * np.log(p)
    return likelihood + (1 - rows) * np.log(1 - p) if two_sided else likelihood


def _suitable_loss(head: Head) -> Loss | None:
    """Return a loss that suits outputs and labels: only the metric is checked."""
    logits = head.activation is Activation.LINEAR
    names = {
        Encoding.ONE_HOT: "CategoricalCrossentropy",
        Encoding.CLASS_IDS: "SparseCategoricalCrossentropy",
        Encoding.CONTINUOUS: "MeanSquaredError",
    }
    encoding = head.labels.encoding if head.labels else Encoding.UNKNOWN
    several = (head.units or 1) > 1
    if several and encoding is Encoding.BINARY:
        encoding = Encoding.CLASS_IDS
    return loss_called(names.get(encoding, "BinaryCrossentropy"), from_logits=logits)


def _metric(metric: Function, y: Any, outputs: Any, labels: Labels) -> Metric:
    """Return the accuracy of Keras that decides the same; custom if none does."""
    metric = _without_state(metric)
    shape = _array(outputs).shape
    several = len(shape) > 1 and shape[-1] > 1
    if several:
        return _metric_of_rows(metric, y, outputs)
    found = _threshold(metric, y, outputs)
    if found is not None and labels.fits(Encoding.BINARY):
        for threshold in (0.0, 0.5):
            if abs(found - threshold) < 2 * TOLERANCE:
                return metric_of("BinaryAccuracy", threshold=threshold)
    return _custom_metric(metric)


def _custom_metric(metric: Function) -> Metric:
    return Metric(compiled=_name(metric), given="function", builtin=False)


def _without_state(metric: Function) -> Function:
    """Return a metric that keeps no state; the user's object is not touched."""
    if not hasattr(metric, "reset_state") or not hasattr(metric, "from_config"):
        return metric
    kind: Any = type(metric)
    copy = kind.from_config(metric.get_config())  # type: ignore[attr-defined]

    def call(y: Any, outputs: Any) -> Any:
        copy.reset_state()
        return copy(y, outputs)

    call.__name__ = kind.__name__
    return call


def _threshold(metric: Function, y: Any, outputs: Any) -> float | None:
    """Return the output above which the decision is 1; None if there is none.

    All samples get the same output, and three of four have label 1: so the metric is
    0.75 above the threshold, and 0.25 below.
    """
    import numpy as np

    truth = _array(y).reshape(len(_array(outputs)), -1)[:, 0] > 0
    if not truth.any() or truth.all():
        return None
    ones, zeros = np.flatnonzero(truth), np.flatnonzero(~truth)
    picks = np.concatenate([np.resize(ones, 3), zeros[:1]])
    labels = _like(y, _array(y)[picks])
    shape = (len(picks), *_array(outputs).shape[1:])

    def positive(value: float) -> bool | None:
        result = _value(metric, labels, _like(outputs, np.full(shape, value)))
        share = None if result is None or result.size == 0 else float(result.mean())
        return None if share not in (0.25, 0.75) else share == 0.75

    low, high = -MAX_OUTPUT, MAX_OUTPUT
    if positive(low) is not False or positive(high) is not True:
        return None
    while high - low > TOLERANCE / 4:
        middle = (low + high) / 2
        if positive(middle):
            high = middle
        else:
            low = middle
    return (low + high) / 2


def _metric_of_rows(metric: Function, y: Any, outputs: Any) -> Metric:
    import numpy as np

    truth, shape = _array(y), _array(outputs).shape
    rows, rng = truth.shape == shape, np.random.default_rng(0)
    ids = truth.argmax(axis=-1) if rows else truth.reshape(-1)
    matching: set[str | float] | None = None
    for _ in range(4):
        chosen = rng.normal(0, 2, shape)
        result = _value(metric, y, _like(outputs, chosen))
        if result is None:
            return _custom_metric(metric)
        shares: dict[str | float, float] = {
            "largest": float((chosen.argmax(axis=-1) == ids).mean())
        }
        if rows:
            shares |= {c: float(((chosen > c) == (truth > 0)).mean()) for c in (0, 0.5)}
        now = {
            k for k, v in shares.items() if abs(float(result.mean()) - v) < TOLERANCE
        }
        matching = now if matching is None else matching & now
    if matching == {"largest"}:
        return metric_of("CategoricalAccuracy" if rows else "SparseCategoricalAccuracy")
    if matching and len(matching) == 1:
        return metric_of("BinaryAccuracy", threshold=float(matching.pop()))
    return _custom_metric(metric)


def _advice(report: Report, *, of_metrics: bool) -> Report:
    """Return the findings on the loss, or on the metrics, with fixes as advice."""
    findings = tuple(
        _without_edits(finding)
        for finding in report.findings
        if (".metrics" in finding.location) is of_metrics
        or (not of_metrics and ".labels" in finding.location)
    )
    return report.with_findings(findings)


def _without_edits(finding: Finding) -> Finding:
    fix = None if finding.fix is None else finding.fix.as_advice()
    follows = tuple(_without_edits(other) for other in finding.follows)
    return replace(
        finding,
        fix=fix,
        snippet=None,
        layer_line=None,
        labels_line=None,
        follows=follows,
    )


def _merge(reports: list[Report], model: Description) -> Report:
    """Return one report; a rule is decided if it is decided in one of them."""
    if not reports:
        raise UsageError("there is nothing to check: pass a loss, a metric, or both")
    first, *others = reports
    not_run = [{item.code: item for item in report.not_run} for report in reports]
    never = [n for code, n in not_run[0].items() if all(code in o for o in not_run[1:])]
    return replace(
        first,
        models=(replace(model, heads=(_both(reports),)),),
        findings=tuple(f for report in reports for f in report.findings),
        not_run=tuple(never),
        decided=first.decided + sum(len(not_run[0]) - len(never) for _ in others),
    )


def _both(reports: list[Report]) -> Head:
    """Return the head that the loss was checked on, with the metrics of the other."""
    first, last = reports[0].models[0].heads[0], reports[-1].models[0].heads[0]
    return first if first is last else replace(first, metrics=last.metrics)


def _name(function: Function) -> str:
    return str(getattr(function, "__name__", type(function).__name__))


def _array(values: Any) -> Array:
    import numpy as np

    if hasattr(values, "detach"):
        values = values.detach().cpu().numpy()
    array: Array = np.asarray(values)
    return array


def _like(example: Any, values: Array) -> Any:
    """Return values as an array of the kind and dtype of `example`."""
    root = type(example).__module__.partition(".")[0]
    values = values.astype(_array(example).dtype)
    if root == "tensorflow":
        return sys.modules["tensorflow"].constant(values)
    if root == "torch":
        return sys.modules["torch"].as_tensor(values)
    if root in ("jax", "jaxlib"):
        return sys.modules["jax"].numpy.asarray(values)
    return values
