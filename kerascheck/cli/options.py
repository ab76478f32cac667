"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

import click

from kerascheck.core.errors import UsageError
from kerascheck.core.vocabulary import TASKS

if TYPE_CHECKING:
    from kerascheck.config import Config

Command = TypeVar("Command", bound=Callable[..., object])


def model_options(command: Command) -> Command:
    """Add --labels, --task, --config and --isolated."""
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
        click.option(
            "--labels",
            metavar="FILE",
            envvar="KERASCHECK_LABELS",
            help="Sample labels (npy, npz, csv, json); by default such a file beside "
            "each model.",
        ),
    ):
        command = option(command)
    return command


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
