"""From a head to the reference training that represents it.

The reference model has the head, loss, arguments, metrics and label encoding of the
description, on a small trunk and a task with known truth. Values only: no Keras.
"""

from __future__ import annotations

from math import isfinite

from kerascheck.confirm.evidence.alike import cuts_of
from kerascheck.confirm.expected import as_expected, with_all_classes
from kerascheck.confirm.setup import (
    NO_CLASS,
    NO_NUMBER,
    ONE_CLASS,
    SEVERAL_TARGETS,
    Argument,
    LabelForm,
    Part,
    Setup,
)
from kerascheck.engine.finding import Finding, Harm
from kerascheck.engine.fix import RepairLabels
from kerascheck.keras_api.defaults import LOSSES
from kerascheck.keras_api.layers import NORMALIZATIONS, TRAINED_BEHIND_A_HEAD
from kerascheck.keras_api.layout import Layout, layout
from kerascheck.keras_api.metrics import ACCURACY, CROSSENTROPY, is_by_shape
from kerascheck.keras_api.shape_match import squeezes_output
from kerascheck.model.description import (
    Activation,
    Arguments,
    Description,
    Encoding,
    Head,
    Labels,
    Loss,
    LossKind,
    Metric,
)
from kerascheck.model.frozen import Frozen, replace

CLASSES = (2, 3, 6)
"""Classes that a reference task may have: other numbers are reduced to the next one
below, and units with them."""

MAX_CLASSES = CLASSES[-1]

IMBALANCED = 0.85
"""Share of one class from which the task has 5 % positives instead of half."""

_USUAL_FOCUS = {"alpha": (0.01, 0.99), "gamma": (1.0, 3.0)}
"""Arguments of focal losses, and between which numbers they train as their defaults:
the one is a factor, unless it balances two classes, the other says by how much what is
right already counts less."""

_FAINT = {"binary_hard": "binary_faint", "multilabel_hard": "multilabel_faint"}
"""Where scores crowd around the cut of a metric, as a shift of it shows there."""

_EASY = (Harm.NO_LEARNING, Harm.RAISES)
_ROWS = (Encoding.ONE_HOT, Encoding.DISTRIBUTION, Encoding.MULTI_HOT)
_SKIPPED = ("name", "dtype", "reduction", "fn", "axis", "num_thresholds")


class NotBuildable(Exception):
    """A finding has no reference training; the text says why."""


class Pair(Frozen):
    """The reference trainings of one finding: as compiled, and as fixed."""

    before: Setup
    after: Setup
    classes: int  # of the model, before they were reduced to those of the task
    assumed_labels: Encoding | None = None  # None: labels were given
    axes_flattened: int = 0  # of steps or pixels, which the reference model has not
    loss_defaults: tuple[str, ...] = ()  # arguments that the model has others of

    @property
    def hidden(self) -> Pair:
        """The same pair with an operation between activation and loss on both sides."""
        return replace(
            self,
            before=replace(self.before, hidden_activation=True),
            after=replace(self.after, hidden_activation=True),
        )


class _Scale(Frozen):
    """Task and classes, the same on both sides of a pair."""

    task: str
    classes: int  # of the reference task
    true_classes: int  # of the head or its labels
    most: int = MAX_CLASSES  # that the reference task may have

    def units(self, units: int) -> int:
        """Reduce units as the classes are reduced."""
        if units == 1 or self.classes == self.true_classes:
            return min(units, 2 * self.most)
        return max(self.classes + units - self.true_classes, 2)


