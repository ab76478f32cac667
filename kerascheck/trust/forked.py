"""Work that copies of this process share, and what they made of it, in order.

Copies are made by fork: they have what this process has loaded, import nothing from
the working folder as a new interpreter would, and get the work without it being sent.
Where there is no fork, or a copy ends before its time, the caller does the work.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence

from kerascheck.model.typed import Any, Final

_LENGTH: Final = 8
"""Bytes that say how many follow; there are none where the work was not done."""


def can_fork() -> bool:
    """Say whether this system makes copies of a process."""
    return hasattr(os, "fork")


def cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def forked(
    work: Callable[[Any], bytes], tasks: Sequence[Any], *, copies: int
) -> Iterator[bytes | None]:
    """Yield what `work` makes of each task, in order; None: that is left to the caller.

    A copy waits once what it made is not yet taken, so that memory stays bounded.

    Args:
        work: Returns no bytes for a task that it leaves to the caller.
        tasks: What is to be done; every copy does each so many.
        copies: How many processes.
    """
    pipes: list[int] = []
    processes: list[int] = []
    try:
        for first in range(copies):
            if not _start(work, tasks[first::copies], pipes, processes):
                break
        for place in range(len(tasks)):
            copy = place % copies
            yield _receive(pipes[copy]) if copy < len(processes) else None
    finally:
        for pipe in pipes:
            os.close(pipe)  # which ends a copy that still writes
        for process in processes:
            os.waitpid(process, 0)


def _start(
    work: Callable[[Any], bytes],
    tasks: Sequence[Any],
    pipes: list[int],
    processes: list[int],
) -> bool:
    """Start a copy, unless the system refuses one.

    Args:
        work: What it does.
        tasks: With which.
        pipes: Ends that are read, one of each copy; that of this one is added.
        processes: The copies; this one is added.
    """
    reading, writing = os.pipe()
    pipes.append(reading)
    try:
        process = os.fork()
    except OSError:
        os.close(writing)
        return False
    if process:
        os.close(writing)
        processes.append(process)
        return True
    try:
        for pipe in pipes:  # a copy that has one keeps another from ending
            os.close(pipe)
        for task in tasks:
            made = work(task)
            _send(writing, len(made).to_bytes(_LENGTH, "little") + made)
    finally:
        os._exit(0)


def _send(pipe: int, data: bytes) -> None:
    left = memoryview(data)
    while left:
        left = left[os.write(pipe, left) :]


def _receive(pipe: int) -> bytes | None:
    """Return what one task came to; None: nothing, or the copy has ended."""
    length = _read(pipe, _LENGTH)
    return _read(pipe, int.from_bytes(length, "little")) if length else None


def _read(pipe: int, size: int) -> bytes | None:
    parts = []
    while size:
        part = os.read(pipe, min(size, 1 << 20))
        if not part:
            return None
        parts.append(part)
        size -= len(part)
    return b"".join(parts) or None
