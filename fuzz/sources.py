"""Models that are bytes in memory, read as files are."""

from __future__ import annotations

from collections.abc import Mapping

from kerascheck.model.description import Description
from kerascheck.model.errors import UnreadableModel
from kerascheck.readers.config.describe import describe_config
from kerascheck.readers.containers.open import read_file
from kerascheck.readers.containers.values import Container
from kerascheck.stores.remote_file import RemoteFile


def in_memory(data: bytes) -> RemoteFile:
    """Return bytes as a source that is known to its end.

    Raises:
        UnreadableModel: There are none.
    """
    return RemoteFile(len(data), lambda start, end: data[start:end], (0, data))


class FolderInMemory:
    """The files of a model that is a folder."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._files = files

    def open(self, name: str) -> RemoteFile:
        """Return one of its files."""
        if name not in self._files:
            raise FileNotFoundError(name)
        return in_memory(self._files[name])

    def holds(self, name: str) -> bool:
        """Return whether there is a file of this name."""
        return name in self._files


def container_in(data: bytes, name: str) -> Container | None:
    """Return what a file says; None: it is refused, in the documented way."""
    try:
        return read_file(in_memory(data), name)
    except UnreadableModel:
        return None


def model_in(data: bytes, name: str) -> Description | None:
    """Return the model that a file holds; None: there is none."""
    container = container_in(data, name)
    return None if container is None else describe_config(container, name)
