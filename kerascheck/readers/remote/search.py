"""Saved models under addresses: what is found, and how each is read.

A folder is listed when the models before it were yielded, so that the first are
checked while the others are not yet known, and one folder of each level is held.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Final, NamedTuple

from kerascheck.engine.skipped import NOT_SUPPORTED
from kerascheck.labels.files.find import LabelFiles, NamesOfLabels
from kerascheck.model.description import Description
from kerascheck.model.errors import UnreadableModel, UsageError
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
from kerascheck.stores.store import Entry, Store, open_store

_WHOLE: Final = (".keras",)
_HDF5: Final = (".h5", ".hdf5")
_WEIGHTS: Final = ".weights.h5"
_JSON: Final = ".json"
_PROGRAMS: Final = (".py", ".pyw", ".ipynb")
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
    """

    found: FoundModel
    read: Read
    labels: LabelFiles = LabelFiles()


def find_remote(
    addresses: Iterable[Address], *, locked: bool = False
) -> Iterator[RemoteModel]:
    """Yield each saved model under some addresses once.

    Args:
        addresses: Models, or folders to search.
        locked: Files of this machine are named by their paths alone, so that links in
            the tree lead nowhere else.

    Raises:
        UsageError: A store cannot be used, or a program is named.
    """
    met: set[str] = set()
    stores = [(one, _store_of(one, locked=locked)) for one in addresses]
    for address, store in stores:
        for model in _under(store, address):
            if model.found.path not in met:
                met.add(model.found.path)
                yield model


def read_address(url: str) -> Description:
    """Return what the one saved model at an address says about itself.

    Raises:
        UnreadableModel: There is no model that can be read, with the reason.
        UsageError: The store cannot be used.
    """
    for model in find_remote([Address(url)]):
        described = model.read() if model.found.named else None
        if described is not None:
            return described
    raise UnreadableModel("not-a-model", "a folder that is not a saved model")


def _store_of(address: Address, *, locked: bool) -> Store:
    if locked and address.scheme in ("file", "local"):
        raise UsageError(
            f"{address!r}: --locked (KERASCHECK_LOCKED) reads files of this machine "
            "by their paths alone; name the path"
        )
    if address.lower().endswith(_PROGRAMS):
        raise UsageError(
            f"{address!r}: programs are read from this machine alone; copy it here"
        )
    return open_store(address)


def _under(store: Store, address: Address) -> Iterator[RemoteModel]:
    """Yield the model that is named, or those below a folder that is."""
    url = address.url
    try:
        entry = store.look_at(url)
        if not entry.is_folder:
            yield RemoteModel(
                FoundModel(path=shown(url), named=True),
                partial(read_object, store, entry),
            )
            return
        yield from _folder(store, url, named=True)
    except UnreadableModel as error:
        yield _refused(url, error, named=True)


def _folder(
    store: Store, url: str, *, named: bool = False, depth: int = 0
) -> Iterator[RemoteModel]:
    """Yield the models in a folder, then those in the folders below it."""
    files: dict[str, Entry] = {}
    below: dict[str, Entry] = {}
    for entry in store.entries(url):
        (below if entry.is_folder else files)[entry.name] = entry
    kinds = folders.kinds("", frozenset(files) | frozenset(below))
    for kind in kinds:
        path = shown(url).rstrip("/")
        if kind == "orbax":
            yield _passed_over(path, NOT_SUPPORTED)
        elif kind == kinds[0]:
            yield RemoteModel(
                FoundModel(path=path, named=named),
                partial(read_folder, store, url, kind, files),
                _labels(path.rpartition("/")[2], NamesOfLabels(files), files),
            )
    yield from _files(store, files, kinds)
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
            yield from _folder(store, entry.url, depth=depth + 1)
        except UnreadableModel as error:
            yield _passed_over(shown(entry.url), str(error))


def _files(
    store: Store, files: Mapping[str, Entry], kinds: tuple[folders.Kind, ...]
) -> Iterator[RemoteModel]:
    own = {folders.CONFIG, folders.METADATA} if "keras-dir" in kinds else set()
    beside = NamesOfLabels(files)
    for name, entry in files.items():
        lower = name.lower()
        read: Read
        if name in own or lower.endswith(_WEIGHTS):
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
        yield RemoteModel(found, read, _labels(name, beside, files))


def _labels(
    model: str, beside: NamesOfLabels, files: Mapping[str, Entry]
) -> LabelFiles:
    """Return the label files of a model; they are addresses."""
    found = [Address(files[name].url) for name in beside.of(model)]
    return LabelFiles(found[0], tuple(found[1:])) if found else LabelFiles()


def _refused(url: str, error: UnreadableModel, *, named: bool) -> RemoteModel:
    def read() -> Description:
        raise error

    return RemoteModel(FoundModel(path=shown(url), named=named), read)


def _passed_over(path: str, why: str) -> RemoteModel:
    return RemoteModel(FoundModel(path=path, skipped=why), lambda: None)
