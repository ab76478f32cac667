"""Where Python may import from while a tree is checked: nowhere inside that tree.

A file called json.py or numpy.py in a tree is code like any other, and Python would
run it at the next import as soon as the tree is on `sys.path`: as the working
folder of `python -m`, by PYTHONPATH, or by an editable install. What the running
interpreter itself was installed with is trusted wherever it is, as the `.venv` of a
project is inside the project.

This module is what makes the path safe, so that it imports nothing that is looked for
on it: `os` and `sys` are there since Python started.
"""

from __future__ import annotations

import os
import sys

from kerascheck.trust.tree import Tree, is_within

TYPE_CHECKING = False  # as in typing, and imported before any path is known to be safe

if TYPE_CHECKING:
    from collections.abc import Iterable


def safe_import_path(tree: Tree, path: Iterable[object] | None = None) -> list[str]:
    """Return the entries of an import path from which no code of the tree can come.

    Without relative entries (that of the working folder is "") and those that are
    inside the tree, as they are written or with all links followed; except for the
    standard library and the site-packages of the running interpreter.

    Args:
        tree: What is checked.
        path: Entries in order; by default `sys.path`.
    """
    entries = sys.path if path is None else path
    absolute = [e for e in entries if isinstance(e, str) and os.path.isabs(e)]
    own: list[str] | None = None
    safe = []
    for entry in dict.fromkeys(absolute):
        roots = _roots_around(entry, tree)
        if roots and own is None:
            own = _own_folders()
        if not roots or _is_own(entry, own or [], roots):
            safe.append(entry)
    return safe


def keep_out(tree: Tree) -> None:
    """Remove what is inside the tree from `sys.path`, to the end of this process."""
    sys.path[:] = safe_import_path(tree)


def is_installed(name: str, path: Iterable[str]) -> bool:
    """Say whether a module of this name is on a path, without importing anything.

    Finders that other packages put into `sys.meta_path` are not asked, as a child
    process does not have them; nor is a folder without `__init__.py` a module.
    """
    from importlib.machinery import PathFinder

    spec = PathFinder.find_spec(name, list(path)) if name.isidentifier() else None
    return spec is not None and spec.origin is not None


def version_of(name: str, path: Iterable[str]) -> str | None:
    """Return the version of the distribution of this name on a path; None: none."""
    from importlib.metadata import distributions

    found = next(iter(distributions(name=name, path=list(path))), None)
    return None if found is None else found.version


def _roots_around(entry: str, tree: Tree) -> list[str]:
    """Return those folders of the tree that an entry of the path is in."""
    places = {os.path.normpath(entry), os.path.realpath(entry)}
    return [root for root in tree.roots if any(is_within(p, root) for p in places)]


def _is_own(entry: str, own: list[str], roots: list[str]) -> bool:
    """Say whether an entry belongs to the interpreter, although the tree holds it.

    Where it is the other way round, and a folder below site-packages is checked, the
    folder is the tree's.
    """
    place = os.path.realpath(entry)
    return any(
        is_within(place, folder) and all(is_within(folder, root) for root in roots)
        for folder in own
    )


def _own_folders() -> list[str]:
    """Return what the running interpreter was installed with, links resolved.

    Its prefix is not among them: that may be /usr, and the tree /usr/src/app.
    """
    import site

    library = os.path.dirname(os.__file__)
    beside = os.path.dirname(library)
    zipped = f"python{sys.version_info.major}{sys.version_info.minor}.zip"
    folders = [library, os.path.join(beside, zipped), *site.getsitepackages()]
    if site.ENABLE_USER_SITE:
        folders.append(site.getusersitepackages())
    if os.name == "nt":
        folders.append(os.path.join(sys.base_prefix, "DLLs"))
    return [os.path.realpath(folder) for folder in folders]
