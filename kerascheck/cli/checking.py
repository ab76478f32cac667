"""kerascheck check: what it does, once its options are read."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence

from kerascheck.cli.arguments import chosen_paths, program_on_stdin
from kerascheck.cli.bundles import ConfirmOptions, FixOptions, SettingsOptions
from kerascheck.cli.exit_codes import FAILED, FOUND, code_without_findings
from kerascheck.cli.locked_mode import refuse_when_locked
from kerascheck.cli.streams import complain, show_traceback
from kerascheck.cli.writing import Output
from kerascheck.model.typed import TYPE_CHECKING
from kerascheck.trust.tree import is_address

if TYPE_CHECKING:
    from typing import NoReturn

    from kerascheck.report.report import Report
    from kerascheck.settings.settings import Settings


def run_check(
    paths: tuple[str, ...],
    *,
    options: SettingsOptions,
    fixes: FixOptions,
    output: Output,
    confirmation: ConfirmOptions,
    show_files: bool = False,
    show_settings: bool = False,
    jobs: int = 1,
    watch: bool = False,
    scheduler: str | None = None,
) -> int:
    """Check what is named, show or write what was found, and return the exit code."""
    if fixes.sources:
        from kerascheck.cli.fix_options import require_sources

        require_sources(fixes)
    if watch and not (show_settings or show_files):
        _watch(paths, options, fixes, output, confirmation, jobs)
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
    streaming = writing.is_of_lines and program is None
    if streaming:
        from kerascheck.cli.streaming import can_stream, stream

        streaming = can_stream(writing, settings, fixes, confirmation)
        streaming = streaming and not any(map(_is_no_path, paths))
    if streaming:
        report = stream(paths, settings, output, jobs=jobs)
    else:
        report = _checked(paths, settings, program, verbose=output.verbose, jobs=jobs)
    if fixes.diff:
        from kerascheck.cli.fix_options import apply_fixes

        if apply_fixes(report, fixes, paths, write=False).changes:
            return FOUND
        return code_without_findings(report, settings, no_models=_no_models)
    applied = None
    if fixes.fix:
        from kerascheck.cli.fix_options import apply_fixes

        applied = apply_fixes(report, fixes, paths, write=True)
    if confirmation.confirm:
        from kerascheck.cli.confirm_options import confirmed

        quiet = output.quiet or output.silent
        report = confirmed(report, confirmation, quiet=quiet, locked=settings.locked)
    if not streaming:
        writing.write(report, corrected=applied is not None and applied.changes > 0)
    if applied is not None and applied.failed:
        return FAILED
    if _fails(report, settings, silent=output.silent):
        if not options.exit_zero:
            return FOUND
        if report.models:
            return 0
    return code_without_findings(report, settings, no_models=_no_models)


def _is_no_path(path: str) -> bool:
    """Say whether something is neither a path nor an address, which can be streamed."""
    return ":" in path and not is_address(path)


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
    jobs: int,
) -> NoReturn:
    """Check again after each change; settings are read again as well."""
    from kerascheck.cli.confirm_options import confirmed
    from kerascheck.cli.watch import check_and_watch, files_behind, require_watchable

    require_watchable(paths, writes=fixes.fix or fixes.diff)
    paths = chosen_paths(paths)
    refuse_when_locked(options, paths=paths)

    def check_once() -> Iterator[str]:
        settings = _settings(options, paths, fixes)
        writing = output.ready(settings.output_format)
        if settings.locked:
            writing.require_inside(paths)
        report = _checked(paths, settings, verbose=output.verbose, jobs=jobs)
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
    jobs: int = 1,
) -> Report:
    """Check paths, and the models that functions of the user return.

    Args:
        paths: What is checked.
        settings: What the call and the configuration say.
        program: In place of the paths, a program on stdin.
        verbose: Show where crashes come from.
        jobs: Processes that check saved models; 0: one a core.
    """
    from kerascheck.api import check, check_program

    on_crash = show_traceback if verbose else None
    if program is not None:
        return check_program(program, config=settings, on_crash=on_crash)
    if not any(map(_is_no_path, paths)):
        return check(paths, config=settings, on_crash=on_crash, jobs=jobs)
    from kerascheck.live.factory import build_model, is_factory
    from kerascheck.report.report import Report

    if any(map(is_factory, paths)):
        from kerascheck.cli.user_imports import import_as_started

        import_as_started()
    saved = [path for path in paths if not is_factory(path)]
    reports = []
    if saved:
        reports.append(check(saved, config=settings, on_crash=on_crash, jobs=jobs))
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
