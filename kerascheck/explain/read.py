"""Any log: its format is recognised by content."""

from __future__ import annotations

import os
import sys

from kerascheck.explain.formats import csv_log, events, history, progress
from kerascheck.explain.log import Log, UnreadableLog
from kerascheck.model.errors import UnreadableModel
from kerascheck.model.typed import Final
from kerascheck.trust.printable import shown
from kerascheck.trust.regular_file import RegularFile

MAX_BYTES: Final = 32 * 2**20
"""Of a log; of a longer one the beginning would be read, and half a training judged."""


def read(path: str) -> Log:
    """Return the log at a path: a file, or the log folder of TensorBoard.

    Raises:
        UnreadableLog: It is no log, or it cannot be read.
    """
    if os.path.isdir(path):
        return _event_folder(path)
    return _log(_bytes(path), shown(path))


def read_stdin() -> Log:
    """Return the log on stdin, in any of the formats.

    Raises:
        UnreadableLog: It is no log, or stdin is closed.
    """
    if sys.stdin is None:
        raise UnreadableLog("stdin is closed")
    data = sys.stdin.buffer.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise UnreadableLog(f"stdin holds more than the limit of {MAX_BYTES} bytes")
    return _log(data, "stdin")


def parse(data: bytes) -> Log | None:
    """Return the log that text holds; None if it has no figures and no lines.

    Args:
        data: UTF-8, or UTF-16 with its mark, as PowerShell writes it.
    """
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    text = data.decode(encoding, "replace").replace("\r\n", "\n")
    log = history.read(text) or csv_log.read(text) or progress.read(text)
    return log if log.epochs or log.text else None


def _log(data: bytes, name: str) -> Log:
    log = events.read(data) if events.looks_like(data) else parse(data)
    return _known(log, name)


def _bytes(path: str) -> bytes:
    try:
        with RegularFile(path) as file:
            if file.size > MAX_BYTES:
                raise UnreadableLog(
                    f"{shown(path)} has {file.size} bytes, more than the limit of "
                    f"{MAX_BYTES}"
                )
            return file.read(0, file.size)
    except UnreadableModel as error:
        raise UnreadableLog(f"{shown(path)}: {error}") from None
    except FileNotFoundError:
        from kerascheck.model.suggest import near_path

        raise UnreadableLog(f"there is no file {path!r}{near_path(path)}") from None
    except OSError as error:
        raise UnreadableLog(f"{shown(path)}: {error.strerror}") from None


def _known(log: Log | None, name: str) -> Log:
    if log is None:
        raise UnreadableLog(
            f"{name} holds no training log. Expected the progress of fit, a CSVLogger "
            "file, a history as JSON or TensorBoard events"
        )
    return log


def _event_folder(path: str) -> Log:
    """Return the log of the newest run in a folder of `TensorBoard(log_dir=…)`."""
    training = _newest(os.path.join(path, "train")) or _newest(path)
    validation = _newest(os.path.join(path, "validation"))
    if training is None:
        raise UnreadableLog(
            f"{shown(path)} holds no event file (events.out.tfevents.…), nor does its "
            "folder train"
        )
    data = _bytes(training)
    log = events.read(data, _bytes(validation) if validation else b"")
    return _known(log, shown(path))


def _newest(folder: str) -> str | None:
    try:
        names = [name for name in os.listdir(folder) if ".tfevents." in name]
    except OSError:
        return None
    found = [name for name in names if not name.endswith(".profile-empty")]
    return os.path.join(folder, max(found)) if found else None
