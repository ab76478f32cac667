"""What one rule says of a model, out of the report of all rules."""

from __future__ import annotations

from collections.abc import Iterator

from kerascheck.in_pytest.properties import why_unchecked
from kerascheck.model.frozen import replace
from kerascheck.report.report import Report
from kerascheck.suppress.rule_selection import READING


def of_rule(whole: Report, code: str) -> Report:
    """Return the part of a report on one model that is about one rule.

    Args:
        whole: What all rules say of the model.
        code: Of the rule, or `READING`: what there is to say of the file itself.
    """
    path = whole.models[0].path

    def mine(other: str) -> bool:
        return other == code or (code == READING and other.startswith(READING))

    return replace(
        whole,
        findings=tuple(f for f in whole.findings if mine(f.code) and f.model == path),
        not_run=tuple(item for item in whole.not_run if mine(item.code)),
        suppressed=tuple(s for s in whole.suppressed if mine(s.finding.code)),
    )


def why_open(whole: Report, code: str) -> str:
    """Return why a rule can not pass although it finds nothing; "": it can.

    Args:
        whole: What all rules say of one model.
        code: Of the rule, or `READING`.
    """
    model = whole.models[0]
    if not whole.decided and (code == READING or model.format is None):
        return why_unchecked(whole, model.path)
    report = of_rule(whole, code)
    whys = () if report.findings else _whys(whole, report, code)
    return "; ".join(dict.fromkeys(whys))


def _whys(whole: Report, report: Report, code: str) -> Iterator[str]:
    for item in report.not_run:
        yield item.why
    for aside in report.suppressed:
        yield f"set aside by {aside.by}" + (f": {aside.reason}" if aside.reason else "")
    for finding in whole.findings:
        if any(other.code == code for other in finding.follows):
            yield f"follows from {finding.code}, whose fix mends it as well"
