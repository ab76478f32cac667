"""From a path to the raw JSON that Keras saved, whatever the container.

Containers are recognized by content, never by extension: `model.save("x.keras")` on
TensorFlow 2.12 and earlier writes HDF5. Nothing is deserialised, imported or run; no
name inside a file is ever used as a path.
"""

from __future__ import annotations

import os

from kerascheck.model.description import Problem
from kerascheck.model.errors import UnreadableModel
from kerascheck.model.frozen import replace
from kerascheck.model.typed import TYPE_CHECKING, Final
from kerascheck.readers.containers.limits import LIMITS, Limits
from kerascheck.readers.containers.values import Container, Format

if TYPE_CHECKING:
    from kerascheck.trust.byte_source import ByteSource

__all__ = ["open_container", "read_file"]

_FORMAT_NAMED: Final[dict[str, Format]] = {
    ".keras": "keras",
    ".h5": "hdf5",
    ".hdf5": "hdf5",
    ".json": "keras-json",
}
"""What Keras assumes a file to be, by its extension alone."""
_CALLED: Final[dict[Format, str]] = {
    "keras": "a zip archive",
    "hdf5": "HDF5",
    "keras-json": "JSON",
}


_OF_OTHERS: Final = frozenset(
    {"not-a-model", "truncated", "bad-json", "damaged", "foreign-hdf5"}
)
"""Kinds of errors that a file of another framework raises."""


def open_container(
    path: str | os.PathLike[str], *, limits: Limits = LIMITS
) -> Container:
    """Read what a saved Keras model says about itself.

    Args:
        path: A file in any format Keras saves, a SavedModel folder or the
            `saved_model.pb` in it, an unzipped Keras folder or the `config.json` in it.
        limits: Budgets; a file beyond them is refused.

    Raises:
        UnreadableModel: There is no model that can be read, with the reason.
    """
    try:
        return _open(os.fsdecode(path), limits)
    except FileNotFoundError:
        raise UnreadableModel("not-found", "no such file or folder") from None
    except PermissionError:
        raise UnreadableModel("no-permission", "no permission to read it") from None
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise UnreadableModel("io-error", f"reading it failed: {reason}") from None
    except ValueError:  # a NUL in the path, or text the file system cannot encode
        raise UnreadableModel("not-found", "no file can have this name") from None
    except MemoryError:
        raise UnreadableModel("over-budget", "not checked: out of memory") from None


def _open(path: str, limits: Limits) -> Container:
    # Each format's reader is imported when a file needs it: start-up time decides
    # how long the check of one file takes.
    from kerascheck.readers.containers import folder as folders

    if os.path.isdir(path):
        return _open_folder(path, limits)
    folder = folders.folder_of_member(path)
    name = os.path.basename(path)
    if folder is None:
        return _open_file(path, name, limits)
    if name == folders.CONFIG:
        from kerascheck.readers.containers import keras_json

        return keras_json.read_folder(folders.LocalFolder(folder), limits)
    from kerascheck.readers.containers import saved_model

    return saved_model.read(folders.LocalFolder(folder), limits)


def _open_folder(folder: str, limits: Limits) -> Container:
    from kerascheck.readers.containers import folder as folders

    names = frozenset(os.listdir(folder))
    kind = folders.kind(folder, names)
    if kind == "saved-model":
        from kerascheck.readers.containers import saved_model

        return saved_model.read(folders.LocalFolder(folder), limits)
    if kind == "orbax":
        raise UnreadableModel(
            "orbax",
            "an Orbax checkpoint, which is not supported; save the model as .keras",
        )
    if kind == "keras-dir" or folders.CONFIG in names:
        from kerascheck.readers.containers import keras_json

        return keras_json.read_folder(folders.LocalFolder(folder), limits)
    raise UnreadableModel(
        "not-a-model",
        "the folder is not a saved model: there is no saved_model.pb or config.json",
    )


def _open_file(path: str, name: str, limits: Limits) -> Container:
    from kerascheck.trust.regular_file import RegularFile

    with RegularFile(path) as file:
        return read_file(file, name, limits)


def read_file(file: ByteSource, name: str, limits: Limits = LIMITS) -> Container:
    """Read a model that is one file, wherever its bytes come from.

    Args:
        file: Its bytes.
        name: What it is called, without a folder.
        limits: Budgets.

    Raises:
        UnreadableModel: There is no model that can be read, with the reason.
    """
    suffix = os.path.splitext(name)[1].lower()
    try:
        container = _read_file(file, name, suffix, limits)
    except UnreadableModel as error:
        if error.kind not in _OF_OTHERS:
            raise
        raise _not_of_keras(error, name) from None
    found = container.format
    if _FORMAT_NAMED.get(suffix, found) == found:
        return container
    return replace(
        container, problems=(*container.problems, _wrong_extension(found, suffix))
    )


def _not_of_keras(error: UnreadableModel, name: str) -> UnreadableModel:
    """Return the error with what the file is, if its name says so."""
    from kerascheck.readers.containers.other_frameworks import other_framework

    what = other_framework(name)
    return error if what is None else UnreadableModel("not-a-model", what)


def _read_file(file: ByteSource, name: str, suffix: str, limits: Limits) -> Container:
    """Read a file by its content; one that is two things, by its name as Keras does."""
    from kerascheck.readers.containers import zip_members

    if _FORMAT_NAMED.get(suffix) == "hdf5":
        container = _read_hdf5(file, name, limits)
        if container is not None:
            return container
    directory = zip_members.find_directory(file)
    if directory is not None:
        from kerascheck.readers.containers import keras_zip

        return keras_zip.read(file, directory, limits)
    from kerascheck.readers.containers import keras_json

    if keras_json.looks_like_text(file.head):
        return keras_json.read(file, name, limits)
    container = _read_hdf5(file, name, limits)
    if container is not None:
        return container
    if zip_members.looks_like_archive(file):
        raise UnreadableModel(
            "truncated",
            "a zip archive without its end: truncated; copy or download it again",
        )
    raise UnreadableModel(
        "not-a-model", "neither a zip archive, nor HDF5, nor JSON as Keras saves them"
    )


def _read_hdf5(file: ByteSource, name: str, limits: Limits) -> Container | None:
    from kerascheck.readers.containers import hdf5, hdf5_attributes, zip_members

    superblock_at = hdf5_attributes.find_superblock(file)
    if superblock_at is None:
        return None
    container = hdf5.read(file, superblock_at, name, limits)
    if zip_members.looks_like_archive(file):
        problem = Problem(kind="polyglot", message="the file is also a zip archive")
        return replace(container, problems=(*container.problems, problem))
    return container


def _wrong_extension(found: Format, suffix: str) -> Problem:
    message = (
        f"this is {_CALLED[found]} under a {suffix} name, so Keras does not load it"
    )
    if found == "hdf5" and suffix == ".keras":
        message = (
            "this is HDF5 under a .keras name, as TensorFlow 2.12 and earlier wrote "
            "it; Keras 3 does not load it"
        )
    return Problem(kind="container-under-wrong-name", message=message)
