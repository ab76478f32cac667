"""One metric of a head as a rule sees it."""

from __future__ import annotations

from kerascheck.engine.fix import SetMetric, WeighMetric
from kerascheck.engine.fix import metric as metric_of
from kerascheck.keras_api.metrics import ACCURACY, is_resolved_by_keras, metric_traits
from kerascheck.model.description import Metric, Scalar
from kerascheck.model.typed import Any


class HeadMetric:
    """A metric, its place among those of its head, and what Keras's class does.

    Attributes:
        metric: As compiled and resolved.
        traits: What is known of its class; nothing if it is not resolved.
        at: Where it is, as `Rule.finding` and `Facts.fact` take it.
    """

    __slots__ = ("_head", "_index", "at", "metric", "traits")

    def __init__(self, head: str, index: int, metric: Metric) -> None:
        self._head = head
        self._index = index
        self.metric = metric
        self.traits = metric_traits(metric)
        self.at = ("metrics", str(index))

    @property
    def compiled(self) -> str:
        """Its name as written in compile()."""
        return self.metric.compiled

    @property
    def resolved(self) -> str | None:
        """Keras class name; None if it depends on unknown facts."""
        return self.metric.resolved

    @property
    def is_accuracy(self) -> bool:
        """Whether it is a form of accuracy, of whatever class it is resolved to."""
        if self.resolved is None and self.metric.given == "string":
            return self.compiled.lower() in ACCURACY
        return self.traits.family == "accuracy"

    @property
    def is_open(self) -> bool:
        """Whether Keras picks its class from shapes that are unknown."""
        return self.metric.resolved is None and is_resolved_by_keras(self.metric)

    @property
    def is_by_shape(self) -> bool:
        """Whether Keras picks its class from shapes, and another for other labels."""
        return is_resolved_by_keras(self.metric)

    def argument(self, name: str, default: Scalar = None) -> Scalar:
        """Return one saved argument, or `default` if it was not saved."""
        return self.metric.argument(name, default)

    def expected(self, value: Scalar, argument: str = "") -> tuple[str, Scalar]:
        """Return what should be in its place, or be the value of one argument."""
        return ".".join(filter(None, (*self.at, argument))), value

    def replaced_by(self, other: Metric | None) -> SetMetric:
        """Return the edit that puts another metric in its place; None removes it."""
        return SetMetric(head=self._head, index=self._index, metric=other)

    def weighed(self, void: int) -> WeighMetric:
        """Return the edit that leaves samples with this label out of it."""
        return WeighMetric(head=self._head, index=self._index, void=void)

    def with_arguments(self, **changed: Any) -> SetMetric:
        """Return the edit that changes arguments and keeps all others."""
        arguments = {**dict(self.metric.arguments), **changed}
        return self.replaced_by(metric_of(self.metric.resolved or "", **arguments))

    def in_other_form(self) -> Metric | None:
        """Return the metric over labels of the other form, ids or rows; None: none.

        It has the arguments that both take.
        """
        from kerascheck.keras_api.defaults import METRICS

        name = self.traits.other_form
        if name is None:
            return None
        takes = METRICS[3].get(name, {})
        kept = {k: v for k, v in self.metric.arguments if k in takes and k != "name"}
        return metric_of(name, **kept)
