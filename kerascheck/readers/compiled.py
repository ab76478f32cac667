"""What a model was compiled with, told apart by head.

Source: `CompileLoss` and `CompileMetrics` of Keras 3.15.1; `LossesContainer` and
`MetricsContainer` of tf_keras 2.21, whose rules differ: Keras 2 gives a flat list of
metrics to every output, Keras 3 reads it as one for each.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from math import isfinite
from typing import Any, Final, NamedTuple

from kerascheck.core.description import Loss, Metric, Problem
from kerascheck.readers.heads import Outlet
from kerascheck.readers.losses import loss_of, metric_of

__all__ = ["Compiled", "Scored", "escaped", "optimizer_of", "read_compiled"]

_SHOWN: Final = 8  # names in one message
_OPTIMIZERS: Final = {
    name.lower(): name
    for name in (
        *("SGD", "RMSprop", "Adam", "AdamW", "Adagrad", "Adadelta", "Adamax", "Nadam"),
        *("Ftrl", "Lion", "Adafactor", "Lamb", "Muon", "LossScaleOptimizer"),
    )
}
_SCALING: Final = frozenset(
    {"LossScaleOptimizer", "LossScaleOptimizerV1", "LossScaleOptimizerV3"}
)


class Placed(NamedTuple):
    """A value and where it stands."""

    value: Any
    at: str


@dataclass(slots=True)
class Scored:
    """What one head is scored by."""

    loss: Loss | None = None
    loss_weight: float | None = None
    metrics: tuple[Metric, ...] | None = ()
    origins: list[tuple[str, str]] = field(default_factory=list)


class Compiled(NamedTuple):
    """What `compile` was called with."""

    heads: list[Scored]
    problems: list[Problem]


def read_compiled(
    training: dict[str, Any],
    at: str,
    outlets: Sequence[Outlet],
    units: Sequence[int | None],
    *,
    legacy: bool,
) -> Compiled:
    """Return what each head is scored by.

    Args:
        training: `compile_config` or `training_config`.
        at: Its place: member and JSON pointer.
        outlets: The heads.
        units: Their widths.
        legacy: Whether Keras 2 wrote it.
    """
    problems: list[Problem] = []
    scored = [Scored() for _ in outlets]
    losses = _placed(training.get("loss"), f"{at}/loss", outlets)
    problems += _mismatch("losses", losses, outlets, legacy=legacy)
    for head, outlet, width, placed in zip(
        scored, outlets, units, losses.by_head, strict=True
    ):
        if placed is not None:
            _score(head, outlet, placed, width, problems)
    if training.get("loss_weights") is not None:
        weights = _placed(training["loss_weights"], f"{at}/loss_weights", outlets)
        problems += _mismatch("loss weights", weights, outlets, legacy=True)
        for head, outlet, placed in zip(scored, outlets, weights.by_head, strict=True):
            if placed is not None:
                _weigh(head, outlet, placed, problems)
    for key in ("metrics", "weighted_metrics"):
        if training.get(key):
            _measure(scored, outlets, training[key], f"{at}/{key}", problems, legacy)
    return Compiled(scored, problems)


# Which value belongs to which head.


class _Placing(NamedTuple):
    by_head: list[Placed | None]
    extra: Sequence[str] = ()  # keys that name no head
    lacking: Sequence[str] = ()  # heads that no key names
    given: int | None = None  # values in a list that is not as long as the heads


def _placed(value: Any, at: str, outlets: Sequence[Outlet]) -> _Placing:
    """Give each head its loss or loss weight."""
    value, at = _unwrapped(value, at)
    if not _is_nested(value):
        shared = None if value is None else Placed(value, at)
        return _Placing([shared] * len(outlets))
    flat = isinstance(value, (list, tuple)) and not any(map(_is_nested, value))
    if flat and len(value) == len(outlets):
        places = enumerate(value)
        return _Placing([_or_none(Placed(v, f"{at}/{p}")) for p, v in places])
    leaves = dict(_leaves(value, at))
    if all(outlet.keys in leaves for outlet in outlets) and len(leaves) == len(outlets):
        return _Placing([_or_none(leaves[outlet.keys]) for outlet in outlets])
    if isinstance(value, dict):
        return _placed_by_name(value, at, outlets, leaves)
    found = list(leaves.values())
    if len(found) == len(outlets):
        return _Placing([_or_none(placed) for placed in found])
    if len(outlets) == 1 and found:
        return _Placing([Placed(value, at)], given=len(found))
    padded = [*map(_or_none, found), *[None] * len(outlets)][: len(outlets)]
    return _Placing(padded, given=len(found))


def _or_none(placed: Placed) -> Placed | None:
    return None if placed.value is None else placed


def _placed_by_name(
    value: dict[str, Any],
    at: str,
    outlets: Sequence[Outlet],
    leaves: dict[tuple[str | int, ...], Placed],
) -> _Placing:
    by_head: list[Placed | None] = [None] * len(outlets)
    named: set[int] = set()
    extra = []
    for key in value:
        places = _named(key, outlets)
        if not places:
            extra.append(str(key))
        for place in places:
            named.add(place)
            by_head[place] = _or_none(Placed(value[key], f"{at}/{escaped(key)}"))
    for place, outlet in enumerate(outlets):  # nested outputs, given in part
        if len(outlet.keys) > 1 and outlet.keys in leaves:
            named.add(place)
            by_head[place] = _or_none(leaves[outlet.keys])
            extra = [key for key in extra if key != outlet.keys[0]]
    lacking = [o.name for place, o in enumerate(outlets) if place not in named]
    return _Placing(by_head, extra, lacking)


def _named(key: str, outlets: Sequence[Outlet]) -> list[int]:
    """Return the heads that a key means: by their name, else by their layer."""
    places = [place for place, outlet in enumerate(outlets) if outlet.name == key]
    return places or [p for p, outlet in enumerate(outlets) if outlet.layer == key]


def _unwrapped(value: Any, at: str) -> tuple[Any, str]:
    """Return the items of a tuple that was saved as an object."""
    if isinstance(value, dict) and value.get("class_name") == "__tuple__":
        if isinstance(value.get("items"), list):
            return value["items"], at + "/items"
        config = value.get("config")
        if isinstance(config, dict) and isinstance(config.get("value"), list):
            return config["value"], at + "/config/value"
    return value, at


def _is_object(value: Any) -> bool:
    return isinstance(value, dict) and "class_name" in value


def _is_nested(value: Any) -> bool:
    if isinstance(value, dict):
        return not _is_object(value) or value["class_name"] == "__tuple__"
    return isinstance(value, (list, tuple))


def _leaves(value: Any, at: str) -> Iterator[tuple[tuple[str | int, ...], Placed]]:
    """Yield the leaves of a structure in the order in which Keras flattens it."""
    stack: list[tuple[tuple[str | int, ...], Any, str]] = [((), value, at)]
    while stack:
        keys, value, at = stack.pop()
        value, at = _unwrapped(value, at)
        if isinstance(value, dict) and not _is_object(value):
            names = sorted(value, key=str, reverse=True)
            stack += (((*keys, n), value[n], f"{at}/{escaped(n)}") for n in names)
        elif isinstance(value, (list, tuple)):
            places = range(len(value) - 1, -1, -1)
            stack += (((*keys, p), value[p], f"{at}/{p}") for p in places)
        else:
            yield keys, Placed(value, at)


def escaped(key: object) -> str:
    """Return a key as a step of a JSON pointer (RFC 6901)."""
    return str(key).replace("~", "~0").replace("/", "~1")


def _mismatch(
    what: str, placing: _Placing, outlets: Sequence[Outlet], *, legacy: bool
) -> list[Problem]:
    """Return what Keras would refuse, or silently leave out, in a loss argument."""
    heads = _listed([outlet.name for outlet in outlets])
    if placing.given is not None:
        message = f"{placing.given} {what} for {len(outlets)} heads: {heads}"
    elif placing.extra:
        keys = _listed(placing.extra)
        message = f"the {what} name {keys}, which is none of the heads: {heads}"
    elif placing.lacking and not legacy and not _is_dict(outlets):
        # Keras 3 wants a key for each output, unless the outputs are a dict.
        message = (
            f"the {what} leave out {_listed(placing.lacking)} of the heads: {heads}"
        )
    else:
        return []
    return [Problem(kind="loss-mismatch", message=message)]


def _is_dict(outlets: Sequence[Outlet]) -> bool:
    return any(o.keys and isinstance(o.keys[0], str) for o in outlets)


def _listed(names: Sequence[str]) -> str:
    shown = [repr(name[:60]) for name in names[:_SHOWN]]
    return ", ".join([*shown, *(["…"] if len(names) > _SHOWN else [])])


# One head.


def _score(
    head: Scored,
    outlet: Outlet,
    placed: Placed,
    units: int | None,
    problems: list[Problem],
) -> None:
    loss, from_logits_at, odd = loss_of(placed.value, units)
    head.loss = loss
    head.origins.append(("loss", placed.at))
    if from_logits_at is not None:
        head.origins.append(("loss.from_logits", placed.at + from_logits_at))
    for argument, value in odd:
        what = f"argument {argument!r} of the loss" if argument else "the loss"
        problems.append(_odd(f"{what} is {value}", outlet, placed.at))


def _weigh(
    head: Scored, outlet: Outlet, placed: Placed, problems: list[Problem]
) -> None:
    weight = placed.value
    if isinstance(weight, bool) or not isinstance(weight, (int, float)):
        problems.append(_odd(f"the loss weight is {weight!r:.40}", outlet, placed.at))
    elif not isfinite(weight):
        problems.append(_odd(f"the loss weight is {weight!r}", outlet, placed.at))
    else:
        head.loss_weight = float(weight)
        head.origins.append(("loss_weight", placed.at))


def _odd(message: str, outlet: Outlet, at: str) -> Problem:
    return Problem(kind="odd-value", message=message, head=outlet.name, origin=at)


# Metrics.


def _measure(
    scored: list[Scored],
    outlets: Sequence[Outlet],
    value: Any,
    at: str,
    problems: list[Problem],
    legacy: bool,
) -> None:
    """Add the metrics, or the weighted metrics, of each head."""
    weighted = at.endswith("weighted_metrics")
    placing = _measured(value, at, outlets, legacy=legacy)
    if isinstance(placing, str):
        problems.append(Problem(kind="metric-mismatch", message=placing, origin=at))
        for head in scored:
            head.metrics = None
        return
    for head, outlet, found in zip(scored, outlets, placing, strict=True):
        if head.metrics is not None:
            _add(
                head,
                outlet,
                found,
                problems,
                _prefixes(outlet, scored, legacy, weighted),
                weighted,
            )


def _prefixes(
    outlet: Outlet, scored: list[Scored], legacy: bool, weighted: bool
) -> tuple[str, ...]:
    """Return what Keras 2 puts in front of the names of metrics once they are built."""
    if not legacy:
        return ()
    own = (f"{outlet.name}_", f"{outlet.layer}_")[: 1 + (outlet.name != outlet.layer)]
    return (*(own if len(scored) > 1 else ()), *(("weighted_",) if weighted else ()))


def _add(
    head: Scored,
    outlet: Outlet,
    found: list[Placed],
    problems: list[Problem],
    prefixes: tuple[str, ...],
    weighted: bool,
) -> None:
    metrics = head.metrics or ()
    if found and not metrics:
        head.origins.append(("metrics", found[0].at.rpartition("/")[0]))
    for place, (value, at) in enumerate(found, len(metrics)):
        metric, odd = metric_of(value, prefixes)
        metrics = (*metrics, replace(metric, weighted=True) if weighted else metric)
        head.origins.append((f"metrics.{place}", at))
        for argument, shown in odd:
            what = f"argument {argument!r} of a metric" if argument else "a metric"
            problems.append(_odd(f"{what} is {shown}", outlet, at))
    head.metrics = metrics


def _measured(
    value: Any, at: str, outlets: Sequence[Outlet], *, legacy: bool
) -> list[list[Placed]] | str:
    """Give each head its metrics; a message where Keras can not tell whose they are."""
    value, at = _unwrapped(value, at)
    if len(outlets) == 1:
        return [_flat(value, at)]
    if isinstance(value, dict) and not _is_object(value):
        return _measured_by_name(value, at, outlets)
    if not isinstance(value, (list, tuple)):
        return [[Placed(value, at)] for _ in outlets]
    each = [_unwrapped(v, f"{at}/{place}") for place, v in enumerate(value)]
    nested = any(_is_nested(v) for v, _ in each)
    if legacy and not nested:
        return [_flat(value, at) for _ in outlets]
    if len(each) == len(outlets):
        return [_flat(v, below) for v, below in each]
    heads = _listed([outlet.name for outlet in outlets])
    return f"{len(each)} entries in metrics for {len(outlets)} heads: {heads}"


def _flat(value: Any, at: str) -> list[Placed]:
    """Return the metrics in a structure, in the order in which Keras flattens it."""
    if isinstance(value, (list, tuple)) and not any(map(_is_nested, value)):
        places = enumerate(value)
        return [Placed(v, f"{at}/{place}") for place, v in places if v is not None]
    return [placed for _, placed in _leaves(value, at) if placed.value is not None]


def _measured_by_name(
    value: dict[str, Any], at: str, outlets: Sequence[Outlet]
) -> list[list[Placed]] | str:
    by_head: list[list[Placed]] = [[] for _ in outlets]
    extra = []
    for key, inner in value.items():
        places = _named(key, outlets)
        if not places:
            extra.append(str(key))
        for place in places:
            by_head[place] = _flat(inner, f"{at}/{escaped(key)}")
    if extra:
        heads = _listed([outlet.name for outlet in outlets])
        return f"the metrics name {_listed(extra)}, which is none of the heads: {heads}"
    return by_head


def optimizer_of(training: dict[str, Any]) -> str | None:
    """Return the class of the optimizer, without a loss scaling around it."""
    saved = training.get("optimizer") or training.get("optimizer_config")
    for _ in range(4):
        if isinstance(saved, str):
            return _OPTIMIZERS.get(saved.lower(), saved)
        if not isinstance(saved, dict):
            return None
        name = saved.get("class_name")
        if not isinstance(name, str):
            return None
        name = name.removeprefix("Custom>")
        config = saved.get("config")
        if name not in _SCALING or not isinstance(config, dict):
            return name
        saved = config.get("inner_optimizer") or config.get("optimizer")
    return None