def pair_of(finding: Finding, model: Description, *, most: int = MAX_CLASSES) -> Pair:
    """Return the two trainings that show whether the fix of a finding helps.

    Args:
        finding: With a fix.
        model: What it is about.
        most: Classes that the task may have; up to `MAX_CLASSES`, one of `CLASSES`.

    Raises:
        NotBuildable: There is no fix to try, or a part is unknown or custom.
    """
    before, after = _sides(finding, model)
    if before.labels is not None and before.labels.ones == (0, 0):
        raise NotBuildable("no label holds a class")
    one_class = _has_one_class(before) and not _has_one_class(after)
    before, after = (_with_classes(side) for side in (before, after))
    scale = _scale(before, after, finding.harm, most)
    assumed = None if before.labels else _assumed_labels(before).encoding
    one, other = _setup(before, scale), _setup(after, scale)
    if scale.task in _FAINT and _moves_a_cut(one, other):
        scale = replace(scale, task=_FAINT[scale.task])
        one, other = _setup(before, scale), _setup(after, scale)
    if one_class:
        one = replace(one, labels=replace(one.labels, spoilt=ONE_CLASS))
    if one == other and one.labels.spoilt not in (None, NO_NUMBER, NO_CLASS):
        other = _without_void(other)  # as if its rows had no weight in metrics
    return Pair(
        before=one,
        after=other,
        classes=scale.true_classes,
        assumed_labels=assumed,
        axes_flattened=_axes_flattened(before),
        loss_defaults=_loss_defaults(before),
    )


def _has_one_class(head: Head) -> bool:
    return head.labels is not None and head.labels.classes == 1


def _with_classes(head: Head) -> Head:
    """Return a head whose labels are of several classes, as the sample should be."""
    return with_all_classes(head) if _has_one_class(head) else head


def _moves_a_cut(before: Setup, after: Setup) -> bool:
    """Say whether two setups differ in where a metric cuts scores, and in no more."""
    if replace(before, metrics=()) != replace(after, metrics=()):
        return False
    pairs = zip(cuts_of(before), cuts_of(after), strict=False)
    return any(one != other and None not in (one, other) for one, other in pairs)


def _without_void(setup: Setup) -> Setup:
    """Return a setup whose labels all stand for a class."""
    loss = {k: v for k, v in setup.loss.arguments if k != "ignore_class"}
    labels = replace(setup.labels, spoilt=None)
    return replace(setup, labels=labels, loss=Part.of(setup.loss.name, **loss))


def _axes_flattened(head: Head) -> int:
    """Return how many axes between samples and units the reference model has not."""
    axes = max(len(head.shape) - 2, 0) if head.shape is not None else 0
    return axes - 1 if axes and _is_over_steps(head) else axes


def _sides(finding: Finding, model: Description) -> tuple[Head, Head]:
    """Return a head as compiled and as fixed, or as the finding expects it."""
    if finding.head is None:
        raise NotBuildable("there is no fix to try by training")
    before, fix = model.head(finding.head), finding.fix
    if fix is None or not fix.edits:
        after = as_expected(before, dict(finding.expected))
        if after is None:
            raise NotBuildable("there is no fix to try by training")
    elif any(isinstance(edit, RepairLabels) for edit in fix.edits):
        raise NotBuildable("reference training has no labels with such values")
    else:
        after = fix.of(model).head(finding.head)
    if before.loss is None and after.loss is not None:
        before = replace(before, loss=after.loss, loss_weight=0.0)
    return _with_void(before), _with_void(after)


def _with_void(head: Head) -> Head:
    """Return a head whose labels say which of them its loss leaves out."""
    labels = head.labels
    ignored = None if head.loss is None else head.loss.argument("ignore_class", None)
    if labels is None or labels.void is not None or not isinstance(ignored, int):
        return head
    others = [v for v in labels.values if isinstance(v, int) and v != ignored]
    if not others or len(others) == len(labels.values):
        return head
    void = replace(
        labels,
        void=ignored,
        classes=None if labels.classes is None else labels.classes - 1,
        classes_from=min(others),
        classes_to=max(others),
    )
    return replace(head, labels=void)


def setup_of(head: Head, harm: Harm = Harm.WORSE_TRAINING) -> Setup:
    """Return the reference training of one head as compiled.

    Raises:
        NotBuildable: A part is unknown or custom.
    """
    return _setup(head, _scale(head, head, harm, MAX_CLASSES))


