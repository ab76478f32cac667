"""kerascheck run: run a program and check every model that it trains."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, redirect_stdout
from functools import partial
from time import monotonic

import click

from kerascheck.cli import USUAL, completion
from kerascheck.cli.bundles import ConfirmOptions, FixOptions, SettingsOptions
from kerascheck.cli.confirm_options import clone_options
from kerascheck.cli.exit_codes import FAILED, FOUND, code_without_findings
from kerascheck.cli.fix_options import apply_fixes, fix_options, require_sources
from kerascheck.cli.interrupt import INTERRUPTED
from kerascheck.cli.locked_mode import refuse_run_when_locked
from kerascheck.cli.options import (
    GATE,
    OWN_RULES,
    PLACE,
    RULES,
    TASK,
    settings_options,
)
from kerascheck.cli.output import output_options
from kerascheck.cli.streams import complain, show_traceback
from kerascheck.cli.user_imports import import_as_started
from kerascheck.cli.writing import Output
from kerascheck.model.errors import KerascheckError
from kerascheck.model.frozen import replace
from kerascheck.model.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from kerascheck.live.fit_hook import CheckedModel
    from kerascheck.live.run_program import Program
    from kerascheck.report.report import Report
    from kerascheck.settings.settings import Settings

SAMPLES = 4096
"""Of the user's data, that --confirm trains clones on."""

SEEDS = 5


@click.command(
    "run",
    short_help="Run a program and check the models that it trains.",
    context_settings={"allow_interspersed_args": False},
    options_metavar="[OPTIONS]",
)
@click.argument("target", metavar="PROGRAM", shell_complete=completion.paths)
@click.argument(
    "arguments",
    nargs=-1,
    type=click.UNPROCESSED,
    metavar="[ARG]...",
    shell_complete=completion.paths,
)
@settings_options(TASK, PLACE, OWN_RULES, RULES, GATE)
@fix_options
@output_options
@clone_options
@click.option(
    "--stop",
    is_flag=True,
    help="End the program before the first step of a model that fails.",
)
@click.option("-m", "module", is_flag=True, help="Run PROGRAM as a module.")
def command(
    *,
    target: str,
    arguments: tuple[str, ...],
    module: bool,
    stop: bool,
    options: SettingsOptions,
    fixes: FixOptions,
    output: Output,
    confirmation: ConfirmOptions,
) -> None:
    """Run a program unchanged, and check every model that it trains or evaluates.

    PROGRAM is a script, a notebook (.ipynb), or with -m a module; all that follows is
    passed to it. Each model is checked at its first `fit`, `evaluate` or
    `train_on_batch`, with the labels that really arrive. Exit codes: 1 findings,
    2 wrong usage, otherwise that of the program; 3 if no model was checked.
    """
    refuse_run_when_locked(options)
    require_sources(fixes)
    places = (os.curdir,) if module else (target,)
    settings = options.settings(places)
    writing = output.ready(settings.output_format)

    from kerascheck.api import check
    from kerascheck.live.fit_hook import check_on_fit
    from kerascheck.live.run_program import find_program

    budget = confirmation.confirm_budget if confirmation.confirm else None
    checks = _Checks(settings, stop=stop, budget=budget)
    on_crash = show_traceback if output.verbose else None
    checked = partial(check, config=settings, on_crash=on_crash)
    alone = _without_stdout() if writing.claims_stdout else nullcontext()
    gc.set_threshold(*USUAL)
    import_as_started()
    samples = SAMPLES if confirmation.confirm else 0
    with alone, check_on_fit(checks.add, checked, samples=samples):
        code = _run(find_program(target, arguments, module=module), target)
    if checks.in_fork:  # a fork of the program came to its end
        sys.exit(code)
    report = checks.report()
    if fixes.diff:
        changes = apply_fixes(report, fixes, places, write=False).changes
        sys.exit(FOUND if changes else code or _code_without_findings(report, settings))
    applied = apply_fixes(report, fixes, places, write=True) if fixes.fix else None
    writing.write(report, corrected=applied is not None and applied.changes > 0)
    if applied is not None and applied.failed:
        sys.exit(FAILED)
    if checks.fails(report) and not options.exit_zero:
        sys.exit(FOUND)
    nothing_checked = _code_without_findings(report, settings)
    sys.exit(code or nothing_checked)


