"""check --confirm: its options, and what the user sees while it trains."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from time import time
from typing import TYPE_CHECKING, Any

import click

from kerascheck.cli.bundles import BUDGET, ConfirmOptions
from kerascheck.cli.options import Option, bundled
from kerascheck.cli.streams import complain

if TYPE_CHECKING:
    from kerascheck.report.report import Report

Progress = Callable[[int, int], None]


def _confirm_option(text: str) -> Option:
    return click.option(
        "--confirm", is_flag=True, envvar="KERASCHECK_CONFIRM", help=text
    )


_BUDGET = click.option(
    "--confirm-budget",
    type=click.FloatRange(min=0),
    default=BUDGET,
    show_default=True,
    metavar="SECONDS",
    envvar="KERASCHECK_CONFIRM_BUDGET",
    help="Longest that --confirm may train.",
)

confirm_options = bundled(
    "confirmation",
    ConfirmOptions,
    _confirm_option(
        "Prove each fix by training a small reference model before and after."
    ),
    _BUDGET,
    click.option(
        "--device",
        type=click.Choice(("auto", "cpu", "gpu")),
        default="auto",
        envvar="KERASCHECK_DEVICE",
        help="Where --confirm trains.",
    ),
    click.option("--no-cache", is_flag=True, help="Train again and keep no results."),
)
"""Add --confirm and its options; the command gets them as `confirmation`."""

clone_options = bundled(
    "confirmation",
    ConfirmOptions,
    _BUDGET,
    _confirm_option(
        "Prove each fix by training clones of the model on its data, before and after."
    ),
)
"""Add the same for models that are at hand and train themselves."""


def confirmed(
    report: Report, options: ConfirmOptions, *, quiet: bool, locked: bool = False
) -> Report:
    """Return the report with each finding trained before and after its fix.

    Args:
        report: What was found.
        options: How to train.
        quiet: Show no progress.
        locked: A result from the cache lowers no severity.
    """
    from kerascheck.api import confirm

    if not report.findings:
        return report
    what = "training reference models, before and after each fix"
    with progress(what, quiet=quiet) as show_progress:
        return confirm(
            report,
            budget=options.confirm_budget,
            device=options.device,
            cache=not options.no_cache,
            locked=locked,
            progress=show_progress,
            notice=complain,
        )


@contextmanager
def progress(what: str, *, quiet: bool) -> Iterator[Progress | None]:
    """Show work on stderr as soon as there is any: a bar on a terminal, else a line."""
    if quiet:
        yield None
        return
    with ExitStack() as shown:
        bars: list[Any] = []

        def update(done: int, of: int) -> None:
            if not bars:
                bars.append(_start(what, shown))
            (bar,) = bars
            if bar is None:
                return
            if not bar.pos:  # importing Keras is not part of the estimate
                bar.start = bar.last_eta = time()
            bar.update(max(0, int(1000 * done / max(of, 1)) - bar.pos))

        yield update


def _start(what: str, shown: ExitStack) -> Any:
    """Show that work starts, and return the bar; None where there is no terminal."""
    if not sys.stderr.isatty():
        complain(what)
        return None
    return shown.enter_context(
        click.progressbar(length=1000, label="reference training", file=sys.stderr)
    )
