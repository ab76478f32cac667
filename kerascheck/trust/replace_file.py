"""The one way in which kerascheck writes a file: whole or not at all.

The bytes go to a new file next to the target, which takes its name when it is complete.
A process that is killed leaves the old file or the new one, never a part; at worst a
hidden `.kerascheck-….tmp` is left over, and no later run takes notice of it.

Before it is renamed the new file is flushed to the disk (fsync): network file systems
and quotas report a full disk only then, while the old file can still be kept, and a
power failure cannot leave an empty file under the name. The folder is not flushed:
without that, a power failure may bring back the old file, which is whole as well.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from stat import S_ISDIR, S_ISLNK, S_ISREG

from kerascheck.model.typed import IO, Final

_NEW: Final = (
    os.O_WRONLY
    | os.O_CREAT
    | os.O_EXCL  # never a file, or a link, that somebody else put there
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_NOINHERIT", 0)
    | getattr(os, "O_BINARY", 0)
)
_THROUGH: Final = (
    os.O_WRONLY
    | os.O_APPEND  # /dev/stdout may be a file that holds something already
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_NOCTTY", 0)
    | getattr(os, "O_BINARY", 0)
)
_USUAL_MODE: Final = 0o666
"""Of a file that is new; the umask takes bits away."""
_PERMISSIONS: Final = 0o777
"""Bits of a mode that are kept. As with every write, setuid is not one of them."""
_DEVICES: Final = ("/dev", "/dev/fd", "/proc")
"""Folders whose links mean what is open already, such as /dev/stdout."""
_NO_FSYNC: Final = (errno.EINVAL, errno.ENOTSUP, errno.ENOSYS)
"""What file systems without fsync answer."""


def replace_file(
    path: str | os.PathLike[str], data: bytes, *, mode: int | None = None
) -> None:
    """Write a file: all of it, or nothing.

    A link is replaced, not followed. What is not a regular file, such as a pipe or
    /dev/stdout, is written to.

    Args:
        path: The file.
        data: What it is to hold.
        mode: Its permissions; by default those of the file that it replaces, for a
            new one what the umask leaves of 0666.

    Raises:
        OSError: It cannot be written, and is as it was; see `why_not_written`.
    """
    name = os.fspath(path)
    if _is_written_through(name):
        _write_through(name, data)
        return
    with new_file(name, mode=mode) as file:
        file.write(data)


@contextmanager
def new_file(
    path: str, *, mode: int | None = None, replaces: bool = True
) -> Iterator[IO[bytes]]:
    """Yield a file that takes the name `path` when the block ends without an error.

    Args:
        path: The file.
        mode: As for `replace_file`.
        replaces: Take the place of a file that is there; otherwise that is an error.

    Yields:
        A new file in the same folder, opened for writing; `name` is its path.

    Raises:
        OSError: It cannot be written; nothing is left behind.
    """
    there = _status(path)
    if there is not None and not replaces:
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), path)
    if path.endswith(os.sep) or (there is not None and S_ISDIR(there.st_mode)):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), path)
    if there is not None and not S_ISREG(there.st_mode):
        there = None  # a link: what it leads to stays as it is
    if mode is None and there is not None:
        mode = there.st_mode & _PERMISSIONS
    beside = _beside(path)
    try:
        with _created(beside, mode) as file:
            yield file
            _finish(file, mode, there)
        if replaces:
            os.replace(beside, path)
        else:
            _rename_once(beside, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(beside)
        raise


def why_not_written(path: str | os.PathLike[str], error: OSError) -> str:
    """Return why writing a file failed and what to do, as the end of a sentence."""
    folder = os.path.dirname(os.fspath(path)) or os.curdir
    why = error.strerror or str(error)
    missing = missing_folder(path)
    if missing is not None:
        return missing
    match error.errno:
        case errno.EISDIR:
            return "it is a folder; name a file"
        case errno.EACCES | errno.EPERM | errno.EROFS:
            return (
                f"{why}: a file is replaced as a whole, by a new one from its folder "
                f"{folder!r}; make that writable, or name another file"
            )
        case errno.EBUSY:
            return f"{why}: it may be mounted by itself; name a file next to it"
        case errno.ENOSPC | errno.EDQUOT | errno.EFBIG:
            return f"{why}; it is as it was before"
    return why


def missing_folder(path: str | os.PathLike[str]) -> str | None:
    """Return why no file can ever have this path as things are; None: it may."""
    name = os.fspath(path)
    if "\0" in name:
        return "no file can have this name"
    if name.endswith(os.sep) or (os.path.isdir(name) and not os.path.islink(name)):
        return "it is a folder; name a file"
    folder = os.path.dirname(name) or os.curdir
    try:
        if S_ISDIR(os.stat(folder).st_mode):
            return None
    except FileNotFoundError:
        return f"there is no folder {folder!r}; create it first"
    except NotADirectoryError:
        pass
    except OSError:
        return None
    return f"{folder!r} is not a folder"


def _is_written_through(path: str) -> bool:
    """Say whether a path means a device, a pipe or a descriptor, not for a file.

    A link elsewhere never does: that would let a link in a checked tree, which may
    have the name of a report, lead to any device.
    """
    parent = os.path.realpath(os.path.dirname(path))
    there = _status(path)
    if there is None or S_ISDIR(there.st_mode):
        return False
    if parent in _DEVICES or parent.startswith("/proc/"):
        return not S_ISREG(there.st_mode)
    return not S_ISREG(there.st_mode) and not S_ISLNK(there.st_mode)


def _write_through(path: str, data: bytes) -> None:
    descriptor = os.open(path, _THROUGH)
    try:
        left = memoryview(data)
        while left:
            left = left[os.write(descriptor, left) :]
    finally:
        os.close(descriptor)


def _status(path: str) -> os.stat_result | None:
    try:
        return os.lstat(path)
    except ValueError as error:  # a NUL, or text that the file system cannot encode
        raise OSError(errno.EINVAL, str(error), path) from None
    except OSError:
        return None


def _beside(path: str) -> str:
    """Return a random name in the folder of a file, short whatever its own length."""
    name = f".kerascheck-{os.urandom(8).hex()}.tmp"
    return os.path.join(os.path.dirname(path), name)


def _created(path: str, mode: int | None) -> IO[bytes]:
    first = _USUAL_MODE if mode is None else mode & 0o600
    return open(path, "xb", opener=lambda name, _: os.open(name, _NEW, first))


def _finish(file: IO[bytes], mode: int | None, there: os.stat_result | None) -> None:
    """Give a file its owner and mode, and wait until the disk has it."""
    file.flush()
    descriptor = file.fileno()
    if there is not None and hasattr(os, "fchown"):
        with suppress(OSError):  # root alone may, and should: a checkout keeps its user
            os.fchown(descriptor, there.st_uid, there.st_gid)
    if mode is not None and hasattr(os, "fchmod"):
        os.fchmod(descriptor, mode)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in _NO_FSYNC:
            raise


def _rename_once(name: str, path: str) -> None:
    """Rename a file unless the name is taken, which no check beforehand can exclude.

    A hard link is refused if the name is taken, at the very moment it is made.
    """
    try:
        os.link(name, path)
    except FileExistsError:
        raise
    except (OSError, NotImplementedError):  # a file system without hard links
        if os.path.lexists(path):
            raise FileExistsError(
                errno.EEXIST, os.strerror(errno.EEXIST), path
            ) from None
        os.rename(name, path)
    else:
        os.unlink(name)
