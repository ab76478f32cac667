"""Finds the cards of rules and reporters: nothing lists them.

Ours are found by their place in a folder, those of other distributions by their entry
points. `importlib.metadata` takes longer to import than a model takes to be checked,
so that the files it reads are read here.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from types import ModuleType

from kerascheck.model.named import NamedTuple
from kerascheck.trust.import_path import safe_import_path
from kerascheck.trust.tree import Tree

MAX_DISTRIBUTIONS = 5000
"""Distributions that are looked at on each entry of the path."""

MAX_FILE = 1 << 20
"""Bytes of an `entry_points.txt`."""

_SUFFIX = ".dist-info"
_FILE = "entry_points.txt"


class EntryPoint(NamedTuple):
    """What a distribution offers to a group."""

    distribution: str  # folder of its metadata: "my_rules-1.0.dist-info"
    name: str
    module: str


def modules_in(package: str, folder: str) -> Iterator[ModuleType]:
    """Import every module of a package folder, in the order of their names."""
    names = sorted(
        entry.name[:-3]
        for entry in os.scandir(folder)
        if entry.name.endswith(".py") and not entry.name.startswith("_")
    )
    for name in names:
        yield imported(f"{package}.{name}")


def imported(name: str) -> ModuleType:
    """Import a module of ours, without importing `importlib`, which brings more."""
    __import__(name)
    return sys.modules[name]


def entry_points(group: str, path: Iterable[str] | None = None) -> list[EntryPoint]:
    """Return what installed distributions offer to `group`, in the order of the path.

    Args:
        group: Such as "kerascheck.rules".
        path: Directories to look in; by default those that Python imports from, less
            those in the tree around the current one: a folder that is checked must
            not bring code of its own.
    """
    if path is None:
        path = safe_import_path(Tree.of((os.curdir,)))
    found: dict[tuple[str, str], EntryPoint] = {}
    for folder in dict.fromkeys(path):
        for point in _offered(group, folder):
            found.setdefault((point.distribution, point.name), point)
    return list(found.values())


def _offered(group: str, folder: str) -> Iterator[EntryPoint]:
    try:
        names = [name for name in os.listdir(folder) if name.endswith(_SUFFIX)]
    except OSError:  # an archive, or a folder that is not there
        return
    for name in sorted(names[:MAX_DISTRIBUTIONS]):
        data = _read(f"{folder}/{name}/{_FILE}")
        if group.encode() in data:
            yield from _points(group, name, data.decode("utf-8", "replace"))


def _read(path: str) -> bytes:
    """Return the first bytes of a file; none if it cannot be read."""
    if not os.access(path, os.R_OK):  # most distributions have none
        return b""
    try:
        with open(path, "rb", buffering=0) as file:
            return file.read(MAX_FILE)
    except OSError:
        return b""


def _points(group: str, distribution: str, text: str) -> Iterator[EntryPoint]:
    """Yield the lines of one section.

    Source: "Entry points specification" of the Python Packaging User Guide.
    """
    section = ""
    for line in map(str.strip, text.splitlines()):
        if line.startswith("["):
            section = line.strip("[]").strip()
        elif section == group and "=" in line and not line.startswith(("#", ";")):
            name, _, value = line.partition("=")
            module = value.partition("[")[0].partition(":")[0].strip()
            yield EntryPoint(distribution, name.strip(), module)
