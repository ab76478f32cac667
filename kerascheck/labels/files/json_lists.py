"""Labels as JSON: one list, or an object with a list for each head."""

from __future__ import annotations

from types import NoneType

from kerascheck.labels.few import few_enough, flattened, sample_of_list
from kerascheck.labels.files.keys import Choose, require_few
from kerascheck.labels.sample import Sample, take_sample
from kerascheck.model.errors import UnreadableLabels
from kerascheck.model.typed import IO, TYPE_CHECKING, Any, Final
from kerascheck.trust.json_limits import excess

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_MAX_BYTES: Final = 24 * 2**20
_MAX_MEMORY: Final = 72 * 2**20
"""Bytes that text and lists take while JSON is parsed, which is always as a whole. It
is less than for a model: numpy is there, and arrays are made of the lists."""

_MAX_DEPTH: Final = 10
"""Axes, and the object around them."""

_MAX_INTEGER: Final = 400
"""Digits; no float reaches them, and making an integer of 4,300 takes 20 µs."""


def read_json(
    stream: IO[bytes], size: int, choose: Choose, limit: int
) -> dict[str | None, Sample]:
    """Read a sample of each list of labels.

    Raises:
        UnreadableLabels: It is not such JSON, or too large.
    """
    import json

    if size > _MAX_BYTES:
        raise _too_big(f"{size} bytes")
    data = stream.read(size)
    _require_modest(data)
    try:
        found = json.loads(data, parse_int=_whole)
    except (ValueError, RecursionError) as error:
        raise UnreadableLabels(
            "are not JSON. Expected one list, or an object with a list for each head. "
            f"Received: {str(error)[:80]!r}."
        ) from error
    if isinstance(found, dict):
        chosen = choose([*found])
        if not chosen:
            require_few(len(found), "lists")
            chosen = {name: name for name in found}
        lists = {head: found[name] for head, name in chosen.items()}
    else:
        lists = {None: found}
    return {head: _sample(labels, limit) for head, labels in lists.items()}


def _too_big(received: str) -> UnreadableLabels:
    return UnreadableLabels(
        f"are too much JSON to parse. Expected at most {_MAX_BYTES} bytes, and "
        f"{_MAX_MEMORY} bytes of memory; numpy.save has no such limit. "
        f"Received: {received}."
    )


def _require_modest(data: bytes) -> None:
    found = excess(data, memory=_MAX_MEMORY, depth=_MAX_DEPTH)
    if found is None:
        return
    if found.unit == "bytes of memory":
        raise _too_big(f"{found.found} {found.unit}")
    raise UnreadableLabels(
        f"are nested too deeply. Expected at most {_MAX_DEPTH} levels. "
        f"Received: {found.found}."
    )


def _whole(digits: str) -> int:
    if len(digits) > _MAX_INTEGER:
        raise _too_large(f"a whole number of {len(digits)} digits")
    return int(digits)


def _sample(labels: object, limit: int) -> Sample:
    if not isinstance(labels, list):
        raise UnreadableLabels(
            "are not a list. Expected one list, or an object with a list for each "
            f"head. Received: {type(labels).__name__}."
        )
    cells, shape = flattened(labels)
    kinds = set(map(type, cells))
    if not (kinds <= {str} or kinds <= {bool, int, float, NoneType}):
        names = ", ".join(sorted(kind.__name__ for kind in kinds))
        raise UnreadableLabels(
            "mix kinds of values or rows of different depth. Expected strings alone, "
            f"or numbers, true, false and null. Received: {names}."
        )
    if shape[0] <= limit and few_enough(len(cells)):
        few = sample_of_list(cells, shape)
        if few is not None:
            return few
    return take_sample(_array(cells, kinds).reshape(shape), limit)


def _array(cells: Sequence[Any], kinds: set[type]) -> NDArray[Any]:
    import numpy as np

    if str in kinds:
        return np.array(cells, dtype=object)
    try:
        dtype = np.float64 if NoneType in kinds else None
        array = np.array(cells, dtype=dtype)
    except OverflowError as error:
        raise _too_large(str(error)) from error
    if array.dtype == object:
        raise _too_large("a whole number of more than 64 bits")
    return array


def _too_large(received: str) -> UnreadableLabels:
    return UnreadableLabels(
        "hold a number that is too large. Expected numbers of 64 bits. "
        f"Received: {received[:80]}."
    )
