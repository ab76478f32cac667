"""Which of the files and folders that pytest walks through are models."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from kerascheck.engine.skipped import LINK_OUT
from kerascheck.model.errors import UnreadableModel
from kerascheck.model.frozen import replace
from kerascheck.readers.read import read
from kerascheck.readers.search import FoundModel, find_models, models_in
from kerascheck.trust.tree import Tree, is_within

_HDF5 = (".h5", ".hdf5")


class ModelFinder:
    """Distinguishes models from other files, as the search of the command line does."""

    def __init__(self, root: str | os.PathLike[str]) -> None:
        """Set the folder that links may lead into."""
        self._tree = Tree.of([root])
        self._listed: dict[Path, dict[Path, FoundModel]] = {}

    def file(self, path: Path, *, named: bool) -> FoundModel | None:
        """Return the model that a file is, or why it is passed over; None: neither.

        Args:
            path: A file; its folder is listed once.
            named: The user names this very file.
        """
        folder = path.parent
        if folder not in self._listed:
            self._listed[folder] = {Path(one.path): one for one in self._in(folder)}
        found_here = self._listed[folder].get(path)
        if found_here is None or not named:
            return found_here
        return next(find_models([path]), None)

    def _in(self, folder: Path) -> Iterator[FoundModel]:
        """Yield what is in a folder; pytest follows links out of the tree."""
        if _goes_up(folder):
            return
        real = os.path.realpath(folder)
        is_outside = real != str(folder) and not self._tree.holds(real)
        for found in models_in(folder, tree=self._tree):
            yield replace(found, skipped=LINK_OUT) if is_outside else found

    def folder(self, path: Path, *, named: bool) -> FoundModel | None:
        """Return the model that a folder is, or why it is passed over; None: neither.

        Args:
            path: A folder.
            named: The user names this very folder.
        """
        if _goes_up(path):
            return None
        models = models_in(path, named=named, tree=self._tree)
        found = next((one for one in models if Path(one.path) == path), None)
        if found is None or named or not path.is_symlink() or self._tree.holds(path):
            return found
        return replace(found, skipped=LINK_OUT)


def _goes_up(folder: Path) -> bool:
    """Say whether a path goes through a link to a folder above that link.

    pytest follows such a link until the system refuses, some forty times.
    """
    return any(
        at.is_symlink() and is_within(os.path.realpath(at.parent), os.path.realpath(at))
        for at in (folder, *folder.parents)
    )


def is_weights_only(path: str) -> bool:
    """Say whether a file is HDF5 that holds arrays and no model.

    What cannot be read must be reported, so it does not count as such a file.
    """
    if not path.lower().endswith(_HDF5):
        return False
    try:
        model = read(path)
    except UnreadableModel:
        return False
    return any(problem.kind == "weights-only" for problem in model.problems)
