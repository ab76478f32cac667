"""The arguments of `fit`, brought into one form.

What cannot be understood of one argument is noted with the reason, and leaves the
others as they are: Keras may accept it, or say itself what is wrong with it.
"""

from __future__ import annotations

from collections.abc import Mapping

from kerascheck.keras_api.fit_weights import BY_CLASS, BY_HEAD
from kerascheck.labels.batches import FitSample, sample_of, to_numpy
from kerascheck.labels.structure import Path, leaves, structure_of
from kerascheck.model.description import (
    ClassWeight,
    FitCall,
    SampleWeight,
    Scalar,
    Shape,
)
from kerascheck.model.errors import UnreadableLabels, UsageError
from kerascheck.model.frozen import Frozen, field
from kerascheck.model.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["FitArguments", "fit_arguments"]

MAX_CLASSES = 1_000
"""Classes whose weights are looked at."""

MAX_KEY = 60
"""Characters of a key of `class_weight` that are kept."""


class FitArguments(Frozen, eq=False):
    """Data of one `fit`.

    Attributes:
        y: Labels: an array, shape (samples, …), or a structure of arrays; None: they
            cannot be read.
        x: Inputs, as given or of the first batch.
        class_weight: Pairs of class and weight; None: all weigh the same, or it is not
            known.
        call: What else is known of the call.
        watched: Keras itself has received the data.
        declared: As in `FitSample`.
    """

    y: Any
    x: Any = None
    class_weight: ClassWeight | None = None
    call: FitCall = FitCall()
    watched: bool = False
    declared: Mapping[Path, Shape] = field(default_factory=dict)


def fit_arguments(
    y: Any, x: Any = None, *, class_weight: Any = None, sample_weight: Any = None
) -> FitArguments:
    """Return arguments of `fit` as a sample of plain values.

    Args:
        y: Labels in any form that `fit` takes.
        x: Inputs; None: those of the first batch, if there are batches.
        class_weight: As passed to `fit`.
        sample_weight: As passed to `fit`.

    Raises:
        UsageError: `y` is a bare generator, whose batches would be lost.
    """
    unread: list[tuple[str, str]] = []
    try:
        data = sample_of(y)
    except UsageError:
        raise
    except Exception as error:
        data = FitSample(y=None, watched=isinstance(y, FitSample))
        unread.append(("y", _why("y", error)))
    if data.why_no_weights is not None:
        unread.append(("sample_weight", data.why_no_weights))
    given = data.sample_weight if sample_weight is None else sample_weight
    weights = _attempt("sample_weight", _as_given, given, unread)
    measured = None
    if weights is not None:
        measured = _attempt("sample_weight", _sample_weight, weights, unread)
    by_class, form = None, None
    if class_weight is not None:
        form = _form(class_weight)
        if form == BY_CLASS:
            by_class = _attempt("class_weight", _pairs, class_weight, unread)
    elif measured is not None and data.y is not None:
        # What is not the same for a class is no class weight; nor is what fails here.
        by_class = _attempt("class_weight", _by_class(data.y), weights, [])
    return FitArguments(
        y=data.y,
        x=data.x if x is None else x,
        class_weight=by_class,
        watched=data.watched,
        declared=data.declared,
        call=FitCall(
            data=data.data,
            labels=_attempt("y", _structure, data.y, []),
            class_weight=form,
            sample_weight=measured,
            lengths=_lengths(x, data, given),
            unread=tuple(unread),
            unbatched=data.unbatched,
        ),
    )


def _attempt(argument: str, read: Any, value: Any, unread: list[Any]) -> Any:
    """Return what `read` makes of an argument; None if it cannot, and why in `unread`.

    Anything may be raised by values that are not what they look like.
    """
    try:
        return read(value)
    except Exception as error:
        unread.append((argument, _why(argument, error)))
        return None


def _why(argument: str, error: Exception) -> str:
    if isinstance(error, UnreadableLabels):
        return str(error)
    why = str(error).strip().partition("\n")[0] or type(error).__name__
    return f"{argument} is not understood: {why[:200]}"


def _structure(y: Any) -> str | None:
    return None if y is None else structure_of(y)


def _as_given(sample_weight: Any) -> Any:
    return None if sample_weight is None else to_numpy(sample_weight)


