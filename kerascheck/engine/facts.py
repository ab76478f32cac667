"""One head as a rule sees it: asking for an unknown fact ends the rule, undecided."""

from __future__ import annotations

from kerascheck.engine.head_metric import HeadMetric
from kerascheck.keras_api.activations import PROBABILITIES
from kerascheck.keras_api.shape_match import Layout, layout
from kerascheck.model.description import (
    Activation,
    ClassWeight,
    Description,
    Encoding,
    Evidence,
    Head,
    Labels,
    Loss,
    LossKind,
    Metric,
    SampleWeight,
    Shape,
)
from kerascheck.model.errors import NotApplicable, Undecided

_MISSING = object()

_ROWS = (Encoding.ONE_HOT, Encoding.DISTRIBUTION)

FIELDS = {
    "activation": (
        "activation",
        "activation_as_saved",
        "softmax_axis",
        "inner_activations",
        "layers_after",
        "logits_hidden",
    ),
    "units": ("units",),
    "shape": ("shape",),
    "loss": ("loss",),
    "loss_weight": ("loss_weight",),
    "spare_losses": ("spare_losses",),
    "metrics": ("metrics",),
    "labels": ("labels",),
    "class_weight": ("class_weight",),
}
"""Fact of a head that a rule may declare to read -> the fields of `Head` it is in. What
no fix changes, such as names and places in the file, is not among them."""

_FIELD_OF = {"before": "inner_activations", "after": "layers_after"}
"""Name in reports, which stays -> field of `Head`, where they differ."""

HEADS = "heads"
"""Declared by a rule that looks at the other heads of the model as well."""


def changed_facts(before: Head, after: Head) -> frozenset[str]:
    """Return which facts differ between two states of one head."""
    changed = []
    for fact, fields in FIELDS.items():
        for field in fields:
            old, new = getattr(before, field), getattr(after, field)
            if old is not new and old != new:
                changed.append(fact)
                break
    return frozenset(changed)


