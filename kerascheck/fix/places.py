"""Where --fix may write: what a fix would change is named by files of the tree."""

from __future__ import annotations

import os
from collections.abc import Iterable

from kerascheck.fix.splices import Unfixable
from kerascheck.trust.tree import Tree


class WritablePlaces:
    """Below the working folder, below what is checked, and files named one by one.

    A link that leads out of its folder, or Git checkout, is not followed, even if it is
    named itself: who wrote the tree wrote the link, too.
    """

    def __init__(self, paths: Iterable[str] = (), files: Iterable[str] = ()) -> None:
        """Note what the command line names.

        Args:
            paths: What is checked.
            files: Files that may be changed in any folder.
        """
        inside = (path for path in paths if not _leads_out(path))
        self._tree = Tree.of((os.curdir, *inside))
        self._files = {os.path.realpath(file) for file in files if not _leads_out(file)}

    def require(self, path: str, *, how: str) -> None:
        """Let a file be changed, or a folder be written to.

        Args:
            path: The file or folder.
            how: What to do if it may not be; ends the message.

        Raises:
            Unfixable: It is elsewhere, all links followed.
        """
        place = os.path.realpath(path)
        if place in self._files or self._tree.holds(place):
            return
        leads = "" if place == os.path.abspath(path) else f" (it leads to {place})"
        raise Unfixable(
            f"{path}{leads} is outside the working folder and the checked paths, "
            f"so it is left as it is; {how}"
        )


def _leads_out(path: str) -> bool:
    """Say whether a link on the way to a path leads out of its tree."""
    path = os.path.abspath(path)
    while (folder := os.path.dirname(path)) != path:
        if os.path.islink(path) and not Tree.of([folder]).holds(path):
            return True
        path = folder
    return False
