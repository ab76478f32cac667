"""For CI systems that count tests: JUnit XML, a suite a model, a case a rule and head.

A rule that found something below a warning passes, with the finding in its output.
What is undecided, suppressed or also fixed by the fix of another finding is skipped,
with the reason, and never passes. What was passed over, and what a configuration turns
off, are properties of the whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from kerascheck.engine.finding import Finding, Severity
from kerascheck.engine.outcome import Outcome
from kerascheck.model.description import Description
from kerascheck.model.named import NamedTuple
from kerascheck.report.terminal import finding_lines
from kerascheck.report.view import SourceLines, proof
from kerascheck.trust.printable import MAX_TEXT, Style, printable, shortened, shown

_CaseKey = tuple[str, str | None]
"""Code and head of a model; no head if a rule looks at the model as a whole."""


class _Case(NamedTuple):
    """One rule at one head of one model, and its result."""

    code: str
    name: str
    head: str | None = None
    findings: tuple[Finding, ...] = ()
    skipped: str | None = None


def render(outcome: Outcome, style: Style) -> str:
    """Return XML in ASCII, without a document type."""
    root = Element("testsuites", name="kerascheck")
    _add_properties(root, _unseen(outcome))
    outcomes, lines = _Outcomes(outcome), SourceLines(outcome.models)
    for model in outcome.models:
        _add_suite(root, model.path, outcomes.cases(model), lines)
    for path, cases in outcomes.other_files():
        _add_suite(root, path, cases, lines)
    for path, why in outcome.skipped:
        _add_suite(root, path, [_Case("", "is checked", skipped=why)], lines)
    _count(root)
    indent(root)
    text: bytes = tostring(root, encoding="us-ascii", xml_declaration=True)
    return f"{text.decode()}\n"


class _Outcomes:
    """What every rule of one report found, by model and head."""

    def __init__(self, outcome: Outcome) -> None:
        self._rules = outcome.rules
        self._models = outcome.models
        self._whole = {rule.code for rule in outcome.rules if rule.scope == "model"}
        self._found: dict[str, dict[_CaseKey, list[Finding]]] = {}
        self._open: dict[tuple[str, _CaseKey], str] = {}
        for item in outcome.not_run:
            self._open[item.model, (item.code, item.head)] = item.why
        for hidden in outcome.suppressed:
            self._skip(hidden.finding, f"suppressed by {hidden.why}")
        for finding in outcome.findings:
            here = self._found.setdefault(finding.model, {})
            here.setdefault(self._key(finding), []).append(finding)
            for other in finding.follows:
                self._skip(other, f"also fixed by the fix of {finding.code}")

    def _skip(self, finding: Finding, why: str) -> None:
        self._open[finding.model, self._key(finding)] = why

    def _key(self, finding: Finding) -> _CaseKey:
        return finding.code, None if finding.code in self._whole else finding.head

    def cases(self, model: Description) -> Iterator[_Case]:
        """Yield findings about the file, then each rule at each head."""
        found = self._found.get(model.path, {})
        rules = list(self._rule_cases(model, found))
        known = {(case.code, case.head) for case in rules}
        for place, findings in found.items():
            if place not in known:
                first = findings[0]
                yield _Case(first.code, first.name, first.head, tuple(findings))
        yield from rules

    def other_files(self) -> Iterator[tuple[str, list[_Case]]]:
        """Yield findings about files that are not models, such as a baseline."""
        models = {model.path for model in self._models}
        for path, places in self._found.items():
            if path not in models:
                each = (tuple(findings) for findings in places.values())
                yield path, [_Case(f[0].code, f[0].name, f[0].head, f) for f in each]

    def _rule_cases(
        self, model: Description, found: dict[_CaseKey, list[Finding]]
    ) -> Iterator[_Case]:
        ran = bool(model.compiled and model.heads)
        heads = [head.name for head in model.heads] if ran else [None]
        for rule in self._rules:
            for head in [None] if rule.code in self._whole else heads:
                findings = tuple(found.get((rule.code, head), ()))
                why = self._open.get((model.path, (rule.code, head)))
                if ran or findings or why is not None:
                    skipped = None if findings else why
                    yield _Case(rule.code, rule.name, head, findings, skipped)


def _text(text: str) -> str:
    return printable(shortened(text, MAX_TEXT))


def _add_suite(
    root: Element, path: str, cases: Iterable[_Case], lines: SourceLines
) -> None:
    suite = SubElement(root, "testsuite", name=_text(path))
    for case in cases:
        name = f"{case.code} {case.name}".strip()
        if case.head is not None:
            name += f" [{shown(case.head)}]"
        element = SubElement(suite, "testcase", classname=_text(path), name=name)
        if case.skipped is not None:
            SubElement(element, "skipped", message=shown(case.skipped))
        if case.findings:
            _add_findings(element, case.findings, lines)
    _count(suite)


def _add_findings(
    element: Element, findings: tuple[Finding, ...], lines: SourceLines
) -> None:
    _add_properties(element, _properties(findings))
    blocks = ["\n".join(finding_lines(f, Style(), lines.find(f))) for f in findings]
    worst = max(findings, key=lambda finding: finding.severity.rank)
    if worst.severity is Severity.NOTE:
        output = SubElement(element, "system-out")
    else:
        message = f"{worst.severity}: {shown(worst.message)}"
        output = SubElement(element, "failure", type=worst.code, message=message)
    output.text = "\n\n".join(blocks)


def _add_properties(element: Element, pairs: Iterator[tuple[str, str]]) -> None:
    named = list(pairs)
    if named:
        properties = SubElement(element, "properties")
        for name, value in named:
            SubElement(properties, "property", name=name, value=value)


def _unseen(outcome: Outcome) -> Iterator[tuple[str, str]]:
    """Yield what a configuration turns off, and what was not looked at."""
    for use in outcome.configuration:
        if use.sentence:
            yield "configuration", shown(use.sentence)
    for path, why in outcome.skipped:
        yield "passed over", f"{_text(path)}: {shown(why)}"


def _properties(findings: tuple[Finding, ...]) -> Iterator[tuple[str, str]]:
    for finding in findings:
        yield "fingerprint", finding.fingerprint
        if finding.confirmation is not None:
            yield "confirmation", shown(proof(finding.confirmation))


def _count(element: Element) -> None:
    """Write the numbers of tests, failures and skipped tests below an element."""
    for name, tag in _COUNTED.items():
        element.set(name, str(sum(1 for _ in element.iter(tag))))
    element.set("errors", "0")


_COUNTED = {"tests": "testcase", "failures": "failure", "skipped": "skipped"}
