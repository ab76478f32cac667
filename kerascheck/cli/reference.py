"""kerascheck reference: what Keras does with every setup, trained here and now."""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

import click

from kerascheck.cli.confirming import progress
from kerascheck.cli.streams import (
    STDOUT,
    complain,
    require_folder,
    style_of_stdout,
    write_file,
)
from kerascheck.confirm.evidence.matrix import MATRICES, Name
from kerascheck.model.errors import UsageError

if TYPE_CHECKING:
    from kerascheck.confirm.evidence.table_row import Sheet
    from kerascheck.confirm.setup import Setup

DEFAULT = ("binary", "imbalanced")

SEEDS = 5
WRITE_UP_SEEDS = 3

BUDGET = 600.0

FAILED = 2


@click.command("reference")
@click.option(
    "--matrix",
    "chosen",
    multiple=True,
    type=click.Choice((*MATRICES, "all")),
    help="What to train; may be repeated.  "
    f"[default: {' and '.join(DEFAULT)}; with --rows: all]",
)
@click.option(
    "--rows",
    multiple=True,
    metavar="PATTERN",
    help="Rows to show in full, such as 'binary/1/*/BCE_fl/*' or softmax/BCE; may be "
    "repeated.",
)
@click.option(
    "--write-ups",
    is_flag=True,
    help="Train the setups of five published tutorials beside their own figures.",
)
@click.option(
    "--shipped",
    metavar="NAME",
    help="Train nothing: show figures that came with kerascheck, such as "
    "tensorflow-cpu or jax-cpu.",
)
@click.option(
    "--seeds",
    type=click.IntRange(1, 100),
    help=f"Trainings of each setup.  [default: {SEEDS}; write-ups: {WRITE_UP_SEEDS}]",
)
@click.option(
    "--budget",
    type=click.FloatRange(min=0),
    default=BUDGET,
    show_default=True,
    metavar="SECONDS",
    help="Longest to train in all.",
)
@click.option(
    "--device",
    type=click.Choice(("auto", "cpu", "gpu")),
    default="auto",
    envvar="KERASCHECK_DEVICE",
    help="Where to train.",
)
@click.option("--no-cache", is_flag=True, help="Train again and keep no results.")
@click.option("-q", "--quiet", is_flag=True, help="Show no progress.")
@click.option(
    "-v",
    "--verbose",
    is_flag=True,
    help="Show every row in full: what each metric reports, AUC and ECE.",
)
@click.option(
    "--output-format",
    type=click.Choice(("text", "json", "markdown")),
    default="text",
    show_default=True,
)
@click.option(
    "--output-file",
    metavar="FILE",
    default=STDOUT,
    help="Where to write it instead of to stdout.",
)
def COMMAND(  # noqa: N802  (the card of this module)
    *,
    chosen: tuple[str, ...],
    rows: tuple[str, ...],
    write_ups: bool,
    shipped: str | None,
    seeds: int | None,
    budget: float,
    device: str,
    no_cache: bool,
    quiet: bool,
    verbose: bool,
    output_format: str,
    output_file: str,
) -> int:
    """Train every setup that tutorials argue about, and say what Keras does with it.

    Units, activation, loss, from_logits and label encoding in every combination, on a
    small task whose truth is known. A row is called
    task/units/activation/loss/labels; _fl is from_logits=True. KERAS_BACKEND chooses
    the backend.
    """
    require_folder(output_file)
    if write_ups:
        if chosen or shipped:
            raise UsageError("--write-ups goes without --matrix and --shipped")
        from kerascheck.cli.tutorials import show_write_ups

        return show_write_ups(
            rows,
            seeds=seeds or WRITE_UP_SEEDS,
            budget=budget,
            device=device,
            quiet=quiet,
            output_format=output_format,
            output_file=output_file,
        )
    setups = _setups(chosen, rows)
    if shipped is not None:
        sheet = _shipped(shipped, setups)
    else:
        sheet = _trained(
            list(setups.values()),
            seeds=seeds or SEEDS,
            budget=budget,
            device=device,
            cache=not no_cache,
            quiet=quiet,
        )
    write_file(
        output_file, _rendered(sheet, output_format, every=verbose or rows != ())
    )
    return _exit_code(sheet)


def _setups(chosen: Sequence[str], rows: Sequence[str]) -> dict[Name, Setup]:
    """Return the setups to show, by name.

    Raises:
        UsageError: A pattern matches no row.
    """
    from kerascheck.confirm.evidence.matrix import matrices, name_of

    wanted = chosen or (("all",) if rows else DEFAULT)
    known = {
        name: setup
        for matrix, setups in matrices().items()
        if matrix in wanted or "all" in wanted
        for setup in setups
        if (name := name_of(setup)) is not None
    }
    for pattern in rows:
        if not any(_matches(name, pattern) for name in known):
            raise UsageError(
                f"no row matches {pattern!r}; one is called {next(iter(known))}"
            )
    if not rows:
        return known
    return {n: s for n, s in known.items() if any(_matches(n, p) for p in rows)}


def _matches(name: Name, pattern: str) -> bool:
    text = str(name)
    return pattern in text or fnmatchcase(text, pattern)


def _shipped(name: str, setups: dict[Name, Setup]) -> Sheet:
    from kerascheck.confirm.evidence.shipped import sheet_called
    from kerascheck.model.frozen import replace

    sheet = sheet_called(name)
    return replace(sheet, rows=tuple(r for r in sheet.rows if r.name in setups))


def _trained(
    setups: list[Setup],
    *,
    seeds: int,
    budget: float,
    device: str,
    cache: bool,
    quiet: bool,
) -> Sheet:
    from contextlib import nullcontext

    from kerascheck.confirm.cache import kept_results
    from kerascheck.confirm.child_process import backend, here
    from kerascheck.confirm.confirmer import trained
    from kerascheck.confirm.evidence.summarize import sheet_of

    backend()  # says that it is missing before anything else is said
    keeping = kept_results(here(), complain) if cache else nullcontext()
    with keeping as kept, progress(f"training {len(setups)} setups", quiet=quiet) as p:
        results = trained(
            setups, budget=budget, seeds=seeds, device=device, cache=kept, progress=p
        ).results
    return sheet_of([results[setup] for setup in setups], seeds)


def _rendered(sheet: Sheet, output_format: str, *, every: bool) -> str:
    from kerascheck.confirm.evidence.tables import as_document, as_markdown, as_text

    if output_format == "json":
        from kerascheck.report.document import ascii_json, with_header

        return ascii_json(with_header(as_document(sheet)))
    if output_format == "markdown":
        return as_markdown(sheet)
    return as_text(sheet, width=style_of_stdout().width, every_row=every)


def _exit_code(sheet: Sheet) -> int:
    """Return 2 where nothing was trained to the end, and say why."""
    from kerascheck.confirm.evidence.table_row import Outcome

    left = [row for row in sheet.rows if row.outcome is Outcome.UNFINISHED]
    if not left:
        return 0
    complain(f"{len(left)} of {len(sheet.rows)} setups unfinished: {left[0].message}")
    return FAILED if len(left) == len(sheet.rows) else 0
