"""The files that settings are read from: the configuration and the baseline.

The file nearest to what is checked wins alone; nothing is merged. One that is found
may name files of that tree alone; one that the user names, or that is outside, is the
user's word.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator, Sequence

from kerascheck.model.errors import UsageError
from kerascheck.model.frozen import replace
from kerascheck.model.typed import TYPE_CHECKING
from kerascheck.settings.settings import (
    MAX_BYTES,
    SHARED_FILE,
    Settings,
    path_from_here,
)

if TYPE_CHECKING:
    from kerascheck.trust.base_revision import Revision
    from kerascheck.trust.confinement import Named
    from kerascheck.trust.tree import Tree

FILES = (".kerascheck.toml", "kerascheck.toml", SHARED_FILE)
"""Names that are looked for in each directory, the first one wins."""

BASELINE = "kerascheck-baseline.json"
"""Name that is looked for next to the configuration."""

MAX_BASELINE = 20_000_000
"""Bytes; a larger baseline is refused. 25,000 entries have about 4 MB."""


def read_settings(
    paths: Sequence[str],
    *,
    file: str | None = None,
    isolated: bool = False,
    locked: bool = False,
    base: str | None = None,
    given: Collection[str] = (),
) -> Settings:
    """Return the settings of the configuration file that is named, or that is found.

    Args:
        paths: What is checked.
        file: A configuration file that the call names; one in the checkout of `base`
            is read from there.
        isolated: Look for no configuration, and for no baseline.
        locked: Obey nothing of the tree.
        base: Git revision to take it from.
        given: "labels" and "baseline", if the call names a file in their place.

    Raises:
        UsageError: It cannot be read, is wrong, or leads out of the tree: its own
            folder, the checked paths, the current folder, and the checkouts around.
    """
    if base is not None:
        settings = _at_base(base, paths, file, given)
    elif file is not None:
        settings = load(file)
        if locked:
            _require_no_links_out(settings, paths, given)
    elif isolated or locked:
        settings = Settings()
    else:
        settings = _nearest(paths, given)
    return replace(settings, isolated=isolated, locked=locked)


def with_changed_since(settings: Settings, name: str, paths: Sequence[str]) -> Settings:
    """Return settings under which only what differs from a Git revision is judged.

    Raises:
        UsageError: There is no such revision, or a locked run names no base.
    """
    from kerascheck.trust.base_revision import revision
    from kerascheck.trust.tree import Tree

    option = "--changed-since"
    if settings.locked and settings.base is None:
        raise UsageError(f"--locked reads Git for {option} only with --base REV")
    tree = Tree.of((*paths, os.curdir))
    since = revision(name, _common_directory(paths), tree, option=option)
    return replace(settings, changed_since=since)


def with_baseline(settings: Settings, named: str | None = None) -> Settings:
    """Return settings with the baseline that is named, configured or found.

    Args:
        settings: Their baseline is the one that the configuration names.
        named: The one that the call names; by default the file next to the
            configuration, if there is one.

    Raises:
        UsageError: It leads out of the tree, or a revision does not have it.
    """
    if named:
        if settings.base is not None and settings.base.holds(named):
            return _with_baseline_of(settings.base, settings, named)
        return settings.override(baseline=named)
    return settings if settings.baseline else _with_default_baseline(settings)


def without_baseline(settings: Settings) -> Settings:
    """Return settings under which no finding is known."""
    return replace(settings, baseline=None, baseline_data=None)


def default_baseline(settings: Settings) -> str:
    """Return where the baseline is if nobody says so, from the current directory."""
    return os.path.relpath(os.path.join(settings.home, BASELINE))


def require_in_tree(path: str) -> None:
    """Refuse a baseline that nobody names if it is not a file of the tree.

    Raises:
        UsageError: It is really a file outside of its folder, the current one, and the
            checkouts around; or a pipe or a device, which may never end.
    """
    if os.path.islink(path):
        from kerascheck.trust.confinement import require_no_link_out, tree_around

        require_no_link_out(tree_around([os.path.dirname(path)]), path)
    if os.path.exists(path) and not os.path.isfile(path):
        raise UsageError(f"{path!r} is not a regular file, so it is not opened")


def load(path: str) -> Settings:
    """Read one configuration file.

    Raises:
        UsageError: It cannot be read, has an unknown key, or a value of a wrong type.
    """
    from kerascheck.settings.parse import parsed

    try:
        with open(path, "rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise UsageError(
            f"{path_from_here(path)}: reading it failed: {reason}"
        ) from None
    return parsed(path, data, path_from_here(path))


def find(paths: Sequence[str]) -> str | None:
    """Return the configuration file nearest to what all `paths` have in common.

    The directories from there up to the root are searched; in one directory
    .kerascheck.toml comes before kerascheck.toml before a pyproject.toml that has a
    table [tool.kerascheck].
    """
    for path in _candidates(_common_directory(paths)):
        if os.path.isfile(path) and (not _is_shared(path) or _mentions_us(path)):
            return path
    return None


def _nearest(paths: Sequence[str], given: Collection[str]) -> Settings:
    """Return the configuration that `find` finds, or the defaults."""
    path = find(paths)
    if path is None:
        return Settings()
    from kerascheck.trust.confinement import (
        require_inside,
        require_no_link_out,
        tree_around,
    )

    around = (os.path.dirname(path), *paths)
    if os.path.islink(path):
        require_no_link_out(tree_around(around), path)
    settings = load(path)
    if files := list(_named_files(settings, but=given)):
        require_inside(tree_around(around), files, settings.where)
    return settings


def _at_base(
    base: str, paths: Sequence[str], file: str | None, given: Collection[str]
) -> Settings:
    """Return the configuration as a Git revision has it; see `read_settings`."""
    from kerascheck.trust.base_revision import revision
    from kerascheck.trust.tree import Tree

    tree = Tree.of((*paths, os.curdir))
    at = revision(base, _common_directory(paths), tree)
    if file is None:
        return _in_revision(at, _candidates(_common_directory(paths)), tree, given)
    if not at.holds(file):
        return replace(load(file), base=at)
    settings = _in_revision(at, [file], tree, given, named=True)
    if settings.path is None:
        raise at.missing(file)
    return settings


def _in_revision(
    revision: Revision,
    places: Iterable[str],
    tree: Tree,
    given: Collection[str],
    *,
    named: bool = False,
) -> Settings:
    """Return the first configuration that a revision has, or the defaults.

    Its globs and paths start where the file would be in the working tree. A baseline
    that it names is read from the revision as well.

    Args:
        revision: The revision.
        places: Where a configuration may be.
        tree: Where files that it names may be.
        given: As in `read_settings`.
        named: The call names this file, so a pyproject.toml must have our table.
    """
    from kerascheck.settings.parse import has_our_table, parsed
    from kerascheck.trust.confinement import require_inside, require_named_inside

    for path, data in revision.files(places, limit=MAX_BYTES):
        where = revision.named(path)
        if not named and _is_shared(path) and not has_our_table(path, data, where):
            continue
        settings = replace(parsed(path, data, where), base=revision)
        # Labels that a link leads out are a finding of their model.
        outside = _named_files(settings, but=("source", *given))
        require_named_inside(tree, outside, where)
        sources = _named_files(settings, but=("labels", "baseline"))
        require_inside(tree, sources, where)
        if settings.baseline is None or "baseline" in given:
            return settings
        return _with_baseline_of(revision, settings, settings.baseline)
    return Settings(base=revision)


def _with_baseline_of(revision: Revision, settings: Settings, path: str) -> Settings:
    """Return settings with a baseline as the revision has it.

    Raises:
        UsageError: The revision has no such file.
    """
    for _, data in revision.files([path], limit=MAX_BASELINE):
        return replace(settings, baseline=path, baseline_data=data)
    raise revision.missing(path)


def _with_default_baseline(settings: Settings) -> Settings:
    """Return settings with the baseline next to the configuration, if there is one."""
    path = default_baseline(settings)
    if settings.base is not None:
        for _, data in settings.base.files([path], limit=MAX_BASELINE):
            return replace(settings, baseline=path, baseline_data=data)
        return settings
    if not settings.looks_for_files or not os.path.isfile(path):
        return settings
    require_in_tree(path)
    return replace(settings, baseline=path)


def _require_no_links_out(
    settings: Settings, paths: Sequence[str], given: Collection[str]
) -> None:
    """Refuse what a link in the tree has put where the configuration names a file.

    Raises:
        UsageError: A source or the baseline is such a link; labels are left to the
            check of their model.
    """
    from kerascheck.trust.confinement import leads_out, refused
    from kerascheck.trust.tree import Tree

    files = list(_named_files(settings, but=("labels", *given)))
    tree = Tree.of(paths) if files else None
    for one in files:
        if tree is not None and leads_out(tree, one.path):
            raise refused(one, settings.where)


def _named_files(settings: Settings, *, but: Collection[str] = ()) -> Iterator[Named]:
    """Yield the files that a configuration names.

    Args:
        settings: Its paths start at the current directory.
        but: Keys to skip: "labels", "source", "baseline".
    """
    from kerascheck.trust.confinement import Named

    files = [("labels", settings.labels), ("baseline", settings.baseline)]
    for model in settings.models:
        files += [("labels", model.labels), ("source", _file_of(model.source))]
    for key, path in files:
        if path is not None and key not in but:
            yield Named(key, path)


def _file_of(source: str | None) -> str | None:
    """Return the file of FILE:LINE."""
    if source is None:
        return None
    file, _, line = source.rpartition(":")
    return file if line.isdecimal() else source


def _candidates(directory: str) -> Iterator[str]:
    """Yield where a configuration can be, from a directory up to the root."""
    while True:
        yield from (os.path.join(directory, name) for name in FILES)
        parent = os.path.dirname(directory)
        if parent == directory:
            return
        directory = parent


def _common_directory(paths: Sequence[str]) -> str:
    """Return the directory that all `paths` have in common, absolute."""
    from kerascheck.trust.tree import is_address

    here = [path for path in paths if not is_address(path)]
    try:
        common = os.path.commonpath([os.path.abspath(path) for path in here or ["."]])
    except ValueError:  # on several drives of Windows
        common = os.path.abspath(".")
    return common if os.path.isdir(common) else os.path.dirname(common)


def _is_shared(path: str) -> bool:
    return os.path.basename(path) == SHARED_FILE


def _mentions_us(path: str) -> bool:
    """Say whether a pyproject.toml has our table.

    Raises:
        UsageError: It has, and cannot be parsed.
    """
    try:
        with open(path, "rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError:
        return False
    if b"kerascheck" not in data:
        return False
    from kerascheck.settings.parse import has_our_table

    return has_our_table(path, data, path_from_here(path))