def _scale(before: Head, after: Head, harm: Harm, most: int) -> _Scale:
    labels = before.labels or _assumed_labels(before)
    encoding = _encoding(before, labels)
    if encoding is Encoding.UNKNOWN:
        raise NotBuildable("the encoding of the labels is unknown")
    if encoding is Encoding.CONTINUOUS:
        if after.labels is not None and after.labels.encoding is not encoding:
            raise NotBuildable("reference training has no labels with such values")
        return _scale_of_targets(after, _width(labels), most)
    true = _classes(labels, encoding, before.units)
    is_of_counts = after.loss is not None and after.loss.kind is LossKind.POISSON
    if true > 2 and after.units == 1 and is_of_counts:
        raise NotBuildable("reference training has no counts as targets")
    classes = _reduced(true, most)
    if encoding is Encoding.MULTI_HOT:
        task = "multilabel_hard" if harm is Harm.MISREPORTED else "multilabel"
        return _Scale(task=task, classes=classes, true_classes=true, most=most)
    task = "binary" if classes == 2 else "multiclass"
    if classes == 2 and (labels.majority or 0) >= IMBALANCED:
        told = harm is Harm.MISREPORTED
        task = "binary_imbalanced_hard" if told else "binary_imbalanced"
    elif harm not in _EASY:
        task = f"{task}_hard"
    return _Scale(task=task, classes=classes, true_classes=max(true, 2), most=most)


def _scale_of_targets(after: Head, targets: int, most: int) -> _Scale:
    if after.units != targets:
        raise NotBuildable("reference regression has a unit a target")
    if targets == 1:
        return _Scale(task="regression", classes=2, true_classes=2)
    classes = _reduced(targets, most)
    return _Scale(
        task=SEVERAL_TARGETS, classes=classes, true_classes=targets, most=most
    )


def _encoding(head: Head, labels: Labels) -> Encoding:
    """Return the encoding of labels; rows of which some hold no class are one-hot."""
    categorical = head.loss is not None and head.loss.kind is LossKind.CATEGORICAL
    if categorical and labels.ones == (0, 1):
        return Encoding.ONE_HOT
    return labels.encoding


def _reduced(classes: int, most: int) -> int:
    """Return the classes of the task for this many of the model."""
    sizes = CLASSES if most <= MAX_CLASSES else range(2, most + 1)
    return max((n for n in sizes if n <= min(classes, most)), default=2)


def _classes(labels: Labels, encoding: Encoding, units: int | None) -> int:
    """Return how many classes there are; as many as units if nothing else says it."""
    if encoding in _ROWS:
        return _width(labels)
    if encoding is Encoding.CLASS_IDS and labels.classes is None:
        return max(units or 2, 2)
    return labels.classes or 2


def _width(labels: Labels) -> int:
    if labels.width is None:
        raise NotBuildable("how many columns the labels have is unknown")
    return labels.width


def _assumed_labels(head: Head) -> Labels:
    """Return the labels that a head and its loss expect, if none are given."""
    units = head.units or 1
    encoding = Encoding.BINARY
    shape: tuple[int, ...] = (512, 1)
    kind = head.loss.kind if head.loss else None
    if units > 1:
        shape = (512, units)
        encoding = Encoding.ONE_HOT
        if kind is LossKind.SPARSE:
            encoding, shape = Encoding.CLASS_IDS, (512,)
        elif kind is LossKind.BINARY and head.activation is not Activation.SOFTMAX:
            encoding = Encoding.MULTI_HOT
    elif kind is LossKind.REGRESSION and head.activation is Activation.LINEAR:
        encoding = Encoding.CONTINUOUS
    return Labels(
        encoding=encoding,
        candidates=(encoding,),
        shape=shape,
        dtype="float32",
        samples=512,
        classes=max(units, 2),
        low=0.0,
        high=float(max(units, 2) - 1) if encoding is Encoding.CLASS_IDS else 1.0,
    )


