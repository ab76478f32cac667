"""Which of the files and folders that pytest walks through are models."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from kerascheck.core.errors import UnreadableModel
from kerascheck.readers.read import read
from kerascheck.readers.search import (
    HIDDEN,
    INSIDE_MODEL,
    LINK,
    RESOURCE_FORK,
    WEIGHTS_INSIDE_MODEL,
    Found,
    find_models,
    models_in,
)

_PARTS = frozenset({INSIDE_MODEL, WEIGHTS_INSIDE_MODEL, RESOURCE_FORK})
"""Why a file is no model of its own."""

_HDF5 = (".h5", ".hdf5")


class Finder:
    """Tells models from other files, as the search of the command line does."""

    def __init__(self) -> None:
        self._listed: dict[Path, dict[Path, Found]] = {}

    def file(self, path: Path, *, named: bool) -> Found | None:
        """Return the model that a file is, or why it is passed over; None: neither.

        Args:
            path: A file; its folder is listed once.
            named: The user names this very file.
        """
        folder = path.parent
        if folder not in self._listed:
            self._listed[folder] = {Path(one.path): one for one in models_in(folder)}
        found = self._listed[folder].get(path)
        if found is None or found.skipped in _PARTS:
            return None
        return next(find_models([path]), None) if named else found

    def folder(self, path: Path, *, named: bool) -> Found | None:
        """Return the model that a folder is, or why it is passed over; None: neither.

        Args:
            path: A folder.
            named: The user names this very folder.
        """
        found = next(iter(models_in(path, named=named)), None)
        if found is None or Path(found.path) != path or found.skipped == HIDDEN:
            return None
        followed = named or not path.is_symlink()
        return found if followed else replace(found, skipped=LINK)


def is_weights_only(path: str) -> bool:
    """Say whether a file is HDF5 that holds arrays and no model.

    What can not be read has to be told, so it is not taken for such a file.
    """
    if not path.lower().endswith(_HDF5):
        return False
    try:
        model = read(path)
    except UnreadableModel:
        return False
    return any(problem.kind == "weights-only" for problem in model.problems)
