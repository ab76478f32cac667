"""What one run of kerascheck has to say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from kerascheck.engine.finding import Finding, Severity, Verdict
from kerascheck.engine.outcome import UNUSED, ConfigurationUse, NotRun, Suppressed
from kerascheck.model.description import Description
from kerascheck.model.frozen import Frozen, field, replace
from kerascheck.model.vocabulary import FAIL_ON

if TYPE_CHECKING:
    from kerascheck.engine.rule import Rule


class FindingsError(AssertionError):
    """Raised by `Report.raise_for_findings`; its text is the report.

    Attributes:
        report: The report that fails.
    """

    __module__ = "kerascheck"  # where users import it from, and what pytest shows

    def __init__(self, text: str, report: Report) -> None:
        super().__init__(text)
        self.report = report


class Report(Frozen):
    """The models that were looked at and all that was found.

    Findings stand by model, head and location; the order is the same each time.
    """

    models: tuple[Description, ...] = ()
    findings: tuple[Finding, ...] = ()
    not_run: tuple[NotRun, ...] = ()
    suppressed: tuple[Suppressed, ...] = ()
    decided: int = 0  # pairs of rule and head that were decided
    skipped: tuple[tuple[str, str], ...] = ()  # paths that were passed over, and why
    configuration: tuple[ConfigurationUse, ...] = ()
    seconds: float = 0.0
    rules: tuple[Rule, ...] = field(default=(), repr=False)  # those that were selected

    @property
    def ok(self) -> bool:
        """Say whether nothing stands at or above a warning."""
        return not self.fails("warning")

    def fails(
        self,
        fail_on: str = "warning",
        *,
        max_warnings: int | None = None,
        strict: bool = False,
    ) -> bool:
        """Say whether a finding stands at or above this severity.

        Args:
            fail_on: "error", "warning", "note" or "never".
            max_warnings: Warnings that are let pass; one more fails, under every
                `fail_on` but "never".
            strict: Undecided rules, unused suppressions and what was passed over fail
                as well; what is excluded does not.

        Raises:
            ValueError: `fail_on` is none of these.
        """
        if fail_on not in FAIL_ON:
            raise ValueError(f"Expected one of {FAIL_ON}. Received: {fail_on!r}.")
        if strict and self.left_open:
            return True
        if fail_on == "never":
            return False
        least = Severity(fail_on).rank
        failing = [f.severity for f in self.findings if f.severity.rank >= least]
        if max_warnings is None:
            return bool(failing)
        others = any(severity is not Severity.WARNING for severity in failing)
        return others or self.count(Severity.WARNING) > max_warnings

    @property
    def left_open(self) -> tuple[str, ...]:
        """What fails under `strict` beside findings: "3 undecided", "1 passed over"."""
        from kerascheck.engine.skipped import EXCLUDED

        counts = {
            "undecided": len(self.not_run),
            "unneeded": sum(finding.code == UNUSED for finding in self.findings),
            "passed over": sum(why != EXCLUDED for _, why in self.skipped),
        }
        return tuple(f"{number} {what}" for what, number in counts.items() if number)

    def count(self, severity: Severity) -> int:
        """Return how many findings have this severity."""
        return sum(f.severity is severity for f in self.findings)

    @property
    def unreadable(self) -> int:
        """How many models could not be read."""
        return sum(m.format is None for m in self.models)

    def confirmed(self, verdict: Verdict) -> int:
        """Return how many findings reference training gave this verdict."""
        return sum(
            f.confirmation is not None and f.confirmation.status is verdict
            for f in self.findings
        )

    @classmethod
    def joined(cls, reports: Sequence[Report]) -> Report:
        """Return one report of what several say, in their order."""
        return cls(
            models=tuple(model for one in reports for model in one.models),
            findings=tuple(finding for one in reports for finding in one.findings),
            not_run=tuple(item for one in reports for item in one.not_run),
            suppressed=tuple(item for one in reports for item in one.suppressed),
            decided=sum(one.decided for one in reports),
            skipped=tuple(pair for one in reports for pair in one.skipped),
            configuration=tuple(
                dict.fromkeys(use for one in reports for use in one.configuration)
            ),
            seconds=sum(one.seconds for one in reports),
            rules=reports[0].rules if reports else (),
        )

    def with_findings(self, findings: tuple[Finding, ...]) -> Report:
        """Return this report with other findings, such as confirmed ones."""
        return replace(self, findings=findings)

    def __iter__(self) -> Iterator[Finding]:
        return iter(self.findings)

    def to_dict(self) -> dict[str, Any]:
        """Return the report as the JSON document that the contract fixes."""
        from kerascheck.report.document import document

        return document(self)

    def to_json(self) -> str:
        """Return the report as JSON text, schema_version "1"."""
        from kerascheck.report.document import as_json

        return as_json(self)

    def raise_for_findings(self, fail_on: str = "warning") -> None:
        """Raise where a finding stands at or above this severity.

        Raises:
            FindingsError: An AssertionError whose text is the text report.
            ValueError: `fail_on` is no severity.
        """
        __tracebackhide__ = True
        if self.fails(fail_on):
            raise FindingsError(str(self), self)

    def _repr_html_(self) -> str:
        from kerascheck.report.notebook import fragment

        return fragment(self)

    def __repr__(self) -> str:
        from kerascheck.report.terminal import outline

        return f"<Report: {outline(self)}>"

    def __str__(self) -> str:
        from kerascheck.report.terminal import plain

        return plain(self)