def _setup(head: Head, scale: _Scale) -> Setup:
    if head.activation is Activation.UNKNOWN:
        raise NotBuildable("the activation of the head is unknown")
    if head.loss is None:
        raise NotBuildable("the head has no loss")
    if head.units is None:
        raise NotBuildable("the width of the output is unknown")
    activations = [head.activation, *head.inner_activations]
    behind = _behind(head)
    if head.layer_class in NORMALIZATIONS and head.inner_activations:
        activations = activations[1:]  # the normalization itself has none
    inner = [str(one) for one in activations[1:2]]
    form = _form(head, scale)
    return Setup(
        units=_units(scale.units(head.units), form, scale.classes),
        activation=str(activations[0]),
        inner_activation=inner[0] if inner else None,
        over_steps=_is_over_steps(head),
        behind=behind,
        loss_weight=_loss_weight(head),
        hidden_activation=_hides_logits(head),
        loss=_loss(head.loss),
        labels=form,
        metrics=tuple(_metric(m) for m in head.metrics or () if m.builtin),
        task=scale.task,
        classes=scale.classes,
        class_weight=_class_weight(head),
    )


def _units(units: int, form: LabelForm, classes: int) -> int:
    """Return the units of the task: of those that no class has, one is as good as all.

    Args:
        units: As the classes are reduced.
        form: Of the labels; in rows each unit has a column.
        classes: Of the task.
    """
    spare = units - classes - 1
    highest = max((*form.values, classes - 1))
    ids = form.encoding in (Encoding.BINARY, Encoding.CLASS_IDS)
    return units - spare if ids and spare > 0 and highest <= classes else units


def _hides_logits(head: Head) -> bool:
    return head.logits_hidden or head.is_cast is True or squeezes_output(head)


def _class_weight(head: Head) -> tuple[tuple[int, float], ...] | None:
    """Return the class weights that reference training uses, if all are for classes."""
    weights = head.class_weight
    if weights is None:
        return None
    kept = tuple((int(k), w) for k, w in weights if isinstance(k, int) and isfinite(w))
    return kept if len(kept) == len(weights) else None


def _is_over_steps(head: Head) -> bool:
    """Say whether the softmax of a head runs over another axis than that of classes."""
    axis, shape = head.softmax_axis, head.shape
    if axis in (None, -1) or (shape is not None and axis == len(shape) - 1):
        return False
    if shape is None or axis not in (1, 1 - len(shape)):
        raise NotBuildable("the reference model has classes and steps alone as axes")
    if shape[1] == 1:
        raise NotBuildable("the softmax runs over an axis with one place")
    return True


def _loss_weight(head: Head) -> float:
    """Return a weight that is not above 0; others change nothing under Adam."""
    weight = head.loss_weight
    return 1.0 if weight is None or weight > 0 else weight


def _behind(head: Head) -> tuple[str, ...]:
    """Return the layers between head and loss that do more than a reshape."""
    layers = [name for name in head.layers_after if _acts(name)]
    own = head.layer_class or ""
    plain = head.activation is Activation.LINEAR
    normalizes = own in NORMALIZATIONS and (head.inner_activations or plain)
    if normalizes or (_acts(own) and own not in NORMALIZATIONS):
        layers.insert(0, own)
    unknown = next((name for name in layers if name not in TRAINED_BEHIND_A_HEAD), None)
    if unknown is not None:
        raise NotBuildable(f"the reference model has no {unknown}")
    return tuple(layers)


def _acts(layer_class: str) -> bool:
    return "Dropout" in layer_class or "Normalization" in layer_class


def _loss(loss: Loss) -> Part:
    if loss.kind in (LossKind.CUSTOM, LossKind.OTHER):
        raise NotBuildable(f"the loss {loss.name} is not part of reference training")
    if loss.own is not None:
        raise NotBuildable(f"the loss is {loss.own}(), a function of the program")
    arguments = _plain(loss.arguments)
    if loss.from_logits:
        arguments["from_logits"] = True
    for name in _usual_focus(loss):
        del arguments[name]
    return Part.of(loss.name, **arguments)


def _usual_focus(loss: Loss) -> tuple[str, ...]:
    """Return the arguments of a focal loss that train as their defaults."""
    if "Focal" not in loss.name:
        return ()
    given = _plain(loss.arguments)
    return tuple(
        name
        for name, value in given.items()
        if name in _USUAL_FOCUS
        and _is_between(value, *_USUAL_FOCUS[name])
        and not (name == "alpha" and given.get("apply_class_balancing"))
    )


