"""check --confirm: its options, and what the user sees while it trains."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import TYPE_CHECKING, NamedTuple

import click

from kerascheck.cli.streams import complain

if TYPE_CHECKING:
    from kerascheck.report.report import Report

Progress = Callable[[int, int], None]

BUDGET = 120.0


budget_option = click.option(
    "--confirm-budget",
    type=click.FloatRange(min=0),
    default=BUDGET,
    show_default=True,
    metavar="SECONDS",
    envvar="KERASCHECK_CONFIRM_BUDGET",
    help="Longest that --confirm may train.",
)


class Confirming(NamedTuple):
    """What the call says of reference training; `confirm_budget` in seconds."""

    confirm: bool
    confirm_budget: float
    device: str
    no_cache: bool


def confirm_options(command: Callable[..., object]) -> Callable[..., object]:
    """Add --confirm and its like; the command gets them as `confirming`."""

    @wraps(command)
    def with_confirming(**options: object) -> object:
        told = {name: options.pop(name) for name in Confirming._fields}
        bundle = Confirming(**told)  # type: ignore[arg-type]
        return command(confirming=bundle, **options)

    for option in (
        click.option(
            "--no-cache", is_flag=True, help="Train again and keep no results."
        ),
        click.option(
            "--device",
            type=click.Choice(("auto", "cpu", "gpu")),
            default="auto",
            envvar="KERASCHECK_DEVICE",
            help="Where --confirm trains.",
        ),
        budget_option,
        click.option(
            "--confirm",
            is_flag=True,
            envvar="KERASCHECK_CONFIRM",
            help="Prove each fix by training a small reference model before and after.",
        ),
    ):
        option(with_confirming)
    return with_confirming


def confirmed(
    report: Report, told: Confirming, *, quiet: bool, locked: bool = False
) -> Report:
    """Return the report with each finding trained before and after its fix.

    Args:
        report: What was found.
        told: How to train.
        quiet: Show no progress.
        locked: A result from the cache lowers no severity.
    """
    from kerascheck.api import confirm

    if not report.findings:
        return report
    what = "training reference models, before and after each fix"
    with progress(what, quiet=quiet) as tell:
        return confirm(
            report,
            budget=told.confirm_budget,
            device=told.device,
            cache=not told.no_cache,
            locked=locked,
            progress=tell,
            notice=complain,
        )


@contextmanager
def progress(what: str, *, quiet: bool) -> Iterator[Progress | None]:
    """Show work on stderr: a bar on a terminal, elsewhere one line that says what."""
    if quiet:
        yield None
        return
    if not sys.stderr.isatty():
        complain(what)
        yield None
        return
    with click.progressbar(
        length=1000, label="reference training", file=sys.stderr
    ) as bar:

        def tell(done: int, of: int) -> None:
            bar.update(max(0, int(1000 * done / max(of, 1)) - bar.pos))

        yield tell
