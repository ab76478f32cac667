"""kerascheck check: judge models by every rule that is selected."""

from __future__ import annotations

import click

from kerascheck.cli import completion
from kerascheck.cli.bundles import ConfirmOptions, FixOptions, SettingsOptions
from kerascheck.cli.checking import run_check
from kerascheck.cli.confirm_options import confirm_options
from kerascheck.cli.fix_options import fix_options
from kerascheck.cli.from_files import FromFiles
from kerascheck.cli.options import (
    BASE,
    BASELINE,
    FILES,
    GATE,
    MODEL,
    ONLY_MODELS,
    OWN_RULES,
    PROGRAMS,
    RULES,
    settings_options,
)
from kerascheck.cli.output import output_options
from kerascheck.cli.writing import Output

MAX_JOBS = 512


class Jobs(click.ParamType):  # type: ignore[type-arg]
    """A number of processes, or auto, which is 0."""

    name = "jobs"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> int:
        """Return the number that an option has."""
        if value == "auto":
            return 0
        text = str(value)
        if text.isascii() and text.isdecimal() and 0 < int(text[:5]) <= MAX_JOBS:
            return int(text)
        return self.fail(
            f"Expected 1 to {MAX_JOBS}, or auto. Received: {text!r}.", param, ctx
        )


@click.command("check", cls=FromFiles)
@click.argument("paths", nargs=-1, metavar="[PATH]...", shell_complete=completion.paths)
@settings_options(
    *(MODEL, BASE, OWN_RULES, RULES, FILES, PROGRAMS, ONLY_MODELS, BASELINE, GATE)
)
@fix_options
@click.option(
    "--jobs",
    type=Jobs(),
    default=1,
    metavar="NUMBER|auto",
    envvar="KERASCHECK_JOBS",
    help="Processes that check saved models; auto: one a core.  [default: 1]",
)
@click.option("--show-files", is_flag=True, help="Show which models would be checked.")
@click.option(
    "--show-settings", is_flag=True, help="Show the settings in force, as JSON."
)
@click.option(
    "--watch", is_flag=True, help="Check again whenever a file changes, until Ctrl-C."
)
@click.option(
    "--scheduler",
    metavar="ADDRESS",
    envvar="KERASCHECK_SCHEDULER",
    help="Dask scheduler of a cluster that reads and judges the models of stores.",
)
@output_options
@confirm_options
def command(
    *,
    paths: tuple[str, ...],
    options: SettingsOptions,
    fixes: FixOptions,
    jobs: int,
    show_files: bool,
    show_settings: bool,
    watch: bool,
    scheduler: str | None,
    output: Output,
    confirmation: ConfirmOptions,
) -> int:
    """Check saved Keras models, and programs that compile models.

    A PATH is a model file, a directory that is one model, a Python program or
    notebook, which is read and never run, or a directory to search; by default the
    current one. MODULE:FUNCTION in its place is imported and called, and the model
    that it returns is checked. - reads a list of paths from stdin, or with
    --stdin-filename a program, and @FILE reads arguments from a file, one a line. Exit
    codes: 0 nothing found, 1
    findings, 2 wrong usage or an internal error, 3 nothing to check.
    """
    return run_check(
        paths,
        options=options,
        fixes=fixes,
        output=output,
        confirmation=confirmation,
        show_files=show_files,
        show_settings=show_settings,
        jobs=jobs,
        watch=watch,
        scheduler=scheduler,
    )