def _is_between(value: Argument, low: float, high: float) -> bool:
    return isinstance(value, int | float) and low <= value <= high


def _loss_defaults(head: Head) -> tuple[str, ...]:
    """Return the arguments of a loss that reference training has at their defaults."""
    if head.loss is None:
        return ()
    given, known = dict(head.loss.arguments), LOSSES[3].get(head.loss.name, {})
    return tuple(n for n in _usual_focus(head.loss) if given[n] != known.get(n))


def _metric(metric: Metric) -> Part:
    by_shape = metric.compiled.lower() in ACCURACY | CROSSENTROPY
    if metric.given == "string" and by_shape and not metric.frozen:
        return Part(name=metric.compiled)
    name = metric.resolved or metric.compiled
    arguments = _plain(metric.arguments)
    column = arguments.get("class_id")
    if isinstance(column, int) and column > 1:
        arguments["class_id"] = 1  # several classes of a task are alike
    chosen = metric.name if _is_chosen(metric) else None
    return Part.of(name, **{**arguments, "name": chosen or name})


def _is_chosen(metric: Metric) -> bool:
    """Say whether the name of a metric is not that of a string that it replaced."""
    return metric.given != "object" or not is_by_shape(metric.name or "")


def _plain(arguments: Arguments) -> dict[str, Argument]:
    return {
        name: value
        for name, value in arguments
        if name not in _SKIPPED and value is not None
    }


def _form(head: Head, scale: _Scale) -> LabelForm:
    labels = head.labels or _assumed_labels(head)
    form = _clean_form(head, labels, scale)
    spoilt = None
    if labels.nans or labels.infinities:
        spoilt = NO_NUMBER
    elif labels.void is not None:
        spoilt = str(labels.void)
    elif form.encoding is not labels.encoding:
        spoilt = NO_CLASS
    return replace(form, spoilt=spoilt)


def _clean_form(head: Head, labels: Labels, scale: _Scale) -> LabelForm:
    encoding = _encoding(head, labels)
    if encoding in _ROWS:
        _check_rows(head, labels)
        columns = _width(labels)
        width = scale.units(columns) if columns > 1 else None
        return LabelForm(encoding=encoding, width=width)
    if scale.task == SEVERAL_TARGETS:
        _check_rows(head, labels)
        return LabelForm(encoding=encoding, width=scale.classes)
    column = _has_column(head, labels)
    if encoding is Encoding.CONTINUOUS:
        return LabelForm(encoding=encoding, column=column)
    if encoding is Encoding.CLASS_IDS:
        return LabelForm(
            encoding=encoding, column=column, values=_values(labels, scale.classes)
        )
    dtype = "bool" if labels.dtype == "bool" else None
    return LabelForm(encoding=encoding, column=column, dtype=dtype)


def _check_rows(head: Head, labels: Labels) -> None:
    if head.shape is None or head.labels is None:
        return
    if layout(head.shape, labels.shape) is Layout.RANK:
        raise NotBuildable("labels and output differ in more than their last axis")


def _has_column(head: Head, labels: Labels) -> bool:
    """Say whether labels have an axis of their own: (n, 1) on (None, 1)."""
    if head.shape is None:
        return len(labels.shape) > 1 and labels.shape[-1] == 1
    return len(labels.shape) == len(head.shape)


def _values(labels: Labels, classes: int) -> tuple[float, ...]:
    """Return the label value of each class: as given, or counted from the lowest."""
    numbers = [
        float(v)
        for v in labels.values
        if isinstance(v, (int, float)) and v != labels.void
    ]
    if len(numbers) == classes:
        return tuple(numbers)
    low, high = labels.low, labels.high
    if labels.void is not None:
        low, high = labels.classes_from, labels.classes_to
    if low is None or high is None:
        return ()
    if classes == 2:
        return (low, high)
    return tuple(low + i for i in range(classes))