class Facts:
    """The facts of one head, each known or the end of the rule that asks.

    A property raises `Undecided` if its fact is unknown, which the report lists under
    "not run" with the reason, and `NotApplicable` if the head does not have that part
    at all. So a rule reads as plain conditions, and is undecided only if the unknown
    fact would really have mattered.

    The order of asking decides what the report says: the first unknown fact ends the
    rule. Ask first for what most often shows that the rule does not apply, and is most
    often known:

    1. `head`, `any_loss` and `metrics`, which are known for every compiled model;
    2. `units`, `shape` and `activation`, which a custom layer hides;
    3. `loss`, which a custom loss ends;
    4. `labels`, `encoding` and `layout`, which are often not given.

    A rule that asks for `labels` before `loss` is listed as "no labels were given" even
    for a loss that it would never have looked at.
    """

    __slots__ = ("_head_metrics", "head", "model")

    def __init__(self, head: Head, model: Description) -> None:
        self.head = head
        self.model = model
        self._head_metrics: tuple[HeadMetric, ...] | None = None

    @property
    def name(self) -> str:
        """Name of the head."""
        return self.head.name

    @property
    def activation(self) -> Activation:
        """Last activation of the head."""
        if self.head.activation is Activation.UNKNOWN:
            raise Undecided(self._why_no_activation())
        return self.head.activation

    def require_loss_of_compile(self) -> None:
        """Continue only if nothing but the compiled loss can train the model."""
        name = self.model.model_class
        if name not in (None, "Sequential", "Functional"):
            raise Undecided(f"the model class {name!r} may train by a loss of its own")

    def _why_no_activation(self) -> str:
        if self.head.activation_as_saved is not None:
            return f"the activation {self.head.activation_as_saved!r} is not Keras's"
        if self.head.layer_class is not None:
            return (
                f"what {self.head.layer_class} {self.head.layer!r} computes is unknown"
            )
        return self.model.opaque or "the activation of the head is unknown"

    @property
    def units(self) -> int:
        """Width of the last axis of the output."""
        if self.head.units is None:
            raise Undecided("the width of the output is unknown")
        return self.head.units

    @property
    def shape(self) -> Shape:
        """Shape of the output, batch first."""
        if self.head.shape is None:
            raise Undecided("the shape of the output is unknown")
        return self.head.shape

    @property
    def loss(self) -> Loss:
        """Loss of the head; a custom one ends the rule, undecided."""
        loss = self.any_loss
        if loss.kind is LossKind.CUSTOM:
            raise Undecided(f"what the loss {loss.name!r} expects is unknown")
        return loss

    @property
    def any_loss(self) -> Loss:
        """Loss of the head, custom ones included."""
        if self.model.compiled is not True:
            raise Undecided(
                "the model is not compiled"
                if self.model.compiled is False
                else "the file holds no compile information that can be read"
            )
        if self.head.loss is None:
            raise NotApplicable
        return self.head.loss

    @property
    def metrics(self) -> tuple[Metric, ...]:
        """Metrics of the head, as compiled and resolved."""
        if self.model.compiled is not True:
            raise Undecided("the model is not compiled")
        if self.head.metrics is None:
            raise Undecided("the metrics are unknown")
        return self.head.metrics

    @property
    def head_metrics(self) -> tuple[HeadMetric, ...]:
        """Metrics of the head, each with its place and with what Keras's class does."""
        if self._head_metrics is None:
            numbered = enumerate(self.metrics)
            self._head_metrics = tuple(HeadMetric(self.name, i, m) for i, m in numbered)
        return self._head_metrics

    @property
    def labels(self) -> Labels:
        """Sample labels of the head."""
        if self.head.labels is None:
            raise Undecided(self._why_unread("y") or "no labels were given")
        return self.head.labels

    def _why_unread(self, argument: str) -> str | None:
        """Return why an argument of `fit` is not understood; None: it is."""
        call = self.model.fit
        return None if call is None else call.why_unread(argument)

    def require_read(self, *arguments: str) -> None:
        """Continue only if these arguments of `fit`, if passed, are understood."""
        for argument in arguments:
            why = self._why_unread(argument)
            if why is not None:
                raise Undecided(why)

    @property
    def legacy(self) -> bool:
        """Say whether Keras 2 saved or trains the model."""
        return self.model.generation is not None and self.model.generation < (3, 0)

    @property
    def class_weight(self) -> ClassWeight:
        """Class weights of the head, if `fit` gets them by class."""
        if self.head.class_weight is None:
            why = self._why_unread("class_weight")
            if why is not None:
                raise Undecided(why)
            raise NotApplicable
        return self.head.class_weight

    @property
    def sample_weight(self) -> SampleWeight:
        """Sample weights that `fit` gets."""
        call = self.model.fit
        if call is None or call.sample_weight is None:
            why = self._why_unread("sample_weight")
            if why is not None:
                raise Undecided(why)
            raise NotApplicable
        return call.sample_weight

    @property
    def encoding(self) -> Encoding:
        """Likeliest encoding of the labels."""
        if self.labels.encoding is Encoding.UNKNOWN:
            raise Undecided("the encoding of the labels is unknown")
        return self.labels.encoding

    @property
    def layout(self) -> Layout:
        """How labels and output match, as Keras compares their shapes."""
        labels = self.labels
        found = layout(self.shape, labels.shape)
        if found is Layout.IDS and labels.encoding in _ROWS and len(labels.shape) > 1:
            return Layout.RANK  # an axis of unknown size matched a row of classes
        return found

    @property
    def logits(self) -> bool:
        """Say whether the outputs are logits, according to the loss or the head.

        True for a head that does not end in probabilities under a loss with
        from_logits=True, and for a linear head under hinge.
        """
        if self.activation in PROBABILITIES:
            return False
        loss = self.loss
        if loss.kind in (LossKind.HINGE, LossKind.CATEGORICAL_HINGE):
            return True
        return loss.from_logits is True

    @property
    def knows_labels(self) -> bool:
        """Say whether sample labels were given and could be measured."""
        labels = self.head.labels
        return labels is not None and labels.encoding is not Encoding.UNKNOWN

    def fact(self, *path: str, value: object = _MISSING) -> Evidence:
        """Return one fact of this head as evidence, with where it was found.

        Args:
            path: As reports name it, such as ("loss", "from_logits"), ("metrics", "0"),
                ("labels", "encoding") or ("after",).
            value: What to show; by default the fact itself.
        """
        if value is _MISSING:
            value = self.head
            for step in path:
                if isinstance(value, tuple):
                    value = value[int(step)]
                else:
                    value = getattr(value, _FIELD_OF.get(step, step))
        origin = self.head.origin(".".join(path))
        if not origin and path[0] == "labels" and self.head.labels is not None:
            origin = self.head.labels.path or ""
        return Evidence(fact=self.head.at(*path), value=shown(value), origin=origin)


def shown(value: object) -> str:
    """Return a fact as a person reads it: 1 not 1.0, linear not 'linear'."""
    if isinstance(value, Loss):
        return value.name
    if isinstance(value, Metric):
        return metric_shown(value)
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, tuple):
        inner = ", ".join(shown(v) for v in value)
        return f"({inner},)" if len(value) == 1 else f"({inner})"
    return str(value)


def metric_shown(metric: Metric) -> str:
    """Return a metric as compiled and, if that differs, as resolved."""
    if metric.resolved is None or metric.resolved == metric.compiled:
        return metric.compiled
    return f"{metric.compiled} ({metric.resolved})"
