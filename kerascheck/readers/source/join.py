"""Several descriptions of one compile call as one: what differs is unknown."""

from __future__ import annotations

from collections.abc import Sequence

from kerascheck.model.description import Activation, Description, Head, Loss, LossKind
from kerascheck.model.frozen import replace
from kerascheck.model.typed import Any, Final

__all__ = ["join"]


def join(ways: Sequence[Description]) -> Description:
    """Return what is the same on all ways that lead to a compile call."""
    first = ways[0]
    known = [way for way in ways if way.opaque is None]
    if len(known) < len(ways) or any(len(w.heads) != len(first.heads) for w in ways):
        return replace(
            first,
            heads=(),
            outputs=None,
            opaque="it depends on conditions that are not known which model it is",
        )
    heads = tuple(
        _head([way.heads[place] for way in ways]) for place in range(len(first.heads))
    )
    return replace(
        first,
        heads=heads,
        optimizer=_same([way.optimizer for way in ways]),
        fit=first.fit if all(way.fit == first.fit for way in ways) else None,
        outputs=_same([way.outputs for way in ways]),
        problems=tuple(p for p in first.problems if all(p in w.problems for w in ways)),
    )


def _same(values: Sequence[Any]) -> Any:
    return values[0] if all(value == values[0] for value in values) else None


_UNKNOWN_LOSS: Final = Loss(name="unknown", kind=LossKind.CUSTOM, given="unknown")


def _head(ways: Sequence[Head]) -> Head:
    first = ways[0]
    changes: dict[str, Any] = {}
    for name in type(first)._specs:
        values = [getattr(way, name) for way in ways]
        if all(value == values[0] for value in values):
            continue
        changes[name] = _UNKNOWN.get(name)
    if "logits_hidden" in changes:
        changes["compute_dtype"] = None  # so that nothing is said of the logits
    if "shape" in changes:
        changes["shape"] = _shape(ways)
    if "origins" in changes:
        changes["origins"] = tuple(p for p in first.origins if _in_all(p, ways))
    if "name" in changes:
        changes["name"] = first.name
    return replace(first, **changes)


_UNKNOWN: Final[dict[str, Any]] = {
    "activation": Activation.UNKNOWN,
    "loss": _UNKNOWN_LOSS,
    "inner_activations": (),
    "layers_after": (),
    "logits_hidden": False,
    "spare_losses": (),
}


def _in_all(pair: tuple[str, str], ways: Sequence[Head]) -> bool:
    return all(pair in way.origins for way in ways)


def _shape(ways: Sequence[Head]) -> tuple[int | None, ...] | None:
    shapes = [way.shape for way in ways]
    first = shapes[0]
    if first is None or any(s is None or len(s) != len(first) for s in shapes):
        return None
    return tuple(
        size if all(s is not None and s[axis] == size for s in shapes) else None
        for axis, size in enumerate(first)
    )