def _form(class_weight: Any) -> str:
    """Return how `class_weight` is given, or what it is instead of a dict."""
    if isinstance(class_weight, Mapping):
        nested = any(isinstance(value, Mapping) for value in class_weight.values())
        return BY_HEAD if nested else BY_CLASS
    if isinstance(class_weight, str):
        return repr(class_weight[:MAX_KEY])
    name = type(class_weight).__name__[:MAX_KEY]
    return f"{'an' if name[:1].lower() in 'aeiou' or name == 'ndarray' else 'a'} {name}"


def _pairs(class_weight: Mapping[Any, Any]) -> ClassWeight:
    """Return class weights as pairs, whole numbers first and in order."""
    if len(class_weight) > MAX_CLASSES:
        raise ValueError(f"it has more than {MAX_CLASSES} classes")
    pairs = []
    for key, weight in class_weight.items():
        if isinstance(weight, (list, tuple)) or getattr(weight, "shape", ()) != ():
            raise TypeError(f"the weight of {_key(key)!r} is not one number")
        pairs.append((_key(key), float(weight)))
    return tuple(sorted(pairs, key=lambda pair: (isinstance(pair[0], str), pair[0])))


def _key(key: Any) -> Scalar:
    """Return a key of `class_weight` as the class that Keras finds by it."""
    if isinstance(key, str):
        return key[:MAX_KEY]
    if float(key) != int(key):
        return str(key)[:MAX_KEY]
    return int(key)


def _sample_weight(weights: Any) -> SampleWeight:
    import numpy as np

    arrays = [_numbers(values) for _, values in leaves(weights) if values is not None]
    shapes = iter(arrays)
    cells = np.concatenate([array.ravel() for array in arrays] or [np.zeros(0)])
    finite = cells[np.isfinite(cells)]
    return SampleWeight(
        structure=structure_of(weights)
        if hasattr(weights, "shape") or leaves(weights)[0][0]
        else "numbers",
        shapes=tuple(
            None if values is None else next(shapes).shape
            for _, values in leaves(weights)
        ),
        low=float(finite.min()) if len(finite) else None,
        high=float(finite.max()) if len(finite) else None,
        nans=int(np.isnan(cells).sum()),
        infinities=int(np.isinf(cells).sum()),
    )


def _numbers(values: Any) -> NDArray[Any]:
    import numpy as np

    array = np.asarray(values)
    if array.dtype.kind not in "biuf":
        raise TypeError(f"it holds {array.dtype.name}, not numbers")
    return array.astype(np.float64, copy=False)


def _lengths(
    x: Any, data: FitSample, sample_weight: Any
) -> tuple[tuple[str, int], ...]:
    """Return the samples in x, y and sample_weight if these differ, as arrays.

    Batches are not compared: of some, more is looked at than of others.
    """
    if data.data != "arrays":
        return ()
    given = (("x", x), ("y", data.y), ("sample_weight", sample_weight))
    counts = tuple(
        dict.fromkeys(
            (name, count)
            for name, values in given
            for count in _attempt(name, _counts, values, []) or ()
        )
    )
    return counts if len({count for _, count in counts}) > 1 else ()


def _counts(values: Any) -> list[int]:
    if values is None:
        return []
    return [len(one) for _, one in leaves(values) if _has_length(one)]


def _has_length(values: Any) -> bool:
    return hasattr(values, "__len__") and getattr(values, "shape", True) != ()


def _by_class(y: Any) -> Any:
    """Return a function from sample weights to class weights, for labels `y`."""

    def by_class(weights: Any) -> ClassWeight | None:
        found = leaves(y)
        if len(found) != 1 or structure_of(weights) != "*":
            return None
        return _weights_by_class(weights, found[0][1])

    return by_class


def _weights_by_class(weights: Any, y: Any) -> ClassWeight | None:
    """Return sample weights as class weights; None if they are not."""
    import numpy as np

    labels, weights = np.asarray(y), np.asarray(weights)
    ids = labels.argmax(-1) if labels.ndim == 2 and labels.shape[1] > 1 else labels
    ids, weights = ids.ravel(), weights.ravel()
    if ids.dtype.kind not in "biuf" or len(ids) != len(weights):
        return None
    classes = np.unique(ids)
    if len(classes) > MAX_CLASSES or not np.equal(classes, np.floor(classes)).all():
        return None
    found = [(int(label), np.unique(weights[ids == label])) for label in classes]
    if any(len(values) > 1 for _, values in found):
        return None
    pairs = tuple((label, float(values[0])) for label, values in found)
    return pairs if len({weight for _, weight in pairs}) > 1 else None
