"""What one run of kerascheck found, and every form in which it is shown."""

from __future__ import annotations

from kerascheck.engine.outcome import Outcome
from kerascheck.model.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kerascheck.model.vocabulary import FailOn, Format


class FindingsError(AssertionError):
    """Raised by `Report.raise_for_findings`; its text is the report.

    Attributes:
        report: The report that fails.
    """

    __module__ = "kerascheck"  # where users import it from, and what pytest shows

    def __init__(self, text: str, report: Report) -> None:
        super().__init__(text)
        self.report = report


class Report(Outcome):
    """The outcome of a run as users hold it: it shows itself as text, HTML or JSON."""

    def to_dict(self) -> dict[str, Any]:
        """Return the report as the JSON document that docs/json.md describes."""
        from kerascheck.report.document import document

        return document(self)

    def to_json(self) -> str:
        """Return the report as JSON text, schema_version "1"."""
        from kerascheck.report.document import as_json

        return as_json(self)

    def render(self, format: Format) -> str:  # noqa: A002  (as users say)
        """Return the report as `--output-format` shows it, without colour.

        Args:
            format: "text", "html", "markdown", "sarif" or another of docs/index.md.

        Raises:
            UsageError: There is no such format.
        """
        from kerascheck.report.formats import renderer
        from kerascheck.trust.printable import Style

        return renderer(format)(self, Style())

    def raise_for_findings(self, fail_on: FailOn = "warning") -> None:
        """Raise if there is a finding at or above this severity.

        Raises:
            FindingsError: An AssertionError whose text is the text report.
            ValueError: `fail_on` is not a severity.
        """
        __tracebackhide__ = True
        if self.fails(fail_on):
            raise FindingsError(str(self), self)

    def _repr_html_(self) -> str:
        from kerascheck.report.notebook import fragment

        return fragment(self)

    def __repr__(self) -> str:
        from kerascheck.report.totals import outline

        return f"<Report: {outline(self)}>"

    def __str__(self) -> str:
        from kerascheck.report.terminal import as_text

        return as_text(self)
