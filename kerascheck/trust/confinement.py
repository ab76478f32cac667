"""Which paths a configuration may name, and which of them are never opened.

A configuration that is found is part of the tree that is checked: what it names must
be there as well, all links resolved, or a pull request could have any file of the
machine opened and the first bytes of it shown.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator

from kerascheck.model.errors import UsageError
from kerascheck.model.named import NamedTuple
from kerascheck.trust.tree import Tree

MAX_SHOWN = 120
"""Characters of a path that a message shows."""


_OPTIONS = {
    "labels": "pass it with --labels, ",
    "baseline": "pass it with --baseline, ",
}
"""Of the command line, which come in place of what a configuration says."""


class Named(NamedTuple):
    """A path that a configuration names."""

    key: str  # labels, baseline or source
    path: str  # from the current directory


def tree_around(paths: Iterable[str]) -> Tree:
    """Return the tree that some paths and the current folder belong to.

    From the root or the home folder people check anything below, which makes
    a project of neither.
    """
    here = os.path.realpath(os.curdir)
    no_project = (os.path.dirname(here), os.path.realpath(os.path.expanduser("~")))
    return Tree.of(paths if here in no_project else (*paths, here))


def require_inside(tree: Tree, named: Iterable[Named], where: str) -> None:
    """Refuse paths that lead out of the tree.

    Args:
        tree: Where they may be.
        named: Paths of one configuration.
        where: That configuration, for the message.

    Raises:
        UsageError: One leads out; no file was opened.
    """
    for one in named:
        if not _holds(tree, one.path):
            raise refused(one, where)


def require_named_inside(tree: Tree, named: Iterable[Named], where: str) -> None:
    """Refuse paths that are outside by their names; a link may lead out of the tree.

    Raises:
        UsageError: One is outside; no file was opened.
    """
    for one in named:
        if not _holds(tree, one.path) and not leads_out(tree, one.path):
            raise refused(one, where)


def refused(one: Named, where: str) -> UsageError:
    """Return the error for a path that leads out of the tree."""
    return UsageError(
        f"{where}: {one.key}: {_short(one.path)} leads out of the tree that is "
        f"checked, so it is not opened; keep it inside, {_OPTIONS.get(one.key, '')}or "
        "pass the configuration with --config"
    )


def require_no_link_out(tree: Tree, path: str) -> None:
    """Refuse a file that is in the tree and is really one elsewhere.

    Raises:
        UsageError: It leads out by a link.
    """
    if os.path.lexists(path) and not _holds(tree, path):
        raise UsageError(
            f"{_short(path)} is a link that leads out of the tree that is checked, so "
            "it is not opened; name what it leads to on the command line"
        )


def leads_out(tree: Tree, path: str) -> bool:
    """Say whether a path goes into the tree, and by a link out of it again.

    A path that never comes by the tree does not: who names one means it.
    """
    return not _holds(tree, path) and any(_holds(tree, at) for at in _above(path))


def _above(path: str) -> Iterator[str]:
    """Yield the folders that a path goes through, the nearest first."""
    at = os.path.abspath(path)
    while (parent := os.path.dirname(at)) != at:
        yield parent
        at = parent


def _holds(tree: Tree, path: str) -> bool:
    try:
        return tree.holds(path)
    except (OSError, ValueError):  # with a NUL, or a loop of links on Windows
        return False


def _short(path: str) -> str:
    cut = path if len(path) <= MAX_SHOWN else f"{path[:MAX_SHOWN]}…"
    return repr(cut.replace(os.sep, "/"))
