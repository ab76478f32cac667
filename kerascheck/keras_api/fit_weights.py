"""What `fit` makes of `class_weight` and `sample_weight`: weights, or an error.

Source: `class_weight_to_sample_weights`, `make_class_weight_map_fn` and
`ArrayDataAdapter` of Keras 3.15.1, `_make_class_weight_map_fn` of tf_keras 2.21.
`tests/keras_api/test_fit_weights.py` compares them with `fit`.
"""

from __future__ import annotations

from kerascheck.keras_api.layout import tail_shown
from kerascheck.model.description import (
    ClassWeight,
    Encoding,
    FitCall,
    Labels,
    SampleWeight,
    Shape,
)
from kerascheck.model.errors import Undecided
from kerascheck.model.named import NamedTuple
from kerascheck.model.typed import Literal

__all__ = [
    "BY_CLASS",
    "BY_HEAD",
    "Refused",
    "class_weight_refused",
    "classes_of",
    "sample_weight_refused",
    "whole_keys",
]

BY_CLASS = "by class"
BY_HEAD = "by head"

_ROWS = (Encoding.ONE_HOT, Encoding.DISTRIBUTION, Encoding.MULTI_HOT)
_MAX_CLASSES = 1_000
_MAX_STRUCTURE = 60  # characters that a message shows

_WITHOUT_CLASS_WEIGHT = {
    "generator": "a Python generator",
    "loader": "a DataLoader",
}


class Refused(NamedTuple):
    """Why `fit` raises for class weights."""

    by: Literal["sample weights", "data", "axes", "keys"]
    why: str


def class_weight_refused(
    weights: ClassWeight,
    labels: Labels | None,
    output: Shape | None,
    call: FitCall | None,
    *,
    legacy: bool,
) -> Refused | None:
    """Return why `fit` raises for class weights; None if it does not.

    Args:
        weights: By class.
        labels: Of the head, if known.
        output: Shape of the head, batch first, if known.
        call: How `fit` is called, if known. If not, this is why it raises for arrays
            as well as for a `tf.data.Dataset`.
        legacy: Whether Keras 2 trains.

    Raises:
        Undecided: It depends on a fact that is not known.
    """
    if legacy:
        return _beyond_table(weights, labels, _why_not_counted(weights))
    if call is not None and call.sample_weight is not None and call.class_weight:
        why = "`sample_weight` is passed as well, and Keras accepts one of them"
        return Refused("sample weights", why)
    data = None if call is None else call.data
    if data in _WITHOUT_CLASS_WEIGHT:
        return Refused("data", f"the data come from {_WITHOUT_CLASS_WEIGHT[data]}")
    if data == "dataset":
        return _refused_for_dataset(weights, labels, output)
    found = _refused_for_arrays(labels, output)
    if data is None and found is not None:
        return found if _refused_for_dataset(weights, labels, output) else None
    return found


def _refused_for_arrays(labels: Labels | None, output: Shape | None) -> Refused | None:
    if labels is not None and len(labels.shape) > 2:
        shape = tail_shown(labels.shape)
        return Refused("axes", f"labels of shape {shape} have more than two axes")
    return _one_for_several(1, labels, output)


def _refused_for_dataset(
    weights: ClassWeight, labels: Labels | None, output: Shape | None
) -> Refused | None:
    if not weights:
        return Refused("keys", "it is empty")
    if any(isinstance(key, str) for key, _ in weights):
        return Refused("keys", "its keys are text")
    if labels is None:
        raise Undecided("no labels were given")
    axes = len(labels.shape) - (len(labels.shape) > 1)
    return _one_for_several(axes, labels, output) or _beyond_table(
        weights, labels, None
    )


def _one_for_several(
    axes: int, labels: Labels | None, output: Shape | None
) -> Refused | None:
    """Return why weights of fewer axes than the values of the loss do not fit."""
    if output is None:
        if labels is not None and labels.width == 1:
            return None  # of no shape that labels fit the loss has more axes
        raise Undecided("the shape of the output is unknown")
    if labels is not None and output[-1] == 1 and len(labels.shape) == len(output) - 1:
        output = output[:-1]  # losses squeeze it to the labels
    if len(output) - 1 <= axes:
        return None
    if output[-2] is None:
        raise Undecided("the shape of the output is unknown")
    if output[-2] == 1 and labels is None:
        raise Undecided("no labels were given")
    if output[-2] == 1:
        return None
    return Refused(
        "axes",
        f"each sample gets one weight, and the loss of outputs of shape "
        f"{tail_shown(output)} has several values a sample",
    )


def _why_not_counted(weights: ClassWeight) -> str | None:
    """Return why Keras 2 refuses the keys themselves."""
    if [key for key, _ in weights] == list(range(len(weights))):
        return None
    return f"its keys are {_listed(weights)}, and Keras 2 expects 0, 1, 2, …"


def _beyond_table(
    weights: ClassWeight, labels: Labels | None, why: str | None
) -> Refused | None:
    """Return why a table of the weights has no entry for some class."""
    keys = whole_keys(weights)
    if why is not None:
        return Refused("keys", why)
    if not keys:
        return None
    size = max(keys) + 1
    if labels is None or labels.low is None or labels.high is None:
        raise Undecided("which classes the labels hold is unknown")
    if labels.width is None:
        raise Undecided("the shape of the labels is not known in full")
    if labels.width > 1:
        return _columns_beyond(size, labels, labels.width)
    low, high = round(labels.low), round(labels.high)
    if low >= 0 and high < size:
        return None
    label = low if low < 0 else high
    return Refused(
        "keys", f"label {label} has no place in it: its keys are {_listed(weights)}"
    )


