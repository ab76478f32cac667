"""check --diff and --fix: what is corrected, and what the user sees of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import click

from kerascheck.cli.streams import advise, complain, show

if TYPE_CHECKING:
    from kerascheck.fix.files import Files
    from kerascheck.model.description import Description
    from kerascheck.report.report import Report

Command = TypeVar("Command", bound=Callable[..., object])

_CONTROL = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]"
)


def fix_options(command: Command) -> Command:
    """Add --fix, --diff, --unsafe-fixes and --source."""
    for option in (
        click.option(
            "--source",
            "sources",
            multiple=True,
            metavar="FILE",
            help="Python file that may hold the compile() calls; may be repeated.",
        ),
        click.option(
            "--unsafe-fixes",
            is_flag=True,
            envvar="KERASCHECK_UNSAFE_FIXES",
            help="Let --fix and --diff change training, too: train again afterwards.",
        ),
        click.option(
            "--diff",
            is_flag=True,
            help="Show what --fix would change, and write nothing; exit with 1 if any.",
        ),
        click.option(
            "--fix",
            is_flag=True,
            help="Correct compile() calls in source; write NAME.fixed.keras beside "
            "models.",
        ),
    ):
        command = option(command)
    return command


class AppliedFixes(NamedTuple):
    """What came of the fixes of a report."""

    changes: int  # files
    failed: bool  # one could not be written


def apply_fixes(
    report: Report,
    sources: Sequence[str],
    *,
    unsafe: bool,
    write: bool,
    paths: Sequence[str] = (),
) -> AppliedFixes:
    """Show or write every fix of a report that can be written.

    Args:
        report: What is to be fixed.
        sources: Files that may hold the compile calls.
        unsafe: Let fixes change training.
        write: Write the files; otherwise show what would change.
        paths: What was checked; nothing outside it and the working folder changes.
    """
    from kerascheck.fix.files import Files

    files = Files(report, sources, unsafe=unsafe, paths=paths)
    whys = {why for model in report.models for why in _tell(model, files)}
    for line in files.refused:
        if line not in whys:
            complain(line)
    return _write(files) if write else AppliedFixes(_show_diffs(files), failed=False)


def _tell(model: Description, files: Files) -> Iterator[str]:
    for finding, why in files.add(model):
        complain(f"no fix of {finding.code} for {model.path}: {why}")
        for line in finding.code_lines:
            advise(line)
        yield why


def _show_diffs(files: Files) -> int:
    changes = 0
    for diff in files.diffs():
        changes += 1
        show(_CONTROL.sub(lambda found: ascii(found.group())[1:-1], diff))
    return changes


def _write(files: Files) -> AppliedFixes:
    changes, failed = 0, False
    for result in files.write():
        changes += result.done
        failed |= result.failed
        complain(result.message)
    return AppliedFixes(changes, failed)
