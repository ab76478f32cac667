"""Folders that are a saved model as a whole, and the files that belong to it."""

from __future__ import annotations

import os
from collections.abc import Sequence, Set

from kerascheck.engine.skipped import POINTERS
from kerascheck.model.errors import UnreadableModel
from kerascheck.model.typed import Final
from kerascheck.readers.containers import folder as folders
from kerascheck.readers.containers.keras_json import may_be_model
from kerascheck.readers.containers.limits import LIMITS
from kerascheck.trust.links import Links
from kerascheck.trust.regular_file import RegularFile
from kerascheck.trust.tree import local

SNIFF_BYTES: Final = 4096
"""Bytes that show whether JSON is a model."""

MAIN_FILES: Final = frozenset({folders.CONFIG, folders.SAVED_MODEL})
"""Files that make a folder a model."""

_MAIN_FILE: Final[dict[folders.Kind, str]] = {
    "keras-dir": folders.CONFIG,
    "saved-model": folders.SAVED_MODEL,
}
_FILES_OPENED: Final[dict[folders.Kind, frozenset[str]]] = {
    "keras-dir": frozenset({folders.CONFIG, folders.METADATA}),
    "saved-model": frozenset({folders.SAVED_MODEL, folders.KERAS_METADATA}),
}
"""Files that reading a model of each kind may open."""

_CERTAINLY_NO_MODEL: Final = frozenset(
    {*POINTERS, "empty", "foreign-hdf5", "not-a-model"}
)
"""Kinds of an `UnreadableModel` that is certainly no model under a name of weights."""

Identity = tuple[int, int]
"""Device and inode."""


def identity(path: str) -> Identity:
    """Return what identifies a file or folder, links followed.

    Raises:
        OSError: There is nothing, or it cannot be looked at.
    """
    status = os.stat(path)
    return status.st_dev, status.st_ino


def identities_of(path: str) -> tuple[Identity, ...]:
    """Return the identity of a file or folder; nothing if it cannot be known."""
    try:
        return (identity(path),)
    except (OSError, ValueError):
        return ()


def join(folder: str, name: str) -> str:
    """Return the path of an entry; in the current folder its name alone."""
    if folder == os.curdir:
        return local(name)
    return folder + name if folder.endswith("/") else f"{folder}/{name}"


def folder_kinds(
    folder: str, names: Set[str], links: Links
) -> tuple[folders.Kind, ...]:
    """Return the kinds of model a folder is; another tool's `config.json` is not one.

    A link that leads nowhere, or must not be followed, makes no model.

    Args:
        folder: Path of the folder.
        names: The names of all entries in it.
        links: Which links are followed.
    """
    closed = {
        name
        for name in names & (MAIN_FILES | {folders.KERAS_METADATA})
        if os.path.islink(path := join(folder, name))
        and (not os.path.exists(path) or links.leads_out(path))
    }
    kinds = folders.kinds(folder, names - closed)
    if "keras-dir" in kinds and not _may_be_model(join(folder, folders.CONFIG)):
        return tuple(kind for kind in kinds if kind != "keras-dir")
    return kinds


def identify_folder(
    folder: str, kind: folders.Kind, names: Set[str]
) -> tuple[str, tuple[Identity, ...]]:
    """Return the path of the model that a folder is, and what it is known by.

    A folder that is two models is read as the first kind, so the file that makes it
    the other one represents that. What that file is a link to is known as well.
    """
    main = join(folder, _MAIN_FILE.get(kind, ""))
    if kind == "saved-model" and folders.kind(folder, names) != kind:
        return main, identities_of(main)
    if os.path.islink(main):
        return folder, (*identities_of(folder), *identities_of(main))
    return folder, identities_of(folder)


def opens_outside(folder: str, kind: folders.Kind, links: Links) -> bool:
    """Say whether reading a model would follow a link that must not be followed."""
    return any(
        links.leads_out(join(folder, name)) for name in _FILES_OPENED.get(kind, ())
    )


def file_opens_outside(path: str, links: Links) -> bool:
    """Say the same of a named file that means the folder it is in."""
    folder, name = os.path.split(path)
    return any(
        name in opened and opens_outside(folder or os.curdir, kind, links)
        for kind, opened in _FILES_OPENED.items()
    )


def own_files(
    folder: str, kinds: Sequence[folders.Kind], names: Set[str], links: Links
) -> Set[str]:
    """Return the names of files that belong to the model that a folder is.

    A whole model under the name of weights does not, nor does what cannot be read: that
    may be one. A pointer is taken for one to the weights that it is named after.
    """
    if "keras-dir" not in kinds:
        return frozenset()
    weights = {
        name
        for name in names
        if folders.is_weights(name)
        and not links.leads_out(path := join(folder, name))
        and not holds_model(path, doubtful=True)
    }
    return weights | {folders.CONFIG} | _of_preset(folder, names, links)


def _of_preset(folder: str, names: Set[str], links: Links) -> Set[str]:
    """Return the other files of a preset of KerasHub, if the folder is one."""
    own, path = names & folders.PRESET, join(folder, folders.METADATA)
    if not own or folders.METADATA not in names or links.leads_out(path):
        return frozenset()
    try:
        with RegularFile(path) as file:
            metadata = file.read(0, min(file.size, LIMITS.metadata_bytes))
    except (OSError, UnreadableModel):
        return frozenset()
    return own if folders.is_preset(metadata) else frozenset()


def holds_model(path: str, *, doubtful: bool) -> bool:
    """Say whether a file of weights is a whole model; `doubtful` if it cannot be read.

    The weights of a model hold arrays, and no layers.
    """
    from kerascheck.readers.containers.open import open_container

    try:
        return open_container(path).architecture is not None
    except UnreadableModel as error:
        return doubtful and error.kind not in _CERTAINLY_NO_MODEL


def _may_be_model(config: str) -> bool:
    """Say whether a `config.json` is one of Keras; one that cannot be read may be."""
    try:
        with RegularFile(config) as file:
            return may_be_model(file, LIMITS)
    except UnreadableModel as error:
        return error.kind == "changed" or error.kind in POINTERS
    except OSError:
        return True
