"""For GitHub code scanning and SARIF viewers: SARIF 2.1.0.

The layout follows the OASIS standard, errata 01, and what GitHub reads of it.
A rule that passes is not a result, as GitHub would raise an alert for it. Rules that
are undecided, paths that were passed over, models that cannot be read and
configurations that turn something off are notifications of the run.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from urllib.parse import quote

from kerascheck.engine.finding import Finding
from kerascheck.engine.outcome import IN_COMMENT, NotRun, Outcome, sort_by_severity
from kerascheck.model.version import __version__
from kerascheck.report.document import (
    MAX_STRING,
    Document,
    ascii_json,
    finding_document,
)
from kerascheck.report.formats._descriptor import descriptor
from kerascheck.report.formats._locate import FileLine, Locator
from kerascheck.report.rule_page import cards, sentence
from kerascheck.report.totals import ignored_comments
from kerascheck.report.view import COMPILED, HERE, LAYER
from kerascheck.trust.printable import Style, count, shortened, shown
from kerascheck.trust.tree import is_address

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/"
    "sarif-schema-2.1.0.json"
)

MAX_COUNT = 25_000
"""Results of one run that GitHub accepts; it refuses a file with more."""

_LINES = {
    HERE: "the finding",
    COMPILED: "its compile() call",
    LAYER: "the last layer of its head",
}
"""What a line of source is, as a related location."""

_PROPERTIES = ("confidence", "harm", "seen", "expected", "fix", "confirmation")
"""Parts of a finding in JSON that SARIF has no property for."""

_PLACEHOLDER = re.compile(r"\{(?=\d)")


def render(outcome: Outcome, style: Style) -> str:
    """Return the report as SARIF; suppressed findings only on request."""
    run = _Run(outcome).log(suppressed=style.suppressed, category=style.category)
    return ascii_json({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]})


class _Run:
    """One run of the tool, as it is being written."""

    def __init__(self, outcome: Outcome) -> None:
        self._outcome = outcome
        self._locator = Locator(outcome)
        self._models = {model.path: model for model in outcome.models}
        self._cards = {card.code: card for card in cards(outcome)}
        self._indices = {code: i for i, code in enumerate(self._cards)}

    def log(self, *, suppressed: bool, category: str) -> Document:
        """Return the run as SARIF has it."""
        # The part before the last slash distinguishes the reports of one commit.
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
            "results": [*self._results(), *(self._suppressed() if suppressed else ())],
        }

    def _driver(self) -> Document:
        return {
            "name": "kerascheck",
            "version": __version__,
            "semanticVersion": __version__,
            "rules": [descriptor(card) for card in self._cards.values()],
        }

    def _results(self) -> Iterator[Document]:
        findings: Sequence[Finding] = self._outcome.findings
        if len(findings) > MAX_COUNT:
            findings = sort_by_severity(findings)[:MAX_COUNT]
        for finding in findings:
            yield self._result(finding)

    def _suppressed(self) -> Iterator[Document]:
        for item in self._outcome.suppressed:
            kind = "inSource" if item.by == IN_COMMENT else "external"
            suppression = {"kind": kind, "justification": shown(item.why)}
            yield self._result(item.finding) | {"suppressions": [suppression]}

    def _result(self, finding: Finding) -> Document:
        place = self._locator.locate(finding)
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
        """Return the reference to a rule; a code without a card has no index."""
        known = code in self._indices
        return {name: code, index: self._indices[code]} if known else {name: code}

    def _related(self, finding: Finding) -> Iterator[Document]:
        """Yield the other line, the model if the location is source, and its labels."""
        lines = list(self._locator.lines(finding))
        for what, place in lines[1:]:
            yield {"message": {"text": _LINES[what]}, **_physical(place)}
        model = self._models.get(finding.model)
        if lines and model is not None and model.program is None:
            place = self._locator.model(finding.model)
            yield {"message": {"text": "the model"}, **_physical(place)}
        labels = self._labels(finding)
        if labels is not None:
            place = self._locator.file(labels)
            yield {"message": {"text": "its labels"}, **_physical(place)}

    def _labels(self, finding: Finding) -> str | None:
        model = self._models.get(finding.model)
        for head in model.heads if model else ():
            if head.name == finding.head and head.labels is not None:
                return head.labels.path
        return None

    def _location(self, place: FileLine, path: str, head: str | None) -> Document:
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
        unread = {model.path for model in self._outcome.models if model.format is None}
        for finding in self._outcome.findings:
            if finding.model in unread:
                where = (finding.model, finding.head)
                text = finding.message
                yield self._notification("error", text, where, code=finding.code)
        for (code, why), items in _by_reason(self._outcome.not_run).items():
            wheres = [(item.model, item.head) for item in items]
            yield self._notification("note", f"undecided: {why}", *wheres, code=code)
        for path, why in self._outcome.skipped:
            yield self._notification("note", f"passed over: {why}", (path, None))
        for use in self._outcome.configuration:
            if use.sentence:
                yield self._notification("note", use.sentence, (use.path, None))
        for program in self._outcome.programs:
            if program.ignored_comments:
                text = ignored_comments(program.ignored_comments)
                yield self._notification("note", text, (program.path, None))
        more = len(self._outcome.findings) - MAX_COUNT
        if more > 0:
            text = f"{count(more, 'more finding')}, in the other formats"
            yield self._notification("warning", text)

    def _notification(
        self,
        level: str,
        text: str,
        *wheres: tuple[str, str | None],
        code: str | None = None,
    ) -> Document:
        places = [
            self._location(self._locator.model(path), path, head)
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


def _physical(place: FileLine) -> Document:
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
    data = shortened(path, MAX_STRING).encode("utf-8", "surrogatepass")
    if is_address(path):
        return quote(data, safe="/:")
    quoted = quote(data)
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
        yield f"Also fixed: {other.code} {other.name}."
    if finding.confirmation is not None:
        verdict = finding.confirmation
        yield f"Reference training: {verdict.status}, {verdict.reason}."


def _without_null(value: object) -> object:
    """Return a JSON value without members that are null."""
    if isinstance(value, dict):
        return {k: _without_null(v) for k, v in value.items() if v is not None}
    return list(map(_without_null, value)) if isinstance(value, list) else value
