"""The tree that is checked: which folders belong to it, links resolved.

A tree is what a stranger may have written: a pull request, an archive, a download.
Whatever is asked of a path that the tree names (a link, a label file, a source file)
is asked of the place that the path really leads to.
"""

from __future__ import annotations

import os

TYPE_CHECKING = False  # as in typing, which would be an import before the tree is known

if TYPE_CHECKING:
    from collections.abc import Iterable

_CHECKOUT = ".git"
"""Git keeps no path with this name in a commit, so that no commit can add one."""


_REGISTRIES = ("models:/", "runs:/")
"""How names of MLflow begin."""


class Tree:
    """The folders that one run looks at, and the checkouts that they are in."""

    __slots__ = ("_places", "roots")

    def __init__(self, roots: Iterable[str]) -> None:
        """Take over folders.

        Args:
            roots: Paths of folders; links in them are resolved.
        """
        self.roots = tuple(dict.fromkeys(map(os.path.realpath, roots)))
        self._places = frozenset(self.roots)

    @classmethod
    def of(cls, paths: Iterable[str | os.PathLike[str]]) -> Tree:
        """Return the tree that checked paths belong to.

        It is each folder that is named, the folder of each file that is named, and
        the Git checkout around it.
        """
        here = (os.fspath(path) for path in paths)
        folders = dict.fromkeys(_folder(path) for path in here if not is_address(path))
        return cls(
            folder
            for one in folders or (os.curdir,)
            for folder in (one, _checkout(one))
        )

    def holds(self, path: str | os.PathLike[str]) -> bool:
        """Say whether what `path` leads to is inside, all links followed.

        It costs as much for thousands of roots, one for each file of a commit.
        """
        place = os.path.realpath(path)
        while place not in self._places:
            parent = os.path.dirname(place)
            if parent == place:
                return False
            place = parent
        return True


def is_address(path: str | os.PathLike[str]) -> bool:
    """Say whether a path is one of a store or a registry, and so in no tree."""
    path = os.fspath(path)
    if ":/" not in path:
        return False
    scheme, is_url, _ = path.partition("://")
    letters = scheme.replace("+", "").replace("-", "").replace(".", "")
    is_scheme = scheme[:1].isalpha() and letters.isascii() and letters.isalnum()
    return bool(is_url and is_scheme) or path.startswith(_REGISTRIES)


def local(path: str) -> str:
    """Return a path of this machine as one that is not taken for an address.

    A folder may be called `models:`, and then what is in it looks like one.
    """
    return f"{os.curdir}/{path}" if is_address(f"{path}/") else path


def is_within(path: str, folder: str) -> bool:
    """Say whether an absolute path is a folder, or is below it."""
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)


def _folder(path: str) -> str:
    return path if os.path.isdir(path) else os.path.dirname(path) or os.curdir


def _checkout(folder: str) -> str:
    """Return the top of the Git checkout around a folder; without one the folder."""
    top = os.path.realpath(folder)
    while not os.path.lexists(os.path.join(top, _CHECKOUT)):
        parent = os.path.dirname(top)
        if parent == top:
            return folder
        top = parent
    return top
