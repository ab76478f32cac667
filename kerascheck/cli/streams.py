"""Where the program's output goes, and what the terminal can show."""

from __future__ import annotations

import os
import sys
from io import TextIOWrapper
from stat import S_ISDIR, S_ISREG
from typing import TextIO

from kerascheck.core.errors import UsageError
from kerascheck.core.printable import Style, printable

NARROWEST = 40
WIDEST = 120
"""Columns that text is fitted to, whatever the terminal says."""

STDOUT = "-"


def survive_any_encoding() -> None:
    """Let both streams write what their encoding lacks as an escape."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def complain(message: str) -> None:
    """Write one line about what went wrong or deserves notice to stderr."""
    line = printable(" ".join(message.split()))
    _write(sys.stderr, f"kerascheck: {line}\n")


def show_traceback(what: str, crash: BaseException) -> None:
    """Write to stderr where `crash` came from; `what` starts each line."""
    from traceback import format_exception

    for line in "".join(format_exception(crash)).splitlines():
        _write(sys.stderr, printable(f"kerascheck: {what}: {line}") + "\n")


def show(text: str) -> None:
    """Write to stdout; a reader that went away, as `head` does, is no error.

    Raises:
        UsageError: stdout takes nothing, as a full disk.
    """
    try:
        _write(sys.stdout, text)
    except OSError as error:
        _abandon(sys.stdout)
        raise UsageError(f"writing to stdout failed: {error.strerror}") from None


def _write(stream: TextIO | None, text: str) -> None:
    if stream is None or stream.closed:  # before the start, or by a program run here
        return
    try:
        stream.write(text)
        stream.flush()
    except BrokenPipeError:
        _abandon(stream)


def _abandon(stream: TextIO) -> None:
    """Keep the interpreter from flushing `stream` once more when it ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def style_of_stdout(
    *,
    quiet: bool = False,
    verbose: bool = False,
    statistics: bool = False,
    suppressed: bool = False,
    category: str = "",
) -> Style:
    """Return the style for what stdout is; see `colours` for colour."""
    stream = sys.stdout
    terminal = stream is not None and stream.isatty()
    encoding = (getattr(stream, "encoding", None) or "").lower()
    return Style(
        width=_columns(terminal=terminal),
        colour=colours(terminal=terminal),
        unicode=encoding.startswith("utf"),
        quiet=quiet,
        verbose=verbose,
        statistics=statistics,
        suppressed=suppressed,
        category=category,
    )


def colours(*, terminal: bool) -> bool:
    """Say whether to colour: NO_COLOR, then FORCE_COLOR, then TERM and the terminal."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return terminal and os.environ.get("TERM") != "dumb"


def _columns(*, terminal: bool) -> int:
    told = os.environ.get("COLUMNS", "")
    if told.isascii() and told.isdigit() and len(told) < 6:
        columns = int(told)
    elif terminal:
        columns = _terminal_columns()
    else:
        columns = 80
    return min(max(columns, NARROWEST), WIDEST)


def _terminal_columns() -> int:
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns or 80
    except (OSError, ValueError):
        return 80


def write_file(path: str, text: str) -> None:
    """Write a report to a file: all of it or nothing.

    A temporary file beside it takes its name when it is complete. A link is replaced,
    not followed; what is no file, such as /dev/stderr or a pipe, is written to.

    Raises:
        UsageError: It can not be written.
    """
    if path == STDOUT:
        return show(text)
    data = text.encode("utf-8", "backslashreplace")
    try:
        _write_file(path, data)
    except OSError as error:
        raise UsageError(f"writing {path!r} failed: {error.strerror}") from None


def append_file(path: str, text: str) -> None:
    """Add a report to what a file holds.

    Raises:
        OSError: It can not be written.
    """
    with open(path, "ab") as file:
        file.write(text.encode("utf-8", "backslashreplace"))


def _write_file(path: str, data: bytes) -> None:
    mode = _mode(path)
    if mode is not None and not S_ISREG(mode) and not S_ISDIR(mode):
        with open(path, "wb") as file:
            file.write(data)
        return
    beside = f"{path}.{os.getpid()}.tmp"
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
    try:
        with open(descriptor, "wb") as file:
            file.write(data)
        os.replace(beside, path)
    except OSError:
        os.unlink(beside)
        raise


def _mode(path: str) -> int | None:
    try:
        return os.stat(path).st_mode
    except OSError:
        return None
