"""kerascheck reference: what Keras does with every setup, trained here and now."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fnmatch import fnmatchcase
from functools import wraps

import click

from kerascheck.cli.confirm_options import progress
from kerascheck.cli.exit_codes import FAILED
from kerascheck.cli.streams import (
    STDOUT,
    complain,
    require_folder,
    style_of_stdout,
    write_file,
)
from kerascheck.cli.tutorials import TUTORIAL_SEEDS, show_tutorials
from kerascheck.confirm.evidence.matrix import MATRICES, Name
from kerascheck.model.errors import UsageError
from kerascheck.model.named import NamedTuple
from kerascheck.model.typed import TYPE_CHECKING, Any
from kerascheck.model.vocabulary import DEVICES
from kerascheck.trust.printable import count

if TYPE_CHECKING:
    from kerascheck.confirm.evidence.table_row import Sheet
    from kerascheck.confirm.setup import Setup
    from kerascheck.model.vocabulary import Device

DEFAULT = ("binary", "imbalanced")

SEEDS = 5

BUDGET = 600.0

PART = 240
"""Setups that train together: few enough that several processes have work."""


class Training(NamedTuple):
    """How to train; `seeds` is None if the option is absent, `budget` in seconds."""

    seeds: int | None
    budget: float
    device: Device
    no_cache: bool
    quiet: bool
    workers: int
    scheduler: str | None


def training_options(command: Callable[..., object]) -> Callable[..., object]:
    """Add --seeds to --scheduler; the command gets them as `training`."""

    @wraps(command)
    def with_training(**options: Any) -> object:
        values = {name: options.pop(name) for name in Training._fields}
        return command(training=Training(**values), **options)

    for option in (
        click.option(
            "--scheduler",
            metavar="ADDRESS",
            envvar="KERASCHECK_SCHEDULER",
            help="Dask scheduler of a cluster that trains; no results are kept.",
        ),
        click.option(
            "--workers",
            type=click.IntRange(1, 64),
            default=1,
            show_default=True,
            metavar="N",
            help="Processes that train at once; the results are the same.",
        ),
        click.option("-q", "--quiet", is_flag=True, help="Show no progress."),
        click.option(
            "--no-cache", is_flag=True, help="Train again and keep no results."
        ),
        click.option(
            "--device",
            type=click.Choice(DEVICES),
            default="auto",
            envvar="KERASCHECK_DEVICE",
            help="Where to train.",
        ),
        click.option(
            "--budget",
            type=click.FloatRange(min=0),
            default=BUDGET,
            show_default=True,
            metavar="SECONDS",
            help="Longest to train in all.",
        ),
        click.option(
            "--seeds",
            type=click.IntRange(1, 100),
            help=f"Trainings of each setup.  [default: {SEEDS}; "
            f"tutorials: {TUTORIAL_SEEDS}]",
        ),
    ):
        option(with_training)
    return with_training


@click.command("reference", short_help="Train the setups that tutorials argue about.")
@click.argument("names", nargs=-1, metavar="[WRITE-UP]...")
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
    help="Train the setups of five published tutorials, and judge each figure. To "
    "train some, name them: squares-and-circles, two-gaussians, "
    "activation-loss-tables, parabola, zero-and-one.",
)
@click.option(
    "--shipped",
    metavar="NAME",
    help="Train nothing: show the figures that ship with kerascheck, such as "
    "tensorflow-cpu or jax-cpu.",
)
@training_options
@click.option(
    "-v",
    "--verbose",
    is_flag=True,
    help="Show every row in full: what each metric reports, AUC and ECE.",
)
@click.option(
    "--output-format",
    type=click.Choice(("text", "json", "markdown", "html")),
    default="text",
    show_default=True,
)
@click.option(
    "--output-file",
    metavar="FILE",
    default=STDOUT,
    help="File to write instead of stdout.",
)
def command(
    *,
    names: tuple[str, ...],
    chosen: tuple[str, ...],
    rows: tuple[str, ...],
    write_ups: bool,
    shipped: str | None,
    training: Training,
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
    if write_ups or names:
        if chosen or shipped:
            raise UsageError("write-ups exclude --matrix and --shipped")
        return show_tutorials(
            (*names, *rows),
            training,
            output_format=output_format,
            output_file=output_file,
        )
    if output_format == "html":
        raise UsageError("--output-format html is for write-ups")
    setups = _setups(chosen, rows)
    if shipped is not None:
        sheet = _shipped_sheet(shipped, setups)
    else:
        sheet = _trained_sheet(list(setups.values()), training)
    write_file(output_file, _render(sheet, output_format, every=verbose or rows != ()))
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


def _shipped_sheet(name: str, setups: dict[Name, Setup]) -> Sheet:
    from kerascheck.confirm.evidence.shipped import load_sheet
    from kerascheck.model.frozen import replace

    sheet = load_sheet(name)
    return replace(sheet, rows=tuple(r for r in sheet.rows if r.name in setups))


def _trained_sheet(setups: list[Setup], training: Training) -> Sheet:
    from contextlib import nullcontext

    if training.scheduler is not None:
        return _sheet_of_cluster(training.scheduler, setups, training)
    from kerascheck.confirm.cache import open_cache
    from kerascheck.confirm.child_process import default_backend
    from kerascheck.confirm.evidence.summarize import sheet_of
    from kerascheck.confirm.obtain import train_setups
    from kerascheck.confirm.options import TrainingOptions, working_tree

    tree = working_tree()
    default_backend(tree)  # a missing one is reported before anything else is
    seeds = training.seeds or SEEDS
    opened = nullcontext() if training.no_cache else open_cache(tree, complain)
    what = f"training {count(len(setups), 'setup')}"
    with opened as cache, progress(what, quiet=training.quiet) as show:
        options = TrainingOptions(
            budget=training.budget,
            seeds=seeds,
            device=training.device,
            cache=cache,
            tree=tree,
            progress=show,
            workers=training.workers,
        )
        results = train_setups(setups, options, part=PART).results
    return sheet_of([results[setup] for setup in setups], seeds)


def _sheet_of_cluster(scheduler: str, setups: list[Setup], training: Training) -> Sheet:
    from kerascheck.confirm.evidence.summarize import sheet_of
    from kerascheck.confirm.options import TrainingOptions
    from kerascheck.confirm.spread import train_over

    seeds = training.seeds or SEEDS
    what = f"training {count(len(setups), 'setup')}"
    with progress(what, quiet=training.quiet) as show:
        options = TrainingOptions(
            budget=training.budget,
            seeds=seeds,
            device=training.device,
            progress=show,
        )
        results = train_over(scheduler, setups, options, PART)
    return sheet_of(results, seeds)


def _render(sheet: Sheet, output_format: str, *, every: bool) -> str:
    from kerascheck.confirm.evidence.tables import as_document, as_markdown, as_text

    if output_format == "json":
        from kerascheck.report.document import ascii_json, with_header

        return ascii_json(with_header(as_document(sheet)))
    if output_format == "markdown":
        return as_markdown(sheet)
    return as_text(sheet, width=style_of_stdout().width, every_row=every)


def _exit_code(sheet: Sheet) -> int:
    """Return 2 if nothing was trained to the end, and say why."""
    from kerascheck.confirm.evidence.table_row import Outcome

    unfinished = [row for row in sheet.rows if row.outcome is Outcome.UNFINISHED]
    if not unfinished:
        return 0
    complain(
        f"{len(unfinished)} of {len(sheet.rows)} setups unfinished: "
        f"{unfinished[0].message}"
    )
    return FAILED if len(unfinished) == len(sheet.rows) else 0
