"""Exit codes, and which of them a report without findings has."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from kerascheck.cli.streams import complain

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
