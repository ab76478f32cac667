"""What a call of fit says of labels and weights."""

from __future__ import annotations

from collections.abc import Mapping

from kerascheck.keras_api.fit_weights import BY_CLASS, BY_HEAD
from kerascheck.model.description import ClassWeight, Description, FitCall, Labels
from kerascheck.readers.source.keras_values import FitCallSite
from kerascheck.readers.source.values import OpenDict, Unknown, Value

__all__ = ["fit_call", "labels_by_head", "weights_of"]

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
    elif given is not None:
        unread.append(("class_weight", "it is computed by the program"))
    if site.arguments.get("sample_weight") is not None:
        unread.append(("sample_weight", "it is computed by the program"))
    return FitCall(class_weight=form, unread=tuple(unread))


def weights_of(site: FitCallSite) -> ClassWeight | None:
    """Return class weights as pairs; None: they are not all known."""
    given = site.arguments.get("class_weight")
    if not isinstance(given, dict) or isinstance(given, OpenDict):
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


def labels_by_head(
    site: FitCallSite, described: Description
) -> tuple[Mapping[str, Labels], tuple[tuple[str, str], ...]]:
    """Return the labels of each head, and why those of others are not known."""
    value: Value = site.arguments.get("y")
    why = value.why if isinstance(value, Unknown) else "labels are not known"
    return {}, (("labels", why),)
