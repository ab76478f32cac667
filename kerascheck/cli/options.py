"""Options that several commands share."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

import click

from kerascheck.cli.own_code import import_from_here_too
from kerascheck.core.errors import UsageError
from kerascheck.core.vocabulary import CONFIDENCES, TASKS

if TYPE_CHECKING:
    from kerascheck.config import Config

Command = TypeVar("Command", bound=Callable[..., object])


def model_options(command: Command) -> Command:
    """Add --labels, --task, --config and --isolated."""
    option = click.option(
        "--labels",
        metavar="FILE",
        envvar="KERASCHECK_LABELS",
        help="Sample labels (npy, npz, csv, json); by default such a file beside "
        "each model.",
    )
    return option(setting_options(command))


def setting_options(command: Command) -> Command:
    """Add --task, --config and --isolated."""
    for option in (
        click.option(
            "--isolated", is_flag=True, help="Look for no configuration file."
        ),
        click.option(
            "--config",
            "config_file",
            metavar="FILE",
            envvar="KERASCHECK_CONFIG",
            help="Configuration file; by default the nearest one upwards.",
        ),
        click.option(
            "--task", type=click.Choice(TASKS), help="What the models are for."
        ),
    ):
        command = option(command)
    return command


def rule_options(command: Command) -> Command:
    """Add --select, --extend-select, --ignore and --min-confidence."""
    for option in (
        click.option(
            "--min-confidence",
            type=click.Choice(CONFIDENCES),
            envvar="KERASCHECK_MIN_CONFIDENCE",
            help="Set aside what is less sure.  [default: low]",
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


def narrowed(
    config: Config,
    *,
    exclude: Sequence[str],
    extend_exclude: Sequence[str],
    min_confidence: str | None,
) -> Config:
    """Return the configuration with what the call says in its place."""
    if exclude:
        config = config._replace(exclude=_from_home(config, exclude))
    if extend_exclude:
        more = _from_home(config, extend_exclude)
        config = config._replace(extend_exclude=config.extend_exclude + more)
    if min_confidence is not None:
        config = config._replace(min_confidence=min_confidence)
    return config


def _from_home(config: Config, patterns: Sequence[str]) -> tuple[str, ...]:
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
    paths: Sequence[str], config_file: str | None, *, isolated: bool
) -> Config:
    """Return the configuration that is asked for, or the one that is found.

    Raises:
        UsageError: It is asked for in two ways, can not be read, or is wrong.
    """
    from kerascheck.config import Config, find, load

    if isolated:
        if config_file is not None:
            raise UsageError("--isolated and --config exclude each other")
        return Config()
    path = config_file if config_file is not None else find(paths)
    return Config() if path is None else load(path)
