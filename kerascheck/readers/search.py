"""Saved models under the paths that a user gave.

Models are told by their names first: only `.json` files and folders with a
`config.json` are looked into, a few kilobytes deep. A link that the user names is
followed, one met on the way is not. What is passed over is reported with the reason:
silence must not mean "did not look".
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from typing import Final

from kerascheck.core.errors import UnreadableModel, UsageError
from kerascheck.readers import folder as folders
from kerascheck.readers.keras_json import looks_like_model
from kerascheck.readers.regular_file import RegularFile

HIDDEN: Final = "a hidden folder, a cache or a virtual environment"
INSIDE_MODEL: Final = "inside the folder of a model"
LINK: Final = "a link; name it to have it checked"
NO_PERMISSION: Final = "no permission to look into it"
NOT_SUPPORTED: Final = "an Orbax checkpoint, which is not supported"
RESOURCE_FORK: Final = "metadata of macOS, no model"
TOO_DEEP: Final = "its path is too long for the system"
VANISHED: Final = "it vanished meanwhile"
WEIGHTS_INSIDE_MODEL: Final = "weights inside an unzipped model"

_SUFFIXES: Final = (".keras", ".h5", ".hdf5")
_LOOKED_AT: Final = (*_SUFFIXES, ".json")
_MEMBERS: Final = frozenset({folders.CONFIG, folders.SAVED_MODEL})
_SNIFFED: Final = 4096
_WEIGHTS_SUFFIX: Final = ".weights.h5"
_RESOURCE_FORK: Final = "._"
_CACHES: Final = frozenset({"__pycache__", "node_modules", "site-packages"})
_VIRTUAL_ENVIRONMENT: Final = "pyvenv.cfg"
"""PEP 405."""

_Identity = tuple[int, int]
"""Device and inode."""
_Entries = list[os.DirEntry[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A saved model, or something that was passed over.

    Attributes:
        path: The path as the user gave it plus what was found below it; POSIX, not
            escaped. What is found in "." has no "./" in front.
        named: Whether the user named this very model.
        skipped: Why it was passed over; None: it is to be checked.
    """

    path: str
    named: bool = False
    skipped: str | None = None


def find_models(paths: Sequence[str | os.PathLike[str]]) -> Iterator[Found]:
    """Yield each saved model under `paths` once: files of a folder, then its folders.

    Args:
        paths: Model files, SavedModel folders, unzipped Keras folders, or folders to
            search. Any other file that is named is taken for a model too.

    Raises:
        UsageError: A path does not exist; nothing has been yielded then.
    """
    roots = [_posix(os.fsdecode(path)) for path in paths]
    named = {_model_identity(root) for root in roots}
    return _Search(roots, named).run()


def models_in(
    folder: str | os.PathLike[str], *, named: bool = False
) -> Iterator[Found]:
    """Yield the saved models that lie in one folder, or the folder that is one.

    As `find_models`, which would go on with the folders below.

    Args:
        folder: Path of a folder that exists.
        named: The user names this very folder.
    """
    root = _posix(os.fsdecode(folder))
    named_ones = {_model_identity(root)} if named else set()
    return _Search([], named_ones).folder(root, [])


