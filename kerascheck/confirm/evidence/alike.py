"""Which setups train alike: one normal form, and one short text, for all of them.

What has no influence on a training is left out: the name of a loss as it was written,
arguments at their defaults, metrics. So evidence is found for a setup that nobody has
written down in the same words. Values only; nothing here needs Keras or numpy.
"""

from __future__ import annotations

from collections.abc import Mapping

from kerascheck.confirm.setup import Argument, LabelForm, Part, Setup
from kerascheck.keras_api import defaults
from kerascheck.keras_api.activations import BY_NAME, KEEPS_LOGITS
from kerascheck.keras_api.losses import CROSSENTROPIES, LOSS_NAMES, LOSSES
from kerascheck.keras_api.metrics import ACCURACY, METRIC_NAMES, METRICS, is_by_shape
from kerascheck.model.description import Encoding
from kerascheck.model.frozen import replace

MORE = "-more"
"""Ends the text of a task for setups that are not usual."""

_KERAS = 3  # major version of the Keras that trains
_UNREAD = ("name", "dtype", "reduction")
_BY_ROW = (Encoding.ONE_HOT, Encoding.MULTI_HOT)


def alike(setup: Setup, backend: str) -> Setup:
    """Return the normal form of a setup, without metrics: it trains in the same way.

    Args:
        setup: Any.
        backend: Keras on TensorFlow looks for the logits behind an activation.
    """
    weights = setup.class_weight
    plain = replace(
        setup,
        loss=plain_loss(setup.loss),
        labels=_plain_labels(setup),
        inner_activation=_inner(setup.inner_activation),
        metrics=(),
        watched=(),
        class_weight=None if weights and all(w == 1 for _, w in weights) else weights,
    )
    reads = _reads_logits(plain, backend) and not setup.behind
    hidden = setup.hidden_activation and reads
    return replace(plain, hidden_activation=hidden)


def plain_loss(loss: Part) -> Part:
    """Return a loss by its class, without arguments at their defaults."""
    name = LOSS_NAMES.get(loss.name, loss.name)
    return Part.of(name, **_changed(loss, defaults.LOSSES[_KERAS].get(name, {})))


def plain_metric(metric: Part) -> Part:
    """Return a metric by its class, without its name and arguments at their defaults.

    A word that Keras resolves from shapes stays one: "accuracy", "crossentropy".
    """
    if is_by_shape(metric.name):
        word = "accuracy" if metric.name.lower() in ACCURACY else "crossentropy"
        return Part.of(word)
    name = METRIC_NAMES.get(metric.name, metric.name)
    known = dict(defaults.METRICS[_KERAS].get(name, {}))
    traits = METRICS.get(name)
    if traits is not None and traits.threshold_argument is not None:
        known[traits.threshold_argument] = traits.threshold
    return Part.of(name, **_changed(metric, known))


def cuts_of(setup: Setup) -> list[Argument]:
    """Return where each metric cuts one score at a time; None: it does not."""
    return [_cut_of(part, setup.units) for part in setup.metrics]


def _cut_of(metric: Part, units: int) -> Argument:
    one = units == 1 and metric.name.lower() in ACCURACY
    name = "BinaryAccuracy" if one else METRIC_NAMES.get(metric.name, metric.name)
    traits = METRICS.get(name)
    if traits is None or traits.threshold_argument is None:
        return None
    given = dict(metric.arguments).get(traits.threshold_argument)
    return traits.threshold if given is None else given


def text_of(setup: Setup) -> str:
    """Return the text that identifies a setup in normal form among those of its task.

    "1/softmax/BinaryCrossentropy/binary": units, activations, loss, labels; then
    "hidden", class weights, and another network or rate, if there are any.
    """
    activations = filter(None, (setup.inner_activation, setup.activation))
    parts = [str(setup.units), ">".join(activations), setup.loss.text]
    parts.append(_labels_text(setup.labels))
    if setup.over_steps:
        parts.append("over steps")
    parts += setup.behind
    if setup.loss_weight != 1:
        parts.append(f"weight {setup.loss_weight:g}")
    if setup.hidden_activation:
        parts.append("hidden")
    if setup.class_weight is not None:
        parts.append(" ".join(f"{k}:{w:.4g}" for k, w in setup.class_weight))
    if not has_usual_schedule(setup):
        parts.append(f"{setup.network} {setup.learning_rate:g}")
    return "/".join(parts)


def task_text(setup: Setup) -> str:
    """Return the text that identifies a task: "multiclass_hard-3".

    Setups that are not usual have a text, and a file, of their own.
    """
    text = f"{setup.task}-{setup.classes}"
    return text if is_usual(setup) else text + MORE


def is_usual(setup: Setup) -> bool:
    """Say whether a setup has nothing that few models have, and the usual schedule."""
    odd = (setup.behind, setup.over_steps, setup.labels.spoilt, setup.loss_weight != 1)
    return not any(odd) and has_usual_schedule(setup)


def has_usual_schedule(setup: Setup) -> bool:
    """Say whether a setup trains with the usual network, optimizer, rate and steps."""
    usual = Setup(
        units=setup.units,
        activation=setup.activation,
        loss=setup.loss,
        labels=setup.labels,
        task=setup.task,
        classes=setup.classes,
    )
    names = ("network", "optimizer", "learning_rate", "steps", "batch")
    return all(getattr(setup, name) == getattr(usual, name) for name in names)


def _changed(part: Part, known: Mapping[str, object]) -> dict[str, Argument]:
    """Return the arguments that are not at their defaults."""
    unset = object()
    return {
        name: value
        for name, value in part.arguments
        if name not in _UNREAD and value is not None and known.get(name, unset) != value
    }


def _plain_labels(setup: Setup) -> LabelForm:
    """Return labels without what is usual; 0 and 1 are "binary", whatever they are."""
    form, classes = setup.labels, setup.classes
    usual: tuple[float, ...] = tuple(float(i) for i in range(classes))
    encoding = form.encoding
    if encoding is Encoding.SIGNED_BINARY:
        usual = (-1.0, 1.0)
    if encoding in _BY_ROW:
        usual = (0.0, 1.0)
    values = () if form.values == usual else form.values
    if encoding is Encoding.CLASS_IDS and classes == 2:
        if values == (-1.0, 1.0):
            encoding, values = Encoding.SIGNED_BINARY, ()
        elif not values:
            encoding = Encoding.BINARY
    by_row = encoding is not Encoding.CONTINUOUS
    return LabelForm(
        encoding=encoding,
        column=form.column,
        dtype="bool" if form.dtype == "bool" else None,
        values=values,
        width=None if form.width == classes and by_row else form.width,
        spoilt=form.spoilt,
    )


def _inner(name: str | None) -> str | None:
    return None if name == "linear" else name


def _reads_logits(setup: Setup, backend: str) -> bool:
    """Say whether the loss may look behind the activation."""
    traits = LOSSES.get(setup.loss.name)
    crossentropy = traits is None or traits.kind in CROSSENTROPIES
    keeps = BY_NAME.get(setup.activation) in KEEPS_LOGITS
    return backend == "tensorflow" and crossentropy and keeps


def _labels_text(form: LabelForm) -> str:
    parts = [str(form.encoding)]
    if form.column:
        parts.append("column")
    if form.dtype:
        parts.append(form.dtype)
    if form.values:
        parts.append(" ".join(f"{value:g}" for value in form.values))
    if form.width is not None:
        parts.append(f"width {form.width}")
    if form.spoilt is not None:
        parts.append(f"spoilt {form.spoilt}")
    return ",".join(parts)
