"""One head as a rule sees it: asking for an unknown fact ends the rule, undecided."""

from __future__ import annotations

from kerascheck.engine.head_metric import HeadMetric
from kerascheck.keras_api.activations import (
    KEEPS_LOGITS,
    PROBABILITIES,
    WITHOUT_LOGITS,
)
from kerascheck.keras_api.fit_labels import require_loss_of_compile
from kerascheck.keras_api.layout import SEVERAL, Layout, layouts
from kerascheck.keras_api.losses import OF_TENSORFLOW, loss_traits
from kerascheck.keras_api.metrics import possible_classes, resolves_by_loss
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
from kerascheck.model.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from kerascheck.keras_api.shape_match import KerasUsed, Match

_MISSING = object()

_OF_CLASSES = (
    Encoding.BINARY,
    Encoding.ONE_HOT,
    Encoding.MULTI_HOT,
    Encoding.CLASS_IDS,
    Encoding.SIGNED_BINARY,
)

_ROW_LOSSES = (LossKind.CATEGORICAL, LossKind.CATEGORICAL_HINGE)

_ENOUGH = 100
"""Samples with one label each that are hardly several labels by chance."""

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
    "compute_dtype": ("compute_dtype",),
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

_COLUMNS = (Encoding.ONE_HOT, Encoding.MULTI_HOT, Encoding.DISTRIBUTION)
"""Labels that have a column for each class."""

