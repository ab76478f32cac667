"""kerascheck baseline: the findings that are known and do not fail."""

from __future__ import annotations

import os
from collections.abc import Sequence

import click

from kerascheck.cli import completion
from kerascheck.cli.arguments import chosen_paths
from kerascheck.cli.bundles import SettingsOptions
from kerascheck.cli.from_files import FromFiles
from kerascheck.cli.locked_mode import refuse_when_locked
from kerascheck.cli.options import (
    BASE,
    FILES,
    MODEL,
    OWN_RULES,
    PLACE,
    RULES,
    Option,
    settings_options,
)
from kerascheck.cli.streams import complain, show, write_file
from kerascheck.model.errors import UsageError
from kerascheck.model.frozen import replace
from kerascheck.model.typed import TYPE_CHECKING
from kerascheck.settings.expiry import is_over
from kerascheck.trust.printable import count, shown

if TYPE_CHECKING:
    from kerascheck.engine.finding import Finding
    from kerascheck.report.report import Report
    from kerascheck.settings.settings import Settings
    from kerascheck.suppress.baseline import Entry

REFUSED = 1
"""Exit code if there is a finding that cannot be known."""

_NO = ("", "0", "false", "no", "off")
"""Values of CI that mean that it is not set."""

_FILE_HELP = (
    "The baseline.  [default: kerascheck-baseline.json next to the configuration]"
)


def _file(text: str | None = None) -> Option:
    return click.option(
        "--file", "baseline", metavar="FILE", envvar="KERASCHECK_BASELINE", help=text
    )


_CHECKING = (MODEL, OWN_RULES, RULES, FILES, (_file(_FILE_HELP),))


@click.group("baseline", invoke_without_command=True)
@click.pass_context
def command(ctx: click.Context) -> None:
    """Write, tidy or show the file of known findings."""
    if ctx.invoked_subcommand is None:
        names = ", ".join(command.commands)
        raise UsageError(f"baseline: Expected a command, one of {names}.")


@command.command("write", cls=FromFiles)
@click.argument("paths", nargs=-1, metavar="[PATH]...", shell_complete=completion.paths)
@settings_options(*_CHECKING)
@click.option("--reason", help="Why the new ones are known.")
@click.option("--until", metavar="DATE", help="Last day they count: 2026-12-31.")
def write(
    *,
    paths: tuple[str, ...],
    options: SettingsOptions,
    reason: str | None,
    until: str | None,
) -> int:
    """Record every current finding as known.

    Reasons and dates of entries that stay are kept. What could not be read is not a
    finding that can be known: fix it, or exclude it.
    """
    from kerascheck.settings.settings import place_from
    from kerascheck.suppress.baseline import entries_of, load, text

    file, settings, report = _checked(paths, options)
    known = load(file).entries if os.path.lexists(file) else ()
    place = place_from(settings.fingerprint_home)
    entries, refused = entries_of(
        report, place, known=known, reason=reason, until=until
    )
    write_file(file, text(entries))
    show(f"{count(sum(e.times for e in entries), 'known finding')} in {shown(file)}\n")
    _point_to_safe_fixes(report)
    return _exit_code(refused)


@command.command("prune", cls=FromFiles, short_help="Remove entries that are over.")
@click.argument("paths", nargs=-1, metavar="[PATH]...", shell_complete=completion.paths)
@settings_options(*_CHECKING)
def prune(*, paths: tuple[str, ...], options: SettingsOptions) -> int:
    """Remove entries that are fixed, whose model is gone, or whose day is over."""
    from kerascheck.settings.expiry import today
    from kerascheck.suppress.baseline import load, pruned, text

    file, settings, report = _checked(paths, options)
    baseline = load(file)
    home = settings.fingerprint_home
    entries = pruned(baseline, report, home=home, today=today())
    write_file(file, text(entries))
    gone = len(baseline.entries) - len(entries)
    show(f"{count(gone, 'entry', 'entries')} removed, {len(entries)} left\n")
    return 0


@command.command("show")
@settings_options((_file(),), PLACE, BASE)
def show_entries(*, options: SettingsOptions) -> int:
    """Show the entries by model, without checking anything."""
    from kerascheck.settings.expiry import today
    from kerascheck.settings.file import with_baseline
    from kerascheck.suppress.baseline import load

    settings = with_baseline(options.settings(["."], unread=("labels",)))
    baseline = load(settings.baseline or _default(settings), settings.baseline_data)
    day = today()
    for entry in baseline.entries:
        show(_line(entry, day) + "\n")
    show(f"{count(len(baseline.entries), 'entry', 'entries')}\n")
    return 0


def _line(entry: Entry, day: str) -> str:
    head = "" if entry.head is None else f" [{shown(entry.head)}]"
    parts = [f"{shown(entry.model)}: {shown(entry.code)}{head}"]
    if entry.times > 1:
        parts.append(f"{entry.times} times")
    if entry.until is not None:
        over = " (over)" if is_over(entry.until, day) else ""
        parts.append(f"until {entry.until}{over}")
    if entry.reason is not None:
        parts.append(shown(entry.reason))
    return "; ".join(parts)


def _refuse_in_ci() -> None:
    if os.environ.get("CI", "").lower() not in _NO:
        raise UsageError(
            "a baseline is not written in CI, where it would make every run green; "
            "write it on your machine and commit it"
        )


def _checked(
    paths: Sequence[str], options: SettingsOptions
) -> tuple[str, Settings, Report]:
    """Return the baseline to write, the settings, and a report without a baseline."""
    from kerascheck.api import check
    from kerascheck.settings.file import without_baseline

    _refuse_in_ci()
    paths = chosen_paths(paths, locked=options.locked)
    refuse_when_locked(options)
    settings = options.settings(paths)
    file = settings.baseline or _default(settings)
    settings = settings.override(baseline=file)
    settings = replace(settings, root=settings.fingerprint_home)
    report = check(list(paths), config=without_baseline(settings))
    if not report.models:
        raise UsageError("no saved model was found, so nothing was written")
    return file, settings, report


def _default(settings: Settings) -> str:
    """Return where the baseline is if nobody says so.

    Raises:
        UsageError: No file of the tree is to be looked for.
    """
    from kerascheck.settings.file import default_baseline, require_in_tree

    if settings.base is not None:
        raise UsageError(f"--base {settings.base.name}: there is no baseline")
    if not settings.looks_for_files:
        option = "--locked" if settings.locked else "--isolated"
        raise UsageError(f"{option} searches for no baseline; name it with --file")
    path = default_baseline(settings)
    require_in_tree(path)
    return path


def _point_to_safe_fixes(report: Report) -> None:
    safe = sum(
        f.fix is not None and f.fix.applicability == "safe" and bool(f.fix.edits)
        for f in report.findings
    )
    if safe:
        complain(f"{safe} of them have a safe fix; see kerascheck check --diff")


def _exit_code(refused: Sequence[Finding]) -> int:
    from kerascheck.engine.finding import Severity

    for finding in refused:
        complain(f"not written: {finding.code} at {finding.model}: {finding.message}")
    fails = any(finding.severity is not Severity.NOTE for finding in refused)
    return REFUSED if fails else 0
