"""check --diff and --fix: what is corrected, and what the user sees of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

import click

from kerascheck.cli.streams import complain, show
from kerascheck.core.printable import printable

if TYPE_CHECKING:
    from kerascheck.core.description import Description
    from kerascheck.core.report import Report
    from kerascheck.fixing.files import Files

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


def mended(report: Report, sources: Sequence[str], *, unsafe: bool, write: bool) -> int:
    """Show or write every fix of a report that can be written.

    Returns:
        How many files change.
    """
    from kerascheck.fixing.files import Files

    files = Files(report, sources, unsafe=unsafe)
    for model in report.models:
        _tell(model, files)
    if not write:
        return _show_diffs(files)
    return _write(files)


def _tell(model: Description, files: Files) -> None:
    for finding, why in files.add(model):
        complain(f"no fix of {finding.code} for {model.path}: {why}")
        for line in (finding.snippet or "").splitlines():
            click.echo(f"    {printable(line)}", err=True)


def _show_diffs(files: Files) -> int:
    changes = 0
    for diff in files.diffs():
        changes += 1
        show(_CONTROL.sub(lambda found: ascii(found.group())[1:-1], diff))
    return changes


def _write(files: Files) -> int:
    changes = 0
    for told in files.written():
        changes += told.done
        complain(told.message)
    return changes
