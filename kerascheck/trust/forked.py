"""Work that copies of this process share, and what they made of it, in order.

Copies are made by fork: they have what this process has loaded, import nothing from
the working folder as a new interpreter would, and get the work without it being sent.
Where there is no fork, or a copy ends before its time, the caller does the work.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

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
    pipes = [_start(work, tasks[place::copies]) for place in range(copies)]
    try:
        for place in range(len(tasks)):
            yield _receive(pipes[place % copies][0])
    finally:
        for pipe, process in pipes:
            os.close(pipe)  # which ends a copy that still writes
            os.waitpid(process, 0)


def _start(work: Callable[[Any], bytes], tasks: Sequence[Any]) -> tuple[int, int]:
    """Return the end of a pipe that is to be read, and the process that writes it."""
    reading, writing = os.pipe()
    process = os.fork()
    if process:
        os.close(writing)
        return reading, process
    try:
        os.close(reading)
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
