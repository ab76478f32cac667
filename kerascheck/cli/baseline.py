"""kerascheck baseline: the findings that are known and do not fail."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

import click

from kerascheck.cli.arguments import FromFiles, chosen_paths
from kerascheck.cli.gating import default_baseline, with_baseline
from kerascheck.cli.locking import refuse_when_locked
from kerascheck.cli.options import (
    base_option,
    configuration,
    file_options,
    given_files,
    model_options,
    narrowed,
    own_rules,
    place_options,
    rule_options,
)
from kerascheck.cli.streams import complain, show, write_file
from kerascheck.model.errors import UsageError
from kerascheck.settings.expiry import is_over
from kerascheck.trust.printable import count, shown

if TYPE_CHECKING:
    from kerascheck.engine.finding import Finding
    from kerascheck.report.report import Report
    from kerascheck.settings.configuration import Settings
    from kerascheck.suppress.baseline import Entry

Command = TypeVar("Command", bound=Callable[..., object])

REFUSED = 1
"""Exit code where a finding is none that may be known."""

_NO = ("", "0", "false", "no", "off")
"""Values of CI that say that this is none."""


@click.group("baseline")
def COMMAND() -> None:  # noqa: N802  (the card of this module)
    """Write, tidy or show the file of known findings."""


def _checking_options(command: Command) -> Command:
    command = click.option(
        "--file",
        "file",
        metavar="FILE",
        envvar="KERASCHECK_BASELINE",
        help="The baseline.  [default: kerascheck-baseline.json beside the "
        "configuration]",
    )(command)
    command = file_options(rule_options(own_rules(model_options(command))))
    return click.argument("paths", nargs=-1, metavar="[PATH]...")(command)


@COMMAND.command("write", cls=FromFiles)
@_checking_options
@click.option("--reason", help="Why the new ones are known.")
@click.option("--until", metavar="DATE", help="Last day they count: 2026-12-31.")
def write(reason: str | None, until: str | None, **options: object) -> int:
    """Take every finding of now for known.

    Reasons and dates of entries that stay are kept. What could not be read is no
    finding that can be known: mend it, or exclude it.
    """
    from kerascheck.suppress.baseline import entries_of, load, text

    _refuse_in_ci()
    file, config, report = _checked(options)
    known = load(file).entries if os.path.lexists(file) else ()
    entries, refused = entries_of(
        report, _place(config, file), known=known, reason=reason, until=until
    )
    write_file(file, text(entries))
    show(f"{count(sum(e.times for e in entries), 'known finding')} in {shown(file)}\n")
    _tell_of_safe_fixes(report)
    return _exit_code(refused)


@COMMAND.command("prune", cls=FromFiles)
@_checking_options
def prune(**options: object) -> int:
    """Take out entries that are mended, whose model is gone, or whose day is over."""
    from kerascheck.settings.expiry import today
    from kerascheck.suppress.baseline import load, pruned, text

    _refuse_in_ci()
    file, config, report = _checked(options)
    baseline = load(file)
    place = _place(config, file)
    entries = pruned(baseline, report, place, home=_home(config, file), today=today())
    write_file(file, text(entries))
    gone = len(baseline.entries) - len(entries)
    show(f"{count(gone, 'entry', 'entries')} taken out, {len(entries)} left\n")
    return 0


@COMMAND.command("show")
@click.option("--file", metavar="FILE", envvar="KERASCHECK_BASELINE")
@place_options
@base_option
def show_entries(
    file: str | None,
    config_file: str | None,
    isolated: bool,
    locked: bool,
    base: str | None,
) -> int:
    """Show the entries by model, without checking anything."""
    from kerascheck.settings.expiry import today
    from kerascheck.suppress.baseline import load

    config = configuration(
        ["."],
        config_file,
        isolated=isolated,
        locked=locked,
        base=base,
        given=("labels", *given_files(None, file)),
    )
    config = with_baseline(config, file, no_baseline=False)
    baseline = load(config.baseline or _default(config), config.baseline_data)
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


def _checked(options: dict[str, object]) -> tuple[str, Settings, Report]:
    """Return the file of the baseline, the configuration and a report without one."""
    from kerascheck.api import check

    paths = chosen_paths(_strings(options["paths"]))
    locked = bool(options["locked"])
    refuse_when_locked(locked=locked, rules=_strings(options["rules"]), fix=False)
    config = narrowed(
        configuration(
            paths,
            _text(options["config_file"]),
            isolated=bool(options["isolated"]),
            locked=locked,
            given=given_files(_text(options["labels"]), options["file"]),
        ),
        exclude=_strings(options["exclude"]),
        extend_exclude=_strings(options["extend_exclude"]),
        min_confidence=_text(options["min_confidence"]),
    )
    file = _text(options["file"]) or config.baseline or _default(config)
    report = check(
        list(paths),
        labels=_text(options["labels"]),
        task=_text(options["task"]),
        select=_strings(options["select"]),
        extend_select=_strings(options["extend_select"]),
        ignore=_strings(options["ignore"]),
        force_exclude=bool(options["force_exclude"]),
        home=_home(config, file),
        config=config._replace(baseline=None, own_rules=_strings(options["rules"])),
    )
    if not report.models:
        raise UsageError("no saved model was found, so nothing was written")
    return file, config, report


def _default(config: Settings) -> str:
    """Return where the baseline lies when nobody says so.

    Raises:
        UsageError: No file of the tree is to be looked for.
    """
    if config.base is not None:
        raise UsageError(f"--base {config.base.name}: there is no baseline")
    if not config.looks_for_files:
        option = "--locked" if config.locked else "--isolated"
        raise UsageError(f"{option} looks for no baseline; name it with --file")
    from kerascheck.suppress.baseline import require_in_tree

    path = default_baseline(config)
    require_in_tree(path)
    return path


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _strings(value: object) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, tuple) else ()


def _home(config: Settings, file: str) -> str:
    from kerascheck.api import home_of

    return home_of(config, file)


def _place(config: Settings, file: str) -> Callable[[str], str]:
    from kerascheck.api import place_from

    return place_from(_home(config, file))


def _tell_of_safe_fixes(report: Report) -> None:
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
