"""kerascheck reference --write-ups: published tutorials beside their own figures."""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from kerascheck.cli.confirming import progress
from kerascheck.cli.streams import complain, style_of_stdout, write_file
from kerascheck.model.errors import UsageError

if TYPE_CHECKING:
    from kerascheck.confirm.tutorials._card import WriteUp, WriteUpResult

FAILED = 2


def show_write_ups(
    patterns: Sequence[str],
    *,
    seeds: int,
    budget: float,
    device: str,
    quiet: bool,
    output_format: str,
    output_file: str,
) -> int:
    """Train the write-ups and show them.

    Args:
        patterns: Names, parts or globs of those to train; none: all.
        seeds: Trainings of each setting.
        budget: Seconds in all.
        device: "auto", "cpu" or "gpu".
        quiet: Show no progress.
        output_format: "text", "json" or "markdown".
        output_file: Where to; "-" is stdout.

    Returns:
        Exit code: 2 where none was trained.

    Raises:
        UsageError: A pattern matches none.
        TrainingUnavailable: Keras or its backend is not installed.
    """
    from kerascheck.confirm.child_process import backend
    from kerascheck.confirm.tutorials._run import trained_write_ups

    chosen = _chosen(patterns)
    backend()  # says that it is missing before anything else is said
    with progress(f"training {len(chosen)} write-ups", quiet=quiet) as tell:
        results = trained_write_ups(
            chosen, seeds=seeds, budget=budget, device=device, progress=tell
        )
    write_file(output_file, _rendered(results, output_format))
    return _exit_code(results)


def _chosen(patterns: Sequence[str]) -> list[WriteUp]:
    from kerascheck.confirm.tutorials import all_write_ups

    known = all_write_ups()
    for pattern in patterns:
        if not any(_matches(one, pattern) for one in known):
            names = ", ".join(one.name for one in known)
            raise UsageError(f"no write-up matches {pattern!r} ({names})")
    if not patterns:
        return known
    return [one for one in known if any(_matches(one, p) for p in patterns)]


def _matches(write_up: WriteUp, pattern: str) -> bool:
    return pattern in write_up.name or fnmatchcase(write_up.name, pattern)


def _rendered(results: list[WriteUpResult], output_format: str) -> str:
    from kerascheck.confirm.tutorials._tables import as_document, as_markdown, as_text

    if output_format == "json":
        from kerascheck.report.document import ascii_json, with_header

        return ascii_json(with_header(as_document(results)))
    if output_format == "markdown":
        return as_markdown(results)
    return as_text(results, width=style_of_stdout().width)


def _exit_code(results: list[WriteUpResult]) -> int:
    left = [result for result in results if result.reason]
    for result in left:
        complain(f"{result.write_up.name} was not trained: {result.reason}")
    return FAILED if len(left) == len(results) else 0
