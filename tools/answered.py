"""Counts how many findings about training the trainings that ship answer at once.

A finding is answered if it is confirmed or refuted from them alone, without training.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import kerascheck
from kerascheck.confirm.confirmer import confirm_report
from kerascheck.confirm.evidence.trainings import BACKENDS, ShippedTrainings
from kerascheck.confirm.options import TrainingOptions
from kerascheck.engine.finding import Finding, Harm, Verdict
from kerascheck.report.report import Report

_CLEAR = (Verdict.CONFIRMED, Verdict.REFUTED)


class Answered(NamedTuple):
    """What became of the findings about training.

    Attributes:
        clear: Confirmed or refuted from what ships.
        inconclusive: From what ships.
        missing: Something would have to be trained.
        not_run: There is nothing to train.
        rest: Those that are not clear.
    """

    clear: int
    inconclusive: int
    missing: int
    not_run: int
    rest: tuple[Finding, ...]

    @property
    def trainable(self) -> int:
        """Findings for which there is something to train."""
        return self.clear + self.inconclusive + self.missing


def answered(reports: Iterable[Report]) -> Answered:
    """Count the findings of reports, as what ships for all backends judges them."""
    options = TrainingOptions(
        shipped=ShippedTrainings(backends=BACKENDS), budget=0, cache=None
    )
    findings = [
        finding
        for report in reports
        for finding in confirm_report(report, options).findings
        if finding.harm is not Harm.NONE
    ]
    kinds = Counter(map(_kind, findings))
    return Answered(
        clear=kinds["clear"],
        inconclusive=kinds["inconclusive"],
        missing=kinds["missing"],
        not_run=kinds["not run"],
        rest=tuple(f for f in findings if _kind(f) != "clear"),
    )


def _kind(finding: Finding) -> str:
    confirmation = finding.confirmation
    if confirmation is None or confirmation.status is Verdict.NOT_RUN:
        return "not run"
    here = [confirmation.source, *(other.source for other in confirmation.elsewhere)]
    if set(here) != {"shipped"} and confirmation.status not in _CLEAR:
        return "missing"
    return "clear" if confirmation.status in _CLEAR else "inconclusive"


def main(paths: Sequence[str]) -> Iterator[str]:
    """Yield the counts over saved models and programs, and each that is not clear."""
    found = answered([kerascheck.check(path) for path in paths])
    yield (
        f"{found.clear} of {found.trainable} findings that can be trained are "
        f"answered at once, {found.inconclusive} are inconclusive, "
        f"{found.missing} have to be trained; "
        f"{found.not_run} of {found.trainable + found.not_run} are not run"
    )
    for one in found.rest:
        reason = one.confirmation.reason if one.confirmation else ""
        yield f"{one.code} {one.model}: {_kind(one)}: {reason}"
