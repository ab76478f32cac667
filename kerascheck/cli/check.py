"""kerascheck check: judge models by every rule that is selected."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from kerascheck.cli.confirming import confirm_options, confirmed
from kerascheck.cli.options import configuration, model_options
from kerascheck.cli.streams import (
    STDOUT,
    append_file,
    complain,
    show,
    show_traceback,
    style_of_stdout,
    write_file,
)
from kerascheck.core.errors import UsageError
from kerascheck.core.printable import Style
from kerascheck.core.vocabulary import FAIL_ON
from kerascheck.reporters import formats

if TYPE_CHECKING:
    from kerascheck.core.report import Report
    from kerascheck.reporters import Render

FOUND = 1
NOTHING_TO_CHECK = 3


@click.command("check")
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@model_options
@click.option(
    "--select",
    multiple=True,
    metavar="RULES",
    envvar="KERASCHECK_SELECT",
    help="Rules to run: codes, names, beginnings of codes, or ALL; by comma.",
)
@click.option(
    "--extend-select", multiple=True, metavar="RULES", help="Rules to run besides."
)
@click.option(
    "--ignore",
    multiple=True,
    metavar="RULES",
    envvar="KERASCHECK_IGNORE",
    help="Rules to leave out.",
)
@click.option(
    "--fail-on",
    type=click.Choice(FAIL_ON),
    envvar="KERASCHECK_FAIL_ON",
    help="Least severity that makes the exit code 1.  [default: warning]",
)
@click.option("--exit-zero", is_flag=True, help="Exit with 0 in spite of findings.")
@click.option("-q", "--quiet", is_flag=True, help="Show findings only.")
@click.option("-s", "--silent", is_flag=True, help="Show nothing; the exit code tells.")
@click.option(
    "-v",
    "--verbose",
    is_flag=True,
    help="Show undecided rules, skipped paths and tracebacks as well.",
)
@click.option(
    "--statistics", is_flag=True, help="Show how often each rule found something."
)
@click.option(
    "--show-suppressed",
    is_flag=True,
    help="Hold findings that are set aside in SARIF, marked as suppressed.",
)
@click.option(
    "--output-format",
    metavar="FORMAT",
    envvar="KERASCHECK_OUTPUT_FORMAT",
    help=f"Form of the report: {', '.join(formats())}.  [default: text]",
)
@click.option(
    "--output-file", metavar="FILE", help="Where to write it instead of to stdout."
)
@click.option(
    "--report",
    "reports",
    multiple=True,
    metavar="FORMAT=FILE",
    help="Write a report besides, in this format; may be repeated.",
)
@click.option(
    "--step-summary/--no-step-summary",
    default=True,
    envvar="KERASCHECK_STEP_SUMMARY",
    help="Add a summary to the file that GITHUB_STEP_SUMMARY names, if it does.",
)
@confirm_options
def COMMAND(  # noqa: N802  (the card of this module)
    *,
    paths: tuple[str, ...],
    labels: str | None,
    task: str | None,
    config_file: str | None,
    isolated: bool,
    select: tuple[str, ...],
    extend_select: tuple[str, ...],
    ignore: tuple[str, ...],
    fail_on: str | None,
    exit_zero: bool,
    quiet: bool,
    silent: bool,
    verbose: bool,
    statistics: bool,
    show_suppressed: bool,
    output_format: str | None,
    output_file: str | None,
    reports: tuple[str, ...],
    step_summary: bool,
    confirm: bool,
    confirm_budget: float,
    device: str,
    no_cache: bool,
) -> int:
    """Check saved Keras models.

    A PATH is a model file, a directory that is one model, or a directory to search;
    by default the current one. Exit codes: 0 nothing found, 1 findings, 2 wrong
    usage or an internal error, 3 nothing to check.
    """
    paths = paths or (".",)
    config = configuration(paths, config_file, isolated=isolated)
    style = style_of_stdout(
        quiet=quiet,
        verbose=verbose,
        statistics=statistics,
        suppressed=show_suppressed,
    )
    main = (output_format or config.output_format, output_file or STDOUT)
    outputs = _outputs([main, *map(_format_and_file, reports)])

    from kerascheck.api import check

    report = check(
        paths,
        labels=labels,
        task=task,
        select=select,
        extend_select=extend_select,
        ignore=ignore,
        config=config,
        on_crash=show_traceback if verbose else None,
    )
    if confirm:
        report = confirmed(
            report,
            budget=confirm_budget,
            device=device,
            cache=not no_cache,
            quiet=quiet or silent,
        )
    for render, file in outputs:
        if file != STDOUT:
            write_file(file, render(report, _for_file(style)))
        elif not silent:
            show(render(report, style))
    if step_summary:
        _add_step_summary(report)
    return _exit_code(report, fail_on or config.fail_on, exit_zero=exit_zero)


def _format_and_file(text: str) -> tuple[str, str]:
    name, equals, file = text.partition("=")
    if not equals or not file:
        raise UsageError(f"--report: Expected FORMAT=FILE. Received: {text!r}.")
    return name, file


def _outputs(wanted: Sequence[tuple[str, str]]) -> list[tuple[Render, str]]:
    from kerascheck.reporters import renderer

    files = [file for _, file in wanted]
    for file in files:
        if files.count(file) > 1:
            raise UsageError(f"two reports can not both go to {file!r}")
    return [(renderer(name), file) for name, file in wanted]


def _for_file(style: Style) -> Style:
    return style._replace(width=Style().width, colour=False, unicode=True)


def _add_step_summary(report: Report) -> None:
    """Show the report on the page of a GitHub Actions run.

    A file that can not be written is told and no failure: the check itself was made.
    """
    file = os.environ.get("GITHUB_STEP_SUMMARY")
    if not file:
        return
    from kerascheck.reporters import renderer

    try:
        append_file(file, renderer("summary")(report, Style()))
    except OSError as error:
        complain(f"no step summary, writing {file!r} failed: {error.strerror}")


def _exit_code(report: Report, fail_on: str, *, exit_zero: bool) -> int:
    if report.fails(fail_on):
        return 0 if exit_zero else FOUND
    if report.decided:
        return 0
    complain(_nothing(report))
    return NOTHING_TO_CHECK


def _nothing(report: Report) -> str:
    if not report.models:
        return "nothing to check: no saved model was found"
    reasons = sorted({item.why for item in report.not_run})
    why = f": {reasons[0]}" if len(reasons) == 1 else ""
    return f"nothing could be checked, no rule was decided{why}"