def _run(program: Program, name: str) -> int:
    """Run a program until it ends or is stopped; return its exit code."""
    if program.skipped_lines:
        count = program.skipped_lines
        complain(f"{name}: lines skipped that only IPython understands: {count}")
    try:
        return program.run()
    except _Stop:
        return 0
    except KeyboardInterrupt:
        return INTERRUPTED


def _code_without_findings(report: Report, settings: Settings) -> int:
    return code_without_findings(report, settings, no_models=_nothing_trained)


def _nothing_trained(report: Report) -> str:
    if report.skipped:
        return "nothing could be checked"
    return (
        "nothing to check: in this process no `fit`, `evaluate` or `train_on_batch` "
        "of Keras was called"
    )


@contextmanager
def _without_stdout() -> Iterator[None]:
    """Send what the program prints to stderr: stdout is for the report alone."""
    sys.stdout.flush()
    kept = os.dup(1)
    os.dup2(2, 1)
    try:
        with redirect_stdout(sys.stderr):
            yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)


class _Stop(BaseException):
    """Ends a program; no `except Exception` of its own catches it."""


class _Checks:
    """The reports on the models of one program."""

    def __init__(self, settings: Settings, *, stop: bool, budget: float | None) -> None:
        self._settings = settings
        self._stop = stop
        self._budget = budget
        self._process = os.getpid()
        self._reports: list[Report] = []
        self._unchecked: list[tuple[str, str]] = []

    @property
    def in_fork(self) -> bool:
        """Say whether this process is a fork of the one that reports."""
        return os.getpid() != self._process

    def add(self, watched: CheckedModel) -> None:
        """Note what the check of one model says.

        Raises:
            _Stop: It fails, which is to end the program.
        """
        name, report = watched.origin.name, watched.report
        if report is None:
            complain(f"model {name!r} is not checked: {watched.why}")
            self._unchecked.append((name, str(watched.why)))
            return
        if self.in_fork:
            complain(f"{_summary(name, report)}, in a fork, so it is not in the report")
            return
        if report.findings:
            complain(_summary(name, report))
        if self._budget is not None and report.findings and not watched.raised:
            report = self._confirmed(report, watched, self._budget)
        self._reports.append(report)
        if self._stop and not watched.raised and self.fails(report):
            raise _Stop

    def _confirmed(
        self, report: Report, watched: CheckedModel, budget: float
    ) -> Report:
        from kerascheck.api import confirm

        x, y, model = watched.x, watched.y, watched.model
        if x is None or y is None:
            complain("no clones of it are trained: it got no inputs and labels")
            return report
        complain("training clones of it, as compiled and as fixed")
        started = monotonic()
        try:
            report = confirm(report, model=model, x=x, y=y, budget=budget, seeds=SEEDS)
        except KerascheckError as error:  # the program goes on
            complain(f"no clones of it are trained: {error}")
        self._budget = max(0.0, budget - (monotonic() - started))
        return report

    def fails(self, report: Report) -> bool:
        """Say whether a report fails under the configuration."""
        settings = self._settings
        return report.fails(
            settings.fail_on,
            max_warnings=settings.max_warnings,
            strict=settings.strict,
        )

    def report(self) -> Report:
        """Return one report on all models."""
        from kerascheck.report.report import Report

        joined = Report.joined(self._reports)
        return replace(joined, skipped=joined.skipped + tuple(self._unchecked))


def _summary(name: str, report: Report) -> str:
    """Return one line on a model."""
    found = ", ".join(dict.fromkeys(f"{f.code} {f.name}" for f in report.findings))
    return f"model {name!r}: {found or 'nothing found'}"
