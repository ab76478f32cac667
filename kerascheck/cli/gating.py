"""check: what is known already, and what makes the exit code 1."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

import click

from kerascheck.model.errors import UsageError
from kerascheck.model.vocabulary import FAIL_ON

if TYPE_CHECKING:
    from kerascheck.settings.configuration import Settings

Command = TypeVar("Command", bound=Callable[..., object])


def baseline_options(command: Command) -> Command:
    """Add --baseline and --no-baseline."""
    for option in (
        click.option(
            "--no-baseline", is_flag=True, help="Show known findings as well."
        ),
        click.option(
            "--baseline",
            metavar="FILE",
            envvar="KERASCHECK_BASELINE",
            help="Findings that are known and do not fail.  [default: "
            "kerascheck-baseline.json beside the configuration, if there is one]",
        ),
    ):
        command = option(command)
    return command


def gate_options(command: Command) -> Command:
    """Add --fail-on, --max-warnings, --strict and --exit-zero."""
    for option in (
        click.option(
            "--exit-zero", is_flag=True, help="Exit with 0 in spite of findings."
        ),
        click.option(
            "--strict",
            is_flag=True,
            envvar="KERASCHECK_STRICT",
            help="Also fail on undecided rules, on suppressions that nothing needs and "
            "on models that were passed over.",
        ),
        click.option(
            "--max-warnings",
            type=click.IntRange(min=0),
            metavar="NUMBER",
            envvar="KERASCHECK_MAX_WARNINGS",
            help="Let this many warnings pass.",
        ),
        click.option(
            "--fail-on",
            type=click.Choice(FAIL_ON),
            envvar="KERASCHECK_FAIL_ON",
            help="Least severity that makes the exit code 1.  [default: warning]",
        ),
    ):
        command = option(command)
    return command


def with_baseline(
    config: Settings, baseline: str | None, *, no_baseline: bool
) -> Settings:
    """Return the configuration with the baseline that is asked for or lies there.

    Raises:
        UsageError: It is asked for in two ways, or leads out of the tree.
    """
    if no_baseline:
        if baseline is not None:
            raise UsageError("--baseline and --no-baseline exclude each other")
        return config._replace(baseline=None, baseline_data=None)
    if baseline:
        return _with_named(config, baseline)
    return config if config.baseline else _with_default(config)


def _with_named(config: Settings, baseline: str) -> Settings:
    """Return the configuration with a baseline that the call names."""
    if config.base is not None and config.base.holds(baseline):
        from kerascheck.settings.configuration import with_baseline_of

        return with_baseline_of(config.base, config, baseline)
    return config._replace(baseline=baseline, baseline_data=None)


def _with_default(config: Settings) -> Settings:
    """Return the configuration with the baseline beside it, if there is one."""
    path = default_baseline(config)
    if config.base is not None:
        from kerascheck.settings.configuration import MAX_BASELINE

        for _, data in config.base.files([path], limit=MAX_BASELINE):
            return config._replace(baseline=path, baseline_data=data)
        return config
    if not config.looks_for_files or not os.path.isfile(path):
        return config
    from kerascheck.suppress.baseline import require_in_tree

    require_in_tree(path)
    return config._replace(baseline=path)


def default_baseline(config: Settings) -> str:
    """Return where the baseline lies when nobody says so."""
    folder = os.path.relpath(config.home) if config.path else os.curdir
    return os.path.normpath(os.path.join(folder, "kerascheck-baseline.json"))


def with_gate(
    config: Settings, *, fail_on: str | None, max_warnings: int | None, strict: bool
) -> Settings:
    """Return the configuration with what the call says of failing in its place."""
    return config.with_call(
        fail_on=fail_on or config.fail_on,
        max_warnings=config.max_warnings if max_warnings is None else max_warnings,
        strict=strict or config.strict,
    )
