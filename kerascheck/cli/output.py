"""The options of every command that makes a report: where it goes, and how it looks."""

from __future__ import annotations

import click

from kerascheck.cli import completion
from kerascheck.cli.options import bundled
from kerascheck.cli.writing import Output
from kerascheck.report.formats import formats

output_options = bundled(
    "output",
    Output,
    click.option("-q", "--quiet", is_flag=True, help="Show findings only."),
    click.option(
        "-s",
        "--silent",
        is_flag=True,
        help="Show nothing; only the exit code is set.",
    ),
    click.option(
        "-v",
        "--verbose",
        is_flag=True,
        help="Also show undecided rules, passed-over paths and tracebacks.",
    ),
    click.option(
        "--statistics",
        is_flag=True,
        help="Show how often each rule found something.",
    ),
    click.option(
        "--show-suppressed",
        is_flag=True,
        help="Show suppressed findings, and why, in text and SARIF.",
    ),
    click.option(
        "--sarif-category",
        metavar="NAME",
        default="",
        envvar="KERASCHECK_SARIF_CATEGORY",
        help="Distinguishes SARIF reports of one commit, as those of a matrix.",
    ),
    click.option(
        "--output-format",
        metavar="FORMAT",
        shell_complete=completion.report_formats,
        envvar="KERASCHECK_OUTPUT_FORMAT",
        help=f"Format of the report: {', '.join(formats())}.  [default: text]",
    ),
    click.option(
        "--output-file",
        metavar="FILE",
        shell_complete=completion.paths,
        help="File to write the report to instead of stdout.",
    ),
    click.option(
        "--report",
        "reports",
        multiple=True,
        metavar="FORMAT=FILE",
        shell_complete=completion.formats_and_files,
        help="Write an additional report in this format; may be repeated.",
    ),
    click.option(
        "--step-summary/--no-step-summary",
        default=True,
        envvar="KERASCHECK_STEP_SUMMARY",
        help="Add a summary to the file that GITHUB_STEP_SUMMARY names, if any.",
    ),
)
"""Add the options that say where reports go; the command gets them as `output`."""
