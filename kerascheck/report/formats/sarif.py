"""For GitHub code scanning and SARIF viewers: SARIF 2.1.0.

What stands where follows the OASIS standard, errata 01, and what GitHub reads of it.
A rule that passes is no result, as GitHub would raise an alert for it. Rules that are
undecided, paths that were passed over, models that cannot be read and configurations
that turn something off are notifications of the run.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from urllib.parse import quote

from kerascheck.engine.finding import Finding
from kerascheck.engine.outcome import NotRun
from kerascheck.model.version import __version__
from kerascheck.report.document import (
    MAX_STRING,
    Document,
    ascii_json,
    finding_document,
)
from kerascheck.report.formats._cards import cards, sentence
from kerascheck.report.formats._choosing import worst_first
from kerascheck.report.formats._descriptor import descriptor
from kerascheck.report.formats._place import Place, Places
from kerascheck.report.lines import COMPILED, LAYER
from kerascheck.report.report import Report
from kerascheck.trust.printable import Style, count, shortened, shown

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/"
    "sarif-schema-2.1.0.json"
)

MAX_COUNT = 25_000
"""Results of one run that GitHub takes; it refuses a file with more."""

_LINES = {COMPILED: "its compile() call", LAYER: "the last layer of its head"}
"""What a line of source is, where it is a related location."""

_PROPERTIES = ("confidence", "harm", "seen", "expected", "fix", "confirmation")
"""What of a finding in JSON has no place of its own in SARIF."""

_PLACEHOLDER = re.compile(r"\{(?=\d)")


def render(report: Report, style: Style) -> str:
    """Return the report as SARIF; findings that are set aside on request alone."""
    run = _Run(report).log(suppressed=style.suppressed, category=style.category)
    return ascii_json({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]})


class _Run:
    """One run of the tool in the making."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._places = Places(report)
        self._models = {model.path: model for model in report.models}
        self._cards = {card.code: card for card in cards(report)}
        self._indices = {code: i for i, code in enumerate(self._cards)}

    def log(self, *, suppressed: bool, category: str) -> Document:
        """Return the run as SARIF has it."""
        # What stands before the last slash tells the reports of one commit apart.
        names = ("kerascheck", *filter(None, [category.strip("/")]))
        invocation = {
            "executionSuccessful": True,
            "toolExecutionNotifications": list(self._notifications()),
        }
        return {
            "tool": {"driver": self._driver()},
            "automationDetails": {"id": "".join(f"{name}/" for name in names)},
            "columnKind": "unicodeCodePoints",
            "invocations": [invocation],
            "results": [*self._results(), *(self._aside() if suppressed else ())],
        }

    def _driver(self) -> Document:
        return {
            "name": "kerascheck",
            "version": __version__,
            "semanticVersion": __version__,
            "rules": [descriptor(card) for card in self._cards.values()],
        }

    def _results(self) -> Iterator[Document]:
        findings: Sequence[Finding] = self._report.findings
        if len(findings) > MAX_COUNT:
            findings = worst_first(findings)[:MAX_COUNT]
        for finding in findings:
            yield self._result(finding)

    def _aside(self) -> Iterator[Document]:
        for item in self._report.suppressed:
            suppression = {"kind": "external", "justification": shown(item.why)}
            yield self._result(item.finding) | {"suppressions": [suppression]}

    def _result(self, finding: Finding) -> Document:
        place = self._places.of(finding)
        plain = finding_document(finding)
        return {
            **self._rule(finding.code, "ruleId", "ruleIndex"),
            "level": finding.severity.value,
            "message": {"text": self._message(finding)},
            "locations": [self._location(place, finding.model, finding.head)],
            "relatedLocations": list(self._related(finding)),
            "partialFingerprints": {
                "primaryLocationLineHash": finding.fingerprint,
                "kerascheck/v1": finding.fingerprint,
            },
            "properties": _without_null({name: plain[name] for name in _PROPERTIES}),
        }

    def _message(self, finding: Finding) -> str:
        """Return sentences, the first of which is the same in every run."""
        card = self._cards.get(finding.code)
        title = f"{finding.name}." if card is None else sentence(card.summary)
        return " ".join((title, *map(_literal, _sentences(finding))))

    def _rule(self, code: str, name: str, index: str) -> Document:
        """Return what points to a rule; a code without a card has no index."""
        known = code in self._indices
        return {name: code, index: self._indices[code]} if known else {name: code}

    def _related(self, finding: Finding) -> Iterator[Document]:
        """Yield the other line, the model where the location is source, its labels."""
        lines = list(self._places.lines(finding))
        for what, place in lines[1:]:
            yield {"message": {"text": _LINES[what]}, **_physical(place)}
        if lines:
            place = self._places.model(finding.model)
            yield {"message": {"text": "the model"}, **_physical(place)}
        labels = self._labels(finding)
        if labels is not None:
            place = self._places.file(labels)
            yield {"message": {"text": "its labels"}, **_physical(place)}

    def _labels(self, finding: Finding) -> str | None:
        model = self._models.get(finding.model)
        for head in model.heads if model else ():
            if head.name == finding.head and head.labels is not None:
                return head.labels.path
        return None

    def _location(self, place: Place, path: str, head: str | None) -> Document:
        """Return a place with its logical location: model, output, layer."""
        names = [path] if head is None else [path, head]
        layer = self._layer(path, head)
        if layer is not None:
            names.append(layer)
        logical = {
            "name": shown(names[-1]),
            "fullyQualifiedName": "/".join(map(shown, names)),
        }
        return {**_physical(place), "logicalLocations": [logical]}

    def _layer(self, path: str, name: str | None) -> str | None:
        model = self._models.get(path)
        for head in model.heads if model else ():
            if head.name == name:
                return head.layer
        return None

    def _notifications(self) -> Iterator[Document]:
        unread = {model.path for model in self._report.models if model.format is None}
        for finding in self._report.findings:
            if finding.model in unread:
                where = (finding.model, finding.head)
                told = finding.message
                yield self._notification("error", told, where, code=finding.code)
        for (code, why), items in _by_reason(self._report.not_run).items():
            wheres = [(item.model, item.head) for item in items]
            yield self._notification("note", f"not decided: {why}", *wheres, code=code)
        for path, why in self._report.skipped:
            yield self._notification("note", f"passed over: {why}", (path, None))
        for use in self._report.configuration:
            if use.sentence:
                yield self._notification("note", use.sentence, (use.path, None))
        more = len(self._report.findings) - MAX_COUNT
        if more > 0:
            told = f"{count(more, 'finding')} more, in the other formats"
            yield self._notification("warning", told)

    def _notification(
        self,
        level: str,
        text: str,
        *wheres: tuple[str, str | None],
        code: str | None = None,
    ) -> Document:
        places = [
            self._location(self._places.model(path), path, head)
            for path, head in wheres
        ]
        rule = {} if code is None else self._rule(code, "id", "index")
        return {
            "level": level,
            "message": {"text": _literal(text)},
            **({"locations": places} if places else {}),
            **({"associatedRule": rule} if rule else {}),
        }


