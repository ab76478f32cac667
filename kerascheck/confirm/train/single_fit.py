"""The same training by one ordinary `model.fit`: the yardstick of the stacked one.

Imported in the child process only: this module imports Keras.
"""

from __future__ import annotations

from functools import partial

import keras
import numpy as np

from kerascheck.confirm.result import Raised
from kerascheck.confirm.setup import NETWORKS, Setup
from kerascheck.confirm.train.initial_weights import (
    InitialWeights,
    task_of,
    training_rows,
)
from kerascheck.confirm.train.keras_objects import (
    activate,
    loss_of,
    metric_of,
    optimizer_of,
)
from kerascheck.model.frozen import replace
from kerascheck.model.typed import Any


def plain_model(setup: Setup, seed: int) -> Any:
    """Return the compiled reference model at its start."""
    features = task_of(setup).features
    first: Any = setup.inner_activation or setup.activation
    if setup.over_steps:
        first = partial(activate, replace(setup, hidden_activation=False))
    trunk = NETWORKS[setup.network]
    model = keras.Sequential(
        [
            keras.Input((features,)),
            *(keras.layers.Dense(width, trunk.activation) for width in trunk.widths),
            keras.layers.Dense(setup.units, first),
        ]
    )
    if setup.inner_activation and not setup.over_steps:
        model.add(keras.layers.Activation(setup.activation))
    for name in setup.behind:
        kind = getattr(keras.layers, name)
        model.add(kind(0.5) if name.endswith("Dropout") else kind())
    if setup.hidden_activation:
        model.add(keras.layers.Reshape((setup.units,)))
    own = start_of(setup, seed)
    model.set_weights([*own, *model.get_weights()[len(own) :]])
    model.compile(
        optimizer=optimizer_of(setup),
        loss=loss_of(setup.loss),
        loss_weights=None if setup.loss_weight == 1 else [setup.loss_weight],
        metrics=[metric_of(part) for part in setup.metrics] or None,
    )
    return model


def start_of(setup: Setup, seed: int) -> list[Any]:
    """Return the first weights of a model, without those of layers behind the head."""
    features = task_of(setup).features
    start = InitialWeights.draw(seed, features, setup.units, setup.network)
    kernels = (*start.trunk, start.head)
    return [w for k in kernels for w in (k, np.zeros(k.shape[1]))]


def fit(setup: Setup, seed: int) -> Any:
    """Return the model after one ordinary `fit` over the rows of a seed."""
    rows, labels, _ = training_rows(setup, seed)
    model = plain_model(setup, seed)
    weights = setup.class_weight
    model.fit(
        rows.x,
        labels,
        batch_size=setup.batch,
        shuffle=False,
        class_weight=dict(weights) if weights is not None else None,
        verbose=0,
    )
    return model


def error_of_fit(setup: Setup, seed: int = 0) -> Raised | None:
    """Return what building, compiling or fitting the model raises, if anything."""
    try:
        fit(setup, seed)
    except Exception as error:  # whatever Keras raises is the answer
        return Raised.of(error)
    return None
