"""check --diff and --fix: what is corrected, and what the user sees of it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence

import click

from kerascheck.cli import completion
from kerascheck.cli.bundles import FixOptions
from kerascheck.cli.options import bundled
from kerascheck.cli.streams import advise, complain, show
from kerascheck.model.errors import UsageError
from kerascheck.model.named import NamedTuple
from kerascheck.model.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from kerascheck.fix.files import Files
    from kerascheck.model.description import Description
    from kerascheck.report.report import Report

_CONTROL = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]"
)


fix_options = bundled(
    "fixes",
    FixOptions,
    click.option(
        "--fix",
        is_flag=True,
        help="Correct compile() calls in source; write NAME.fixed.keras next to "
        "models.",
    ),
    click.option(
        "--diff",
        is_flag=True,
        help="Show what --fix would change, and write nothing; exit with 1 if there "
        "are changes.",
    ),
    click.option(
        "--unsafe-fixes",
        is_flag=True,
        envvar="KERASCHECK_UNSAFE_FIXES",
        help="With --fix and --diff, also apply fixes that change training: train "
        "again afterwards.",
    ),
    click.option(
        "--source",
        "sources",
        multiple=True,
        metavar="FILE",
        shell_complete=completion.paths,
        help="Python file that may hold the compile() calls; may be repeated.",
    ),
)
"""Add --fix, --diff, --unsafe-fixes and --source; the command gets them as `fixes`."""


class AppliedFixes(NamedTuple):
    """What applying the fixes of a report did."""

    changes: int  # files
    failed: bool  # one could not be written


def require_sources(options: FixOptions) -> None:
    """Refuse a --source that is not there, before anything is checked.

    Raises:
        UsageError: A file does not exist, or is a folder.
    """
    for file in options.sources:
        if os.path.isfile(file):
            continue
        if os.path.exists(file):
            raise UsageError(f"--source: {file!r} is not a file")
        from kerascheck.model.suggest import near_path

        raise UsageError(f"--source: there is no file {file!r}{near_path(file)}")


def apply_fixes(
    report: Report, options: FixOptions, paths: Sequence[str], *, write: bool
) -> AppliedFixes:
    """Show or write every fix of a report that can be written.

    Args:
        report: What is to be fixed.
        options: Where the compile calls may be, and whether fixes may change training.
        paths: What was checked; nothing outside it and the working folder changes.
        write: Write the files; otherwise show what would change.
    """
    from kerascheck.fix.files import Files

    files = Files(report, options.sources, unsafe=options.unsafe_fixes, paths=paths)
    whys = {why for model in report.models for why in _explain_missing(model, files)}
    if whys and not options.sources and any(map(_may_have_source, report.models)):
        complain(
            "--source FILE names the program that compiles a model, whose fix is then "
            "written there"
        )
    for line in files.refused:
        if line not in whys:
            complain(line)
    return _write(files) if write else AppliedFixes(_show_diffs(files), failed=False)


def _may_have_source(model: Description) -> bool:
    """Say whether a saved model comes from a program that nobody named."""
    return model.source is None and model.format not in ("live", None)


def _explain_missing(model: Description, files: Files) -> Iterator[str]:
    """Say for which findings nothing can be written; yield why."""
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
    for file in files.write():
        changes += file.done
        failed |= file.failed
        complain(file.message)
    return AppliedFixes(changes, failed)
