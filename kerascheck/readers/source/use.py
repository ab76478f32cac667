"""Whether a program trains a model by its own compile call."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kerascheck.readers.source.keras_values import CompileCall, LayerValue, ModelValue
from kerascheck.readers.source.network_config import layers_of

__all__ = ["trained_by"]


def trained_by(compiled: CompileCall, others: Sequence[CompileCall]) -> int | None:
    """Return the line of the only compile call that trains a model.

    A model that is called inside another one, which is trained, learns from the loss of
    that one. Keras uses its own compile call where a method of the model itself is
    called: fit, evaluate and those for one batch.

    Returns:
        None: The model's own call is used, or may be.
    """
    model = compiled.model
    if compiled.fits or model.is_passed_on:
        return None
    if any(other.model is model and other.fits for other in others):
        return None
    for other in others:
        if other.model is not model and other.fits and _holds(other.model, model):
            return other.line
    return None


def _holds(outer: ModelValue, wanted: ModelValue) -> bool:
    """Say whether a model has another one inside, each gone through once."""
    seen: set[int] = set()
    waiting = [outer]
    while waiting:
        model = waiting.pop()
        if id(model) in seen:
            continue
        seen.add(id(model))
        for layer in _layers(model):
            if layer is wanted:
                return True
            if isinstance(layer, ModelValue):
                waiting.append(layer)
    return False


def _layers(model: ModelValue) -> Iterable[LayerValue]:
    if model.form == "sequential":
        return model.layers
    return layers_of(model) if model.form == "functional" else ()
