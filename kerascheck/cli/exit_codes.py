"""Exit codes, and which of them a report without findings has."""

from __future__ import annotations

import os
from collections.abc import Callable
from errno import EMFILE, ENFILE, ENOMEM

from kerascheck.cli.streams import complain, show_traceback, survive_any_encoding
from kerascheck.model.errors import KerascheckError
from kerascheck.model.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from kerascheck.report.report import Report
    from kerascheck.settings.settings import Settings

FOUND = 1

FAILED = 2
"""Usage, configuration and internal errors."""

NOTHING_TO_CHECK = 3


def code_without_findings(
    report: Report, settings: Settings, *, no_models: Callable[[Report], str]
) -> int:
    """Return the exit code of a report without findings, and say why if it is not 0.

    Args:
        report: Without findings that fail.
        settings: Say whether all that was named may be excluded or not a model.
        no_models: Says why there are no models in the report.
    """
    if report.decided or _may_be_empty(report, settings):
        return 0
    complain(_why_undecided(report) if report.models else no_models(report))
    return NOTHING_TO_CHECK


def _may_be_empty(report: Report, settings: Settings) -> bool:
    """Say whether nothing had to be checked, as of a commit without models."""
    from kerascheck.engine.skipped import INTENDED, UNCHANGED

    unchanged = any(why == UNCHANGED for _, why in report.skipped)
    excluded = settings.force_exclude and report.skipped
    expected = settings.only_models or unchanged or excluded
    intended = all(why in INTENDED for _, why in report.skipped)
    in_programs = all(model.format == "source" for model in report.models)
    return bool(expected) and in_programs and intended


def _why_undecided(report: Report) -> str:
    reasons = sorted({item.why for item in report.not_run})
    why = f": {reasons[0]}" if len(reasons) == 1 else ""
    return f"nothing could be checked, no rule was decided{why}"


def code_of(run: Callable[[], object], *, verbose: bool) -> int:
    """Return the exit code of a command; errors become one line each.

    Args:
        run: The command; what it returns is its code, 0 if that is not a number.
        verbose: Show where errors come from.
    """
    survive_any_encoding()
    try:
        code = run()
    except KerascheckError as error:
        if error.__cause__ is not None and verbose:
            show_traceback("cause", error.__cause__)
        complain(str(error))
    except Exception as error:
        lack = _lack(error)
        if lack is None:
            _complain_of(error, traceback=verbose)
        else:
            complain(f"{lack}, so the run did not end")
    else:
        return code if isinstance(code, int) else 0
    return FAILED


def _lack(error: Exception) -> str | None:
    """Return what the system has too little of; None: the error is another one."""
    if isinstance(error, MemoryError) or _says(error, ENOMEM, "failed to map segment"):
        return "out of memory (fewer models at once take less)"
    if _says(error, EMFILE, os.strerror(EMFILE)) or _says(error, ENFILE, "\0"):
        return "too many open files (the limit is that of ulimit -n)"
    return None


def _says(error: Exception, number: int, words: str) -> bool:
    """Say whether an error has a number; an import that failed has only words."""
    if isinstance(error, ImportError):
        return words in str(error)
    return isinstance(error, OSError) and error.errno == number


def _complain_of(error: Exception, *, traceback: bool) -> None:
    """Report an error that is a fault of kerascheck."""
    if traceback:
        show_traceback("internal error", error)
    hint = "" if traceback else " (-v shows where)"
    complain(f"internal error: {type(error).__name__}: {error}{hint}")
