"""Which loss, loss weight or metric of a compile config belongs to which head.

Source: `CompileLoss` and `CompileMetrics` of Keras 3.15.1; `LossesContainer` and
`MetricsContainer` of tf_keras 2.21, whose rules differ: Keras 2 gives a flat list of
metrics to every output, Keras 3 reads it as one for each.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from kerascheck.model.named import NamedTuple
from kerascheck.model.typed import Any, Final, TypeAlias
from kerascheck.readers.config.graph import sorted_items
from kerascheck.readers.config.heads import Outlet

__all__ = [
    "MAX_METRICS",
    "Assignment",
    "SavedValue",
    "assign_metrics",
    "assign_values",
    "count_leaves",
    "is_structure",
    "listed",
    "losses_of_structure",
]

_MAX_NAMES_SHOWN: Final = 8  # names in one message
MAX_METRICS: Final = 100  # of one head: no real model comes near
_MAX_LEAVES: Final = 10_000
_MAX_POINTER: Final = 2_000
"""Characters from which on a pointer names no further step: each leaf holds its own."""

Keys: TypeAlias = tuple[str | int, ...]


class SavedValue(NamedTuple):
    """A value and its place in the file: member and JSON pointer."""

    value: Any
    at: str


class Assignment(NamedTuple):
    """The value of each head, and what is out of step."""

    by_head: list[SavedValue | None]
    extra: Sequence[str] = ()  # keys that name no head
    missing: Sequence[str] = ()  # heads that no key names
    count_given: int | None = None  # values in a list that is not as long as the heads
    spare: Sequence[SavedValue] = ()  # for a single head, after the one that it gets


def assign_values(value: Any, at: str, outlets: Sequence[Outlet]) -> Assignment:
    """Give each head its loss or loss weight.

    Args:
        value: As saved: one for all, a list, a dict, or nested as the outputs are.
        at: Its place in the file.
        outlets: The heads.
    """
    value, at = _unwrapped(value, at)
    if not _is_nested(value):
        shared = None if value is None else SavedValue(value, at)
        return Assignment([shared] * len(outlets))
    flat = isinstance(value, (list, tuple)) and not any(map(_is_nested, value))
    if flat and len(value) == len(outlets):
        places = enumerate(value)
        return Assignment([_if_saved(SavedValue(v, f"{at}/{p}")) for p, v in places])
    leaves = dict(_leaves(value, at))
    if len(leaves) == len(outlets) and all(o.keys in leaves for o in outlets):
        return Assignment([_if_saved(leaves[outlet.keys]) for outlet in outlets])
    if isinstance(value, dict):
        return _assign_by_name(value, at, outlets, leaves)
    found = list(leaves.values())
    if len(found) == len(outlets):
        return Assignment([_if_saved(each) for each in found])
    if len(outlets) == 1 and found:
        kept = [each for each in found if each.value is not None]
        first = kept[0] if kept else None
        return Assignment([first], count_given=len(found), spare=kept[1:])
    in_order = [_if_saved(each) for each in found[: len(outlets)]]
    in_order += [None] * (len(outlets) - len(in_order))
    return Assignment(in_order, count_given=len(found))


def is_structure(value: Any) -> bool:
    """Say whether a value is a list or dict of values, not a single one."""
    return _is_nested(_unwrapped(value, "")[0])


def count_leaves(value: Any) -> int:
    """Return how many values a structure holds; 1 for a single one."""
    return sum(1 for _ in _leaves(value, ""))


def losses_of_structure(
    value: Any, at: str, outlets: Sequence[Outlet]
) -> list[list[SavedValue | None]] | None:
    """Return the losses of each head where some are for several heads at once.

    A list in another kind of container than the outputs, such as a tuple where they are
    a list, holds losses of the whole structure.

    Returns:
        For each head its losses, None for one of several heads; None if Keras raises.

    Source: `CompileLoss._build_nested` of Keras 3.15.1.
    """
    found: list[list[SavedValue | None]] = [[] for _ in outlets]
    todo: list[tuple[Any, str, Keys]] = [(value, at, ())]
    for loss, below, path in islice(iter(todo), _MAX_LEAVES):
        inner, inside = _unwrapped(loss, below)
        places = [
            place for place, o in enumerate(outlets) if o.keys[: len(path)] == path
        ]
        if not places:
            return None
        if not _is_nested(inner):
            if inner is not None:
                alone = len(places) == 1 and outlets[places[0]].keys == path
                for place in places:
                    found[place].append(SavedValue(inner, inside) if alone else None)
            continue
        is_list = isinstance(inner, (list, tuple))
        steps = list(enumerate(inner)) if is_list else list(inner.items())
        each = [(one, f"{inside}/{escaped(key)}", key) for key, one in steps]
        flat = is_list and not any(
            _is_nested(_unwrapped(one, "")[0]) for one, *_ in each
        )
        if flat and len(each) == len(places):
            pairs = zip(each, places, strict=True)
            todo += [(one, where, outlets[p].keys) for (one, where, _), p in pairs]
        elif _kind(loss) == _kind_of_outputs(outlets, path):
            todo += [(one, where, (*path, key)) for one, where, key in each]
        elif is_list:
            todo += [(one, where, path) for one, where, _ in each]
        else:
            return None
    return found


def _kind(value: Any) -> str:
    if isinstance(value, dict):
        return "tuple" if value.get("class_name") == "__tuple__" else "dict"
    return "list"


def _kind_of_outputs(outlets: Sequence[Outlet], path: Keys) -> str:
    keys = next(o.keys for o in outlets if o.keys[: len(path)] == path)
    if len(keys) == len(path):
        return "one"
    return "dict" if isinstance(keys[len(path)], str) else "list"


def _if_saved(each: SavedValue) -> SavedValue | None:
    return None if each.value is None else each


def _assign_by_name(
    value: dict[str, Any],
    at: str,
    outlets: Sequence[Outlet],
    leaves: dict[Keys, SavedValue],
) -> Assignment:
    by_head: list[SavedValue | None] = [None] * len(outlets)
    named: set[int] = set()
    nested = {outlet.keys[0] for outlet in outlets if len(outlet.keys) > 1}
    extra = []
    meant = _Names(outlets)
    for key, inner in value.items():
        places = meant.places(key)
        if not places and key not in nested:
            extra.append(str(key))
        for place in places:
            named.add(place)
            by_head[place] = _if_saved(SavedValue(inner, f"{at}/{escaped(key)}"))
    for place, outlet in enumerate(outlets if nested else ()):
        if outlet.keys in leaves:
            named.add(place)
            by_head[place] = _if_saved(leaves[outlet.keys])
    missing = [o.name for place, o in enumerate(outlets) if place not in named]
    return Assignment(by_head, extra, missing)


class _Names:
    """Finds heads by a key: by their name, else by the name of their layer."""

    __slots__ = ("_layers", "_names")

    def __init__(self, outlets: Sequence[Outlet]) -> None:
        self._names = {outlet.name: place for place, outlet in enumerate(outlets)}
        self._layers: dict[str, list[int]] = {}
        for place, outlet in enumerate(outlets):
            self._layers.setdefault(outlet.layer, []).append(place)

    def places(self, key: str) -> list[int]:
        """Return the places of the heads that `key` means."""
        if key in self._names:
            return [self._names[key]]
        return self._layers.get(key, [])


def assign_metrics(
    value: Any, at: str, outlets: Sequence[Outlet], *, legacy: bool
) -> list[list[SavedValue]] | str:
    """Give each head its metrics; a message if Keras cannot know whose they are.

    Args:
        value: As saved.
        at: Its place in the file.
        outlets: The heads.
        legacy: Whether Keras 2 wrote it.
    """
    value, at = _unwrapped(value, at)
    if len(outlets) == 1:
        return [_flat(value, at)]
    if isinstance(value, dict) and _is_nested(value):
        return _assign_metrics_by_name(value, at, outlets)
    if not isinstance(value, (list, tuple)):
        return [[SavedValue(value, at)] for _ in outlets]
    if legacy and not any(map(_is_nested, value)):
        return [_flat(value, at)] * len(outlets)
    if len(value) == len(outlets):
        each = (_unwrapped(v, f"{at}/{place}") for place, v in enumerate(value))
        return [_flat(inner, below) for inner, below in each]
    heads = listed([outlet.name for outlet in outlets])
    return f"{len(value)} entries in metrics for {len(outlets)} heads: {heads}"


def _assign_metrics_by_name(
    value: dict[str, Any], at: str, outlets: Sequence[Outlet]
) -> list[list[SavedValue]] | str:
    by_head: list[list[SavedValue]] = [[] for _ in outlets]
    extra = []
    meant = _Names(outlets)
    for key, inner in value.items():
        places = meant.places(key)
        if not places:
            extra.append(str(key))
            continue
        found = _flat(inner, f"{at}/{escaped(key)}")
        for place in places:
            by_head[place] = found
    if extra:
        heads = listed([outlet.name for outlet in outlets])
        return f"the metrics name {listed(extra)}, not among the heads: {heads}"
    return by_head


def _flat(value: Any, at: str) -> list[SavedValue]:
    """Return the metrics in a structure, in the order in which Keras flattens it.

    One more than `MAX_METRICS` represents all that follow.
    """
    if isinstance(value, (list, tuple)) and not any(map(_is_nested, value)):
        each = (
            SavedValue(v, f"{at}/{p}") for p, v in enumerate(value) if v is not None
        )
    else:
        each = (leaf for _, leaf in _leaves(value, at) if leaf.value is not None)
    return list(islice(each, MAX_METRICS + 1))


def _unwrapped(value: Any, at: str) -> tuple[Any, str]:
    """Return the items of a tuple that was saved as an object."""
    if isinstance(value, dict) and value.get("class_name") == "__tuple__":
        if isinstance(value.get("items"), list):
            return value["items"], at + "/items"
        config = value.get("config")
        if isinstance(config, dict) and isinstance(config.get("value"), list):
            return config["value"], at + "/config/value"
    return value, at


def _is_nested(value: Any) -> bool:
    if isinstance(value, dict):
        return "class_name" not in value or value["class_name"] == "__tuple__"
    return isinstance(value, (list, tuple))


def _leaves(value: Any, at: str) -> Iterator[tuple[Keys, SavedValue]]:
    """Yield leaves of a structure in the order in which Keras flattens it.

    There are `_MAX_LEAVES` at most; no model has a tenth of that.
    """
    return islice(_every_leaf(value, at), _MAX_LEAVES)


def _every_leaf(value: Any, at: str) -> Iterator[tuple[Keys, SavedValue]]:
    stack: list[Iterator[tuple[Keys, Any, str]]] = [iter([((), value, at)])]
    while stack:
        for keys, inner, below in stack[-1]:
            inner, below = _unwrapped(inner, below)
            if isinstance(inner, (list, tuple)):
                stack.append(_steps(keys, enumerate(inner), below))
                break
            if isinstance(inner, dict) and "class_name" not in inner:
                stack.append(_steps(keys, sorted_items(inner), below))
                break
            yield keys, SavedValue(inner, below)
        else:
            stack.pop()


def _steps(
    keys: Keys, items: Iterable[tuple[Any, Any]], at: str
) -> Iterator[tuple[Keys, Any, str]]:
    """Yield what is one step below a place; a very long pointer grows no more."""
    if len(at) > _MAX_POINTER:
        return (((*keys, key), value, at) for key, value in items)
    return (((*keys, key), value, f"{at}/{escaped(key)}") for key, value in items)


def escaped(key: object) -> str:
    """Return a key as a step of a JSON pointer (RFC 6901)."""
    return str(key).replace("~", "~0").replace("/", "~1")


def listed(names: Sequence[str]) -> str:
    """Return names for a message, the first few of many."""
    shown = [repr(name[:60]) for name in names[:_MAX_NAMES_SHOWN]]
    return ", ".join([*shown, *(["…"] if len(names) > _MAX_NAMES_SHOWN else [])])
