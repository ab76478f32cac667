"""Files of source, each read once, and lines of them as descriptions name them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import lru_cache

from kerascheck.fix.notebooks import Notebook, is_notebook
from kerascheck.fix.splices import Source, Unfixable, content
from kerascheck.model.named import NamedTuple

__all__ = ["WrittenAt", "source_file", "written_at"]


class WrittenAt(NamedTuple):
    """A line of a program, as a description names it."""

    file: str
    line: int
    cell: int | None = None  # of a notebook


def written_at(place: str) -> WrittenAt:
    """Return what FILE:LINE or FILE:cell N:LINE says."""
    file, _, line = place.rpartition(":")
    outer, _, cell = file.rpartition(":cell ")
    if outer and cell.isdecimal():
        return WrittenAt(outer, int(line), int(cell))
    return WrittenAt(file, int(line))


def source_file(file: str, unsaved: Mapping[str, bytes] | None = None) -> Source:
    """Return a file of source, as it is saved if nothing else is known of it.

    Args:
        file: A program or notebook.
        unsaved: What files hold instead of what is saved, by real path.

    Raises:
        Unfixable: It is not there, cannot be read or parsed, or is a notebook that an
            editor holds, whose text is no file.
    """
    data = unsaved.get(os.path.realpath(file)) if unsaved else None
    if data is not None:
        if is_notebook(file):
            raise Unfixable(f"{file} is open in an editor")
        return Source(file, data)
    try:
        status = os.stat(file)
    except (OSError, ValueError):
        raise Unfixable(f"the source file {file} does not exist") from None
    return _parsed_once(file, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=64)
def _parsed_once(file: str, _changed: int, _size: int) -> Source:
    kind = Notebook if is_notebook(file) else Source
    return kind(file, content(file, kind.most_bytes))
