"""Reports that are written model by model, for more models than memory holds.

The lines are those that the same report has when it is written at the end. What is kept
of it is what decides the exit code: how many models, findings and undecided rules.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from kerascheck.api import check_in_parts
from kerascheck.cli.streams import show
from kerascheck.model.frozen import replace
from kerascheck.model.typed import TYPE_CHECKING, Any
from kerascheck.report.formats import jsonl

if TYPE_CHECKING:
    from kerascheck.cli.bundles import ConfirmOptions, FixOptions
    from kerascheck.cli.writing import Output, Writing
    from kerascheck.engine.finding import Finding
    from kerascheck.engine.outcome import NotRun, Suppressed
    from kerascheck.model.description import Description
    from kerascheck.report.report import Report
    from kerascheck.settings.settings import Settings


def can_stream(
    writing: Writing,
    settings: Settings,
    fixes: FixOptions,
    confirmation: ConfirmOptions,
) -> bool:
    """Say whether nothing needs the whole report: one format, to stdout."""
    output = writing.output
    summary = output.step_summary and os.environ.get("GITHUB_STEP_SUMMARY")
    whole = (fixes.fix, fixes.diff, confirmation.confirm, output.verbose, summary)
    unused = (settings.per_model_ignores, settings.models, settings.baseline)
    return writing.is_of_lines and not any((*whole, *unused))


def stream(
    paths: Sequence[str], settings: Settings, output: Output, *, jobs: int = 1
) -> Report:
    """Check, write what is found as it goes, and return what decides the exit code.

    Args:
        paths: What is checked.
        settings: What the call and the configuration say.
        output: Whether anything is shown.
        jobs: Processes; 0: one a core.
    """
    write: Callable[[str], object] = (lambda _: None) if output.silent else show
    kept = _Kept()
    write(jsonl.head())
    with _progress(quiet=output.quiet or output.silent) as moved:

        def on_part(part: Report, done: int, of: int) -> None:
            write(jsonl.models(part))
            kept.add(part)
            moved(done, of)

        last = check_in_parts(paths, on_part, config=settings, jobs=jobs)
    write(jsonl.models(last) + jsonl.rest(last))
    kept.add(last)
    report = kept.report(last)
    write(jsonl.summary(report))
    return report


class _Kept:
    """What is kept: one value for all that are equal for the exit code."""

    def __init__(self) -> None:
        self._values: dict[object, Any] = {}
        self._models: list[Description] = []
        self._findings: list[Finding] = []
        self._not_run: list[NotRun] = []
        self._suppressed: list[Suppressed] = []
        self._decided = 0

    def add(self, part: Report) -> None:
        """Keep what decides the exit code."""
        one = self._values.setdefault
        self._models += [one(("model", m.format), m) for m in part.models]
        self._findings += [one((f.code, f.severity), f) for f in part.findings]
        self._not_run += [one(("not run", item.why), item) for item in part.not_run]
        self._suppressed += [one("suppressed", item) for item in part.suppressed]
        self._decided += part.decided

    def report(self, last: Report) -> Report:
        """Return all that is kept, with what was passed over."""
        return replace(
            last,
            models=tuple(self._models),
            findings=tuple(self._findings),
            not_run=tuple(self._not_run),
            suppressed=tuple(self._suppressed),
            decided=self._decided,
        )


@contextmanager
def _progress(*, quiet: bool) -> Iterator[Callable[[int, int], None]]:
    """Show on a terminal how many models are checked, and how long the rest takes."""
    if quiet or not sys.stderr.isatty() or sys.stdout.isatty():
        yield lambda done, of: None
        return
    import click

    with click.progressbar(length=1, label="checking models", file=sys.stderr) as bar:

        def moved(done: int, of: int) -> None:
            if not of:
                bar.label = f"checking models: {done}"
            bar.length = of or done + 1
            bar.update(done - bar.pos)

        yield moved
