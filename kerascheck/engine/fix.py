"""A fix as data: edits that turn one description into another.

Rules, tests, pages, reference training and source edits share this one form, so
that what is proposed, what is proven and what is written are the same change.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from kerascheck.keras_api.compile_call import loss_code, metric_code
from kerascheck.keras_api.losses import loss_called
from kerascheck.keras_api.metrics import METRIC_NAMES, resolved_in
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
from kerascheck.model.frozen import Frozen, replace

_KEPT = ("reduction",)
"""Arguments that every loss has, and that no fix is about."""


class Applicability(StrEnum):
    """How a fix may be applied without asking."""

    SAFE = "safe"  # what the saved weights predict stays the same
    UNSAFE = "unsafe"  # training changes: the model has to be trained again
    DISPLAY = "display"  # advice: the change lies outside the compile call


class SetLoss(Frozen):
    """Compile `head` with another loss, or with other arguments."""

    head: str
    name: str  # Keras class name
    from_logits: bool | None = None
    arguments: Arguments = ()

    def applied(self, head: Head) -> Head:
        """Return `head` under this loss, which is reduced as the one before it."""
        told = dict(self.arguments)
        if head.loss is not None:
            told = {**dict(a for a in head.loss.arguments if a[0] in _KEPT), **told}
        return replace(head, loss=self._loss(tuple(sorted(told.items()))))

    def _loss(self, arguments: Arguments) -> Loss:
        return loss_called(
            self.name,
            from_logits=self.from_logits,
            arguments=arguments,
            given="object",
        )

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

    def __str__(self) -> str:
        return f"units={self.units}"


class SetMetric(Frozen):
    """Compile `head` with another metric at this place of its list, or with none."""

    head: str
    index: int
    metric: Metric | None

    def applied(self, head: Head) -> Head:
        """Return `head` with the metric replaced or left out."""
        metrics = list(head.metrics or ())
        old = metrics[self.index : self.index + 1]
        new = [self.metric] if self.metric else []
        if old and new:
            new = [_in_place_of(old[0], new[0])]
        metrics[self.index : self.index + 1] = new
        return replace(head, metrics=tuple(metrics))

    def __str__(self) -> str:
        if self.metric is None:
            return "leave the metric out"
        return f"metrics=[{metric_code(self.metric)}]"


class AddMetric(Frozen):
    """Compile `head` with one metric more."""

    head: str
    metric: Metric

    def applied(self, head: Head) -> Head:
        """Return `head` with the metric at the end of its list."""
        return replace(head, metrics=(*(head.metrics or ()), self.metric))

    def __str__(self) -> str:
        return f"metrics=[..., {metric_code(self.metric)}]"


class RecodeLabels(Frozen):
    """Hand `fit` the same labels in another encoding, class ids from 0."""

    head: str
    to: Encoding
    width: int = 1  # columns of one-hot rows; 1 otherwise
    column: bool = False  # give each sample an axis of its own: (n,) to (n, 1)

    def applied(self, head: Head) -> Head:
        """Return `head` with its labels in this encoding."""
        if head.labels is None:
            return head
        labels = _recoded(head.labels, self.to, self.width)
        if self.column and len(labels.shape) == 1:
            labels = replace(labels, shape=(*labels.shape, 1))
        return replace(head, labels=labels)

    def __str__(self) -> str:
        return f"labels as {self.to}" + " of shape (samples, 1)" * self.column


Edit = SetLoss | SetActivation | SetUnits | SetMetric | AddMetric | RecodeLabels


class Fix(Frozen):
    """How to mend a finding."""

    title: str  # imperative, lower case, no full stop
    applicability: Applicability
    edits: tuple[Edit, ...] = ()

    def of(self, model: Description) -> Description:
        """Return `model` with every edit applied, metrics of its heads resolved."""
        for edit in self.edits:
            head = edit.applied(model.head(edit.head))
            model = model.with_head(resolved_in(head, model))
        return model


def apply_edits(model: Description, edits: Iterable[Edit]) -> Description:
    """Return `model` with these edits applied in order."""
    for edit in edits:
        model = model.with_head(edit.applied(model.head(edit.head)))
    return model


def _in_place_of(old: Metric, new: Metric) -> Metric:
    """Return a metric in the list of the old one, under a name that the user chose."""
    new = replace(new, weighted=old.weighted)
    if old.given != "object" or new.given != "object" or new.name is not None:
        return new
    chosen = old.name is not None and METRIC_NAMES.get(_uncounted(old.name)) is None
    return replace(new, name=old.name) if chosen else new


def _uncounted(name: str) -> str:
    """Return the name that Keras numbered: auc_1 -> auc."""
    return name.rstrip("0123456789").removesuffix("_")


def _recoded(labels: Labels, to: Encoding, width: int) -> Labels:
    one_hot = labels.encoding in (Encoding.ONE_HOT, Encoding.MULTI_HOT)
    base = labels.shape
    if one_hot or (len(base) > 1 and base[-1] == 1 and to is Encoding.ONE_HOT):
        base = base[:-1]
    classes = labels.classes
    top = max(labels.width if one_hot else classes or 2, 2) - 1
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
