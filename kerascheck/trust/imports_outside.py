"""Imports in a process that is not ours alone, such as that of pytest."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

from kerascheck.trust.import_path import safe_import_path
from kerascheck.trust.tree import Tree


@contextmanager
def imports_outside(tree: Tree) -> Iterator[None]:
    """Import nothing from the tree for a while; `sys.path` is as before afterwards.

    It may be entered for every file of a tree: the same path is looked at once.
    """
    before = list(sys.path)
    sys.path[:] = _looked_at(tree.roots, tuple(before))
    try:
        yield
    finally:
        sys.path[:] = before


@lru_cache(maxsize=8)
def _looked_at(roots: tuple[str, ...], path: tuple[object, ...]) -> list[str]:
    return safe_import_path(Tree(roots), path)
