"""Where reports go, and how they are written."""

from __future__ import annotations

import os
from collections.abc import Sequence

from kerascheck.cli.streams import (
    STDOUT,
    append_file,
    complain,
    show,
    style_of_stdout,
    write_file,
)
from kerascheck.model.errors import UsageError
from kerascheck.model.named import NamedTuple
from kerascheck.model.typed import TYPE_CHECKING
from kerascheck.trust.printable import Style

if TYPE_CHECKING:
    from kerascheck.report.formats import Render
    from kerascheck.report.report import Report

LINES = "jsonl"
"""The format that may be written model by model."""

FOR_PEOPLE = ("text", "concise", "grouped")
"""Formats that other output may be mixed with."""


class Output(NamedTuple):
    """What the call says of its reports."""

    quiet: bool = False
    silent: bool = False
    verbose: bool = False
    statistics: bool = False
    show_suppressed: bool = False
    sarif_category: str = ""
    output_format: str | None = None
    output_file: str | None = None
    reports: tuple[str, ...] = ()
    step_summary: bool = True

    @property
    def files(self) -> list[str]:
        """The files that reports are written to."""
        each = (
            self.output_file or STDOUT,
            *(f.partition("=")[2] for f in self.reports),
        )
        return [file for file in each if file != STDOUT]

    def ready(self, default: str) -> Writing:
        """Return what writes the reports.

        Args:
            default: Format if the call names none.

        Raises:
            UsageError: There is no such format, or two go to one file.
        """
        main = (self.output_format or default, self.output_file or STDOUT)
        wanted = [main, *map(_format_and_file, self.reports)]
        return Writing(self, wanted, _renderers(wanted))


class Writing(NamedTuple):
    """Reports to write: format and file of each, and what renders it."""

    output: Output
    wanted: Sequence[tuple[str, str]]
    renderers: Sequence[Render]

    @property
    def is_of_lines(self) -> bool:
        """Say whether the one report is JSON Lines on stdout."""
        return list(self.wanted) == [(LINES, STDOUT)]

    @property
    def claims_stdout(self) -> bool:
        """Say whether a document goes to stdout, which must be alone there."""
        return any(
            file == STDOUT and name not in FOR_PEOPLE for name, file in self.wanted
        )

    def require_folders(self, *, slow: bool) -> None:
        """Say before anything is checked which reports cannot be written.

        Args:
            slow: The check takes minutes; otherwise the end of the run says so.

        Raises:
            UsageError: None can be written, so that a check would be for nothing.
        """
        files = [file for _, file in self.wanted if file != STDOUT]
        if not files:
            return
        from kerascheck.trust.replace_file import missing_folder

        missing = [(file, why) for file in files if (why := missing_folder(file))]
        if len(missing) == len(self.wanted):
            _raise_last([UsageError(f"writing {f!r} failed: {w}") for f, w in missing])
        for file, why in missing if slow else ():
            complain(f"writing {file!r} will fail: {why}")

    def require_inside(self, paths: Sequence[str]) -> None:
        """Refuse a report that a link in the tree would lead out of it.

        Args:
            paths: What is checked.

        Raises:
            UsageError: A folder on the way to a file is such a link.
        """
        from kerascheck.trust.confinement import leads_out, tree_around

        tree = tree_around(paths)
        for _, file in self.wanted:
            if file != STDOUT and leads_out(tree, os.path.dirname(file) or os.curdir):
                raise UsageError(
                    f"--locked: a link leads {file!r} out of the tree that is checked, "
                    "so it is not written; name the folder that the link leads to"
                )

    def write(self, report: Report, *, corrected: bool = False) -> None:
        """Write every report, and the step summary of GitHub Actions.

        One that cannot be written does not stop the others.

        Args:
            report: What was found.
            corrected: Fixes were written since.

        Raises:
            UsageError: Not all were written; the last reason, the others are printed.
        """
        output = self.output
        if output.verbose or any(name == "json" for name, _ in self.wanted):
            report = _cited(report)
        style = style_of_stdout(
            quiet=output.quiet,
            verbose=output.verbose,
            statistics=output.statistics,
            suppressed=output.show_suppressed,
            hints=not output.quiet,
            corrected=corrected,
            category=output.sarif_category,
        )
        failed: list[Exception] = []
        for (_, file), render in zip(self.wanted, self.renderers, strict=True):
            try:
                if file != STDOUT:
                    write_file(file, render(report, _for_file(style)))
                elif not output.silent:
                    show(render(report, style))
            except Exception as error:
                failed.append(error)
        if output.step_summary:
            _add_step_summary(report)
        _raise_last(failed)


def _format_and_file(text: str) -> tuple[str, str]:
    name, equals, file = text.partition("=")
    if not equals or not file:
        raise UsageError(f"--report: Expected FORMAT=FILE. Received: {text!r}.")
    return name, file


def _renderers(wanted: Sequence[tuple[str, str]]) -> list[Render]:
    from kerascheck.report.formats import renderer

    files = [file for _, file in wanted]
    for file in files:
        if files.count(file) > 1:
            raise UsageError(f"two reports cannot both go to {file!r}")
    return [renderer(name) for name, _ in wanted]


def _raise_last(failed: Sequence[Exception]) -> None:
    """Raise one error, if there are any, and print the others in a line each."""
    if not failed:
        return
    *others, last = sorted(failed, key=lambda error: not isinstance(error, UsageError))
    for error in others:
        is_ours = isinstance(error, UsageError)
        complain(str(error) if is_ours else f"{type(error).__name__}: {error}")
    raise last


def _cited(report: Report) -> Report:
    """Return the report with shipped figures if nothing was trained for it."""
    if not report.findings or any(f.confirmation for f in report.findings):
        return report
    from kerascheck.confirm.evidence.shipped import with_citations

    return with_citations(report)


def _for_file(style: Style) -> Style:
    return style._replace(width=Style().width, colour=False, unicode=True, hints=False)


def _add_step_summary(report: Report) -> None:
    """Show the report on the page of a GitHub Actions run.

    A file that cannot be written is not a failure: the check itself was made.
    """
    file = os.environ.get("GITHUB_STEP_SUMMARY")
    if not file:
        return
    from kerascheck.report.formats import renderer

    try:
        append_file(file, renderer("summary")(report, Style()))
    except OSError as error:
        complain(f"no step summary, writing {file!r} failed: {error.strerror}")
