"""check --confirm: its options, and what the user sees while it trains."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from time import time

import click

from kerascheck.cli.bundles import BUDGET, ConfirmOptions
from kerascheck.cli.options import Option, bundled
from kerascheck.cli.streams import complain
from kerascheck.model.typed import TYPE_CHECKING, Any
from kerascheck.model.vocabulary import DEVICES

if TYPE_CHECKING:
    from kerascheck.report.report import Report

Progress = Callable[[int, int], None]

LINE_SECONDS = 10.0
"""Between two lines of progress where there is no terminal."""


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
        type=click.Choice(DEVICES),
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
    """Show work on stderr as soon as there is any: a bar on a terminal, else lines."""
    if quiet:
        yield None
        return
    with ExitStack() as shown:
        updates: list[Progress] = []

        def update(done: int, of: int) -> None:
            if not updates:
                on_terminal = sys.stderr.isatty()
                updates.append(_bar(shown) if on_terminal else _lines(what))
            updates[0](done, of)

        yield update


def _bar(shown: ExitStack) -> Progress:
    """Return what moves a bar until `shown` is closed."""
    bar: Any = shown.enter_context(
        click.progressbar(length=1000, label="reference training", file=sys.stderr)
    )

    def update(done: int, of: int) -> None:
        if not bar.pos:  # importing Keras is not part of the estimate
            bar.start = bar.last_eta = time()
        bar.update(max(0, int(1000 * done / max(of, 1)) - bar.pos))

    return update


def _lines(what: str) -> Progress:
    """Return what writes a line at once, and one every `LINE_SECONDS` of work."""
    complain(what)
    started = last = 0.0

    def update(done: int, of: int) -> None:
        nonlocal started, last
        now = time()
        if not done:
            return
        started = started or now  # importing Keras is not part of the estimate
        last = last or now
        if now - last < LINE_SECONDS or done >= of:
            return
        last = now
        share = done / max(of, 1)
        complain(f"{what}: {share:.0%} after {now - started:.0f} s")

    return update
