"""Globs of a configuration: what they match, and how many of them there may be.

Each glob is matched against each model, and a configuration is data from the tree that
is checked: a glob is compiled once, and the cost of compiling is bounded.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection
from functools import lru_cache
from itertools import takewhile

from kerascheck.model.typed import Final
from kerascheck.settings.settings import Settings
from kerascheck.trust.tree import is_address

MAX_LETTERS: Final = 1_000
"""Of one glob. Longer names of folders and files are rare, and globs cut them short."""

MAX_LETTERS_IN_ALL: Final = 100_000
"""Of all globs with wildcards: compiling one takes some microseconds a letter."""

MAX_STEPS: Final = 1_000_000
"""From each bracket to the end of its glob, where `fnmatch` looks for the other one."""

MAX_COMPILED: Final = 16_384
"""Globs that are kept compiled; a configuration has 5,000 at most."""

_WILDCARDS: Final = frozenset("*?[")

Matcher = Callable[[str], bool]
"""Says whether a path, POSIX and from where the glob starts, is matched."""


def concerns(settings: Settings, glob: str, path: str) -> bool:
    """Say whether a glob of the configuration is about the model at `path`.

    A glob is matched against the path from the directory of the configuration and
    against the name alone; "*" crosses directories; a directory covers what is in it.
    """
    return matcher(glob)(_path_from_home(path, settings.path, os.getcwd()))


@lru_cache(maxsize=1024)
def _path_from_home(path: str, file: str | None, here: str) -> str:
    """Return a path from the directory of a configuration; many globs ask for one.

    Args:
        path: Of a model.
        file: The configuration, as `Settings.path`.
        here: The current directory, which both may start at.
    """
    if is_address(path):
        return path
    home = Settings(path=file).home
    return os.path.relpath(os.path.abspath(path), home).replace(os.sep, "/")


def globs_of(settings: Settings) -> set[str]:
    """Return all globs of the settings."""
    globs = {*settings.exclude, *settings.extend_exclude}
    globs.update(ignore.pattern for ignore in settings.per_model_ignores)
    globs.update(model.pattern for model in settings.models)
    return globs


def globs_about(settings: Settings) -> Callable[[str], frozenset[str]]:
    """Return a function that gives the globs of the settings that are about a path.

    Links give a model several paths. What is excluded or ignored under one of them is
    not under the others, and what is said of labels counts for its path alone.
    """
    globs = globs_of(settings)
    return lambda path: frozenset(g for g in globs if concerns(settings, g, path))


def region(settings: Settings, glob: str) -> str:
    """Return the file or directory that holds all a glob can be about."""
    parts = bare(glob).split("/")
    if len(parts) == 1:  # a name, which may be anywhere
        return settings.home
    fixed = takewhile(lambda part: not set(part) & _WILDCARDS, parts)
    return os.path.normpath(os.path.join(settings.home, *fixed))


def excess(globs: Collection[str]) -> str | None:
    """Return which limit some globs exceed; None: none of them."""
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


@lru_cache(maxsize=MAX_COMPILED)
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