_OVER_CLASSES = (LossKind.CATEGORICAL, LossKind.SPARSE)

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

    __slots__ = ("_head_metrics", "_known_matches", "head", "model")

    def __init__(self, head: Head, model: Description) -> None:
        self.head = head
        self.model = model
        self._head_metrics: tuple[HeadMetric, ...] | None = None
        self._known_matches: tuple[Match, ...] | None = None

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

    @property
    def generation(self) -> tuple[int, int]:
        """Keras version that wrote the model, as (major, minor)."""
        if self.model.generation is None:
            raise Undecided("the version of Keras is unknown")
        return self.model.generation

    def require_compile_information(self) -> None:
        """Continue only if it is known whether the model is compiled."""
        if self.model.compiled is None:
            raise Undecided("the file holds no compile information that can be read")

    def require_loss_of_compile(self) -> None:
        """Continue only if nothing but the compiled loss can train the model."""
        require_loss_of_compile(self.model)

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
    def has_several_units(self) -> bool:
        """Whether the last axis of the output is wider than one.

        A program may take the width from its data. A softmax, a loss over classes, or
        labels that are rows of classes, show that it is then.
        """
        return self.units > 1 if self.head.units is not None else self._is_for_rows()

    @property
    def _scores_classes(self) -> bool:
        """Say whether what stands after the head needs several units."""
        loss = self.head.loss
        over_classes = loss is not None and loss.kind in _OVER_CLASSES
        return over_classes or self.head.activation is Activation.SOFTMAX

    def _is_for_rows(self) -> bool:
        if self._scores_classes:
            return True
        labels = self.head.labels
        if labels is None or labels.width == 1 or not labels.fits(*_COLUMNS):
            raise Undecided("the width of the output is unknown")
        return True

    @property
    def units_in_words(self) -> str:
        """How many units the head has, for messages: "3", or "several"."""
        return "several" if self.head.units is None else str(self.head.units)

    @property
    def shape(self) -> Shape:
        """Shape of the output, batch first."""
        if self.head.shape is None:
            raise Undecided("the shape of the output is unknown")
        return self.head.shape

    @property
    def compute_dtype(self) -> str:
        """Dtype of the output."""
        if self.head.compute_dtype is None:
            raise Undecided("the dtype of the output is unknown")
        return self.head.compute_dtype

    @property
    def loss(self) -> Loss:
        """Loss of the head; a custom one ends the rule, undecided."""
        loss = self.any_loss
        if loss.kind is LossKind.CUSTOM:
            raise Undecided(f"what the loss {loss.name!r} expects is unknown")
        return loss

    @property
    def loss_is_a_name(self) -> bool:
        """Say whether the file has only a name of a function for the loss.

        Keras saves its own functions and the user's in the same way.
        """
        loss = self.head.loss
        return loss is not None and loss.given == "function"

    @property
    def loss_may_be_own(self) -> bool:
        """Say whether the loss may be a function of the user's with Keras's name.

        HDF5 and SavedModel hold a function by its name, as they hold a string.
        """
        by_name = self.model.format in ("hdf5", "saved-model")
        loss = self.head.loss
        string = loss is not None and loss.given == "string"
        return self.loss_is_a_name or (by_name and string)

    @property
    def any_loss(self) -> Loss:
        """Loss of the head, custom ones included."""
        self.require_compile_information()
        if not self.model.compiled:
            raise Undecided("the model is not compiled")
        self._require_use()
        if self.head.loss is None:
            raise NotApplicable
        return self.head.loss

    def _require_use(self) -> None:
        """Continue only if the program may use what it compiles the model with."""
        if self.model.not_trained is not None:
            raise Undecided(self.model.not_trained)

    @property
    def metrics(self) -> tuple[Metric, ...]:
        """Metrics of the head, as compiled and resolved."""
        if self.model.compiled is not True:
            raise Undecided("the model is not compiled")
        self._require_use()
        if self.head.metrics is None:
            raise Undecided("the metrics are unknown")
        return self.head.metrics

    @property
    def head_metrics(self) -> tuple[HeadMetric, ...]:
        """Metrics of the head, each with its place and with what Keras's class does.

        Those that Keras picks from unknown shapes come last, so that a rule that ends
        there has looked at all others.
        """
        if self._head_metrics is None:
            numbered = (HeadMetric(self.name, i, m) for i, m in enumerate(self.metrics))
            self._head_metrics = tuple(sorted(numbered, key=lambda m: m.is_open))
        return self._head_metrics

    def may_be(self, metric: HeadMetric, *classes: str) -> bool:
        """Say whether a metric is of one of these classes, or may become one."""
        if not metric.is_open:
            return metric.resolved in classes
        possible = possible_classes(metric.metric, self.head, self.model)
        return not possible.isdisjoint(classes)

    @property
    def picks_metrics_by_loss(self) -> bool:
        """Say whether this Keras picks the class of "accuracy" from the loss."""
        return resolves_by_loss(self.model)

    def require_class_of(self, metric: HeadMetric) -> None:
        """Continue only if it is known which class a metric stands for."""
        if not metric.is_open:
            return
        units = self.units
        if units > 1:
            self._require_shapes()
        raise Undecided(f"what {metric.compiled!r} stands for is unknown")

    def _require_shapes(self) -> None:
        """Continue only if the shapes of labels and output are known."""
        if self.any_labels.shape:
            _ = self.shape

    @property
    def labels(self) -> Labels:
        """Labels of the head, of which more is known than their shape."""
        labels = self.any_labels
        if not labels.values_known:
            raise Undecided("the encoding of the labels is unknown")
        return labels

    @property
    def any_labels(self) -> Labels:
        """Labels of the head, maybe of unknown values: ask only for their shape."""
        if self.head.labels is None:
            raise Undecided(self._why_unread("y") or "no labels were given")
        return self.head.labels

    @property
    def labels_say_little(self) -> bool:
        """Whether labels do not say what the head is for: none, or of one class."""
        labels = self.head.labels
        if labels is None or not labels.values_known:
            return True
        constant = labels.low is not None and labels.low == labels.high
        return constant or labels.classes in (0, 1)

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
        return self.model.legacy

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
        found = self.layouts
        if len(found) > 1:
            raise Undecided("the shape of the labels is not known in full")
        return next(iter(found))

    @property
    def layouts(self) -> frozenset[Layout]:
        """Every way in which labels and output may match; an axis may be unknown."""
        labels = self._compared_shape
        found = layouts(self.shape, labels)
        if Layout.IDS in found and len(labels) > 1 and self.encoding in _ROWS:
            # an axis of unknown size matched a row of classes
            return found - {Layout.IDS} | {Layout.RANK}
        return found

    @property
    def _compared_shape(self) -> Shape:
        """Shape of the labels; one-hot rows of unknown width have several columns."""
        labels = self.any_labels
        rows = labels.candidates == (Encoding.ONE_HOT,) and len(labels.shape) > 1
        if rows and labels.shape[-1] is None and self.shape[-1] == 1:
            return (*labels.shape[:-1], SEVERAL)
        return labels.shape

    @property
    def _wide_shape(self) -> Shape:
        """Shape of the output; that for classes of unknown number is several."""
        shape = self.shape
        wide = shape[-1] is None and self._scores_classes
        return (*shape[:-1], SEVERAL) if wide else shape

    def labels_fit(self, *encodings: Encoding) -> bool:
        """Say whether every encoding that the labels fit is one of these."""
        labels = self.labels
        if labels.encoding is Encoding.UNKNOWN:
            inside = {each in encodings for each in labels.candidates}
            if len(inside) != 1 or Encoding.UNKNOWN in labels.candidates:
                _ = self.encoding
        return labels.fits(*encodings)

    @property
    def labels_are_rows(self) -> bool:
        """Say whether a last axis of the labels is an encoded row, not places of ids.

        A row of 0 and 1 with several 1s may be ids of two classes as well, unless it is
        as wide as the output.
        """
        if self._are_columns:
            return True
        if self.encoding is Encoding.MULTI_HOT:
            return self.layout is Layout.SAME
        return self.encoding in _ROWS

    @property
    def _are_columns(self) -> bool:
        """Say whether a program fills a column for each class."""
        return set(self.labels.candidates) == {
            Encoding.ONE_HOT,
            Encoding.MULTI_HOT,
        } and (not self.labels.samples)

    @property
    def match(self) -> Match:
        """What `fit` makes of labels and output under the loss, from their shapes.

        Undecided if it would train for some size of an unknown axis, but not for all.
        """
        match, *others = self._matches()
        if any(other.trains != match.trains for other in others):
            _ = self.generation
        if match.possible and match.may_train:
            raise Undecided(self._why_no_match("labels fit"))
        return match

    @property
    def loss_raises(self) -> bool:
        """Say whether `fit` raises for labels and output under the loss."""
        match, *others = self._matches()
        if any(other.raises != match.raises for other in others):
            _ = self.generation
        if match.possible and match.may_raise:
            raise Undecided(self._why_no_match("labels fit"))
        return self.match.raises

    @property
    def loss_surely_raises(self) -> bool:
        """Say whether shapes are known for which `fit` raises under the loss."""
        try:
            return self.loss_raises
        except Undecided:
            return False

    def _matches(self) -> tuple[Match, ...]:
        from kerascheck.keras_api.shape_match import match_loss

        if self._known_matches is None:
            loss, shape, labels = self.loss, self._wide_shape, self._compared_shape
            declared = self.any_labels.declared
            if declared == ():
                raise Undecided("the dataset does not declare the axes of the labels")
            self._known_matches = tuple(
                match_loss(shape, labels, loss, keras, declared)
                for keras in self._keras_used()
            )
        return self._known_matches

    def match_of(self, metric: Metric) -> Match:
        """Say what `fit` makes of labels and output under a metric, from their shapes.

        Undecided if it raises for some size of an unknown axis, but not for all.
        """
        from kerascheck.keras_api.metric_shapes import match_metric

        shape, labels = self.shape, self._compared_shape
        match, *others = (
            match_metric(shape, labels, metric, keras) for keras in self._keras_used()
        )
        if any(other.raises != match.raises for other in others):
            _ = self.generation
        if match.possible and match.may_raise:
            raise Undecided(self._why_no_match(f"{metric.compiled!r} raises"))
        return match

    def raises_with(self, metric: Metric) -> bool | None:
        """Say whether `fit` raises with a metric; None: shapes do not decide it."""
        try:
            match = self.match_of(metric)
        except Undecided:
            return None
        return None if match.possible else match.raises

    def _keras_used(self) -> tuple[KerasUsed, ...]:
        """Return which Keras fits the model; 3 and 2 if the version is unknown."""
        from kerascheck.keras_api.shape_match import KerasUsed

        head = self.head
        seen: bool | None = head.activation in KEEPS_LOGITS and not head.logits_hidden
        if head.activation is Activation.UNKNOWN:
            seen = None
        used = KerasUsed(
            major=2 if self.legacy else 3,
            backend=self.model.backend or "tensorflow",
            sees_logits=seen,
        )
        if self.model.generation is None:
            return used, used._replace(major=2)
        return (used,)

    def _why_no_match(self, question: str) -> str:
        if self.head.shape is not None and None in self.head.shape[1:]:
            return f"whether {question} depends on an axis of unknown size"
        return f"whether {question} cannot be said from shapes"

    @property
    def from_logits(self) -> bool | None:
        """Argument of the loss; None: it has no such argument."""
        loss = self.loss
        if loss.from_logits is None and loss_traits(loss).from_logits:
            raise Undecided(f"the argument from_logits of {loss.name} is unknown")
        return loss.from_logits

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
        return self.from_logits is True

    @property
    def loss_sees_logits(self) -> bool | None:
        """Whether Keras on TensorFlow scores the logits that an activation keeps.

        Some losses take them instead of the output, whatever `from_logits` is. They are
        lost behind an operation, behind the cast that Keras 3 adds if the head computes
        in another dtype than its loss, and where the loss squeezes the output to labels
        without its last axis of 1. A model that names no backend may be
        trained on TensorFlow. None: a dtype is unknown.
        """
        head, reads = self.head, loss_traits(self.loss).reads_logits
        if self.loss.given == OF_TENSORFLOW:
            return False
        if reads is None or (reads == "Keras 2" and not self.legacy):
            return False
        if self.activation not in KEEPS_LOGITS or head.logits_hidden:
            return False
        if self.model.backend in WITHOUT_LOGITS or self.output_is_squeezed:
            return False
        if self.legacy:
            return True
        return None if head.is_cast is None else not head.is_cast

    @property
    def output_is_squeezed(self) -> bool:
        """Say whether a loss takes the last axis of 1 from the output."""
        from kerascheck.keras_api.shape_match import squeezes_output

        return squeezes_output(self.head)

    @property
    def scores(self) -> bool:
        """Say whether the outputs are scores of classes, and not ids or real values."""
        if self.activation in PROBABILITIES or self.logits:
            return True
        if self.loss.kind is not LossKind.REGRESSION:
            return True
        return self.labels_fit(*_OF_CLASSES)

    @property
    def one_class_each(self) -> bool:
        """Say whether rows of one-hot labels hold one class a sample, not by chance.

        A softmax or a categorical loss says so, and else a hundred samples of which
        each has exactly one label.
        """
        if self.encoding is not Encoding.ONE_HOT or self.layout is not Layout.SAME:
            return False
        loss = self.any_loss.kind
        said = self.head.activation is Activation.SOFTMAX or loss in _ROW_LOSSES
        surely = self.labels.candidates == (Encoding.ONE_HOT,)
        return said or surely or self.labels.samples >= _ENOUGH

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


def share_shown(share: float) -> str:
    """Return a share in [0, 1] as every report writes it: 95.3%."""
    percent = f"{share:.1%}"
    return percent if share == 1 or percent != "100.0%" else "over 99.9%"


def metric_shown(metric: Metric) -> str:
    """Return a metric as compiled and, if that differs, as resolved."""
    if metric.resolved is None or metric.resolved == metric.compiled:
        return metric.compiled
    return f"{metric.compiled} ({metric.resolved})"
