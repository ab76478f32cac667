"""kerascheck inspect: what was understood of one model."""

from __future__ import annotations

import click

from kerascheck.cli.arguments import FromFiles
from kerascheck.cli.locking import refuse_when_locked
from kerascheck.cli.options import (
    base_option,
    configuration,
    given_files,
    model_options,
    own_rules,
)
from kerascheck.cli.streams import show, style_of_stdout
from kerascheck.model.errors import UsageError

UNREADABLE = 1


@click.command("inspect", cls=FromFiles)
@click.argument("model")
@model_options
@base_option
@own_rules
def COMMAND(  # noqa: N802  (the card of this module)
    *,
    model: str,
    labels: str | None,
    task: str | None,
    config_file: str | None,
    isolated: bool,
    locked: bool,
    base: str | None,
    rules: tuple[str, ...],
) -> int:
    """Show heads, losses, metrics and labels of one model, and which rules ran."""
    from kerascheck.api import check

    refuse_when_locked(locked=locked, rules=rules, fix=False)
    config = configuration(
        [model],
        config_file,
        isolated=isolated,
        locked=locked,
        base=base,
        given=given_files(labels, None),
    )
    config = config._replace(own_rules=rules)
    report = check(model, labels=labels, task=task, config=config)
    if len(report.models) != 1:
        found = len(report.models)
        raise UsageError(f"Expected the path of one model. Received: {found} models.")
    if report.unreadable:
        show(str(report))
        return UNREADABLE
    from kerascheck.report.inspect import overview
    from kerascheck.suppress.rule_selection import select_rules

    codes = [rule.code for rule in select_rules(config).rules]
    show(overview(report, codes, style_of_stdout()))
    return 0
