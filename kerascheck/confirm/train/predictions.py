"""What a head's outputs mean: probabilities as served, and the decision they make.

A head is read as the person who compiled it would: outputs of a sigmoid or softmax are
probabilities; outputs trained with from_logits=True are logits, and the server applies
the sigmoid or softmax; the threshold of margins is 0; that of a regression on label
values is halfway between them. So one rule decides: a served probability above one
half, or the highest of several.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kerascheck.confirm.setup import REGRESSION, SEVERAL_LABELS, Setup
from kerascheck.confirm.tasks import Floats
from kerascheck.confirm.train.encode import class_values
from kerascheck.keras_api.activations import PROBABILITIES
from kerascheck.keras_api.losses import BY_SHAPE, loss_called
from kerascheck.model.description import Encoding, Loss, LossKind
from kerascheck.model.typed import Any

_MARGINS = frozenset({LossKind.HINGE, LossKind.CATEGORICAL_HINGE})
_VALUES = frozenset({LossKind.REGRESSION, LossKind.POISSON})
_IDS = frozenset({Encoding.CLASS_IDS, Encoding.BINARY, Encoding.SIGNED_BINARY})


def probabilities(setup: Setup, outputs: Floats) -> NDArray[np.float64]:
    """Return what a server would show for outputs, not yet clipped to [0, 1].

    Args:
        setup: Whose head.
        outputs: Shape (…, units).
    """
    values = outputs.astype(np.float64)
    if setup.activation in PROBABILITIES:
        return values
    loss = _loss(setup)
    if loss.from_logits:
        return _sigmoid(values) if _columnwise(loss) else _softmax(values)
    low, high = _extreme_outputs(setup, loss)
    return (values - low) / (high - low)


def decisions(setup: Setup, outputs: Floats) -> NDArray[Any]:
    """Return the class of each row, shape (…,), or its tags, shape (…, units).

    NaN is treated as in numpy: below any threshold, and the highest of a row.
    """
    if setup.task in SEVERAL_LABELS:
        return probabilities(setup, outputs) > 0.5
    if setup.units == 1:
        return _one_unit(setup, outputs)
    picked = outputs.argmax(axis=-1)
    columns = columns_of(setup)
    found = np.full(outputs.shape[:-1], -1)
    for label, column in enumerate(columns):
        found[picked == column] = label
    return found


def positive_scores(setup: Setup, outputs: Floats) -> Floats | None:
    """Return scores that rank rows from the first of two classes to the second.

    Returns:
        Shape (…,): the one column, or the difference of two; None for other heads.
    """
    if setup.classes != 2 or setup.task in SEVERAL_LABELS | REGRESSION:
        return None
    if setup.units == 1:
        return outputs[..., 0]
    if setup.units == 2:
        return outputs[..., 1] - outputs[..., 0]
    return None


def columns_of(setup: Setup) -> list[int]:
    """Return the column of each class in a head of several units."""
    values = class_values(setup.labels, setup.classes)
    columns = values.min() >= 0 and values.max() < setup.units
    if setup.labels.encoding in _IDS and columns:
        return [int(value) for value in values]
    return list(range(setup.classes))


def _one_unit(setup: Setup, outputs: Floats) -> NDArray[Any]:
    values = class_values(setup.labels, setup.classes)
    if setup.classes > 2 and _loss(setup).kind in _VALUES:
        return np.array(np.argmin(np.abs(outputs - values), axis=-1))
    return np.where(probabilities(setup, outputs)[..., 0] > 0.5, 1, 0)


def _extreme_outputs(setup: Setup, loss: Loss) -> tuple[float, float]:
    """Return the outputs that mean certainly not and certainly yes."""
    if loss.kind in _MARGINS:
        return -1.0, 1.0
    if loss.kind in _VALUES and setup.units == 1 and setup.classes == 2:
        low, high = class_values(setup.labels, 2)
        return float(low), float(high)
    if loss.kind in _VALUES and setup.labels.row_shape(2) and setup.labels.values:
        return setup.labels.values[0], setup.labels.values[-1]
    return 0.0, 1.0


def _loss(setup: Setup) -> Loss:
    arguments = dict(setup.loss.arguments)
    name = setup.loss.name
    if name in BY_SHAPE:
        name = "bce" if setup.units == 1 else "categorical_crossentropy"
    return loss_called(name, from_logits=bool(arguments.get("from_logits")))


def _columnwise(loss: Loss) -> bool:
    return loss.kind is LossKind.BINARY


def _sigmoid(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return 0.5 * (1 + np.tanh(values / 2))


def _softmax(values: NDArray[np.float64]) -> NDArray[np.float64]:
    with np.errstate(invalid="ignore"):
        powers = np.exp(values - values.max(axis=-1, keepdims=True))
        shares: NDArray[np.float64] = powers / powers.sum(axis=-1, keepdims=True)
    return shares
