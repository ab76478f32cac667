"""Clones of the user's own model, with or without the edits of a fix.

A clone has the weights of the model, except those of the head, and shares no state with
it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from kerascheck.confirm.build import NotBuildable
from kerascheck.engine.fix import (
    AddMetric,
    Edit,
    SetActivation,
    SetLoss,
    SetMetric,
    SetUnits,
)
from kerascheck.keras_api.compile_call import loss_arguments, metric_arguments
from kerascheck.keras_api.internals import compile_arguments
from kerascheck.model.description import Head, Loss, Metric
from kerascheck.model.typed import Any

__all__ = ["Cloner", "Start", "check_edits"]


class Cloner:
    """Makes clones of one model.

    Attributes:
        model: Compiled; Sequential or Functional, with one output to be trained.
        keras: The module that it was made with.
    """

    def __init__(self, model: Any, keras: Any) -> None:
        self.model = model
        self.keras = keras

    def compiled(self, edits: Sequence[Edit], head: Head) -> Start:
        """Return a compiled copy of the model, its last layer changed.

        It is traced once, and set back before each training.
        """
        clone = self._clone(edits, head)
        clone.compile(**self.settings(edits, head))
        return Start(self.model, clone, head)

    def _clone(self, edits: Sequence[Edit], head: Head) -> Any:
        changes = _changes(edits)

        def copy_layer(layer: Any) -> Any:
            config = layer.get_config()
            if layer.name == head.layer:
                config |= changes
            return type(layer).from_config(config)

        try:
            return self.keras.models.clone_model(self.model, clone_function=copy_layer)
        except Exception as error:  # a subclassed model, or layers without a config
            line = (str(error).splitlines() or [""])[0]
            raise NotBuildable(f"the model cannot be cloned: {line[:120]}") from error

    def settings(self, edits: Sequence[Edit], head: Head) -> dict[str, Any]:
        """Return the arguments of `compile` for the clone, which shares no state."""
        settings = compile_arguments(self.model) or {}
        settings["optimizer"] = _without_state(self.model.optimizer)
        lists = (
            _flatten_metrics(settings.get(n)) for n in ("metrics", "weighted_metrics")
        )
        metrics = [
            (_without_state(m), weighted)
            for weighted, each in enumerate(lists)
            for m in each
        ]
        for edit in edits:
            head = edit.applied(head)
            now = head.metrics or ()
            match edit:
                case SetLoss():
                    assert head.loss is not None
                    settings["loss"] = self.loss(head.loss)
                case SetMetric(index=index, metric=metric):
                    new = [] if metric is None else [self.metric(now[index])]
                    metrics[index : index + 1] = new
                case AddMetric():
                    metrics.append(self.metric(now[-1]))
                case _:
                    pass
        for weighted, name in enumerate(("metrics", "weighted_metrics")):
            settings[name] = [m for m, of in metrics if of == weighted] or None
        return settings

    def loss(self, loss: Loss) -> Any:
        """Return a loss of Keras as an object."""
        kind = getattr(self.keras.losses, loss.name)
        return kind(**loss_arguments(loss, self._major))

    def metric(self, metric: Metric) -> tuple[Any, bool]:
        """Return a metric as the fix compiles it, and whether it is weighted."""
        if metric.given == "string":
            return metric.compiled, metric.weighted
        kind = getattr(self.keras.metrics, metric.compiled)
        return kind(**metric_arguments(metric, self._major)), metric.weighted

    @property
    def _major(self) -> int:
        return int(self.keras.__version__.partition(".")[0])


class Start:
    """A compiled clone that is set back to its start before each training.

    Attributes:
        clone: To be trained.
        is_reusable: Whether its optimizer can be set back.
    """

    def __init__(self, model: Any, clone: Any, head: Head) -> None:
        self.clone = clone
        self._model = model
        self._head = head
        build = getattr(clone.optimizer, "build", None)
        variables = getattr(clone.optimizer, "variables", None)
        self.is_reusable = build is not None and not callable(variables)
        self._fresh: list[Any] = []
        if build is not None and self.is_reusable:
            build(clone.trainable_variables)
            self._fresh = [one.numpy() for one in clone.optimizer.variables]

    def set_back(self, seed: int) -> Any:
        """Return the clone with the weights of the model, its head drawn again."""
        for own, copy in zip(self._model.layers, self.clone.layers, strict=True):
            if own.name != self._head.layer:
                copy.set_weights(own.get_weights())
            else:
                copy.set_weights(_draw_weights(copy.get_weights(), seed))
        if self.is_reusable:
            variables = self.clone.optimizer.variables
            for variable, value in zip(variables, self._fresh, strict=True):
                variable.assign(value)
        return self.clone


def check_edits(edits: Sequence[Edit], head: Head) -> None:
    """Raise if a fix changes more than compile settings, labels or the last layer."""
    if not any(isinstance(edit, (SetActivation, SetUnits)) for edit in edits):
        return
    if head.layer is None or "/" in head.layer or head.layer_class != "Dense":
        raise NotBuildable(
            "the fix changes a layer that is not a Dense layer of the model"
        )
    if head.inner_activations or head.layers_after:
        raise NotBuildable("the fix changes more than the last layer")


def _changes(edits: Sequence[Edit]) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    for edit in edits:
        match edit:
            case SetActivation(activation=activation):
                changes["activation"] = str(activation)
            case SetUnits(units=units):
                changes["units"] = units
            case _:
                pass
    return changes


def _flatten_metrics(metrics: Any) -> list[Any]:
    """Return metrics of one head as a flat list, in the order of the description."""
    if metrics is None:
        return []
    if isinstance(metrics, Mapping):
        return [one for inner in metrics.values() for one in _flatten_metrics(inner)]
    if isinstance(metrics, (list, tuple)):
        return [one for inner in metrics for one in _flatten_metrics(inner)]
    return [metrics]


def _without_state(part: Any) -> Any:
    """Return an optimizer or metric without state; names and functions as they are."""
    build: Callable[[Any], Any] | None = getattr(type(part), "from_config", None)
    return part if build is None else build(part.get_config())


def _draw_weights(weights: list[Any], seed: int) -> list[Any]:
    """Return the weights of a Dense head drawn as Keras draws them.

    Source: GlorotUniform of Keras 3.15; biases start at 0.
    """
    import numpy as np

    rng = np.random.default_rng(seed)
    limits = [np.sqrt(6 / sum(w.shape)) if w.ndim > 1 else 0.0 for w in weights]
    return [
        rng.uniform(-limit, limit, w.shape).astype(w.dtype)
        for w, limit in zip(weights, limits, strict=True)
    ]
