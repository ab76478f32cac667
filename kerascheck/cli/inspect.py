"""kerascheck inspect: what was understood of one model."""

from __future__ import annotations

import click

from kerascheck.cli import completion
from kerascheck.cli.bundles import SettingsOptions
from kerascheck.cli.exit_codes import NOTHING_TO_CHECK
from kerascheck.cli.from_files import FromFiles
from kerascheck.cli.locked_mode import refuse_when_locked
from kerascheck.cli.options import (
    BASE,
    MODEL,
    OWN_RULES,
    settings_options,
)
from kerascheck.cli.streams import complain, show, style_of_stdout
from kerascheck.model.errors import UsageError

UNREADABLE = 1


@click.command(
    "inspect", cls=FromFiles, short_help="Show what is understood of one model."
)
@click.argument("model", shell_complete=completion.paths)
@settings_options(MODEL, BASE, OWN_RULES)
def command(*, model: str, options: SettingsOptions) -> int:
    """Show heads, losses, metrics and labels of one model, and which rules ran.

    Of a program, each model that it compiles is shown, and why facts are unknown.
    """
    from kerascheck.api import check

    refuse_when_locked(options)
    settings = options.settings([model])
    report = check(model, config=settings)
    if not report.programs and len(report.models) != 1:
        found = len(report.models)
        raise UsageError(f"Expected the path of one model. Received: {found} models.")
    if report.unreadable or any(program.why for program in report.programs):
        show(str(report))
        return UNREADABLE
    if not report.models:
        complain(f"{model} compiles no model that is understood")
        return NOTHING_TO_CHECK
    from kerascheck.report.inspect import overview
    from kerascheck.suppress.rule_selection import select_rules

    codes = [rule.code for rule in select_rules(settings).rules]
    each = [overview(one, codes, style_of_stdout()) for one in report.by_model()]
    show("\n".join(each))
    return 0
