"""check --show-files and --show-settings: what would be done, without doing it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

import click

from kerascheck.cli.streams import complain, show
from kerascheck.trust.printable import printable

if TYPE_CHECKING:
    from kerascheck.settings.configuration import Settings

Command = TypeVar("Command", bound=Callable[..., object])


def show_options(command: Command) -> Command:
    """Add --show-files and --show-settings."""
    for option in (
        click.option(
            "--show-settings", is_flag=True, help="Show what is configured, as JSON."
        ),
        click.option(
            "--show-files", is_flag=True, help="Show which models would be checked."
        ),
    ):
        command = option(command)
    return command


def show_files(
    paths: Sequence[str], config: Settings, *, force: bool, only_models: bool
) -> int:
    """Show a model a line on stdout; what is passed over, and why, on stderr.

    Returns:
        0, or 3 where no model was found.
    """
    from kerascheck.api import why_excluded
    from kerascheck.readers.search import find_models
    from kerascheck.settings.configuration import apart

    models = 0
    found_models = find_models(
        paths, locked=config.locked, only_models=only_models, path_key=apart(config)
    )
    for found in found_models:
        why = why_excluded(found, config, force=force) or found.why_not_opened
        if why is None:
            models += 1
            show(printable(found.path) + "\n")
        else:
            complain(f"passed over {found.path}: {why}")
    return 0 if models else 3


def show_settings(config: Settings, selected: Sequence[Sequence[str]]) -> int:
    """Show the configuration in force, and the codes of the rules that run.

    Args:
        config: With what the call says in its place.
        selected: What the call selects, selects besides and ignores.
    """
    from kerascheck.report.document import ascii_json
    from kerascheck.suppress.rule_selection import select_rules

    select, extend, ignore = selected
    rules = select_rules(
        config, select=select, extend_select=extend, ignore=ignore
    ).rules
    settings = config._asdict()
    del settings["as_written"], settings["baseline_data"]
    settings["base"] = config.base and config.base.name
    for several in ("models", "per_model_ignores"):
        settings[several] = [one._asdict() for one in settings[several]]
    plain = {key.replace("_", "-"): value for key, value in settings.items()}
    plain["path"] = config.where or None
    show(ascii_json({**plain, "rules": [rule.code for rule in rules]}))
    return 0
