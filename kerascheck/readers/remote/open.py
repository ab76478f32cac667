"""One saved model of a store, from its address to a `Description`."""

from __future__ import annotations

from collections.abc import Mapping

from kerascheck.model.description import Description
from kerascheck.model.errors import UnreadableModel
from kerascheck.readers.config.describe import describe_config
from kerascheck.readers.containers import folder as folders
from kerascheck.readers.containers.keras_json import looks_like_model
from kerascheck.readers.containers.limits import LIMITS
from kerascheck.readers.containers.open import read_file
from kerascheck.readers.containers.values import Container
from kerascheck.stores.address import shown
from kerascheck.stores.remote_file import RemoteFile
from kerascheck.stores.store import Entry, Store

_JSON = ".json"
_FROM_START = (".h5", ".hdf5", _JSON)
"""Endings of formats that say what they are in their first bytes."""


class RemoteFolder:
    """A folder of a store that is one model."""

    def __init__(self, store: Store, entries: Mapping[str, Entry]) -> None:
        """Take over the files in it by their names."""
        self._store = store
        self._entries = entries

    def open(self, name: str) -> RemoteFile:
        """Open a file in it.

        Raises:
            FileNotFoundError: There is none of this name.
            UnreadableModel: It cannot be had.
        """
        if name not in self._entries:
            raise FileNotFoundError(name)
        return self._store.open(self._entries[name], from_end=False)

    def holds(self, name: str) -> bool:
        """Return whether there is a file of this name."""
        return name in self._entries


def read_object(store: Store, entry: Entry) -> Description:
    """Return what the saved model that is one object says about itself.

    Raises:
        UnreadableModel: There is no model that can be read, with the reason.
    """
    from_end = not entry.name.lower().endswith(_FROM_START)
    with store.open(entry, from_end=from_end) as file:
        return _read(file, entry)


def _read(file: RemoteFile, entry: Entry) -> Description:
    if entry.name.lower().endswith(_JSON) and file.size <= LIMITS.json_bytes:
        file.expect(0, file.size)
    return describe_config(read_file(file, entry.name), shown(entry.url))


def read_found_json(store: Store, entry: Entry) -> Description | None:
    """Return the same of a JSON file that a search met; None: it is no model.

    Raises:
        UnreadableModel: It begins like a model, and cannot be read.
    """
    with store.open(entry, from_end=False) as file:
        if not looks_like_model(file.head):
            return None
        return _read(file, entry)


def read_found_hdf5(store: Store, entry: Entry) -> Description | None:
    """Return the same of HDF5 that a search met; None: another program wrote it.

    Raises:
        UnreadableModel: There is no model that can be read, with the reason.
    """
    try:
        return read_object(store, entry)
    except UnreadableModel as error:
        if error.kind == "foreign-hdf5":
            return None
        raise


def read_folder(
    store: Store, url: str, kind: folders.Kind, entries: Mapping[str, Entry]
) -> Description:
    """Return what the saved model that is a folder says about itself.

    Raises:
        UnreadableModel: There is no model that can be read, with the reason.
    """
    container = _read_folder(RemoteFolder(store, entries), kind)
    return describe_config(container, shown(url).rstrip("/"))


def _read_folder(folder: RemoteFolder, kind: folders.Kind) -> Container:
    if kind == "keras-dir":
        from kerascheck.readers.containers import keras_json

        return keras_json.read_folder(folder, LIMITS)
    from kerascheck.readers.containers import saved_model

    return saved_model.read(folder, LIMITS)
