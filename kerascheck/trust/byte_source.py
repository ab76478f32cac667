"""What the readers of containers need of a file, wherever it is.

A file on this machine is a `regular_file.RegularFile`; an object in a store is a
`stores.remote_file.RemoteFile`.
"""

from __future__ import annotations

from contextlib import AbstractContextManager

from kerascheck.model.typed import Protocol


class ByteSource(Protocol):
    """Bytes that can be read at any position."""

    @property
    def size(self) -> int:
        """Bytes in all; at least one."""

    @property
    def head(self) -> bytes:
        """The first bytes, 4096 or all if there are fewer; never empty."""

    def read(self, offset: int, length: int) -> bytes:
        """Return exactly `length` bytes from `offset` on.

        Raises:
            UnreadableModel: They are not all inside, or cannot be had.
        """

    @property
    def is_remote(self) -> bool:
        """Whether each read may be a request, so that `expect` is worth its while."""

    def expect(self, start: int, end: int) -> None:
        """Take notice that the bytes from `start` to `end` will be read.

        A store then sends them in one answer.
        """


class Folder(Protocol):
    """The files of a model that is a folder."""

    def open(self, name: str) -> AbstractContextManager[ByteSource]:
        """Open one of its files.

        Raises:
            UnreadableModel: It cannot be read.
            OSError: It is not there, or may not be opened.
        """

    def holds(self, name: str) -> bool:
        """Return whether there is an entry of this name."""
