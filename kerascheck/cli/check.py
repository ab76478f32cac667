"""kerascheck check: judge models by every rule that is selected."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

import click

from kerascheck.cli.arguments import FromFiles, chosen_paths
from kerascheck.cli.confirming import Confirming, confirm_options, confirmed
from kerascheck.cli.fixing import apply_fixes, fix_options
from kerascheck.cli.gating import (
    baseline_options,
    gate_options,
    with_baseline,
    with_gate,
)
from kerascheck.cli.locking import refuse_when_locked
from kerascheck.cli.options import (
    base_option,
    configuration,
    file_options,
    given_files,
    hook_option,
    model_options,
    narrowed,
    own_rules,
    rule_options,
)
from kerascheck.cli.output import Output, output_options
from kerascheck.cli.own_code import import_as_started
from kerascheck.cli.program import FAILED
from kerascheck.cli.showing import show_files as files_shown
from kerascheck.cli.showing import show_options
from kerascheck.cli.showing import show_settings as settings_shown
from kerascheck.cli.streams import complain, show_traceback

if TYPE_CHECKING:
    from kerascheck.report.report import Report

FOUND = 1
NOTHING_TO_CHECK = 3


@click.command("check", cls=FromFiles)
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@model_options
@base_option
@own_rules
@rule_options
@file_options
@hook_option
@baseline_options
@gate_options
@fix_options
@show_options
@output_options
@confirm_options
def COMMAND(  # noqa: N802  (the card of this module)
    *,
    paths: tuple[str, ...],
    labels: str | None,
    task: str | None,
    config_file: str | None,
    isolated: bool,
    locked: bool,
    base: str | None,
    rules: tuple[str, ...],
    select: tuple[str, ...],
    extend_select: tuple[str, ...],
    ignore: tuple[str, ...],
    min_confidence: str | None,
    exclude: tuple[str, ...],
    extend_exclude: tuple[str, ...],
    force_exclude: bool,
    only_models: bool,
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
    output: Output,
    confirming: Confirming,
) -> int:
    """Check saved Keras models.

    A PATH is a model file, a directory that is one model, or a directory to search;
    by default the current one. MODULE:FUNCTION in its place is imported and called,
    and the model that it returns is checked. - stands for a list of paths on stdin,
    and @FILE for arguments in a file, one a line. Exit codes: 0 nothing found, 1
    findings, 2 wrong usage or an internal error, 3 nothing to check.
    """
    paths = chosen_paths(paths)
    refuse_when_locked(locked=locked, paths=paths, rules=rules, fix=fix)
    config = narrowed(
        configuration(
            paths,
            config_file,
            isolated=isolated,
            locked=locked,
            base=base,
            given=given_files(labels, baseline or no_baseline),
        ),
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
        return files_shown(paths, config, force=force_exclude, only_models=only_models)
    writing = output.ready(config.output_format)
    if config.locked:
        writing.require_inside(paths)
    if not diff:
        writing.require_folders(slow=confirming.confirm)

    from kerascheck.api import check

    report = _checked(
        paths,
        partial(
            check,
            labels=labels,
            task=task,
            select=select,
            extend_select=extend_select,
            ignore=ignore,
            force_exclude=force_exclude,
            only_models=only_models,
            sources=sources,
            config=config,
            on_crash=show_traceback if output.verbose else None,
        ),
    )
    apply = partial(apply_fixes, report, sources, unsafe=unsafe_fixes, paths=paths)
    if diff:
        if apply(write=False).changes:
            return FOUND
        return _without_findings(report, force=force_exclude, only_models=only_models)
    unwritten = fix and apply(write=True).failed
    if confirming.confirm:
        quiet = output.quiet or output.silent
        report = confirmed(report, confirming, quiet=quiet, locked=config.locked)
    writing.write(report)
    if unwritten:
        return FAILED
    fails = report.fails(config.fail_on, max_warnings=config.max_warnings)
    if config.strict and not fails and report.left_open:
        fails = True
        if not output.silent:
            complain(f"--strict fails on {', '.join(report.left_open)}")
    if fails and not exit_zero:
        return FOUND
    if fails and report.models:
        return 0
    return _without_findings(report, force=force_exclude, only_models=only_models)


def _checked(paths: Sequence[str], check: Callable[..., Report]) -> Report:
    """Check paths, and the models that functions of the user's make."""
    if not any(":" in path for path in paths):
        return check(paths)
    from kerascheck.live.factory import is_factory, model_of
    from kerascheck.report.report import Report

    if any(map(is_factory, paths)):
        import_as_started()
    saved = [path for path in paths if not is_factory(path)]
    reports = [check(saved)] if saved else []
    for name in paths:
        if is_factory(name):
            model, origin = model_of(name)
            reports.append(check(model, origin=origin))
    return Report.joined(reports)


def _without_findings(report: Report, *, force: bool, only_models: bool) -> int:
    """Return the exit code of a report without findings: did it look at anything?

    Args:
        report: What the check says.
        force: All that was named may be excluded, as files of a commit may be.
        only_models: What was named may be no model at all.
    """
    left_out = only_models or (force and bool(report.skipped))
    if report.decided or (left_out and not report.models and _all_excluded(report)):
        return 0
    complain(nothing(report))
    return NOTHING_TO_CHECK


def _all_excluded(report: Report) -> bool:
    """Say whether nothing but what is excluded was passed over."""
    from kerascheck.engine.skipped import EXCLUDED

    return all(why == EXCLUDED for _, why in report.skipped)


def nothing(report: Report) -> str:
    """Return why a report without findings says nothing."""
    if not report.models:
        from kerascheck.engine.skipped import count_passed_over

        counted = count_passed_over(report.skipped)
        rest = f"; {counted}" if counted else ""
        return f"nothing to check: no saved model was found{rest}"
    reasons = sorted({item.why for item in report.not_run})
    why = f": {reasons[0]}" if len(reasons) == 1 else ""
    return f"nothing could be checked, no rule was decided{why}"