class _Search:
    """One search: what was named, and what has been met so far."""

    __slots__ = ("_folders", "_models", "_named", "_roots")

    def __init__(self, roots: list[str], named: set[_Identity | None]) -> None:
        self._roots = roots
        self._named = named
        self._models: set[_Identity] = set()
        self._folders: set[_Identity] = set()

    def run(self) -> Iterator[Found]:
        for root in self._roots:
            if os.path.isdir(root):
                yield from self._search(root)
            else:
                yield from self._model(root, _model_identity(root))

    def _search(self, root: str) -> Iterator[Found]:
        waiting = [root]
        while waiting:
            yield from self.folder(waiting.pop(), waiting)

    def folder(self, folder: str, waiting: list[str]) -> Iterator[Found]:
        """Yield what is found in one folder, and put those below into `waiting`."""
        try:
            identity = _identity(os.stat(folder))
            if identity in self._folders:  # a second argument, or a bind mount
                return
            self._folders.add(identity)
            with os.scandir(folder) as entries:
                inside = sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            yield Found(path=folder, skipped=_reason(error))
        else:
            yield from self._visit(folder, identity, inside, waiting)

    def _visit(
        self, folder: str, identity: _Identity, inside: _Entries, waiting: list[str]
    ) -> Iterator[Found]:
        is_named = identity in self._named
        names = frozenset(
            entry.name for entry in inside if is_named or not entry.is_symlink()
        )
        kind = _kind(folder, names)
        if kind == "orbax" and not is_named:
            yield Found(path=folder, skipped=NOT_SUPPORTED)
        elif kind is not None:
            yield from self._model(folder, identity)
            yield from _files_of_model(folder, inside)
        elif _VIRTUAL_ENVIRONMENT in names and not is_named:
            yield Found(path=folder, skipped=HIDDEN)
        else:
            yield from self._entries(folder, inside, waiting)

    def _entries(
        self, folder: str, inside: _Entries, waiting: list[str]
    ) -> Iterator[Found]:
        below = []
        for entry in inside:
            name = entry.name
            path = _join(folder, name)
            if entry.is_symlink():
                if _is_model(name) or name in _MEMBERS or entry.is_dir():
                    yield Found(path=path, skipped=LINK)
            elif not entry.is_dir(follow_symlinks=False):
                yield from self._file(path, name)
            elif name.startswith(".") or name in _CACHES:
                yield Found(path=path, skipped=HIDDEN)
            else:
                below.append(path)
        waiting += reversed(below)

    def _file(self, path: str, name: str) -> Iterator[Found]:
        if not name.lower().endswith(_LOOKED_AT):
            return
        if name.startswith(_RESOURCE_FORK):
            yield Found(path=path, skipped=RESOURCE_FORK)
            return
        try:
            if _is_model(name) or _begins_as_model(path):
                yield from self._model(path, _identity(os.lstat(path)))
        except OSError as error:
            yield Found(path=path, skipped=_reason(error))

    def _model(self, path: str, identity: _Identity | None) -> Iterator[Found]:
        if identity is not None:
            if identity in self._models:
                return
            self._models.add(identity)
        yield Found(path=path, named=identity in self._named)


def _model_identity(path: str) -> _Identity | None:
    """Return what tells a named model from all others; None: not allowed to know.

    Raises:
        UsageError: There is nothing at `path`.
    """
    try:
        return _identity(os.stat(folders.stood_for_by(path) or path))
    except (FileNotFoundError, NotADirectoryError, ValueError):
        raise UsageError(
            f"Expected a saved model or a folder to search. Received: {path!r}, "
            "which does not exist."
        ) from None
    except OSError:
        return None


def _identity(status: os.stat_result) -> _Identity:
    return status.st_dev, status.st_ino


def _kind(folder: str, names: Set[str]) -> folders.Kind | None:
    """Return which model a folder is; another tool's `config.json` makes it none."""
    kind = folders.kind(folder, names)
    if kind != "keras-dir":
        return kind
    try:
        if _begins_as_model(_join(folder, folders.CONFIG)):
            return kind
    except OSError:
        return kind  # reading the model will say what is wrong
    return folders.kind(folder, names - {folders.CONFIG})


def _begins_as_model(path: str) -> bool:
    try:
        with RegularFile(path) as file:
            return looks_like_model(file.head[:_SNIFFED])
    except UnreadableModel as error:
        if error.kind == "changed":
            return True  # reading the model will say so
        return error.kind == "git-lfs-pointer" and path.endswith(folders.CONFIG)


def _files_of_model(folder: str, inside: _Entries) -> Iterator[Found]:
    for entry in inside:
        if _is_model(entry.name):
            is_weights = entry.name.lower().endswith(_WEIGHTS_SUFFIX)
            yield Found(
                path=_join(folder, entry.name),
                skipped=WEIGHTS_INSIDE_MODEL if is_weights else INSIDE_MODEL,
            )


def _is_model(name: str) -> bool:
    return name.lower().endswith(_SUFFIXES)


def _reason(error: OSError) -> str:
    if isinstance(error, PermissionError):
        return NO_PERMISSION
    if isinstance(error, FileNotFoundError):
        return VANISHED
    if error.errno == errno.ENAMETOOLONG:
        return TOO_DEEP
    return error.strerror or type(error).__name__


def _posix(path: str) -> str:
    """Return the path with forward slashes, and none at its end."""
    path = path.replace(os.sep, "/")
    return path.rstrip("/") or path[:1]


def _join(folder: str, name: str) -> str:
    if folder == os.curdir:
        return name
    return folder + name if folder.endswith("/") else f"{folder}/{name}"
