"""Folders and files that tools put next to models: caches, environments, metadata."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Set

from kerascheck.engine.skipped import (
    BYTECODE,
    HIDDEN,
    NODE_MODULES,
    SITE_PACKAGES,
)
from kerascheck.model.errors import UnreadableModel
from kerascheck.model.typed import Final
from kerascheck.trust.regular_file import RegularFile

GIT: Final = frozenset({".git"})
"""Folders that are not entered: Git keeps no path with this name in a commit.

Those of other systems can be in one, so they are hidden folders like any other; what
these systems store in them does not have the name of a model.
"""

_NOT_ENTERED: Final = {
    "__pycache__": BYTECODE,
    "node_modules": NODE_MODULES,
    "site-packages": SITE_PACKAGES,
}
_ENVIRONMENT: Final = "pyvenv.cfg"
_PROGRAMS: Final = frozenset({"bin", "Scripts"})
_HOME: Final = rb"(?m)^[ \t]*home[ \t]*="
"""PEP 405: a virtual environment is recognized by this key of pyvenv.cfg."""

_FORK: Final = "._"
_APPLE_DOUBLE: Final = b"\x00\x05\x16\x07"
"""RFC 1740, appendix A: how a file begins that holds metadata of macOS."""


def why_not_entered(name: str) -> str | None:
    """Return why models in a folder of this name are passed over, if they are."""
    if name in _NOT_ENTERED:
        return _NOT_ENTERED[name]
    return HIDDEN if name.startswith(".") else None


def is_environment(folder: str, names: Set[str]) -> bool:
    """Say whether a folder is a virtual environment, not just a file named like one.

    Args:
        folder: Path of the folder.
        names: The names of all entries in it.
    """
    if _ENVIRONMENT not in names or not names & _PROGRAMS:
        return False
    path = os.path.join(folder, _ENVIRONMENT)
    return not os.path.islink(path) and re.search(_HOME, _head(path)) is not None


def is_resource_fork(path: str, name: str) -> bool:
    """Say whether a file holds metadata of macOS and nothing else."""
    return name.startswith(_FORK) and _head(path).startswith(_APPLE_DOUBLE)


def interpreter() -> tuple[int, int] | None:
    """Return device and inode of the folder that the running Python is in."""
    try:
        status = os.stat(sys.prefix)
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _head(path: str) -> bytes:
    try:
        with RegularFile(path) as file:
            return file.head
    except (OSError, UnreadableModel):
        return b""
