"""Work over an existing Dask cluster: results come in order, a lost worker costs time.

A task is a function of the package and plain values, so that workers need kerascheck
alone. Dask runs a task again if its worker dies.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from itertools import islice

from kerascheck.model.errors import UsageError
from kerascheck.model.typed import Any, Final, TypeVar

Part = TypeVar("Part")
Result = TypeVar("Result")

CONNECTING: Final = "30s"
"""How long the scheduler may take to answer at first."""

AHEAD: Final = 4
"""Parts for each thread of the cluster that are sent before their turn."""


def in_order(
    scheduler: str,
    function: Callable[[Part], Result],
    parts: Iterable[Part],
) -> Iterator[Result]:
    """Yield what a function returns for each part, in the order of the parts.

    Args:
        scheduler: Address of the scheduler, as `tcp://127.0.0.1:8786`.
        function: Importable by the workers.
        parts: Taken as the cluster has room for them.

    Raises:
        UsageError: Dask is not installed, the scheduler does not answer or has no
            workers, or a part cannot be done.
    """
    client = _connected(scheduler)
    waiting: deque[Any] = deque()
    try:
        for part in parts:
            waiting.append(client.submit(function, part, pure=False))
            if len(waiting) >= AHEAD * _threads(client):
                yield _result(waiting.popleft())
        while waiting:
            yield _result(waiting.popleft())
    finally:
        client.cancel(list(waiting))
        client.close()


def parts_of(items: Iterable[Part], size: int) -> Iterator[list[Part]]:
    """Yield lists of at most `size` items."""
    items = iter(items)
    while part := list(islice(items, size)):
        yield part


def _connected(scheduler: str) -> Any:
    try:
        from distributed import Client
    except ImportError:
        raise UsageError(
            "--scheduler needs the extra 'dask': pip install 'kerascheck[dask]'"
        ) from None
    try:
        client = Client(scheduler, timeout=CONNECTING, set_as_default=False)
    except (OSError, ValueError) as error:
        raise UsageError(
            f"--scheduler: no Dask scheduler answers at this address: "
            f"{type(error).__name__}"
        ) from None
    if not _threads(client):
        client.close()
        raise UsageError("--scheduler: the Dask cluster has no workers")
    return client


def _threads(client: Any) -> int:
    return sum(client.nthreads().values())


def _result(future: Any) -> Any:
    """Return what a task returned.

    Raises:
        UsageError: It cannot be done, as when it takes down each worker in turn.
    """
    try:
        return future.result()
    except UsageError:
        raise
    except Exception as error:
        raise UsageError(
            f"--scheduler: a part of the work failed: {type(error).__name__} "
            "(see the logs of the workers; all need this version of kerascheck)"
        ) from None