def _by_reason(items: Sequence[NotRun]) -> dict[tuple[str, str], list[NotRun]]:
    reasons: dict[tuple[str, str], list[NotRun]] = {}
    for item in items:
        reasons.setdefault((item.code, item.why), []).append(item)
    return reasons


def _physical(place: Place) -> Document:
    # Without a start line GitHub shows nothing, and 0 is refused.
    region = {"startLine": place.line, "startColumn": 1}
    region |= {"endLine": place.line, "endColumn": 1}
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": _uri(place.file)},
            "region": region,
        }
    }


def _uri(path: str) -> str:
    """Return a path as a relative reference of RFC 3986; an absolute one as file:."""
    quoted = quote(shortened(path, MAX_STRING).encode("utf-8", "surrogatepass"))
    return f"file://{quoted}" if quoted.startswith("/") else quoted


def _literal(text: str) -> str:
    """Return text in which no viewer sees a link or a placeholder (3.11.5, 3.11.6)."""
    safe = shown(text).replace("](", r"]\x28")
    return _PLACEHOLDER.sub(r"\\x7b", safe)


def _sentences(finding: Finding) -> Iterator[str]:
    yield f"{finding.message}."
    if finding.expected:
        facts = ", ".join(f"{fact} is {value}" for fact, value in finding.expected)
        yield f"Expected: {facts}."
    if finding.fix is not None:
        yield f"Fix: {finding.fix.title}."
    for other in finding.follows:
        yield f"This mends {other.code} {other.name} as well."
    if finding.confirmation is not None:
        told = finding.confirmation
        yield f"Reference training: {told.status}, {told.reason}."


def _without_null(value: object) -> object:
    """Return a JSON value without members that are null."""
    if isinstance(value, dict):
        return {k: _without_null(v) for k, v in value.items() if v is not None}
    return list(map(_without_null, value)) if isinstance(value, list) else value
