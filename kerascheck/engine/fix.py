"""A fix as data: edits that turn one description into another.

Rules, tests, pages, reference training and source edits share this one form, so
that what is proposed, what is proven and what is written are the same change.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from kerascheck.keras_api.compile_call import loss_code, metric_code
from kerascheck.keras_api.losses import loss_called
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
from kerascheck.model.frozen import Frozen, replace

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
        """Return `head` under this loss, reduced and along the axis as before."""
        arguments = dict(self.arguments)
        if head.loss is not None:
            arguments = {**_kept(head.loss), **arguments}
        return replace(head, loss=self._loss(tuple(sorted(arguments.items()))))

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
        """Return `head` with the metric replaced or removed."""
        metrics = list(head.metrics or ())
        old = metrics[self.index : self.index + 1]
        new = [self.metric] if self.metric else []
        if old and new:
            new = [_replacing(old[0], new[0])]
        metrics[self.index : self.index + 1] = new
        return replace(head, metrics=tuple(metrics))

    def __str__(self) -> str:
        if self.metric is None:
            return "remove the metric"
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
            labels = replace(labels, shape=(*labels.shape, 1))
        return replace(head, labels=labels)

    def __str__(self) -> str:
        return f"labels as {self.to}" + " of shape (samples, 1)" * self.column


Edit = SetLoss | SetActivation | SetUnits | SetMetric | AddMetric | RecodeLabels


class Fix(Frozen):
    """How to fix a finding."""

    title: str  # imperative, lower case, no full stop
    applicability: Applicability
    edits: tuple[Edit, ...] = ()

    @property
    def changes_call(self) -> bool:
        """Say whether the compile() call changes, and not layers or labels alone."""
        outside = (SetActivation, SetUnits, RecodeLabels)
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


def _kept(loss: Loss) -> dict[str, Value]:
    """Return the arguments of a loss that the one in its place has as well."""
    return {n: v for n, v in loss.arguments if n in _KEPT and v not in _KEPT[n]}


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
