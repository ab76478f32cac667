"""kerascheck reference NAME and --write-ups: published tutorials, trained again."""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase

from kerascheck.cli.confirm_options import progress
from kerascheck.cli.exit_codes import FAILED
from kerascheck.cli.streams import complain, style_of_stdout, write_file
from kerascheck.model.errors import UsageError
from kerascheck.model.suggest import did_you_mean
from kerascheck.model.typed import TYPE_CHECKING
from kerascheck.trust.printable import count

if TYPE_CHECKING:
    from kerascheck.cli.reference import Training
    from kerascheck.confirm.tutorials._tutorial import Tutorial, TutorialResult

TUTORIAL_SEEDS = 3


def show_tutorials(
    patterns: Sequence[str],
    training: Training,
    *,
    output_format: str,
    output_file: str,
) -> int:
    """Train the tutorials and show them.

    Args:
        patterns: Names, parts or globs of those to train; none: all.
        training: How; the cache is not used.
        output_format: "text", "json", "markdown" or "html".
        output_file: Where to; "-" is stdout.

    Returns:
        Exit code: 2 if none was trained.

    Raises:
        UsageError: A pattern matches none.
        TrainingUnavailable: Keras or its backend is not installed.
    """
    from kerascheck.confirm.child_process import default_backend
    from kerascheck.confirm.options import TrainingOptions
    from kerascheck.confirm.tutorials._train import train_tutorials

    chosen = _choose(patterns)
    what = f"training {count(len(chosen), 'tutorial')}"
    if training.scheduler is None:
        default_backend()  # a missing one is reported before anything else is
    with progress(what, quiet=training.quiet) as show:
        options = TrainingOptions(
            budget=training.budget,
            seeds=training.seeds or TUTORIAL_SEEDS,
            device=training.device,
            progress=show,
            workers=training.workers,
            scheduler=training.scheduler,
        )
        if show is not None and options.budget > 0:
            show(0, 1)
        results = train_tutorials(chosen, options)
    write_file(output_file, _render(results, output_format))
    return _exit_code(results)


def _choose(patterns: Sequence[str]) -> list[Tutorial]:
    from kerascheck.confirm.tutorials import all_tutorials

    known = all_tutorials()
    for pattern in patterns:
        if not any(_matches(one, pattern) for one in known):
            names = [one.name for one in known]
            raise UsageError(
                f"no write-up is called {pattern!r}{did_you_mean(pattern, names)} "
                f"({', '.join(names)})"
            )
    if not patterns:
        return known
    return [one for one in known if any(_matches(one, p) for p in patterns)]


def _matches(tutorial: Tutorial, pattern: str) -> bool:
    return pattern in tutorial.name or fnmatchcase(tutorial.name, pattern)


def _render(results: list[TutorialResult], output_format: str) -> str:
    from kerascheck.confirm.tutorials._tables import as_document, as_markdown, as_text

    if output_format == "json":
        from kerascheck.report.document import ascii_json, with_header

        return ascii_json(with_header(as_document(results)))
    if output_format == "markdown":
        return as_markdown(results)
    if output_format == "html":
        from kerascheck.confirm.tutorials._html import as_html

        return as_html(results)
    return as_text(results, width=style_of_stdout().width)


def _exit_code(results: list[TutorialResult]) -> int:
    failed = [result for result in results if result.reason]
    for result in failed:
        complain(f"{result.tutorial.name} was not trained: {result.reason}")
    return FAILED if len(failed) == len(results) else 0
