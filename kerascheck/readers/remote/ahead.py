"""Many models of stores are read at once, and come in the order in which they were met.

What takes time is the way to the store, not the work: threads wait for it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final

from kerascheck.model.description import Description
from kerascheck.readers.remote.search import RemoteModel
from kerascheck.readers.search import FoundModel

IN_FLIGHT: Final = 32
"""Models that are read at once."""

WAITING: Final = 2 * IN_FLIGHT
"""Models that are read, or were and are not yet judged."""


Reader = Callable[[str], Description | None]
"""Returns what was read, or raises what reading did."""

_Waiting = tuple[RemoteModel, str | None, Reader]


def read_ahead(
    models: Iterable[RemoteModel], why_excluded: Callable[[FoundModel], str | None]
) -> Iterator[_Waiting]:
    """Yield models, why each is left out, and what returns its description.

    Args:
        models: From a search, which goes on as results are taken.
        why_excluded: Says why one is not to be read; None: it is.
    """
    waiting: deque[_Waiting] = deque()
    pool = ThreadPoolExecutor(IN_FLIGHT, thread_name_prefix="kerascheck-read")
    try:
        for model in models:
            why = why_excluded(model.found)
            is_read = why is None and model.found.why_not_opened is None
            future = pool.submit(model.read) if is_read else None
            waiting.append((model, why, _reader(future)))
            if len(waiting) >= WAITING:
                yield waiting.popleft()
        while waiting:
            yield waiting.popleft()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _reader(future: Future[Description | None] | None) -> Reader:
    return lambda _: None if future is None else future.result()
