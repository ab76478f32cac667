"""The heads of a saved model: what each is called, ends in, and looks like."""

from __future__ import annotations

from kerascheck.keras_api.activations import BY_ROW
from kerascheck.model.description import Activation, Shape
from kerascheck.model.named import NamedTuple
from kerascheck.model.typed import Final
from kerascheck.readers.config.graph import End, Network, Scope, Tensor
from kerascheck.readers.config.layer_effects import TensorFacts
from kerascheck.readers.config.trace import Walk
from kerascheck.readers.containers.long_text import recognisable

__all__ = ["Outlet", "Output", "outlets", "output_of"]

_MAX_HEADS: Final = 1_000  # heads: no real model comes near


class Outlet(NamedTuple):
    """One output by all the names that a loss or metric may be given under."""

    name: str  # unique
    layer: str  # name of the output layer; the same for two outputs of one layer
    keys: tuple[str | int, ...]  # its place in the structure of outputs


class Output(NamedTuple):
    """What one output is."""

    facts: TensorFacts
    shape: Shape | None
    units: int | None
    dtype: str | None  # of its values
    missing: bool  # the graph names a layer that is not there


def outlets(network: Network) -> list[tuple[Outlet, End]]:
    """Return the outputs of a model, in the order in which Keras flattens them.

    The name is the key in a dict of outputs, else the output layer's. Keras 3 keeps
    names that occur twice; here, as in Keras 2, the later ones get "_1", "_2", …
    Source: `CompileLoss._build_nested` of Keras 3.15.1 for nested structures,
    `Functional._set_output_names` of tf_keras 2.21 for the numbers.
    """
    ends = network.ends()[:_MAX_HEADS]
    taken: set[str] = set()
    counts: dict[str, int] = {}
    found = []
    for end in ends:
        wanted = name = _name(end)
        while name in taken:
            counts[wanted] = count = counts.get(wanted, 0) + 1
            name = f"{wanted}_{count}"
        taken.add(name)
        found.append((Outlet(name, end.layer, end.keys), end))
    return found


def _name(end: End) -> str:
    keys = end.keys
    if not keys or isinstance(keys[-1], int):
        keys = (*keys[:-1], end.layer)
    return recognisable("/".join(map(str, keys))) or "output"


def output_of(walk: Walk, scope: Scope, end: End) -> Output:
    """Return what is known about the output `end`."""
    tensor: Tensor = scope.tensor(end.layer, end.node, end.output)
    facts = walk.facts(tensor)
    shape = walk.shape(tensor)
    units = facts.units
    if units is None and shape is not None and len(shape) > 1:
        units = shape[-1]
    if facts.activation in BY_ROW:
        facts = _with_sound_rows(walk, facts, shape, units)
    dtype = walk.dtype(tensor)
    if facts.layers_after and facts.made_as is not None:
        facts = _with_logits_as_cast(facts, walk.dtype(facts.made_as), dtype)
    return Output(facts, shape, units, dtype, tensor[1] < 0)


def _with_logits_as_cast(
    facts: TensorFacts, made: str | None, dtype: str | None
) -> TensorFacts:
    """Hide the logits behind a layer that casts what it passes on to its own dtype."""
    if made is None or dtype is None or made == dtype:
        return facts
    return facts._replace(logits_hidden=True)


def _with_sound_rows(
    walk: Walk, facts: TensorFacts, shape: Shape | None, units: int | None
) -> TensorFacts:
    """Take back a softmax whose rows a later layer may have cut or joined."""
    if shape is not None and facts.axis == len(shape) - 1:
        facts = facts._replace(axis=None)
    if not facts.moved or facts.made_as is None:
        return facts
    made = walk.shape(facts.made_as)
    row = made[-1] if made else walk.facts(facts.made_as).units
    if units is None or row != units:
        return facts._replace(activation=Activation.UNKNOWN)
    return facts
