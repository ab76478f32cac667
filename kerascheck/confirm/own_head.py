"""One output of the user's model on its own: model, description and labels of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from kerascheck.confirm.build import NotBuildable
from kerascheck.confirm.own_clone import Cloner
from kerascheck.keras_api.internals import compile_arguments, symbolic_ends
from kerascheck.model.description import Description, Head
from kerascheck.model.frozen import replace
from kerascheck.model.typed import Any

_KEPT = ("run_eagerly", "jit_compile", "steps_per_execution")
"""Arguments of `compile` that are not about one output."""


class OwnHead(NamedTuple):
    """What of a user's model and labels belongs to one output."""

    cloner: Cloner
    described: Description
    y: Any


def own_head(cloner: Cloner, described: Description, name: str, y: Any) -> OwnHead:
    """Return one output on its own, as losses of several outputs are added up.

    The layers before it are those of the model, and are read only.

    Raises:
        NotBuildable: The model has no graph, or what belongs to the output is unknown.
    """
    if len(described.heads) == 1:
        return OwnHead(cloner, described, y)
    names = [head.name for head in described.heads]
    place, head = names.index(name), described.head(name)
    model = _model_of(cloner, head, place, len(names))
    one = Cloner(model, cloner.keras)
    _compile(one, cloner.model, head)
    alone = replace(described, heads=(head,))
    return OwnHead(one, alone, _labels_of(y, name, place, names))


def _model_of(cloner: Cloner, head: Head, place: int, count: int) -> Any:
    ends = symbolic_ends(cloner.model)
    outputs = getattr(cloner.model, "outputs", None) or []
    if ends is None or len(outputs) != count:
        raise NotBuildable("the graph of a model with several outputs is unknown")
    output = outputs[place]
    if output.shape[-1] != head.units:
        raise NotBuildable(f"which output {head.name} is, is unknown")
    return cloner.keras.Model(ends[0], output)


def _compile(cloner: Cloner, whole: Any, head: Head) -> None:
    if head.loss is None:
        raise NotBuildable("an output without a loss is not trained on its own")
    if any(not metric.builtin for metric in head.metrics or ()):
        raise NotBuildable("the model has metrics of the user's own")
    metrics = [cloner.metric(metric) for metric in head.metrics or ()]
    given = compile_arguments(whole) or {}
    cloner.model.compile(
        optimizer=whole.optimizer,
        loss=cloner.loss(head.loss),
        loss_weights=None if head.loss_weight is None else [head.loss_weight],
        metrics=[one for one, weighted in metrics if not weighted] or None,
        weighted_metrics=[one for one, weighted in metrics if weighted] or None,
        **{name: given[name] for name in _KEPT if name in given},
    )


def _labels_of(y: Any, name: str, place: int, names: list[str]) -> Any:
    """Return the labels of one output from those that `fit` takes."""
    if isinstance(y, Mapping) and name in y:
        return y[name]
    if isinstance(y, (list, tuple)) and len(y) == len(names):
        return y[place]
    raise NotBuildable(f"which labels are those of {name} is unknown")
