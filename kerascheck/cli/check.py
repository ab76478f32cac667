"""kerascheck check: judge models by every rule that is selected."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from kerascheck.cli.confirming import confirm_options, confirmed
from kerascheck.cli.fixing import fix_options, mended
from kerascheck.cli.gating import (
    baseline_options,
    gate_options,
    with_baseline,
    with_gate,
)
from kerascheck.cli.options import (
    configuration,
    file_options,
    model_options,
    narrowed,
    own_rules,
    rule_options,
)
from kerascheck.cli.showing import show_files as files_shown
from kerascheck.cli.showing import show_options
from kerascheck.cli.showing import show_settings as settings_shown
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
from kerascheck.reporters import formats

if TYPE_CHECKING:
    from kerascheck.core.report import Report
    from kerascheck.reporters import Render

FOUND = 1
NOTHING_TO_CHECK = 3


@click.command("check")
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@model_options
@own_rules
@rule_options
@file_options
@baseline_options
@gate_options
@fix_options
@show_options
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
    rules: tuple[str, ...],
    select: tuple[str, ...],
    extend_select: tuple[str, ...],
    ignore: tuple[str, ...],
    min_confidence: str | None,
    exclude: tuple[str, ...],
    extend_exclude: tuple[str, ...],
    force_exclude: bool,
    baseline: str | None,
    no_baseline: bool,
    fail_on: str | None,
    max_warnings: int | None,
    strict: bool,
    exit_zero: bool,
    fix: bool,
    diff: bool,
    unsafe_fixes: bool,
    sources: tuple[str, ...],
    show_files: bool,
    show_settings: bool,
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
    config = narrowed(
        configuration(paths, config_file, isolated=isolated),
        exclude=exclude,
        extend_exclude=extend_exclude,
        min_confidence=min_confidence,
    )
    config = config._replace(own_rules=rules)
    config = with_baseline(config, baseline, no_baseline=no_baseline)
    config = with_gate(
        config, fail_on=fail_on, max_warnings=max_warnings, strict=strict
    )
    if show_settings:
        return settings_shown(config, (select, extend_select, ignore))
    if show_files:
        return files_shown(paths, config, force=force_exclude)
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
        force_exclude=force_exclude,
        sources=sources,
        config=config,
        on_crash=show_traceback if verbose else None,
    )
    if diff:
        changes = mended(report, sources, unsafe=unsafe_fixes, write=False)
        return FOUND if changes else _without_findings(report, force=force_exclude)
    if fix:
        mended(report, sources, unsafe=unsafe_fixes, write=True)
    if confirm:
        report = confirmed(
            report,
            budget=confirm_budget,
            device=device,
            cache=not no_cache,
            quiet=quiet or silent,
        )
    elif report.findings and (verbose or "json" in _names(main, reports)):
        from kerascheck.confirm.evidence import with_citations

        report = with_citations(report)
    for render, file in outputs:
        if file != STDOUT:
            write_file(file, render(report, _for_file(style)))
        elif not silent:
            show(render(report, style))
    if step_summary:
        _add_step_summary(report)
    fails = report.fails(
        config.fail_on, max_warnings=config.max_warnings, strict=config.strict
    )
    if fails:
        return 0 if exit_zero else FOUND
    return _without_findings(report, force=force_exclude)


def _format_and_file(text: str) -> tuple[str, str]:
    name, equals, file = text.partition("=")
    if not equals or not file:
        raise UsageError(f"--report: Expected FORMAT=FILE. Received: {text!r}.")
    return name, file


def _names(main: tuple[str, str], reports: Sequence[str]) -> set[str]:
    """Return the formats that are asked for."""
    return {main[0], *(_format_and_file(text)[0] for text in reports)}


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


def _without_findings(report: Report, *, force: bool) -> int:
    """Return the exit code of a report without findings: did it look at anything?"""
    if report.decided or (force and _all_excluded(report)):
        return 0
    complain(_nothing(report))
    return NOTHING_TO_CHECK


def _all_excluded(report: Report) -> bool:
    """Say whether all that was named is excluded, as files of a commit may be."""
    from kerascheck.api import EXCLUDED

    excluded = sum(why == EXCLUDED for _, why in report.skipped)
    return not report.models and 0 < excluded == len(report.skipped)


def _nothing(report: Report) -> str:
    if not report.models:
        return "nothing to check: no saved model was found"
    reasons = sorted({item.why for item in report.not_run})
    why = f": {reasons[0]}" if len(reasons) == 1 else ""
    return f"nothing could be checked, no rule was decided{why}"
