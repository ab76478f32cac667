"""Finds the setups that raise, before any is trained with others.

Every setup's outputs are scored once, without tracing a training; what raises there is
confirmed by one real `model.fit`, whose exception is recorded. Imported in the
child process only: this module imports Keras.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass, field

import keras
import numpy as np

from kerascheck.confirm.result import Raised
from kerascheck.confirm.setup import Setup
from kerascheck.confirm.tasks import Floats
from kerascheck.confirm.train.encode import Labels
from kerascheck.confirm.train.initial_weights import training_rows
from kerascheck.confirm.train.keras_objects import activate, activation_names, scorer
from kerascheck.confirm.train.single_fit import error_of_fit
from kerascheck.model.frozen import replace
from kerascheck.model.typed import Any

Key = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class ProbeResult:
    """The outcome of one scoring: an exception or none, and each warning once."""

    error: Raised | None
    warnings: tuple[str, ...]


@dataclass
class Probe:
    """Scores setups; those that score in the same way are scored once.

    Attributes:
        dry_run: How the backend runs a function once, cheaply.
    """

    dry_run: Callable[..., Any]
    _batches: dict[Key, Labels] = field(default_factory=dict)
    _scorers: dict[Key, Any] = field(default_factory=dict)
    _results: dict[Key, ProbeResult] = field(default_factory=dict)
    _metric_errors: dict[Key, Raised | None] = field(default_factory=dict)
    _fits: dict[Key, Raised | None] = field(default_factory=dict)

    def run(self, setup: Setup) -> ProbeResult:
        """Return the outcome of scoring this setup, and of fitting it if necessary."""
        labels = self._batch(setup)
        key = (
            activation_names(setup),
            setup.hidden_activation,
            setup.over_steps,
            setup.behind,
            *_score_key(setup, labels),
        )
        if key not in self._results:
            self._results[key] = self._judge(setup, labels)
        return self._results[key]

    def _judge(self, setup: Setup, labels: Labels) -> ProbeResult:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            suspect = self._loss_error(setup, labels)
            if suspect is None and setup.metrics:
                suspect = self._metric_error(setup, labels)
            error = self._error_of_fit(setup, labels, suspect) if suspect else None
        texts = (" ".join(str(warning.message).split()) for warning in caught)
        return ProbeResult(error, tuple(dict.fromkeys(texts)))

    def _loss_error(self, setup: Setup, labels: Labels) -> Raised | None:
        try:
            model = self._scorer(setup)

            def score(values: Any, labels: Any) -> Any:
                return model.compute_loss(y=labels, y_pred=activate(setup, values))

            values = keras.ops.convert_to_tensor(_values(setup))
            self.dry_run(score, values, keras.ops.convert_to_tensor(labels))
        except Exception as error:  # whatever Keras raises is the answer
            return Raised.of(error)
        return None

    def _scorer(self, setup: Setup) -> Any:
        key = (setup.loss, setup.units, setup.labels.row_shape(setup.classes))
        if key not in self._scorers:
            self._scorers[key] = scorer(replace(setup, metrics=()))
        return self._scorers[key]

    def _metric_error(self, setup: Setup, labels: Labels) -> Raised | None:
        key = _score_key(setup, labels)
        if key not in self._metric_errors:
            self._metric_errors[key] = _evaluate(setup, labels)
        return self._metric_errors[key]

    def _error_of_fit(
        self, setup: Setup, labels: Labels, suspect: Raised
    ) -> Raised | None:
        # Whether it raises depends on shapes and label values; the activation only
        # names nodes, and the optimizer that is cheapest to trace is enough.
        key = (*_score_key(setup, labels), suspect.type)
        if key not in self._fits:
            self._fits[key] = error_of_fit(replace(setup, optimizer="sgd"))
        return self._fits[key]

    def _batch(self, setup: Setup) -> Labels:
        key = (setup.labels, setup.task, setup.classes, setup.batch, setup.steps)
        if key not in self._batches:
            _, labels, _ = training_rows(setup, seed=0)
            self._batches[key] = _with_every_label(labels, setup.batch)
        return self._batches[key]


def _score_key(setup: Setup, labels: Labels) -> Key:
    # Every Keras loss casts labels to float32 first; metrics may look at the dtype.
    plain = labels.dtype.kind == "U"
    values = labels if plain else labels.astype(np.float32)
    dtype = str(labels.dtype) if setup.metrics or plain else ""
    written = (labels.shape, dtype, values.tobytes())
    return setup.units, setup.loss, setup.metrics, setup.class_weight, *written


def _evaluate(setup: Setup, labels: Labels) -> Raised | None:
    try:
        scorer(setup).compute_metrics(None, labels, _values(setup))
    except Exception as error:  # a metric may raise anything
        return Raised.of(error)
    return None


def _values(setup: Setup) -> Floats:
    """Return some outputs of a head, shape (batch, units)."""
    shape = (setup.batch, setup.units)
    return np.random.default_rng(0).standard_normal(shape).astype(np.float32)


def _with_every_label(labels: Labels, batch: int) -> Labels:
    """Return one batch that starts with a row of each different label."""
    _, first = np.unique(labels, axis=0, return_index=True)
    order = np.concatenate([first, np.setdiff1d(np.arange(len(labels)), first)])
    return np.asarray(labels[order[:batch]])
