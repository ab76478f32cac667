"""Saved models under addresses: what is found, and how each is read.

A folder is listed when the models before it were yielded, so that the first are
checked while the others are not yet known, and one folder of each level is held.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import NamedTuple

from kerascheck.engine.skipped import NOT_SUPPORTED
from kerascheck.labels.files.find import LabelFiles, NamesOfLabels
from kerascheck.model.description import Description
from kerascheck.model.errors import UnreadableModel
from kerascheck.model.frozen import replace
from kerascheck.model.typed import Final
from kerascheck.readers.containers import folder as folders
from kerascheck.readers.remote.open import (
    read_folder,
    read_found_hdf5,
    read_found_json,
    read_object,
)
from kerascheck.readers.search import FoundModel
from kerascheck.readers.surroundings import GIT, why_not_entered
from kerascheck.stores.address import Address, shown
from kerascheck.stores.store import Entry, Store

_WHOLE: Final = (".keras",)
_HDF5: Final = (".h5", ".hdf5")
_JSON: Final = ".json"
_PARTS: Final = frozenset({"variables", "assets", "assets.extra"})
"""Folders of a SavedModel that hold no model."""

MAX_DEPTH: Final = 32
"""Folders inside one another that are listed."""

Read = Callable[[], Description | None]
"""Reads a model; None: what a search met is none."""


class RemoteModel(NamedTuple):
    """A saved model of a store, or something that was passed over.

    Attributes:
        found: What a search on this machine would say of it.
        read: Reads it.
        labels: The label files next to it.
        url: Where it is, which nothing shows; empty: its path says it.
    """

    found: FoundModel
    read: Read
    labels: LabelFiles = LabelFiles()
    url: str = ""

    def called(self, path: str) -> RemoteModel:
        """Return the same model under another path."""
        found = replace(self.found, path=path)
        return self._replace(found=found, read=partial(_read_as, path, self.read))


def models_below(store: Store, folder: str) -> Iterator[RemoteModel]:
    """Yield the saved models in a folder and below it.

    Raises:
        UnreadableModel: It cannot be listed.
    """
    return _folder(store, folder, _Listing(store))


def models_at(store: Store, address: Address) -> Iterator[RemoteModel]:
    """Yield the model that is named, or those below a folder that is."""
    url = address.url
    try:
        entry = store.look_at(url)
        if not entry.is_folder:
            yield RemoteModel(
                FoundModel(path=shown(url), named=True),
                partial(read_object, store, entry),
                url=url,
            )
            return
        yield from _folder(store, url, _Listing(store), named=True)
    except UnreadableModel as error:
        yield refused(shown(url), error)


class _Listing:
    """What is in one folder."""

    def __init__(self, store: Store, entries: Iterable[Entry] = ()) -> None:
        """Take over its entries."""
        self._store = store
        self.files: dict[str, Entry] = {}
        self.below: dict[str, Entry] = {}
        for entry in entries:
            (self.below if entry.is_folder else self.files)[entry.name] = entry
        self.labels = NamesOfLabels(self.files)
        self._addresses: dict[str, Address] = {}

    def addresses(self, names: Iterable[str]) -> Iterator[Address]:
        """Yield the addresses of files in it, one value for each file."""
        for name in names:
            if name not in self._addresses:
                entry = self.files[name]
                self._addresses[name] = Address(entry.url)
                self._addresses[name].fetch = partial(self._store.download, entry)
            yield self._addresses[name]


def _folder(
    store: Store,
    url: str,
    above: _Listing,
    *,
    named: bool = False,
    depth: int = 0,
) -> Iterator[RemoteModel]:
    """Yield the models in a folder, then those in the folders below it."""
    here = _Listing(store, store.entries(url))
    files, below = here.files, here.below
    kinds = folders.kinds("", frozenset(files) | frozenset(below))
    for kind in kinds:
        path = shown(url).rstrip("/")
        if kind == "orbax":
            yield _passed_over(path, NOT_SUPPORTED)
        elif kind == kinds[0]:
            yield RemoteModel(
                FoundModel(path=path, named=named),
                partial(read_folder, store, url, kind, files),
                _labels_of_folder(path.rpartition("/")[2], here, above),
                url,
            )
    yield from _files(store, here, kinds)
    for name, entry in below.items():
        if name in GIT or ("saved-model" in kinds and name in _PARTS):
            continue
        why = why_not_entered(name)
        if depth >= MAX_DEPTH:
            why = f"more than {MAX_DEPTH} folders inside one another"
        if why is not None:
            yield _passed_over(shown(entry.url), why)
            continue
        try:
            yield from _folder(store, entry.url, here, depth=depth + 1)
        except UnreadableModel as error:
            yield _passed_over(shown(entry.url), str(error))


def _files(
    store: Store, here: _Listing, kinds: tuple[folders.Kind, ...]
) -> Iterator[RemoteModel]:
    own = {folders.CONFIG, folders.METADATA} if "keras-dir" in kinds else set()
    for name, entry in here.files.items():
        lower = name.lower()
        read: Read
        if name in own or (own and folders.is_weights(name)):
            continue
        if lower.endswith(_WHOLE):
            read = partial(read_object, store, entry)
        elif lower.endswith(_HDF5):
            read = partial(read_found_hdf5, store, entry)
        elif lower.endswith(_JSON):
            read = partial(read_found_json, store, entry)
        else:
            continue
        found = FoundModel(path=shown(entry.url))
        labels = _label_files(here.addresses(here.labels.of(name)))
        yield RemoteModel(found, read, labels, entry.url)


def _labels_of_folder(name: str, here: _Listing, above: _Listing) -> LabelFiles:
    """Return the label files of a model that is a folder: in it, and next to it."""
    return _label_files(
        (
            *above.addresses(above.labels.own(name)),
            *here.addresses(here.labels.shared),
            *above.addresses(above.labels.shared),
        )
    )


def _label_files(found: Iterable[Address]) -> LabelFiles:
    ordered = tuple(found)
    return LabelFiles(ordered[0], ordered[1:]) if ordered else LabelFiles()


def refused(path: str, error: UnreadableModel) -> RemoteModel:
    """Return what is reported of something that is named and cannot be read."""
    return RemoteModel(FoundModel(path=path, named=True), partial(_raise, error))


def _read_as(path: str, read: Read) -> Description | None:
    description = read()
    return None if description is None else replace(description, path=path)


def _raise(error: UnreadableModel) -> Description:
    raise error


def _nothing() -> None:
    """Read nothing, of what was passed over."""


def _passed_over(path: str, why: str) -> RemoteModel:
    return RemoteModel(FoundModel(path=path, skipped=why), _nothing)
