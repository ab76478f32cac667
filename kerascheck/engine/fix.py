"""A fix as data: edits that turn one description into another.

Rules, tests, pages, reference training and source edits share this one form, so
that what is proposed, what is proven and what is written are the same change.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from kerascheck.engine.fix_words import (
    activation_words,
    added_words,
    joined,
    labels_words,
    loss_words,
    metric_words,
    units_words,
    weighed_words,
)
from kerascheck.keras_api.compile_call import loss_code, metric_code
from kerascheck.keras_api.losses import LOSS_NAMES, carried_arguments, loss_called
from kerascheck.keras_api.metrics import (
    METRIC_NAMES,
    auto_name,
    is_by_shape,
    names_by_shape,
    resolved_in,
)
from kerascheck.model.description import (
    Activation,
    Arguments,
    Description,
    Encoding,
    Head,
    Labels,
    Loss,
    Metric,
    Value,
)
from kerascheck.model.frozen import Frozen, field, replace

_KEPT = {"reduction": (), "axis": (-1, None)}
"""Arguments that no fix is about -> values that are not carried to another loss."""


class Applicability(StrEnum):
    """How a fix may be applied without asking."""

    SAFE = "safe"  # what the saved weights predict stays the same
    UNSAFE = "unsafe"  # training changes: the model has to be trained again
    DISPLAY = "display"  # advice: the change is outside the compile call


class SetLoss(Frozen):
    """Compile `head` with another loss, or with other arguments."""

    head: str
    name: str  # Keras class name
    from_logits: bool | None = None
    arguments: Arguments = ()

    def applied(self, head: Head) -> Head:
        """Return `head` under this loss, which keeps what both classes have."""
        loss = self._loss(self.completed(head).arguments)
        if head.loss is not None:
            loss = replace(loss, dtype=head.loss.dtype, own=head.loss.own)
        return replace(head, loss=loss)

    def completed(self, head: Head) -> SetLoss:
        """Return this edit with all arguments that the loss of `head` then has."""
        if head.loss is None:
            return self
        kept = _kept(head.loss, self.name)
        arguments = tuple(sorted({**kept, **dict(self.arguments)}.items()))
        return replace(self, arguments=arguments)

    def _loss(self, arguments: Arguments) -> Loss:
        return loss_called(
            self.name,
            from_logits=self.from_logits,
            arguments=arguments,
            given="object",
        )

    def phrase(self, before: Head | None) -> str:
        """Say what this does to a head, None: to any, as an imperative."""
        if before is None:
            return loss_words(None, self._loss(self.arguments))
        return loss_words(before.loss, self._loss(self.completed(before).arguments))

    def __str__(self) -> str:
        return f"loss={loss_code(self._loss(self.arguments))}"


class SetActivation(Frozen):
    """End `head` in this activation, with nothing between it and the loss."""

    head: str
    activation: Activation

    def applied(self, head: Head) -> Head:
        """Return `head` with this activation."""
        return replace(
            head,
            activation=self.activation,
            activation_as_saved=None,
            softmax_axis=None,
            inner_activations=(),
            layers_after=(),
            logits_hidden=False,
        )

    def phrase(self, before: Head | None) -> str:
        """Say what this does to a head, None: to any, as an imperative."""
        return activation_words(before, self.activation)

    def __str__(self) -> str:
        return f"activation={str(self.activation)!r}"


class SetUnits(Frozen):
    """Give the last layer of `head` this many units."""

    head: str
    units: int

    def applied(self, head: Head) -> Head:
        """Return `head` with this many units."""
        shape = head.shape and (*head.shape[:-1], self.units)
        return replace(head, units=self.units, shape=shape)

    def phrase(self, before: Head | None) -> str:
        """Say what this does to a head, None: to any, as an imperative."""
        return units_words(self.units)

    def __str__(self) -> str:
        return f"units={self.units}"


class SetMetric(Frozen):
    """Compile `head` with another metric at this place of its list, or with none."""

    head: str
    index: int
    metric: Metric | None

    def applied(self, head: Head) -> Head:
        """Return `head` with the metric replaced or removed."""
        metrics = list(head.metrics or ())
        old = metrics[self.index : self.index + 1]
        new = [self.metric] if self.metric else []
        if old and new:
            new = [_replacing(old[0], new[0])]
        metrics[self.index : self.index + 1] = new
        return replace(head, metrics=tuple(metrics))

    def phrase(self, before: Head | None) -> str:
        """Say what this does to a head, None: to any, as an imperative."""
        return metric_words(_metric_at(before, self.index), self.metric)

    def __str__(self) -> str:
        if self.metric is None:
            return "remove the metric"
        return f"metrics=[{metric_code(self.metric)}]"


class WeighMetric(Frozen):
    """Compile the metric at this place of `head` as one of `weighted_metrics`.

    It then leaves out the labels without a class, which get a sample weight of 0.
    """

    head: str
    index: int
    void: int  # the value of these labels

    def applied(self, head: Head) -> Head:
        """Return `head` with the metric weighted."""
        metrics = (
            replace(metric, weighted=True) if place == self.index else metric
            for place, metric in enumerate(head.metrics or ())
        )
        return replace(head, metrics=tuple(metrics))

    def phrase(self, before: Head | None) -> str:
        """Say what this does to a head, None: to any, as an imperative."""
        return weighed_words(_metric_at(before, self.index), self.void)

    def __str__(self) -> str:
        return f"weighted_metrics, with a sample weight of 0 for labels of {self.void}"


class AddMetric(Frozen):
    """Compile `head` with one metric more."""

    head: str
    metric: Metric

    def applied(self, head: Head) -> Head:
        """Return `head` with the metric at the end of its list."""
        return replace(head, metrics=(*(head.metrics or ()), self.metric))

    def phrase(self, before: Head | None) -> str:
        """Say what this does to a head, None: to any, as an imperative."""
        return added_words(self.metric)

    def __str__(self) -> str:
        return f"metrics=[..., {metric_code(self.metric)}]"


class RecodeLabels(Frozen):
    """Pass `fit` the same labels in another encoding, class ids from 0."""

    head: str
    to: Encoding
    width: int = 1  # columns of one-hot rows; 1 otherwise
    column: bool = False  # give each sample an axis of its own: (n,) to (n, 1)

    def applied(self, head: Head) -> Head:
        """Return `head` with its labels in this encoding."""
        if head.labels is None:
            return head
        labels = head.labels
        if not self.column or self.to is not labels.encoding:
            labels = _recoded(labels, self.to, self.width)
        if self.column and len(labels.shape) == 1:
            labels = replace(labels, shape=(*labels.shape, 1), declared=None)
        return replace(head, labels=labels)

    def phrase(self, before: Head | None) -> str:
        """Say what this does to a head, None: to any, as an imperative."""
        return labels_words(before, self.to, column=self.column)

    def __str__(self) -> str:
        return f"labels as {self.to}" + " of shape (samples, 1)" * self.column


class RepairLabels(Frozen):
    """Pass `fit` the same labels, their values as they are meant."""

    head: str
    how: LabelRepair

    def applied(self, head: Head) -> Head:
        """Return `head` with its labels as they are after this."""
        if head.labels is None:
            return head
        return replace(head, labels=self._repaired(head.labels))

    def _repaired(self, labels: Labels) -> Labels:
        if labels.low is None or labels.high is None:
            return labels
        if self.how is LabelRepair.ROUND:
            low, high = float(round(labels.low)), float(round(labels.high))
            return replace(
                labels,
                low=low,
                high=high,
                integral=True,
                dtype="int64",
                whole_share=None,
            )
        if self.how is LabelRepair.HARDEN:
            return _hard(labels)
        low, high = labels.low / 255, labels.high / 255
        if self.how is LabelRepair.CLIP:
            low, high = max(labels.low, 0.0), min(labels.high, 1.0)
        one = (Encoding.PROBABILITY, Encoding.CONTINUOUS)
        fitted = one if labels.width == 1 else one[::-1]
        return replace(
            labels,
            encoding=fitted[0],
            candidates=fitted,
            low=low,
            high=high,
            dtype="float32",
            integral=False,
            classes=None,
            majority=None,
            values=(),
            ones=None,
        )

    def phrase(self, before: Head | None) -> str:
        """Say what this does to a head, None: to any, as an imperative."""
        return _REPAIRS[self.how]

    def __str__(self) -> str:
        return f"labels {_REPAIRED[self.how]}"


class LabelRepair(StrEnum):
    """What makes values of labels those that are meant."""

    SCALE = "scale"  # from 0 to 255 into [0, 1]
    CLIP = "clip"  # into [0, 1]
    ROUND = "round"  # to whole numbers, from which they differ by rounding errors
    HARDEN = "harden"  # to the 0 and 1 that two smoothed values stand for


_REPAIRS = {
    LabelRepair.SCALE: "scale the labels to [0, 1]: divide them by 255",
    LabelRepair.CLIP: "clip the labels to [0, 1]",
    LabelRepair.ROUND: "round the labels to whole numbers",
    LabelRepair.HARDEN: "pass the labels as 0 and 1, not smoothed",
}

_REPAIRED = {
    LabelRepair.SCALE: "divided by 255",
    LabelRepair.CLIP: "clipped to [0, 1]",
    LabelRepair.ROUND: "rounded",
    LabelRepair.HARDEN: "of 0 and 1",
}

Edit = (
    SetLoss
    | SetActivation
    | SetUnits
    | SetMetric
    | WeighMetric
    | AddMetric
    | RecodeLabels
    | RepairLabels
)


class Fix(Frozen):
    """How to fix a finding: edits, or advice where no edit is known.

    Its title is made from its edits, so the two cannot differ.

    Attributes:
        advice: What to do where there are no edits, as they are not known or do not
            help here: imperative, lower case, no full stop. Not shown beside edits.
        before: The heads that the edits are for, so that the title says what changes.
    """

    applicability: Applicability
    edits: tuple[Edit, ...] = ()
    advice: str = ""
    before: tuple[Head, ...] = field(default=(), compare=False, repr=False)

    def __post_init__(self) -> None:
        if not self.edits and not self.advice:
            raise ValueError("Expected edits or advice. Received: neither.")
        if not self.edits:
            object.__setattr__(self, "applicability", Applicability.DISPLAY)

    @property
    def title(self) -> str:
        """What to do: each edit in words, imperative, lower case, no full stop."""
        if not self.edits:
            return self.advice
        heads = {head.name: head for head in self.before}
        phrases = []
        for edit in self.edits:
            head = heads.get(edit.head)
            phrases.append(edit.phrase(head))
            if head is not None:
                heads[edit.head] = edit.applied(head)
        return joined(phrases)

    def as_advice(self) -> Fix:
        """Return what to do without the edits that would do it."""
        return Fix(applicability=Applicability.DISPLAY, advice=self.title)

    @property
    def changes_call(self) -> bool:
        """Say whether the compile() call changes, and not layers or labels alone."""
        outside = (SetActivation, SetUnits, RecodeLabels, RepairLabels)
        return not self.edits or not all(isinstance(e, outside) for e in self.edits)

    def of(self, model: Description) -> Description:
        """Return `model` with every edit applied, metrics of its heads resolved."""
        for edit in self.edits:
            head = edit.applied(model.head(edit.head))
            model = model.with_head(resolved_in(head, model))
        return model


def metric_places(
    edits: Iterable[Edit], head: str, count: int
) -> tuple[int | None, ...]:
    """Return where each metric was before these edits, one after the other.

    Args:
        edits: Those of other heads are passed by.
        head: Name of the head.
        count: How many metrics it has before.

    Returns:
        A place for each metric afterwards; None if it is added.
    """
    places: list[int | None] = list(range(count))
    for edit in edits:
        if edit.head != head:
            continue
        if isinstance(edit, SetMetric) and edit.metric is None:
            del places[edit.index : edit.index + 1]
        elif isinstance(edit, AddMetric) or (
            isinstance(edit, SetMetric) and edit.index >= len(places)
        ):
            places.append(None)
    return tuple(places)


def _metric_at(head: Head | None, index: int) -> Metric | None:
    """Return a metric of a head; None: it has none there, or is not known."""
    metrics = () if head is None else head.metrics or ()
    return metrics[index] if index < len(metrics) else None


def _kept(old: Loss, name: str) -> dict[str, Value]:
    """Return the arguments of a loss that the one in its place has as well.

    Of the same class a fix says which stay, but for those that no fix is about.
    """
    if old.name == name:
        kept = {n: v for n, v in old.arguments if n in _KEPT}
    else:
        kept = carried_arguments(old, name) if name in LOSS_NAMES else {}
    return {n: v for n, v in kept.items() if v not in _KEPT.get(n, ())}


def _replacing(old: Metric, new: Metric) -> Metric:
    """Return a metric in the list of the old one, logged under the same name.

    So `monitor="val_accuracy"` still finds it. A name that says what the old class
    measures stays with that class.
    """
    new = replace(new, weighted=old.weighted)
    if new.given != "object" or new.name is not None or not _keeps_name(old, new):
        return new
    return replace(new, name=old.name)


def _keeps_name(old: Metric, new: Metric) -> bool:
    if old.name is None or old.frozen:
        return False
    full = METRIC_NAMES.get(_uncounted(old.name))
    if is_by_shape(old.name):
        return new.compiled in names_by_shape(old.name)
    if full is None:
        return old.given == "object"  # the user chose it
    is_string = old.given == "string" and old.name != auto_name(full)
    return is_string and full == new.compiled  # Keras 3 logs "AUC" as "AUC"


def _uncounted(name: str) -> str:
    """Return the name that Keras numbered: auc_1 -> auc."""
    return name.rstrip("0123456789").removesuffix("_")


def _hard(labels: Labels) -> Labels:
    """Return smoothed labels as the 0 and 1 that they stand for."""
    width = labels.width
    if width == 1:
        fitted: tuple[Encoding, ...] = (Encoding.BINARY,)
        ones = None
    elif labels.encoding is Encoding.DISTRIBUTION:
        fitted, ones = (Encoding.ONE_HOT, Encoding.MULTI_HOT), (1, 1)
    else:
        fitted, ones = (Encoding.MULTI_HOT,), None
    return replace(
        labels,
        encoding=fitted[0],
        candidates=fitted,
        low=0.0,
        high=1.0,
        dtype="float32",
        integral=True,
        classes=2 if width == 1 else width,
        values=(0, 1),
        ones=ones,
        whole_share=None,
        ends_share=None,
    )


def _recoded(labels: Labels, to: Encoding, width: int) -> Labels:
    one_hot = labels.encoding in (Encoding.ONE_HOT, Encoding.MULTI_HOT)
    base = labels.shape
    if one_hot or (len(base) > 1 and base[-1] == 1 and to is Encoding.ONE_HOT):
        base = base[:-1]
    classes = labels.classes
    top = max((labels.width if one_hot else classes) or 2, 2) - 1
    if to is Encoding.ONE_HOT:
        shape, high, ones = (*base, width), 1.0, (1, 1)
    elif to is Encoding.BINARY:
        shape, high, ones = base, 1.0, None
    else:
        shape, high, ones = base, float(top), None
    return replace(
        labels,
        encoding=to,
        candidates=(to,),
        shape=shape,
        dtype="float32" if to is Encoding.ONE_HOT else "int64",
        low=0.0,
        high=high,
        integral=True,
        ones=ones,
        values=tuple(range(int(high) + 1)) if high < 16 else (),
        void=None,
        whole_share=None,
        ends_share=None,
        declared=None,
        nans=0,
        infinities=0,
    )


def metric(name: str, **arguments: Value) -> Metric:
    """Return a metric object of Keras for use in an edit."""
    full = METRIC_NAMES.get(name, name)
    return Metric(
        compiled=full,
        given="object",
        resolved=full,
        arguments=tuple(sorted(arguments.items())),
        builtin=name in METRIC_NAMES,
    )
