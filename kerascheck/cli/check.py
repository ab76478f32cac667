"""kerascheck check: judge models by every rule that is selected."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click

from kerascheck.cli import completion
from kerascheck.cli.arguments import FromFiles, chosen_paths, program_on_stdin
from kerascheck.cli.confirm_options import ConfirmOptions, confirm_options, confirmed
from kerascheck.cli.exit_codes import FAILED, FOUND, code_without_findings
from kerascheck.cli.fix_options import FixOptions, apply_fixes, fix_options
from kerascheck.cli.locked_mode import refuse_when_locked
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
    SettingsOptions,
    settings_options,
)
from kerascheck.cli.output import Output, output_options
from kerascheck.cli.streams import complain, show_traceback
from kerascheck.trust.tree import is_address

if TYPE_CHECKING:
    from typing import NoReturn

    from kerascheck.report.report import Report
    from kerascheck.settings.settings import Settings


@click.command("check", cls=FromFiles)
@click.argument("paths", nargs=-1, metavar="[PATH]...", shell_complete=completion.paths)
@settings_options(
    *(MODEL, BASE, OWN_RULES, RULES, FILES, PROGRAMS, ONLY_MODELS, BASELINE, GATE)
)
@fix_options
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
    if watch:
        _watch(paths, options, fixes, output, confirmation)
    program = None
    if options.stdin_name is not None:
        program = program_on_stdin(
            paths, options.stdin_name, fix=fixes.fix or fixes.diff
        )
        paths = (os.path.dirname(options.stdin_name) or os.curdir,)
    paths = chosen_paths(paths, locked=options.locked)
    refuse_when_locked(options, paths=paths, fix=fixes.fix)
    settings = _settings(options, paths, fixes).override(scheduler=scheduler)
    if show_settings or show_files:
        from kerascheck.cli import dry_run

        if show_settings:
            return dry_run.show_settings(settings)
        return dry_run.show_files(paths, settings)
    writing = output.ready(settings.output_format)
    if settings.locked:
        writing.require_inside(paths)
    if not fixes.diff:
        writing.require_folders(slow=confirmation.confirm)
    report = _checked(paths, settings, program, verbose=output.verbose)
    if fixes.diff:
        if apply_fixes(report, fixes, paths, write=False).changes:
            return FOUND
        return code_without_findings(report, settings, no_models=_no_models)
    unwritten = fixes.fix and apply_fixes(report, fixes, paths, write=True).failed
    if confirmation.confirm:
        quiet = output.quiet or output.silent
        report = confirmed(report, confirmation, quiet=quiet, locked=settings.locked)
    writing.write(report)
    if unwritten:
        return FAILED
    if _fails(report, settings, silent=output.silent):
        if not options.exit_zero:
            return FOUND
        if report.models:
            return 0
    return code_without_findings(report, settings, no_models=_no_models)


def _settings(
    options: SettingsOptions, paths: Sequence[str], fixes: FixOptions
) -> Settings:
    from kerascheck.settings.file import with_baseline

    settings = options.settings(paths).override(sources=fixes.sources)
    return settings if options.no_baseline else with_baseline(settings)


def _watch(
    paths: tuple[str, ...],
    options: SettingsOptions,
    fixes: FixOptions,
    output: Output,
    confirmation: ConfirmOptions,
) -> NoReturn:
    """Check again after each change; settings are read again as well."""
    from kerascheck.cli.watch import check_and_watch, files_behind, require_watchable

    require_watchable(paths, writes=fixes.fix or fixes.diff)
    paths = chosen_paths(paths)
    refuse_when_locked(options, paths=paths)

    def check_once() -> Iterator[str]:
        settings = _settings(options, paths, fixes)
        writing = output.ready(settings.output_format)
        if settings.locked:
            writing.require_inside(paths)
        report = _checked(paths, settings, verbose=output.verbose)
        if confirmation.confirm:
            report = confirmed(report, confirmation, quiet=True, locked=settings.locked)
        writing.write(report)
        if not report.models:
            complain(_no_models(report))
        return files_behind(report, settings)

    check_and_watch(check_once, paths, output.files)


def _checked(
    paths: Sequence[str],
    settings: Settings,
    program: bytes | None = None,
    *,
    verbose: bool,
) -> Report:
    """Check paths, and the models that functions of the user return.

    Args:
        paths: What is checked.
        settings: What the call and the configuration say.
        program: In place of the paths, a program on stdin.
        verbose: Show where crashes come from.
    """
    from kerascheck.api import check, check_program

    on_crash = show_traceback if verbose else None
    if program is not None:
        return check_program(program, config=settings, on_crash=on_crash)
    if not any(":" in path and not is_address(path) for path in paths):
        return check(paths, config=settings, on_crash=on_crash)
    from kerascheck.live.factory import build_model, is_factory
    from kerascheck.report.report import Report

    if any(map(is_factory, paths)):
        from kerascheck.cli.user_imports import import_as_started

        import_as_started()
    saved = [path for path in paths if not is_factory(path)]
    reports = [check(saved, config=settings, on_crash=on_crash)] if saved else []
    for name in paths:
        if is_factory(name):
            model, origin = build_model(name)
            reports.append(
                check(model, origin=origin, config=settings, on_crash=on_crash)
            )
    return Report.joined(reports)


def _fails(report: Report, settings: Settings, *, silent: bool) -> bool:
    """Say whether a report fails, and what --strict fails on."""
    if report.fails(settings.fail_on, max_warnings=settings.max_warnings):
        return True
    if not settings.strict or not report.left_open:
        return False
    if not silent:
        complain(f"--strict fails on {', '.join(report.left_open)}")
    return True


def _no_models(report: Report) -> str:
    from kerascheck.engine.skipped import count_passed_over
    from kerascheck.trust.printable import count

    passed_over = count_passed_over(report.skipped)
    rest = f"; {passed_over}" if passed_over else ""
    if not report.programs:
        return (
            f"nothing to check: no saved model and no program that compiles one{rest}"
        )
    unread = sum(program.why is not None for program in report.programs)
    read = len(report.programs) - unread
    what = [f"no model is compiled in {count(read, 'program')}"] if read else []
    what += [f"{count(unread, 'program')} not understood"] if unread else []
    return f"nothing to check: {', '.join(what)}, and no saved model{rest}"
