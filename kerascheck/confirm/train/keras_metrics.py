"""What Keras reports: real metrics, resolved by Keras, on held-out outputs.

Imported in the child process only: this module imports Keras.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import keras
import numpy as np
from keras import ops

from kerascheck.confirm.result import Raised, finite
from kerascheck.confirm.setup import Part, Setup
from kerascheck.confirm.tasks import Floats
from kerascheck.confirm.train.encode import Labels
from kerascheck.confirm.train.keras_objects import Tensor, metric_of
from kerascheck.model.typed import Any

SeedMetrics = Mapping[str, float | None]
Compile = Callable[[Callable[..., Any]], Callable[..., Any]]


@dataclass(frozen=True, slots=True)
class MetricValues:
    """What Keras reports of each seed.

    Attributes:
        by_seed: Name of a metric -> value; a watched metric goes by `Part.text`.
        failed: Watched metric -> what it raised; "metrics" for the compiled ones.
    """

    by_seed: tuple[SeedMetrics, ...]
    failed: Mapping[str, Raised]


@dataclass
class MetricEvaluator:
    """Evaluates metrics; what has the same shapes shares one compiled function.

    Attributes:
        compiled: How the backend compiles a function.
    """

    compiled: Compile
    _evaluations: dict[tuple[object, ...], _Evaluation] = field(default_factory=dict)

    def evaluate(self, setup: Setup, labels: Labels, outputs: Floats) -> MetricValues:
        """Report the compiled metrics together and the watched ones one by one.

        The values are those of `model.evaluate` with the batch size of the setup.

        Args:
            setup: Whose metrics.
            labels: Shape (seeds, rows, …).
            outputs: Shape (seeds, rows, units).
        """
        key = (
            setup.metrics,
            setup.watched,
            setup.units,
            setup.batch,
            labels.shape[1:],
            str(labels.dtype),
        )
        if key not in self._evaluations:
            example = labels[0], outputs[0]
            self._evaluations[key] = _Evaluation(setup, *example, self.compiled)
        evaluation = self._evaluations[key]
        by_seed = [evaluation(*seed) for seed in zip(labels, outputs, strict=True)]
        return MetricValues(tuple(by_seed), evaluation.failed)


class _Evaluation:
    """All metrics of a setup in one compiled function of labels and outputs.

    Attributes:
        failed: Metrics that raise on these shapes.
    """

    def __init__(
        self, setup: Setup, labels: Labels, outputs: Floats, compiled: Compile
    ) -> None:
        self.failed: dict[str, Raised] = {}
        self._counters: list[tuple[str | None, _Counter]] = []
        rows = setup.batch if _mixes_rows(labels, outputs) else len(outputs)
        first = labels[: setup.batch], outputs[: setup.batch]
        if setup.metrics:
            self._add(None, setup.metrics, rows, *first)
        for part in setup.watched:
            self._add(part.text, (part,), rows, *first)
        self._results = compiled(
            lambda *arrays: [counter(*arrays) for _, counter in self._counters]
        )

    def __call__(self, labels: Labels, outputs: Floats) -> SeedMetrics:
        found: dict[str, float | None] = {}
        results = self._results(*_tensors(labels, outputs))
        for (name, _), values in zip(self._counters, results, strict=True):
            for own, value in values.items():
                # A metric of one value a class, such as F1Score, is averaged.
                mean = float(np.mean(ops.convert_to_numpy(value)))
                found[name or own] = finite(mean)
        return found

    def _add(
        self,
        name: str | None,
        metrics: Sequence[Part],
        rows: int,
        labels: Labels,
        outputs: Floats,
    ) -> None:
        try:
            counter = _Counter(metrics, rows, labels, outputs)
        except Exception as error:  # a metric may raise anything
            self.failed[name or "metrics"] = Raised.of(error)
        else:
            self._counters.append((name, counter))


class _Counter:
    """Compiled metrics as one pure function: rows in, results out.

    Args:
        metrics: That are compiled together.
        rows: That are counted at once.
        labels: Of one batch, and
        outputs: of it; with them the metrics make their variables.
    """

    def __init__(
        self, metrics: Sequence[Part], rows: int, labels: Labels, outputs: Floats
    ) -> None:
        self._rows = rows
        self._model = keras.Model()
        self._model.compile(
            optimizer=None, loss=None, metrics=[metric_of(part) for part in metrics]
        )
        # The first call makes the metrics and their variables; its counts are undone.
        self._model.compute_metrics(None, *_tensors(labels, outputs))
        self._model.reset_metrics()
        self._variables = self._model.metrics_variables
        self._empty = [
            np.array(ops.convert_to_numpy(variable)) for variable in self._variables
        ]

    def __call__(self, labels: Tensor, outputs: Tensor) -> Mapping[str, Tensor]:
        state = [ops.convert_to_tensor(value) for value in self._empty]
        batches, rest = divmod(outputs.shape[0], self._rows)
        full = batches * self._rows
        if batches > 1:
            stacked = [
                _in_batches(array[:full], batches) for array in (labels, outputs)
            ]
            state, _ = ops.scan(self._count_batch, state, stacked)
        elif batches:
            state, _ = self._count_batch(state, [labels[:full], outputs[:full]])
        if rest:
            state, _ = self._count_batch(state, [labels[full:], outputs[full:]])
        with self._with_state(state):
            results = dict(self._model.get_metrics_result())
        return {name: value for name, value in results.items() if name != "loss"}

    def _count_batch(
        self, state: list[Tensor], batch: list[Tensor]
    ) -> tuple[Any, None]:
        with self._with_state(state) as scope:
            self._model.compute_metrics(None, *batch)
        return [scope.get_current_value(one) for one in self._variables], None

    def _with_state(self, state: list[Tensor]) -> Any:
        pairs = zip(self._variables, state, strict=True)
        return keras.StatelessScope(list(pairs))


def _mixes_rows(labels: Labels, outputs: Floats) -> bool:
    """Return whether labels have a lower rank than outputs.

    Keras 3.15's CategoricalAccuracy then takes the argmax of the labels (and of a
    single column, which is squeezed) over the rows of a batch, so its size matters.
    """
    return labels.ndim < outputs.ndim


def _in_batches(array: Tensor, batches: int) -> Tensor:
    shape = array.shape[1:]
    return ops.reshape(array, (batches, array.shape[0] // batches, *shape))


def _tensors(labels: Labels, outputs: Floats) -> tuple[Tensor, Tensor]:
    return ops.convert_to_tensor(labels), ops.convert_to_tensor(outputs)
