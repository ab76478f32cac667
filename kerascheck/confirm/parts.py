"""Long work in parts, over processes: in order, and with bounded memory.

The seam is `each`: its functions wait for child processes on this machine, or run on
the workers of a Dask cluster if a scheduler is named. The order, and what is trained
together, do not depend on how many there are, so the results do not either.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager
from time import monotonic

from kerascheck.confirm.child_process import (
    TrainingFailed,
    TrainingStopped,
    end_children,
)
from kerascheck.confirm.options import Progress, TrainingOptions
from kerascheck.model.frozen import replace
from kerascheck.model.typed import TypeVar

P = TypeVar("P")
R = TypeVar("R")


@contextmanager
def processes(workers: int) -> Iterator[Executor]:
    """Give an executor whose functions each wait for a child process.

    An exception, or Ctrl-C, ends the children that still train.
    """
    pool = ThreadPoolExecutor(workers)
    try:
        yield pool
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        end_children()
        raise
    finally:
        pool.shutdown()


def each(
    function: Callable[[P], R],
    parts: Iterable[P],
    *,
    workers: int,
    scheduler: str | None = None,
) -> Iterator[R]:
    """Yield `function(part)` of each part, in the order of the parts.

    Args:
        function: Of one part. For a cluster it is importable, or a `partial` of such.
        parts: Read no further ahead than work is handed out.
        workers: How many run at once on this machine.
        scheduler: Address of that of a Dask cluster, which works in their place.

    Raises:
        UsageError: There is no such cluster, or its workers cannot do a part.
    """
    if scheduler is not None:
        from kerascheck import cluster

        yield from cluster.in_order(scheduler, function, parts)
        return
    with processes(workers) as pool:
        yield from in_order(pool, function, parts, workers)


def in_order(
    executor: Executor, function: Callable[[P], R], parts: Iterable[P], workers: int
) -> Iterator[R]:
    """Yield `function(part)` of each part, in the order of the parts.

    Args:
        executor: Where the functions run.
        function: Of one part.
        parts: Read no further ahead than work is handed out.
        workers: How many run at once; twice as many results wait at most.
    """
    waiting: deque[Future[R]] = deque()
    try:
        for part in parts:
            waiting.append(executor.submit(function, part))
            if len(waiting) >= 2 * workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        for future in waiting:
            future.cancel()


def twice_if_killed(
    work: Callable[[TrainingOptions], list[R]], options: TrainingOptions
) -> list[R]:
    """Return what a child gives, or a second one if the first dies and time is left.

    Args:
        work: Runs a child with the options that it is given.
        options: Of the first; the second gets the budget that is left.

    Raises:
        TrainingUnavailable: Keras or the backend is not installed.
        TrainingFailed: The second child died as well, or the time is up.
    """
    started = monotonic()
    try:
        return work(options)
    except TrainingStopped:
        raise
    except TrainingFailed:
        left = options.budget - (monotonic() - started)
        if left <= 0:
            raise
    return work(replace(options, budget=left))


class PartsProgress:
    """The progress of several parts as one.

    Args:
        progress: Called with (work done, all of it), in thousandths of a part's size.
        sizes: Of the parts.
    """

    def __init__(self, progress: Progress | None, sizes: Sequence[int]) -> None:
        self._progress, self._sizes = progress, sizes
        self._done = [0] * len(sizes)

    def of(self, number: int) -> Progress:
        """Return the progress of one part."""

        def report(done: int, total: int) -> None:
            self._done[number] = self._sizes[number] * 1000 * done // max(total, 1)
            if self._progress is not None:
                self._progress(sum(self._done), 1000 * sum(self._sizes))

        return report
