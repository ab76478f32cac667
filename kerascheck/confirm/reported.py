"""What Keras reports: real metrics, resolved by Keras, on held-out outputs.

Imported in the child process only: this module imports Keras.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import keras
import numpy as np

from kerascheck.confirm.encode import Labels
from kerascheck.confirm.parts import Tensor, metric_of
from kerascheck.confirm.result import Raised, finite
from kerascheck.confirm.setup import Part
from kerascheck.confirm.tasks import Floats

Report = Mapping[str, float | None]
Key = tuple[tuple[Part, ...], tuple[int, ...], str, int, int]


@dataclass
class Reporter:
    """Evaluates metrics; what has the same shapes shares one compiled function.

    Attributes:
        compiled: How the backend compiles a function.
    """

    compiled: Callable[[Callable[..., Any]], Callable[..., Any]]
    _evaluations: dict[Key, _Evaluation] = field(default_factory=dict)

    def report(
        self, metrics: Sequence[Part], labels: Labels, outputs: Floats, batch: int
    ) -> list[Report] | Raised:
        """Return what `evaluate` would report of each seed, or what it would raise.

        Args:
            metrics: As compiled together.
            labels: Shape (seeds, rows, …).
            outputs: Shape (seeds, rows, units).
            batch: Rows of a batch, which counts where a metric mixes rows.
        """
        if not metrics:
            return [{} for _ in outputs]
        units = outputs.shape[-1]
        key = (tuple(metrics), labels.shape[1:], str(labels.dtype), units, batch)
        try:
            if key not in self._evaluations:
                evaluation = _Evaluation(metrics, labels[0], outputs[0], self.compiled)
                self._evaluations[key] = evaluation
            evaluate = self._evaluations[key]
            mixes = _mixes_rows(labels, outputs)
            rows = batch if mixes else outputs.shape[1]
            return [evaluate(*seed, rows) for seed in zip(labels, outputs, strict=True)]
        except Exception as error:  # a metric may raise anything
            return Raised.of(error)


class _Evaluation:
    """One set of compiled metrics as pure functions of their state."""

    def __init__(
        self,
        metrics: Sequence[Part],
        labels: Labels,
        outputs: Floats,
        compiled: Callable[[Callable[..., Any]], Callable[..., Any]],
    ) -> None:
        self._model = keras.Model()
        self._model.compile(
            optimizer=None, loss=None, metrics=[metric_of(part) for part in metrics]
        )
        # The first call makes the metrics and their variables; its counts are undone.
        self._model.compute_metrics(None, *_tensors(labels, outputs))
        self._model.reset_metrics()
        self._variables = self._model.metrics_variables
        self._empty = [variable.value + 0 for variable in self._variables]
        self._update, self._result = compiled(self._updated), compiled(self._results)

    def __call__(self, labels: Labels, outputs: Floats, rows: int) -> Report:
        state = self._empty
        for first in range(0, len(outputs), rows):
            part = slice(first, first + rows)
            state = self._update(state, *_tensors(labels[part], outputs[part]))
        found = self._result(state)
        return {
            name: finite(float(np.mean(keras.ops.convert_to_numpy(value))))
            for name, value in found.items()
            if name != "loss"
        }

    def _updated(self, state: list[Tensor], labels: Tensor, outputs: Tensor) -> Any:
        with self._holding(state) as scope:
            self._model.compute_metrics(None, labels, outputs)
        return [scope.get_current_value(variable) for variable in self._variables]

    def _results(self, state: list[Tensor]) -> Any:
        with self._holding(state):
            return self._model.get_metrics_result()

    def _holding(self, state: list[Tensor]) -> Any:
        pairs = zip(self._variables, state, strict=True)
        return keras.StatelessScope(list(pairs))


def _mixes_rows(labels: Labels, outputs: Floats) -> bool:
    """Return whether labels of a lower rank meet several columns unsqueezed.

    Keras 3.15's CategoricalAccuracy then takes the argmax over the rows of a batch.
    """
    return labels.ndim < outputs.ndim and outputs.shape[-1] > 1


def _tensors(labels: Labels, outputs: Floats) -> tuple[Tensor, Tensor]:
    convert = keras.ops.convert_to_tensor
    return convert(labels), convert(outputs)
