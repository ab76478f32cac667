"""What a call of fit says of labels and weights."""

from __future__ import annotations

from collections.abc import Mapping

from kerascheck.keras_api.fit_weights import BY_CLASS, BY_HEAD
from kerascheck.model.description import (
    ClassWeight,
    Description,
    FitCall,
    Labels,
    Shape,
)
from kerascheck.readers.source import arrays
from kerascheck.readers.source.keras_values import FitCallSite
from kerascheck.readers.source.open_values import is_open
from kerascheck.readers.source.values import Unknown, Value

__all__ = ["batch_shape", "fit_call", "labels_by_head", "parts_of", "weights_of"]

_MAX_CLASSES = 1_000


def fit_call(site: FitCallSite) -> FitCall:
    """Return what is known of a call of fit."""
    unread: list[tuple[str, str]] = []
    given = site.arguments.get("class_weight")
    form = None
    if isinstance(given, dict):
        nested = any(isinstance(value, dict) for value in given.values())
        form = BY_HEAD if nested else BY_CLASS
        if form == BY_CLASS and weights_of(site) is None:
            unread.append(("class_weight", "its weights are computed by the program"))
    elif isinstance(given, str):
        form = repr(given[:60])
    elif isinstance(given, (list, tuple)):
        form = f"a {type(given).__name__}"
    elif arrays.as_data(given) is not None:
        form = "an array"
    elif given is not None:
        unread.append(("class_weight", "it is computed by the program"))
    if site.arguments.get("sample_weight") is not None:
        unread.append(("sample_weight", "it is computed by the program"))
    y = parts_of(site)[1]
    one = arrays.as_data(y) is not None
    return FitCall(labels="*" if one else None, class_weight=form, unread=tuple(unread))


def weights_of(site: FitCallSite) -> ClassWeight | None:
    """Return class weights as pairs; None: they are not all known."""
    given = site.arguments.get("class_weight")
    if not isinstance(given, dict) or is_open(given):
        return None
    if not given or len(given) > _MAX_CLASSES:
        return None
    pairs = []
    for key, weight in given.items():
        if not isinstance(weight, (int, float)) or not isinstance(
            key, (int, float, str)
        ):
            return None
        pairs.append((key, float(weight)))
    return tuple(sorted(pairs, key=lambda pair: (isinstance(pair[0], str), pair[0])))


def parts_of(site: FitCallSite) -> tuple[Value, Value]:
    """Return x and y of a call of fit; y None: it is not known."""
    x, y = site.arguments.get("x"), site.arguments.get("y")
    if y is None and x is not None:
        found = arrays.batch_of(x)
        if found is not None:
            return found[0], found[1]
    return x, y


def batch_shape(value: Value) -> Shape | None:
    """Return the shape of what a model is given, batch first; None: unknown."""
    data = arrays.as_data(value)
    shape: Shape | None = None if data is None else arrays.shape_of(data)
    return None if not shape else (None, *shape[1:])


def labels_by_head(
    site: FitCallSite, described: Description
) -> tuple[Mapping[str, Labels], tuple[tuple[str, str], ...]]:
    """Return the labels of each head, and why those of others are not known."""
    y = parts_of(site)[1]
    found: dict[str, Labels] = {}
    for place, head in enumerate(described.heads):
        value = _of_head(y, head.name, place, len(described.heads))
        labels = arrays.labels_of(value, head.shape)
        if labels is not None:
            found[head.name] = labels
    if found or not described.heads:
        return found, ()
    why = y.why if isinstance(y, Unknown) else "labels are not known"
    return found, (("labels", why),)


def _of_head(y: Value, name: str, place: int, heads: int) -> Value:
    """Return the part of the labels that is for a head."""
    if isinstance(y, dict):
        return y.get(name)
    if isinstance(y, (list, tuple)) and heads > 1:
        return y[place] if len(y) == heads else None
    return y if heads == 1 else None
