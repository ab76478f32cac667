"""An untrusted file, opened once and read by position.

One descriptor serves all reads, and every read is exact or refused. When all is read,
the file must still be the one that was opened: one that was written to, replaced or
removed meanwhile is refused. Nothing is mapped, locked, waited for or written.
"""

from __future__ import annotations

import os
import re
from stat import S_ISREG
from types import TracebackType

from kerascheck.model.errors import UnreadableModel
from kerascheck.model.typed import Final
from kerascheck.trust.unchanged import CHECK_AGAIN, OPEN_FLAGS, why_changed

_BLOCK: Final = 8192
"""Bytes fetched at least; a small model then takes one or two system calls."""
_LFS_POINTER: Final = re.compile(
    rb"\s*version (?:https://git-lfs|https://hawser|http://git-media)"
)
"""Git LFS 3.7, `lfs/pointer.go`: the names of the format, after blanks."""
_MAX_LFS_POINTER: Final = 1024
"""Git LFS specification: a pointer is smaller."""
_ANNEX_POINTER: Final = b"/annex/objects/"
"""git-annex manual, "pointer file format"."""


class RegularFile:
    """A regular file that can be read at any position.

    Left as a context, it refuses what changed meanwhile, whatever came of reading it.

    Attributes:
        path: As given.
        size: Bytes in the file when it was opened.
        status: What `os.fstat` said of it then.
        head: Its first bytes, 8192 or fewer; never empty.
    """

    __slots__ = (
        "_block",
        "_block_at",
        "_descriptor",
        "_there",
        "head",
        "path",
        "size",
        "status",
    )

    is_remote = False

    def __init__(self, path: str) -> None:
        """Open `path`, following links, and read its head.

        Raises:
            UnreadableModel: Not a regular file, an empty one, or a pointer to one.
            OSError: As `os.open` raises it.
        """
        self.path = path
        self._there = os.stat(path)
        _require_regular(self._there.st_mode)
        self._descriptor = os.open(path, OPEN_FLAGS)
        try:
            self.status = os.fstat(self._descriptor)
            self.size = self.status.st_size
            _require_regular(self.status.st_mode)
            if not self.size:
                raise _without_size(self._descriptor)
            self._block_at = 0
            self._block = self.head = self._fetch(0, min(_BLOCK, self.size))
            require_fetched(self.head, self.size)
        except BaseException as error:
            self.__exit__(None, error, None)
            raise

    def read(self, offset: int, length: int) -> bytes:
        """Return exactly `length` bytes from `offset` on.

        Raises:
            UnreadableModel: They are not all inside the file.
        """
        end = offset + length
        if end <= len(self.head):
            return self.head[offset:end]
        if offset < self._block_at or end > self._block_at + len(self._block):
            if end > self.size:
                raise _too_short(offset, length, self.size)
            if length >= _BLOCK:
                return self._fetch(offset, length)
            self._block = self._fetch(offset, min(_BLOCK, self.size - offset))
            self._block_at = offset
        return self._block[offset - self._block_at : end - self._block_at]

    def expect(self, start: int, end: int) -> None:
        """Do nothing: the system reads ahead by itself."""

    def close(self) -> None:
        """Give the descriptor back."""
        os.close(self._descriptor)

    def __enter__(self) -> RegularFile:
        """Return the file itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close the file.

        Raises:
            UnreadableModel: It changed since it was opened, which explains any fault.
        """
        try:
            if error is None or isinstance(error, UnreadableModel):
                self.require_unchanged()
        finally:
            self.close()

    def require_unchanged(self) -> None:
        """Compare the file with what was opened.

        Raises:
            UnreadableModel: It was written to, replaced or removed, of kind "changed".
        """
        why = why_changed(self.path, self._descriptor, self.status, self._there)
        if why is not None:
            name = os.path.basename(self.path)
            raise UnreadableModel(
                "changed", f"{name} changed while it was read: {why}; {CHECK_AGAIN}"
            )

    def _fetch(self, offset: int, length: int) -> bytes:
        data = _pread(self._descriptor, length, offset)
        while len(data) < length:  # one call returns 2 GiB at most on Linux
            more = _pread(self._descriptor, length - len(data), offset + len(data))
            if not more:
                raise _too_short(offset, length, offset + len(data))
            data += more
        return data


if hasattr(os, "pread"):
    _pread = os.pread
else:  # Windows

    def _pread(descriptor: int, length: int, offset: int, /) -> bytes:
        os.lseek(descriptor, offset, os.SEEK_SET)
        return os.read(descriptor, length)


def require_fetched(head: bytes, size: int) -> None:
    """Refuse a pointer to a model that is stored elsewhere.

    Args:
        head: The first bytes of a file.
        size: Bytes in all.

    Raises:
        UnreadableModel: It is one of Git LFS or git-annex.
    """
    if size < _MAX_LFS_POINTER and _LFS_POINTER.match(head):
        raise _git_lfs_pointer(head)
    if head.startswith(_ANNEX_POINTER):
        raise _git_annex_pointer()


def _require_regular(mode: int) -> None:
    if not S_ISREG(mode):
        raise UnreadableModel(
            "not-a-file", "not a regular file, so it was not opened for reading"
        )


def _without_size(descriptor: int) -> UnreadableModel:
    """Return the refusal of a file of 0 bytes; those of /proc may hold content."""
    try:
        holds = bool(_pread(descriptor, 1, 0))
    except OSError:
        holds = True
    if not holds:
        return UnreadableModel("empty", "the file is empty: 0 bytes")
    return UnreadableModel(
        "not-a-file",
        "not a file on a disk: it has content although its size is 0 bytes",
    )


def _too_short(offset: int, length: int, size: int) -> UnreadableModel:
    return UnreadableModel(
        "truncated",
        f"{length} bytes were expected at byte {offset}, but the file has {size}: "
        "truncated or damaged; copy or download it again",
    )


def _git_annex_pointer() -> UnreadableModel:
    return UnreadableModel(
        "git-annex-pointer",
        "a git-annex pointer: the model was never fetched; run `git annex get`",
    )


def _git_lfs_pointer(head: bytes) -> UnreadableModel:
    size = "its"
    for line in head.splitlines():
        if line.startswith(b"size ") and line[5:].isdigit():
            size = f"the {int(line[5:25])}"
    return UnreadableModel(
        "git-lfs-pointer",
        f"a Git LFS pointer: {size} bytes of the model were never fetched; "
        "run `git lfs pull`",
    )
