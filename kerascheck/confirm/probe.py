"""Finds the setups that raise, before any is trained with others.

Every setup's outputs are scored once, without tracing a training; what raises there is
confirmed by one real `model.fit`, whose exception is the one on record. Imported in the
child process only: this module imports Keras.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import keras
import numpy as np

from kerascheck.confirm.encode import Labels
from kerascheck.confirm.parts import activate, scorer
from kerascheck.confirm.plain import error_of_fit
from kerascheck.confirm.result import Raised
from kerascheck.confirm.setup import Setup
from kerascheck.confirm.start import training_rows
from kerascheck.confirm.tasks import Floats


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one scoring did: raised or not, and Keras's warnings, each once."""

    error: Raised | None
    warnings: tuple[str, ...]


@dataclass
class Probe:
    """Scores setups once; labels and confirmed errors are kept for the next ones.

    Attributes:
        rehearse: How the backend runs a function once, cheaply.
    """

    rehearse: Callable[..., Any]
    _batches: dict[Any, Labels] = field(default_factory=dict)
    _metric_errors: dict[Any, Raised | None] = field(default_factory=dict)
    _confirmed: dict[Any, Raised | None] = field(default_factory=dict)

    def verdict(self, setup: Setup) -> Verdict:
        """Return what scoring, and if need be fitting, this setup does."""
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            suspect = self._suspect(setup)
            error = self._confirm(setup, suspect) if suspect else None
        texts = (" ".join(str(warning.message).split()) for warning in caught)
        return Verdict(error, tuple(dict.fromkeys(texts)))

    def _suspect(self, setup: Setup) -> Raised | None:
        """Return what scoring one batch raises, before `fit` is asked."""
        try:
            labels = keras.ops.convert_to_tensor(self._batch(setup))
            values = keras.ops.convert_to_tensor(_values(setup))
            model = scorer(replace(setup, metrics=()))

            def score(values: Any, labels: Any) -> Any:
                return model.compute_loss(y=labels, y_pred=activate(setup, values))

            self.rehearse(score, values, labels)
        except Exception as error:  # whatever Keras raises is the answer
            return Raised.of(error)
        return self._metric_error(setup) if setup.metrics else None

    def _metric_error(self, setup: Setup) -> Raised | None:
        key = (setup.metrics, setup.units, setup.labels, setup.task, setup.classes)
        if key not in self._metric_errors:
            self._metric_errors[key] = _evaluate(setup, self._batch(setup))
        return self._metric_errors[key]

    def _confirm(self, setup: Setup, suspect: Raised) -> Raised | None:
        # What raises hangs on shapes and label values; the activation only names nodes.
        key = (
            setup.units,
            setup.loss,
            setup.labels,
            setup.metrics,
            setup.task,
            setup.classes,
            setup.batch,
            suspect.type,
        )
        if key not in self._confirmed:
            self._confirmed[key] = error_of_fit(setup)
        return self._confirmed[key]

    def _batch(self, setup: Setup) -> Labels:
        key = (setup.labels, setup.task, setup.classes, setup.batch, setup.steps)
        if key not in self._batches:
            _, labels, _ = training_rows(setup, seed=0)
            self._batches[key] = _with_every_label(labels, setup.batch)
        return self._batches[key]


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
