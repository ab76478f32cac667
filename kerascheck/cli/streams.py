"""Where the program's output goes, and what the terminal can show."""

from __future__ import annotations

import os
import sys
from errno import EAGAIN
from io import RawIOBase, TextIOWrapper

from kerascheck.model.errors import UsageError
from kerascheck.model.typed import TextIO
from kerascheck.trust.printable import Style, printable

NARROWEST = 40
WIDEST = 120
"""Columns that text is fitted to, whatever the terminal says."""

STDOUT = "-"


def survive_any_encoding() -> None:
    """Let both streams escape characters that their encoding lacks."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def complain(message: str) -> None:
    """Write one line on an error or a notice to stderr."""
    line = printable(_without_secrets(" ".join(message.split())))
    _write_to_stderr(f"kerascheck: {line}\n")


def advise(line: str) -> None:
    """Write a line below a complaint to stderr, indented."""
    _write_to_stderr(f"    {printable(line)}\n")


def clear_screen() -> None:
    """Clear the terminal, if stdout is one that can."""
    if sys.stdout.isatty() and os.environ.get("TERM") != "dumb":
        _write(sys.stdout, "\x1b[2J\x1b[H")


def show_traceback(what: str, crash: BaseException) -> None:
    """Write to stderr where `crash` came from; `what` starts each line."""
    from traceback import format_exception

    for line in "".join(format_exception(crash)).splitlines():
        line = _without_secrets(f"kerascheck: {what}: {line}")
        _write_to_stderr(printable(line) + "\n")


def _without_secrets(text: str) -> str:
    """Return a text with its addresses as they may be shown."""
    if ":/" not in text:
        return text
    from kerascheck.stores.address import without_secrets

    return without_secrets(text)


def show(text: str) -> None:
    """Write to stdout; a reader that went away, as `head` does, is not an error.

    Raises:
        UsageError: stdout cannot be written, as on a full disk.
    """
    try:
        _write(sys.stdout, text)
    except OSError as error:
        _abandon(sys.stdout)
        raise UsageError(f"writing to stdout failed: {error.strerror}") from None


def _write_to_stderr(text: str) -> None:
    """Write to stderr; if that fails, as on a full disk, the exit code must do."""
    try:
        _write(sys.stderr, text)
    except OSError:
        _abandon(sys.stderr)


def _write(stream: TextIO | None, text: str) -> None:
    if stream is None or stream.closed:  # before the start, or by a program run here
        return
    raw = getattr(stream, "buffer", None)
    try:
        if isinstance(raw, RawIOBase):
            stream.flush()
            _write_all(raw, _encoded(text, stream))
            return
        stream.write(text)
        stream.flush()
    except BrokenPipeError:
        _abandon(stream)


def _encoded(text: str, stream: TextIO) -> bytes:
    lines = text.replace("\n", os.linesep)
    return lines.encode(stream.encoding, stream.errors or "strict")


def _write_all(raw: RawIOBase, data: bytes) -> None:
    """Write to a stream without a buffer, as PYTHONUNBUFFERED makes it.

    Python itself writes to it once, and drops what a full disk or a limit did not take.
    """
    while data:
        written = raw.write(data)
        if written is None:
            raise BlockingIOError(EAGAIN, os.strerror(EAGAIN))
        data = data[written:]


def _abandon(stream: TextIO) -> None:
    """Keep the interpreter from flushing `stream` once more when it ends."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
    except (OSError, ValueError):  # no descriptor is left, or the stream has none
        return


def style_of_stdout(
    *,
    quiet: bool = False,
    verbose: bool = False,
    statistics: bool = False,
    suppressed: bool = False,
    hints: bool = False,
    corrected: bool = False,
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
        hints=hints,
        corrected=corrected,
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
    given = os.environ.get("COLUMNS", "")
    if given.isascii() and given.isdigit() and len(given) < 6:
        columns = int(given)
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
    """Write a report to a file: all of it or nothing; see `replace_file`.

    A reader of a pipe that went away is not an error, as on stdout.

    Raises:
        UsageError: It cannot be written.
    """
    if path == STDOUT:
        return show(text)
    from kerascheck.trust.replace_file import replace_file, why_not_written

    data = text.encode("utf-8", "backslashreplace")
    try:
        replace_file(path, data)
    except BrokenPipeError:
        return None
    except OSError as error:
        why = why_not_written(path, error)
        raise UsageError(f"writing {path!r} failed: {why}") from None


def require_folder(path: str) -> None:
    """Refuse a file that cannot be written before minutes of training.

    Raises:
        UsageError: No file can have this path as things are.
    """
    from kerascheck.trust.replace_file import missing_folder

    why = None if path == STDOUT else missing_folder(path)
    if why is not None:
        raise UsageError(f"writing {path!r} failed: {why}")


def append_file(path: str, text: str) -> None:
    """Add a report to what a file holds.

    Raises:
        OSError: Nothing or not all of it was written; the text says which.
    """
    data = text.encode("utf-8", "backslashreplace")
    with open(path, "ab", buffering=0) as file:
        done = 0
        try:
            while done < len(data):
                done += file.write(data[done:])
        except OSError as error:
            if not done:
                raise
            cut = f"{error.strerror}, after {done} of {len(data)} bytes"
            raise OSError(error.errno, cut) from None
