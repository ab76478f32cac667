"""Options that several commands share."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING, TypeVar

import click

from kerascheck.cli.own_code import import_from_here_too
from kerascheck.model.errors import UsageError
from kerascheck.model.vocabulary import CONFIDENCES, TASKS

if TYPE_CHECKING:
    from kerascheck.settings.configuration import Settings

Command = TypeVar("Command", bound=Callable[..., object])


def model_options(command: Command) -> Command:
    """Add --labels, --task, --config, --isolated and --locked."""
    option = click.option(
        "--labels",
        metavar="FILE",
        envvar="KERASCHECK_LABELS",
        help="Sample labels (npy, npz, csv, json); by default such a file beside "
        "each model.",
    )
    return option(setting_options(command))


def setting_options(command: Command) -> Command:
    """Add --task, --config, --isolated and --locked."""
    option = click.option(
        "--task", type=click.Choice(TASKS), help="What the models are for."
    )
    return option(place_options(command))


def place_options(command: Command) -> Command:
    """Add --config, --isolated and --locked: where the configuration is from."""
    for option in (
        click.option(
            "--locked",
            is_flag=True,
            envvar="KERASCHECK_LOCKED",
            help="For gates: let no configuration, baseline or cache of the checked "
            "tree count, and run none of its code.",
        ),
        click.option(
            "--isolated",
            is_flag=True,
            help="Look for no configuration file and no baseline.",
        ),
        click.option(
            "--config",
            "config_file",
            metavar="FILE",
            envvar="KERASCHECK_CONFIG",
            help="Configuration file; by default the nearest one upwards.",
        ),
    ):
        command = option(command)
    return command


def base_option(command: Command) -> Command:
    """Add --base."""
    option = click.option(
        "--base",
        metavar="REV",
        envvar="KERASCHECK_BASE",
        help="Take configuration and baseline from this Git revision, not from the "
        "working tree.",
    )
    return option(command)


def rule_options(command: Command) -> Command:
    """Add --select, --extend-select, --ignore and --min-confidence."""
    for option in (
        click.option(
            "--min-confidence",
            type=click.Choice(CONFIDENCES),
            envvar="KERASCHECK_MIN_CONFIDENCE",
            help="Leave out findings that are less sure.  [default: low]",
        ),
        click.option(
            "--ignore",
            multiple=True,
            metavar="RULES",
            envvar="KERASCHECK_IGNORE",
            help="Rules to leave out.",
        ),
        click.option(
            "--extend-select",
            multiple=True,
            metavar="RULES",
            help="Rules to run besides.",
        ),
        click.option(
            "--select",
            multiple=True,
            metavar="RULES",
            envvar="KERASCHECK_SELECT",
            help="Rules to run: codes, names, beginnings of codes, or ALL; by comma.",
        ),
    ):
        command = option(command)
    return command


def file_options(command: Command) -> Command:
    """Add --exclude, --extend-exclude and --force-exclude."""
    for option in (
        click.option(
            "--force-exclude",
            is_flag=True,
            help="Leave out what is excluded even where it is named.",
        ),
        click.option(
            "--extend-exclude",
            multiple=True,
            metavar="GLOB",
            help="Paths to leave out besides those of the configuration.",
        ),
        click.option(
            "--exclude",
            multiple=True,
            metavar="GLOB",
            envvar="KERASCHECK_EXCLUDE",
            help="Paths to leave out in place of those of the configuration.",
        ),
    ):
        command = option(command)
    return command


def hook_option(command: Command) -> Command:
    """Add --only-models."""
    option = click.option(
        "--only-models",
        is_flag=True,
        help="Skip named files that are not models, as hooks name every file of a "
        "commit.",
    )
    return option(command)


def narrowed(
    config: Settings,
    *,
    exclude: Sequence[str],
    extend_exclude: Sequence[str],
    min_confidence: str | None,
) -> Settings:
    """Return the configuration with what the call says in its place."""
    if exclude:
        config = config.with_call(exclude=_from_home(config, exclude))
    if extend_exclude:
        more = _from_home(config, extend_exclude)
        config = config.with_call(extend_exclude=config.extend_exclude + more)
    if min_confidence is not None:
        config = config.with_call(min_confidence=min_confidence)
    return config


def _from_home(config: Settings, patterns: Sequence[str]) -> tuple[str, ...]:
    """Return globs of the call, which start here, as globs of the configuration."""
    return tuple(
        pattern
        if "/" not in pattern.rstrip("/")
        else os.path.relpath(pattern, config.home).replace(os.sep, "/")
        for pattern in patterns
    )


def own_rules(command: Command) -> Command:
    """Add --rules."""
    option = click.option(
        "--rules",
        multiple=True,
        metavar="MODULE",
        envvar="KERASCHECK_RULES",
        callback=_importable,
        help="Module or package with rules of your own; may be repeated.",
    )
    return option(command)


def _importable(
    context: click.Context, option: click.Parameter, modules: tuple[str, ...]
) -> tuple[str, ...]:
    if modules:
        import_from_here_too()
    return modules


def configuration(
    paths: Sequence[str],
    config_file: str | None,
    *,
    isolated: bool,
    locked: bool = False,
    base: str | None = None,
    given: Collection[str] = (),
) -> Settings:
    """Return the configuration that is asked for, or the one that is found.

    Args:
        paths: What is checked.
        config_file: A configuration file that the call names; one that lies in the
            checkout of `base` is read from there.
        isolated: Look for none, and for no baseline.
        locked: Obey nothing of the tree.
        base: Git revision to take it from.
        given: "labels" and "baseline", where the call says them in its place.

    Raises:
        UsageError: It is asked for in two ways, can not be read, or is wrong.
    """
    from kerascheck.settings.configuration import Settings, found, load

    _require_not_isolated(config_file, base, isolated=isolated)
    if base is not None:
        config = _at_base(base, paths, config_file, given)
    elif config_file is not None:
        config = load(config_file)
        if locked:
            _require_no_links_out(config, paths, given)
    elif isolated or locked:
        config = Settings()
    else:
        config = found(paths, given=given)
    return config._replace(isolated=isolated, locked=locked)


def _require_not_isolated(
    config_file: str | None, base: str | None, *, isolated: bool
) -> None:
    """Refuse a place of the configuration beside --isolated.

    Raises:
        UsageError: One is asked for.
    """
    for option, told in (("--config", config_file), ("--base", base)):
        if isolated and told is not None:
            raise UsageError(f"--isolated and {option} exclude each other")


def _require_no_links_out(
    config: Settings, paths: Sequence[str], given: Collection[str]
) -> None:
    """Refuse what a link in the tree has put where the configuration names a file.

    Raises:
        UsageError: A source or the baseline is such a one; labels are left to the
            check of their model.
    """
    from kerascheck.settings.configuration import named
    from kerascheck.trust.confinement import leads_out, refused
    from kerascheck.trust.tree import Tree

    files = list(named(config, but=("labels", *given)))
    tree = Tree.of(paths) if files else None
    for one in files:
        if tree is not None and leads_out(tree, one.path):
            raise refused(one, config.where)


def given_files(labels: str | None, baseline: object) -> tuple[str, ...]:
    """Return which files of the configuration the call says something in place of."""
    told = (("labels", labels), ("baseline", baseline))
    return tuple(key for key, value in told if value)


def _at_base(
    base: str, paths: Sequence[str], config_file: str | None, given: Collection[str]
) -> Settings:
    from kerascheck.settings.configuration import at_base, common_directory, load
    from kerascheck.trust.base_revision import revision
    from kerascheck.trust.tree import Tree

    tree = Tree.of((*paths, os.curdir))
    at = revision(base, common_directory(paths), tree)
    if config_file is not None and not at.holds(config_file):
        return load(config_file)._replace(base=at)
    return at_base(at, paths, tree, file=config_file, given=given)