def _columns_beyond(size: int, labels: Labels, width: int) -> Refused | None:
    if size >= width:
        return None
    if labels.encoding is not Encoding.ONE_HOT or labels.classes is None:
        raise Undecided("which column of the labels is the highest in a row is unknown")
    if labels.classes > size:
        why = f"it has no weight for some of the {labels.classes} classes"
        return Refused("keys", why)
    if labels.classes == width:
        return None
    raise Undecided("which classes the labels hold is unknown")


def whole_keys(weights: ClassWeight) -> list[int]:
    """Return the keys of class weights that can be classes."""
    return [int(key) for key, _ in weights if isinstance(key, (int, float))]


def classes_of(labels: Labels) -> tuple[int, ...] | None:
    """Return the classes that labels hold as `class_weight` counts them.

    Of rows all columns, whether they occur or not; None: too many, or not whole.

    Raises:
        Undecided: Whether they are rows is not known.
    """
    if labels.encoding is Encoding.UNKNOWN:
        raise Undecided("the encoding of the labels is unknown")
    if labels.width is None:
        raise Undecided("the shape of the labels is not known in full")
    if labels.width > 1 and labels.encoding in _ROWS:
        return tuple(range(min(labels.width, _MAX_CLASSES)))
    whole = [v for v in labels.values if isinstance(v, (int, float)) and v == int(v)]
    if labels.values and len(whole) == len(labels.values):
        return tuple(int(value) for value in whole)
    if not labels.integral or labels.low is None or labels.high is None:
        return None
    every = range(int(labels.low), int(labels.high) + 1)
    return (
        tuple(every)
        if len(every) <= _MAX_CLASSES and len(every) == labels.classes
        else None
    )


def sample_weight_refused(
    weights: SampleWeight,
    outputs: str | None,
    output: Shape | None,
    call: FitCall,
    *,
    legacy: bool,
) -> str | None:
    """Return why `fit` raises for sample weights; None if it does not.

    Args:
        weights: As passed.
        outputs: How the outputs come: one, list, dict, nested; None: unknown.
        output: Shape of the head, batch first, as its loss compares it, if known; ()
            if there are several, or one value is the loss of a whole batch.
        call: How `fit` is called.
        legacy: Whether Keras 2 trains, which matches structures by their order.

    Raises:
        Undecided: It depends on a fact that is not known.
    """
    if call.labels is None:
        raise Undecided("how the labels are passed to `fit` is unknown")
    if weights.structure == "numbers":
        return "it is not an array"
    if call.labels == "*":
        return _refused_for_one(weights, output, legacy=legacy)
    return None if legacy else _refused_for_several(weights, outputs, call)


def _refused_for_one(
    weights: SampleWeight, output: Shape | None, *, legacy: bool
) -> str | None:
    if weights.structure not in ("*", "[*]", "(*,)"):
        shown = _cut(weights.structure)
        return f"the labels are one array, and it is {shown} (* is an array)"
    shape = weights.shapes[0] if weights.shapes else None
    if shape is None or (output is not None and len(output) < 2):
        return None
    if len(shape) == 0:
        return "it is one number"
    if output is None:
        raise Undecided("the shape of the output is unknown")
    return _does_not_broadcast(shape, output, legacy=legacy)


def _does_not_broadcast(
    shape: tuple[int, ...], output: Shape, *, legacy: bool
) -> str | None:
    """Return why weights do not fit the values of a loss, one for each row of units."""
    values = output[1:-1]
    rest = shape[1:]
    if len(rest) == len(values) + 1 and rest[-1] == 1:
        rest = rest[:-1]
    elif len(values) == len(rest) + 1 and values[-1] == 1:
        values = values[:-1]
    elif len(values) == len(rest) + 1 and legacy:
        rest = (*rest, 1)
    if len(rest) > len(values):
        return None if len(rest) > len(values) + 1 else _mismatch(shape, output)
    if len(rest) < len(values):
        return None if values[-1] is None else _mismatch(shape, output)
    fits = all(a == 1 or b in (None, 1, a) for a, b in zip(rest, values, strict=True))
    return None if fits else _mismatch(shape, output)


def _mismatch(shape: tuple[int, ...], output: Shape) -> str:
    return (
        f"shape {tail_shown(shape)} does not fit its loss, which has shape "
        f"{tail_shown(output[:-1])}"
    )


def _refused_for_several(
    weights: SampleWeight, outputs: str | None, call: FitCall
) -> str | None:
    labels = str(call.labels)
    if weights.structure == "*":
        shape = weights.shapes[0] if weights.shapes else None
        if shape is not None and not (len(shape) == 1 or shape[1:] == (1,)):
            return f"one array for several outputs has shape {tail_shown(shape)}"
    elif weights.structure != labels:
        return (
            f"its structure is {_cut(weights.structure)}, that of the labels "
            f"{_cut(labels)} (* is an array)"
        )
    if outputs is None:
        raise Undecided("whether the outputs are a list or a dict is unknown")
    is_dict = labels.startswith("{")
    if outputs == "list" and is_dict:
        return "the outputs are a list, and the labels a dict"
    if outputs == "dict" and not is_dict:
        return "the outputs are a dict, and the labels are not"
    return None


def _cut(structure: str) -> str:
    """Return the start of a structure, as much as a line has room for."""
    long = len(structure) > _MAX_STRUCTURE
    return f"{structure[:_MAX_STRUCTURE]}…" if long else structure


def _listed(weights: ClassWeight) -> str:
    keys = [repr(key) for key, _ in weights[:4]]
    return ", ".join([*keys, *(["…"] if len(weights) > 4 else [])])
