"""Many models of stores are read at once, and come in the order in which they were met.

What takes time is the way to the store, not the work: threads wait for it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from functools import partial

from kerascheck.model.description import Description
from kerascheck.model.errors import UnreadableModel
from kerascheck.model.typed import Final
from kerascheck.readers.remote.search import RemoteModel
from kerascheck.readers.search import FoundModel
from kerascheck.stores.address import Address

IN_FLIGHT: Final = 64
"""Models that are read at once."""

WAITING: Final = 2 * IN_FLIGHT
"""Models that are read, or were and are not yet judged."""


MAX_AHEAD: Final = 1 << 20
"""Bytes of a label file that are fetched before its turn, and held until then."""

Reader = Callable[[str], Description | None]
"""Returns what was read, or raises what reading did."""

_Waiting = tuple[RemoteModel, str | None, Reader]


def read_ahead(
    models: Iterable[RemoteModel],
    why_excluded: Callable[[FoundModel], str | None],
    *,
    with_labels: bool = True,
) -> Iterator[_Waiting]:
    """Yield models, why each is left out, and what returns its description.

    Args:
        models: From a search, which goes on as results are taken.
        why_excluded: Says why one is not to be read; None: it is.
        with_labels: The labels next to a model are fetched as well.
    """
    waiting: deque[_Waiting] = deque()
    fetched: dict[int, Future[None]] = {}
    pool = ThreadPoolExecutor(IN_FLIGHT, thread_name_prefix="kerascheck-read")
    try:
        for model in models:
            why = why_excluded(model.found)
            is_read = why is None and model.found.why_not_opened is None
            read = partial(_read, model, fetched) if with_labels else model.read
            future = pool.submit(read) if is_read else None
            waiting.append((model, why, _reader(future)))
            if len(waiting) >= WAITING:
                yield waiting.popleft()
        while waiting:
            yield waiting.popleft()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _read(model: RemoteModel, fetched: dict[int, Future[None]]) -> Description | None:
    """Read a model, and fetch its labels if they are few, or wait for who does."""
    description = model.read()
    labels = model.labels.chosen
    if description is None or not isinstance(labels, Address) or labels.fetch is None:
        return description
    done: Future[None] = Future()
    first = fetched.setdefault(id(labels), done)
    if first is not done:
        first.result()
        return description
    try:
        with suppress(UnreadableModel):  # reading the labels says why
            labels.data = labels.fetch(most=MAX_AHEAD)
    finally:
        done.set_result(None)
    return description


def _reader(future: Future[Description | None] | None) -> Reader:
    return lambda _: None if future is None else future.result()
