"""Which links are followed: unless it is locked, those to files lead anywhere."""

from __future__ import annotations

import os
from collections.abc import Callable

from kerascheck.trust.tree import Tree


class Links:
    """The links of one tree; the tree is only looked for once a link is met."""

    __slots__ = ("_locked", "_make", "_tree")

    def __init__(self, make: Callable[[], Tree], *, locked: bool) -> None:
        """Take over what gives the tree, and whether a link may lead out of it."""
        self._make = make
        self._locked = locked
        self._tree: Tree | None = None

    @property
    def tree(self) -> Tree:
        """The tree that links may lead into."""
        if self._tree is None:
            self._tree = self._make()
        return self._tree

    def named_leads_out(self, path: str) -> bool:
        """Say the same of a path that is named, with the links that it goes through."""
        return self._locked and not self.tree.holds(path)

    def leads_out(self, path: str) -> bool:
        """Say whether a path is a link that must not be followed."""
        return self._locked and os.path.islink(path) and not self.tree.holds(path)
