"""Work over an existing Dask cluster: results come in order, a lost worker costs time.

A task is a function of the package and plain values, so that workers need kerascheck
alone. Dask runs a task again if its worker dies.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import islice

from kerascheck.model.errors import KerascheckError, UsageError
from kerascheck.model.typed import Any, Final, TypeVar
from kerascheck.model.version import __version__

Part = TypeVar("Part")
Result = TypeVar("Result")

CONNECTING: Final = "30s"
"""How long the scheduler may take to answer at first."""

AHEAD: Final = 4
"""Parts for each thread of the cluster that are sent before their turn."""


class Cluster:
    """The workers of a scheduler."""

    def __init__(self, client: Any) -> None:
        """Take over a client of Dask."""
        self._client = client

    @property
    def threads(self) -> int:
        """How many tasks run at once, as the cluster is now."""
        return sum(self._client.nthreads().values())

    def in_order(
        self, function: Callable[[Part], Result], parts: Iterable[Part]
    ) -> Iterator[Result]:
        """Yield what a function returns for each part, in the order of the parts.

        Args:
            function: Importable by the workers.
            parts: Taken as the cluster has room for them.

        Raises:
            UsageError: A part cannot be done.
        """
        waiting: deque[Any] = deque()
        try:
            for part in parts:
                waiting.append(self._client.submit(function, part, pure=False))
                if len(waiting) >= AHEAD * max(self.threads, 1):
                    yield _result(waiting.popleft())
            while waiting:
                yield _result(waiting.popleft())
        finally:
            self._client.cancel(list(waiting))


@contextmanager
def connected(scheduler: str) -> Iterator[Cluster]:
    """Connect to the cluster of a scheduler.

    Args:
        scheduler: Its address, as `tcp://127.0.0.1:8786`.

    Raises:
        UsageError: Dask is not installed, the scheduler does not answer or has no
            workers, or one has another version of kerascheck.
    """
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
    try:
        cluster = Cluster(client)
        if not cluster.threads:
            raise UsageError("--scheduler: the Dask cluster has no workers")
        _require_same_version(client)
        yield cluster
    finally:
        client.close()


def in_order(
    scheduler: str, function: Callable[[Part], Result], parts: Iterable[Part]
) -> Iterator[Result]:
    """Yield what a function returns for each part, as `Cluster.in_order`.

    Raises:
        UsageError: There is no such cluster, or a part cannot be done.
    """
    with connected(scheduler) as cluster:
        yield from cluster.in_order(function, parts)


def parts_of(items: Iterable[Part], size: int) -> Iterator[list[Part]]:
    """Yield lists of at most `size` items."""
    items = iter(items)
    while part := list(islice(items, size)):
        yield part


def version_here() -> str:
    """Return the version of kerascheck on a worker."""
    return __version__


def _require_same_version(client: Any) -> None:
    """Refuse workers that would judge by other rules; what died is not asked."""
    answers = client.run(version_here, on_error="return").values()
    for answer in answers:
        if isinstance(answer, ImportError | AttributeError):
            raise UsageError(
                "--scheduler: a worker cannot import this version of kerascheck: "
                f"install {__version__} there"
            )
        if isinstance(answer, str) and answer != __version__:
            raise UsageError(
                f"--scheduler: a worker has kerascheck {answer}, and this is "
                f"{__version__}: their rules may differ"
            )


def _result(future: Any) -> Any:
    """Return what a task returned.

    Raises:
        UsageError: It cannot be done, as when it takes down each worker in turn.
    """
    try:
        return future.result()
    except UsageError:
        raise
    except KerascheckError as error:
        raise UsageError(f"--scheduler: a worker says: {error}") from None
    except Exception as error:
        raise UsageError(
            f"--scheduler: a part of the work failed: {type(error).__name__} "
            "(see the logs of the workers; all need this version of kerascheck)"
        ) from None
