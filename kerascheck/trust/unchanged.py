"""Whether a file is, after it was read, the one that was opened, and as it was.

A model may be saved, fetched or removed while it is read. What was read is then partly
of the old and partly of the new file, or of one that is there no longer; nothing can be
said of it but that.
"""

from __future__ import annotations

import os

OPEN_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_NONBLOCK", 0)  # opening a FIFO would wait for a writer
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_NOCTTY", 0)
    | getattr(os, "O_BINARY", 0)
)
"""How a file that a stranger may have made is opened for reading."""

CHECK_AGAIN = "check it again once nothing writes to it"


def why_changed(
    path: str, descriptor: int, before: os.stat_result, there: os.stat_result
) -> str | None:
    """Return how a file changed since it was opened; None: it did not.

    Two system calls. A change that keeps size, time and place is not seen: a writer
    that puts the time back, or one in the very tick of the clock of the file system
    (4 ms at most on Linux) in which the file was last written.

    Args:
        path: Where it was opened.
        descriptor: What it was opened as.
        before: The status of `descriptor` when it was opened.
        there: The status of `path` then.
    """
    now = os.fstat(descriptor)
    if now.st_size != before.st_size:
        grew = "grew" if now.st_size > before.st_size else "shrank"
        return f"it {grew} from {before.st_size} to {now.st_size} bytes"
    if now.st_mtime_ns != before.st_mtime_ns or now.st_ino != before.st_ino:
        return "it was written to"
    try:
        now = os.stat(path)
    except OSError:
        return "it was removed"
    if now.st_ino != there.st_ino or now.st_dev != there.st_dev:
        return "another file took its place"
    return None
