"""kerascheck run: run a program and check every model that it trains."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, redirect_stdout
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING

import click

from kerascheck.cli import USUAL
from kerascheck.cli.check import FOUND, NOTHING_TO_CHECK, nothing
from kerascheck.cli.confirming import budget_option
from kerascheck.cli.fixing import apply_fixes, fix_options
from kerascheck.cli.gating import gate_options, with_gate
from kerascheck.cli.interrupt import INTERRUPTED
from kerascheck.cli.locking import refuse_run_when_locked
from kerascheck.cli.options import (
    configuration,
    own_rules,
    rule_options,
    setting_options,
)
from kerascheck.cli.output import Output, output_options
from kerascheck.cli.own_code import import_as_started
from kerascheck.cli.program import FAILED
from kerascheck.cli.streams import complain, show_traceback
from kerascheck.model.errors import KerascheckError
from kerascheck.model.frozen import replace

if TYPE_CHECKING:
    from kerascheck.live.fit_hook import Watched
    from kerascheck.live.run_program import Program
    from kerascheck.report.report import Report
    from kerascheck.settings.configuration import Settings

SAMPLES = 4096
"""Of the user's data, that --confirm trains clones on."""

SEEDS = 5


@click.command(
    "run",
    context_settings={"allow_interspersed_args": False},
    options_metavar="[OPTIONS]",
)
@click.argument("target", metavar="PROGRAM")
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED, metavar="[ARG]...")
@setting_options
@own_rules
@rule_options
@gate_options
@fix_options
@output_options
@budget_option
@click.option(
    "--confirm",
    is_flag=True,
    envvar="KERASCHECK_CONFIRM",
    help="Prove each fix by training clones of the model on its data, before and "
    "after.",
)
@click.option(
    "--stop",
    is_flag=True,
    help="End the program before the first step of a model that fails.",
)
@click.option("-m", "module", is_flag=True, help="Take PROGRAM for a module to run.")
def COMMAND(  # noqa: N802  (the card of this module)
    *,
    target: str,
    arguments: tuple[str, ...],
    module: bool,
    stop: bool,
    task: str | None,
    config_file: str | None,
    isolated: bool,
    locked: bool,
    rules: tuple[str, ...],
    select: tuple[str, ...],
    extend_select: tuple[str, ...],
    ignore: tuple[str, ...],
    min_confidence: str | None,
    fail_on: str | None,
    max_warnings: int | None,
    strict: bool,
    exit_zero: bool,
    fix: bool,
    diff: bool,
    unsafe_fixes: bool,
    sources: tuple[str, ...],
    output: Output,
    confirm: bool,
    confirm_budget: float,
) -> None:
    """Run a program unchanged, and check every model that it trains or evaluates.

    PROGRAM is a script, a notebook (.ipynb), or with -m a module; all that follows is
    handed to it. Each model is checked at its first `fit`, `evaluate` or
    `train_on_batch`, with the labels that really arrive. Exit codes: 1 findings,
    2 wrong usage, otherwise that of the program; 3 where no model was checked.
    """
    refuse_run_when_locked(locked=locked)
    places = (os.curdir,) if module else (target,)
    config = configuration(places, config_file, isolated=isolated)
    config = with_gate(
        config.with_call(
            own_rules=rules, min_confidence=min_confidence or config.min_confidence
        ),
        fail_on=fail_on,
        max_warnings=max_warnings,
        strict=strict,
    )
    writing = output.ready(config.output_format)

    from kerascheck.api import check
    from kerascheck.live.fit_hook import watching
    from kerascheck.live.run_program import program

    checks = _Checks(config, stop=stop, budget=confirm_budget if confirm else None)
    checked = partial(
        check,
        task=task,
        select=select,
        extend_select=extend_select,
        ignore=ignore,
        config=config,
        on_crash=show_traceback if output.verbose else None,
    )
    alone = _without_stdout() if writing.claims_stdout else nullcontext()
    gc.set_threshold(*USUAL)
    import_as_started()
    with alone, watching(checks.add, checked, samples=SAMPLES if confirm else 0):
        code = _run(program(target, arguments, module=module), target)
    if checks.elsewhere:  # a fork of the program came to its end
        sys.exit(code)
    report = checks.report()
    apply = partial(apply_fixes, report, sources, unsafe=unsafe_fixes, paths=places)
    if diff:
        changes = apply(write=False).changes
        sys.exit(FOUND if changes else code or _without_findings(report))
    unwritten = fix and apply(write=True).failed
    writing.write(report)
    if unwritten:
        sys.exit(FAILED)
    if checks.fails(report) and not exit_zero:
        sys.exit(FOUND)
    nothing_checked = _without_findings(report)
    sys.exit(code or nothing_checked)


def _run(program: Program, name: str) -> int:
    """Run a program to its end, or to where it is stopped; return its exit code."""
    if program.left_out:
        count = program.left_out
        complain(f"{name}: lines left out that only IPython understands: {count}")
    try:
        return program.run()
    except _Stop:
        return 0
    except KeyboardInterrupt:
        return INTERRUPTED


def _without_findings(report: Report) -> int:
    if report.decided:
        return 0
    complain(nothing(report) if report.models else _nothing_trained(report))
    return NOTHING_TO_CHECK


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
    """Ends a program; no `except Exception` of its own holds it up."""


class _Checks:
    """What the models of one program gave."""

    def __init__(self, config: Settings, *, stop: bool, budget: float | None) -> None:
        self._config = config
        self._stop = stop
        self._budget = budget
        self._process = os.getpid()
        self._reports: list[Report] = []
        self._unchecked: list[tuple[str, str]] = []

    @property
    def elsewhere(self) -> bool:
        """Say whether this process is a fork of the one that reports."""
        return os.getpid() != self._process

    def add(self, watched: Watched) -> None:
        """Note what the check of one model says.

        Raises:
            _Stop: It fails, and that is to end the program.
        """
        name, report = watched.origin.name, watched.report
        if report is None:
            complain(f"model {name!r} is not checked: {watched.why}")
            self._unchecked.append((name, str(watched.why)))
            return
        if self.elsewhere:
            complain(f"{_told(name, report)}, in a fork, which the report leaves out")
            return
        if report.findings:
            complain(_told(name, report))
        if self._budget is not None and report.findings and not watched.raised:
            report = self._confirmed(report, watched, self._budget)
        self._reports.append(report)
        if self._stop and not watched.raised and self.fails(report):
            raise _Stop

    def _confirmed(self, report: Report, watched: Watched, budget: float) -> Report:
        from kerascheck.api import confirm

        x, y, model = watched.x, watched.y, watched.model
        if x is None or y is None:
            complain("no clones of it are trained: it was handed no inputs and labels")
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
        told = self._config
        return report.fails(
            told.fail_on, max_warnings=told.max_warnings, strict=told.strict
        )

    def report(self) -> Report:
        """Return what there is to say of all models."""
        from kerascheck.report.report import Report

        joined = Report.joined(self._reports)
        return replace(joined, skipped=joined.skipped + tuple(self._unchecked))


def _told(name: str, report: Report) -> str:
    """Return one line on a model."""
    found = ", ".join(dict.fromkeys(f"{f.code} {f.name}" for f in report.findings))
    return f"model {name!r}: {found or 'nothing found'}"
