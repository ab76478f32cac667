"""What one rule says of a model, out of the report of all rules."""

from __future__ import annotations

from collections.abc import Iterator

from kerascheck.in_pytest.properties import why_unchecked
from kerascheck.model.frozen import replace
from kerascheck.report.report import Report
from kerascheck.suppress.rule_selection import FILE_CODES


def report_of_rule(whole: Report, code: str) -> Report:
    """Return the part of a report on one model that is about one rule.

    Args:
        whole: What all rules say of the model.
        code: Of the rule, or `FILE_CODES`: findings about the file itself.
    """
    path = whole.models[0].path

    def is_of_rule(other: str) -> bool:
        return other == code or (code == FILE_CODES and other.startswith(FILE_CODES))

    return replace(
        whole,
        findings=tuple(
            f for f in whole.findings if is_of_rule(f.code) and f.model == path
        ),
        not_run=tuple(item for item in whole.not_run if is_of_rule(item.code)),
        suppressed=tuple(s for s in whole.suppressed if is_of_rule(s.finding.code)),
    )


def why_undecided(whole: Report, code: str) -> str:
    """Return why a rule cannot pass although it finds nothing; "": it can.

    Args:
        whole: What all rules say of one model.
        code: Of the rule, or `FILE_CODES`.
    """
    model = whole.models[0]
    if not whole.decided and (code == FILE_CODES or model.format is None):
        return why_unchecked(whole, model.path)
    report = report_of_rule(whole, code)
    whys = () if report.findings else _whys(whole, report, code)
    return "; ".join(dict.fromkeys(whys))


def _whys(whole: Report, report: Report, code: str) -> Iterator[str]:
    for item in report.not_run:
        yield item.why
    for suppressed in report.suppressed:
        yield f"suppressed by {suppressed.why}"
    for finding in whole.findings:
        if any(other.code == code for other in finding.follows):
            yield f"follows from {finding.code}, whose fix also fixes it"
