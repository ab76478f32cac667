"""Which files of a checkout differ from those of a Git revision.

Git is asked for the names and hashes of the revision alone. The files of the working
tree are hashed here, so that no filter, diff driver or monitor that a repository
configures has a part in it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import cached_property

from kerascheck.model.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kerascheck.trust.base_revision import Revision

_BLOCK = 2**20
_SHA1_LETTERS = 40


class ChangedSince:
    """Says of files and folders whether they changed since a revision."""

    def __init__(self, revision: Revision) -> None:
        self._revision = revision
        self._top = os.path.realpath(revision.top)

    @cached_property
    def _blobs(self) -> Mapping[str, str]:
        return self._revision.blobs()

    def has_changed(self, path: str) -> bool:
        """Say whether a file, or one in a folder, is not as it was, or is new."""
        if not os.path.isdir(path):
            return self._differs(path)
        files = [
            os.path.join(f, name) for f, _, names in os.walk(path) for name in names
        ]
        return any(map(self._differs, files)) or self._lost(path, files)

    def _lost(self, folder: str, files: list[str]) -> bool:
        """Say whether a file of a folder was removed."""
        here = f"{self._place(folder)}/"
        before = sum(name.startswith(here) for name in self._blobs)
        return before != len(files)

    def _place(self, path: str) -> str:
        return os.path.relpath(os.path.realpath(path), self._top).replace(os.sep, "/")

    def _differs(self, path: str) -> bool:
        before = self._blobs.get(self._place(path))
        return before is None or before not in _hashes(path, before)


def _hashes(path: str, like: str) -> Iterator[str]:
    """Yield the hashes that Git may give a file: as it is, and with its line ends."""
    import hashlib

    kind = "sha1" if len(like) == _SHA1_LETTERS else "sha256"
    try:
        with open(path, "rb") as file:
            size = os.fstat(file.fileno()).st_size
            digest = hashlib.new(kind, b"blob %d\0" % size, usedforsecurity=False)
            head = file.read(_BLOCK)
            digest.update(head)
            while block := file.read(_BLOCK):
                digest.update(block)
    except OSError:
        return
    yield digest.hexdigest()
    if size <= _BLOCK and b"\r\n" in head:
        text = head.replace(b"\r\n", b"\n")
        start = b"blob %d\0" % len(text)
        yield hashlib.new(kind, start + text, usedforsecurity=False).hexdigest()
