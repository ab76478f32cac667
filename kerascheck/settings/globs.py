"""Globs of a configuration: what they match, and how many of them are asked.

Each glob is asked about each model, and a configuration is data from the tree that is
checked: a glob is made ready once, and what making it takes is bounded.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import lru_cache
from typing import Final

MAX_LETTERS: Final = 1_000
"""Of one glob. Longer names of folders and files are rare, and globs cut them short."""

MAX_LETTERS_IN_ALL: Final = 100_000
"""Of all globs with wildcards: making one ready takes some microseconds a letter."""

MAX_STEPS: Final = 1_000_000
"""From each bracket to the end of its glob, where `fnmatch` looks for the other one."""

MAX_READY: Final = 16_384
"""Globs that are kept ready; a configuration has 5,000 at most."""

_WILDCARDS: Final = frozenset("*?[")

Matcher = Callable[[str], bool]
"""Says whether a path, POSIX and from where the glob starts, is matched."""


def excess(globs: Collection[str]) -> str | None:
    """Return what of some globs is more than is made ready; None: nothing."""
    wild = [glob for glob in globs if _is_wild(glob)]
    for found, most, what in (
        (max(map(len, globs), default=0), MAX_LETTERS, "letters in one glob"),
        (sum(map(len, wild)), MAX_LETTERS_IN_ALL, "letters in globs"),
        (sum(len(g) * g.count("[") for g in wild), MAX_STEPS, "steps at brackets"),
    ):
        if found > most:
            return f"{found} {what}, more than the limit of {most}"
    return None


def bare(glob: str) -> str:
    """Return a glob without what says where it starts and that it is a folder."""
    return glob.removeprefix("./").removeprefix("**/").rstrip("/")


@lru_cache(maxsize=MAX_READY)
def matcher(glob: str) -> Matcher:
    """Return what matches a path, its last name alone, or a folder around it.

    "*" crosses directories.
    """
    glob = bare(glob)
    if not _is_wild(glob):
        return _as_it_is(glob)
    import re
    from fnmatch import translate  # `fnmatch` itself keeps 256 globs ready

    match = re.compile(f"{translate(glob)}|{translate(f'{glob}/*')}").match

    def matches(place: str) -> bool:
        return bool(match(place) or match(place.rpartition("/")[2]))

    return matches


def _as_it_is(glob: str) -> Matcher:
    below, ending = f"{glob}/", f"/{glob}"

    def matches(place: str) -> bool:
        is_name = place.endswith(ending) and "/" not in glob
        return place == glob or is_name or place.startswith(below)

    return matches


def _is_wild(glob: str) -> bool:
    return not _WILDCARDS.isdisjoint(glob)
