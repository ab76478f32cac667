"""Labels as JSON: one list, or an object with a list for each head."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import IO, TYPE_CHECKING, Any, Final

from kerascheck.core.errors import UnreadableLabels
from kerascheck.labels.keys import Choose
from kerascheck.labels.sample import Sample, take

if TYPE_CHECKING:
    from numpy.typing import NDArray

_MOST_BYTES: Final = 32 * 2**20
_MOST_LISTS: Final = 500_000
_MOST_CELLS: Final = 2_000_000
"""What is parsed. JSON is parsed as a whole, up to 80 bytes a list and 32 a number."""

_DEEPEST: Final = 10
"""Axes, and the object around them."""

_TOKEN: Final = rb'"(?:[^"\\]++|\\.)*+"|[\[\]{}]'


def read_json(
    stream: IO[bytes], size: int, choose: Choose, limit: int
) -> dict[str | None, Sample]:
    """Read a sample of each list of labels.

    Raises:
        UnreadableLabels: It is no such JSON, or too much of it.
    """
    import json

    if size > _MOST_BYTES:
        raise _too_big(f"{size} bytes")
    data = stream.read(size)
    _require_modest(data)
    try:
        found = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise UnreadableLabels(
            "are no JSON. Expected one list, or an object with a list for each head. "
            f"Received: {str(error)[:80]!r}."
        ) from error
    if isinstance(found, dict):
        chosen = choose([*found]) or {name: name for name in found}
        lists = {head: found[name] for head, name in chosen.items()}
    else:
        lists = {None: found}
    return {head: take(_array(labels), limit) for head, labels in lists.items()}


def _too_big(received: str) -> UnreadableLabels:
    return UnreadableLabels(
        f"are too much JSON to parse. Expected at most {_MOST_BYTES} bytes, "
        f"{_MOST_LISTS} lists and {_MOST_CELLS} values; numpy.save has no such limit. "
        f"Received: {received}."
    )


def _require_modest(data: bytes) -> None:
    lists, cells = data.count(b"[") + data.count(b"{"), data.count(b",")
    if lists > _MOST_LISTS or cells > _MOST_CELLS:
        raise _too_big(f"{lists} lists, {cells} values")
    depth = deepest = 0
    for token in re.finditer(_TOKEN, data, re.DOTALL):
        depth += {b"[": 1, b"{": 1, b"]": -1, b"}": -1}.get(token[0], 0)
        deepest = max(deepest, depth)
    if deepest > _DEEPEST:
        raise UnreadableLabels(
            f"are nested too deeply. Expected at most {_DEEPEST} levels. "
            f"Received: {deepest}."
        )


def _array(labels: object) -> NDArray[Any]:
    import numpy as np

    if not isinstance(labels, list):
        raise UnreadableLabels(
            "are no list. Expected one list, or an object with a list for each head. "
            f"Received: {type(labels).__name__}."
        )
    kinds = {type(leaf) for leaf in _leaves(labels)}
    if not (kinds <= {str} or kinds <= {bool, int, float, type(None)}):
        names = ", ".join(sorted(kind.__name__ for kind in kinds))
        raise UnreadableLabels(
            "mix kinds of values. Expected strings alone, or numbers, true, false and "
            f"null. Received: {names}."
        )
    try:
        if type(None) in kinds:
            return np.array(labels, dtype=np.float64)
        return np.array(labels, dtype=object if kinds == {str} else None)
    except (ValueError, OverflowError, TypeError) as error:
        raise UnreadableLabels(
            "can not be made one array. Expected rows of one length, and numbers of "
            f"64 bits. Received: {str(error)[:80]!r}."
        ) from error


def _leaves(labels: list[Any]) -> Iterator[object]:
    for item in labels:
        if isinstance(item, list):
            yield from _leaves(item)
        else:
            yield item
