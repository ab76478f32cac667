"""Whether a file is, after it was read, the one that was opened, and as it was.

A model may be saved, fetched or removed while it is read. What was read is then partly
of the old and partly of the new file, or of one that is there no longer; nothing can be
said of it but that.
"""

from __future__ import annotations

import os
from typing import NamedTuple

CHECK_AGAIN = "check it again once nothing writes to it"


class State(NamedTuple):
    """What tells one content of one file from another; see `os.stat`."""

    size: int  # bytes
    changed: int  # nanoseconds
    number: int  # of the file, in its file system

    @classmethod
    def of(cls, status: os.stat_result) -> State:
        """Return the state that a status shows."""
        return cls(status.st_size, status.st_mtime_ns, status.st_ino)


def why_changed(
    path: str, descriptor: int, before: State, there: os.stat_result
) -> str | None:
    """Return how a file changed since it was opened; None: it did not.

    Two system calls. A change that keeps size, time and place is not seen: a writer
    that puts the time back, or one in the very tick of the clock of the file system
    (4 ms at most on Linux) in which the file was last written.

    Args:
        path: Where it was opened.
        descriptor: What it was opened as.
        before: The state of `descriptor` when it was opened.
        there: The status of `path` then.
    """
    now = State.of(os.fstat(descriptor))
    if now.size != before.size:
        grew = "grew" if now.size > before.size else "shrank"
        return f"it {grew} from {before.size} to {now.size} bytes"
    if now != before:
        return "it was written to"
    try:
        now_there = os.stat(path)
    except OSError:
        return "it was removed"
    if (now_there.st_dev, now_there.st_ino) != (there.st_dev, there.st_ino):
        return "another file took its place"
    return None
