"""The truth of a task as labels, and class weights as sample weights."""

from __future__ import annotations

from math import isfinite

import numpy as np
from numpy.typing import NDArray

from kerascheck.confirm.setup import NO_CLASS, ONE_CLASS, LabelForm
from kerascheck.confirm.tasks import Floats, Truth
from kerascheck.model.description import Encoding
from kerascheck.model.typed import Any

Labels = NDArray[Any]

_SMOOTHING = 0.1
"""Soft labels divide this share equally among all classes."""


def encode(form: LabelForm, truth: Truth, classes: int) -> Labels:
    """Write truth as labels.

    Args:
        form: How.
        truth: As `tasks.Samples.truth`.
        classes: Classes of the task.

    Returns:
        Shape (rows,), (rows, 1) or (rows, width).
    """
    if form.spoilt == ONE_CLASS:
        return _encoded(form, np.zeros_like(truth), classes)
    labels = _encoded(form, truth, classes)
    return labels if form.spoilt is None else _spoilt(labels, form.spoilt)


def _encoded(form: LabelForm, truth: Truth, classes: int) -> Labels:
    match form.encoding:
        case Encoding.CONTINUOUS:
            labels = truth.astype(form.dtype or "float32")
        case Encoding.MULTI_HOT | Encoding.ONE_HOT | Encoding.DISTRIBUTION:
            return _rows(form, truth, classes)
        case Encoding.STRINGS:
            labels = np.array([f"class {i}" for i in range(classes)])[truth]
        case Encoding.PROBABILITY:
            soft = truth * (1 - _SMOOTHING) + _SMOOTHING / 2
            labels = soft.astype(form.dtype or "float32")
        case _:
            labels = class_values(form, classes)[truth].astype(form.dtype or "int32")
    return labels[:, None] if form.column else labels


def _spoilt(labels: Labels, holds: str) -> Labels:
    """Return labels of which every tenth holds something else than the truth."""
    value = 0.0 if holds == NO_CLASS else float(holds)
    if not isfinite(value) and labels.dtype.kind != "f":
        labels = labels.astype("float32")
    labels[::10] = value
    return labels


def class_values(form: LabelForm, classes: int) -> NDArray[np.float64]:
    """Return the label value of each class, shape (classes,)."""
    if form.values and form.encoding not in (Encoding.ONE_HOT, Encoding.MULTI_HOT):
        return np.array(form.values, dtype=float)
    if form.encoding is Encoding.SIGNED_BINARY:
        return np.array([-1.0, 1.0])
    return np.arange(classes, dtype=float)


def sample_weights(
    class_weight: tuple[tuple[int, float], ...] | None, labels: Labels
) -> Floats:
    """Return the weight of each row, shape (rows,), as `fit` makes it.

    Source: Keras 3.15, `class_weight_to_sample_weights`: the argmax of rows, else the
    rounded value, looked up; 1 if none is given.
    """
    ids = labels
    if labels.ndim > 1:
        one = labels.shape[-1] == 1
        ids = labels[..., 0] if one else labels.argmax(axis=-1)
    ids = np.round(ids).astype("int32")
    weights = np.ones(ids.shape, dtype=np.float32)
    for value, weight in class_weight or ():
        weights[ids == value] = weight
    return weights


def _rows(form: LabelForm, truth: Truth, classes: int) -> Labels:
    width = form.width or classes
    if truth.ndim == 2:
        on = np.zeros((len(truth), width), dtype=bool)
        on[:, : truth.shape[1]] = truth
    else:
        on = np.arange(width) == truth[:, None]
    dtype = form.dtype or "float32"
    if form.encoding is Encoding.DISTRIBUTION:
        return (on * (1 - _SMOOTHING) + _SMOOTHING / width).astype(dtype)
    off_value, on_value = form.values or (0, 1)
    return np.where(on, on_value, off_value).astype(dtype)
