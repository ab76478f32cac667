"""A report as the JSON document that scripts rely on, schema_version "1".

The document holds what the schema in kerascheck/schema/report-1.schema.json says: no
dates, no timings of the run, no path that the user did not give, finite numbers only.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from math import isfinite
from typing import Any, assert_never

from kerascheck.engine.finding import (
    Confirmation,
    Finding,
    Measurement,
    Severity,
    TrainedOn,
)
from kerascheck.engine.fix import (
    AddMetric,
    Edit,
    Fix,
    RecodeLabels,
    RepairLabels,
    SetActivation,
    SetLoss,
    SetMetric,
    SetUnits,
    WeighMetric,
)
from kerascheck.engine.outcome import (
    ConfigurationUse,
    NotRun,
    Outcome,
    Program,
    Suppressed,
)
from kerascheck.model.description import (
    Description,
    Head,
    Labels,
    Loss,
    Metric,
    Scalar,
    Value,
    as_scalar,
)
from kerascheck.model.site import address_of
from kerascheck.model.version import __version__
from kerascheck.report.view import SourceLine, SourceLines, file_and_line
from kerascheck.trust.printable import shortened

SCHEMA_VERSION = "1"

MAX_STRING = 4000
"""Characters of one string; a longer one loses its middle."""

Document = dict[str, Any]


def as_json(outcome: Outcome) -> str:
    """Return the report as JSON text in ASCII, without control characters."""
    return ascii_json(document(outcome))


def ascii_json(value: object) -> str:
    """Return a value as JSON text in ASCII, without control characters.

    DEL and "##", which old CI runners read as a command anywhere in a line, only occur
    inside strings, so both can be escaped in the finished text.
    """
    return escaped(json.dumps(value, indent=2, allow_nan=False)) + "\n"


def escaped(text: str) -> str:
    """Return JSON text without control characters, and without commands to runners."""
    return text.replace("\x7f", "\\u007f").replace("##", "#\\u0023")


def with_header(body: Document) -> Document:
    """Return a document with its header: the schema version and the tool."""
    tool = {"name": "kerascheck", "version": __version__}
    return {"schema_version": SCHEMA_VERSION, "tool": tool, **body}


def document(outcome: Outcome) -> Document:
    """Return the report as a value that JSON can hold."""
    return with_header(_body(outcome))


def _body(outcome: Outcome) -> Document:
    lines = SourceLines(outcome.models)
    return {
        "models": [_model(model) for model in outcome.models],
        "programs": [_program(program) for program in outcome.programs],
        "findings": [
            finding_document(finding, lines.find(finding))
            for finding in outcome.findings
        ],
        "not_run": [_not_run(item) for item in outcome.not_run],
        "suppressed": [
            _suppressed(item, lines.find(item.finding)) for item in outcome.suppressed
        ],
        "skipped": [{"path": _text(p), "why": _text(w)} for p, w in outcome.skipped],
        "configuration": [_configuration(use) for use in outcome.configuration],
        "summary": summary_of(outcome),
    }


def _configuration(use: ConfigurationUse) -> Document:
    return {
        "path": _text(use.path),
        "turned_off": [_text(what) for what in use.turned_off],
        "weakened": [_text(what) for what in use.weakened],
    }


def summary_of(outcome: Outcome) -> Document:
    """Return the counts of a report, as they are in the document."""
    return {
        "models": len(outcome.models),
        "errors": outcome.count(Severity.ERROR),
        "warnings": outcome.count(Severity.WARNING),
        "notes": outcome.count(Severity.NOTE),
        "unreadable": outcome.unreadable,
        "decided": outcome.decided,
        "undecided": len(outcome.not_run),
        "suppressed": len(outcome.suppressed),
    }


def _text(text: str) -> str:
    """Return a string of bounded length that every JSON parser accepts.

    Lone surrogates, which file systems and JSON can hold and UTF-8 cannot, are
    written out as a backslash and their number.
    """
    if not text.isascii():
        text = text.encode("utf-8", "backslashreplace").decode()
    return shortened(text, MAX_STRING)


def _maybe(text: str | None) -> str | None:
    return None if text is None else _text(text)


def _number(number: float | None) -> float | None:
    return number if number is not None and isfinite(number) else None


def _scalar(value: Scalar) -> Scalar:
    if isinstance(value, str):
        return _text(value)
    return _number(value) if isinstance(value, float) else value


def _mapping(pairs: Iterable[tuple[str, Value]]) -> Document:
    return {_text(key): _scalar(as_scalar(value)) for key, value in pairs}


def _model(model: Description) -> Document:
    return {
        "path": _text(model.path),
        "format": model.format,
        "keras_version": _maybe(model.keras_version),
        "backend": _maybe(model.backend),
        "class": _maybe(model.model_class),
        "compiled": model.compiled,
        "optimizer": _maybe(model.optimizer),
        "task": _maybe(model.task),
        "source": _maybe(model.source),
        "line": None if model.program is None else model.program.line,
        "cell": None if model.program is None else model.program.cell,
        "heads": [_head(head) for head in model.heads],
    }


def _program(program: Program) -> Document:
    return {
        "path": _text(program.path),
        "models": program.models,
        "why": _maybe(program.why),
        "ignored_comments": program.ignored_comments,
    }


def _place(lines: tuple[SourceLine, ...]) -> Document:
    """Return the line of source that a finding is at, if one is known."""
    if not lines:
        return {"file": None, "cell": None, "line": None}
    file, cell, line = file_and_line(lines[0].place)
    return {"file": _text(file), "cell": cell, "line": line}


def _head(head: Head) -> Document:
    metrics = head.metrics
    return {
        "name": _text(head.name),
        "layer": _maybe(head.layer),
        "layer_class": _maybe(head.layer_class),
        "units": head.units,
        "shape": None if head.shape is None else list(head.shape),
        "activation": head.activation.value,
        "activation_as_saved": _maybe(head.activation_as_saved),
        "compute_dtype": head.compute_dtype,
        "loss": None if head.loss is None else _loss(head.loss),
        "loss_weight": _number(head.loss_weight),
        "metrics": None if metrics is None else [_metric(m) for m in metrics],
        "labels": None if head.labels is None else _labels(head.labels),
        "source": _maybe(head.source),
    }


def _loss(loss: Loss) -> Document:
    return {
        "name": _text(loss.name),
        "kind": loss.kind.value,
        "from_logits": loss.from_logits,
        "arguments": _mapping(loss.arguments),
        "given": _text(loss.given),
        "dtype": loss.dtype,
    }


def _metric(metric: Metric) -> Document:
    return {
        "compiled": _text(metric.compiled),
        "resolved": _maybe(metric.resolved),
        "arguments": _mapping(metric.arguments),
    }


def _labels(labels: Labels) -> Document:
    return {
        "path": _maybe(labels.path),
        "encoding": labels.encoding.value,
        "candidates": [candidate.value for candidate in labels.candidates],
        "shape": list(labels.shape),
        "dtype": _text(labels.dtype),
        "classes": labels.classes,
        "samples": labels.samples,
        "low": _number(labels.low),
        "high": _number(labels.high),
        "majority": _number(labels.majority),
        "nans": labels.nans,
        "infinities": labels.infinities,
    }


def finding_document(finding: Finding, lines: tuple[SourceLine, ...] = ()) -> Document:
    """Return one finding as it is in the document.

    Args:
        finding: What to show.
        lines: Of source, from `SourceLines`.
    """
    confirmation = finding.confirmation
    page = address_of(finding.code, finding.name)
    return {
        "code": finding.code,
        "name": finding.name,
        **({"url": page} if page else {}),
        "severity": finding.severity.value,
        "confidence": finding.confidence.value,
        "harm": finding.harm.value,
        "message": _text(finding.message),
        "model": _text(finding.model),
        "head": _maybe(finding.head),
        **_place(lines),
        "location": _text(finding.location),
        "pointer": _text(finding.pointer),
        "evidence": [
            {"fact": _text(e.fact), "value": _text(e.value), "origin": _text(e.origin)}
            for e in finding.evidence
        ],
        "seen": _mapping(finding.seen),
        "expected": _mapping(finding.expected),
        "fix": None if finding.fix is None else _fix(finding.fix, finding),
        "follows": [
            {"code": other.code, "name": other.name, "message": _text(other.message)}
            for other in finding.follows
        ],
        "measured": _maybe(finding.measured),
        "confirmation": None if confirmation is None else _confirmation(confirmation),
        "fingerprint": finding.fingerprint,
    }


def _fix(fix: Fix, finding: Finding) -> Document:
    return {
        "title": _text(fix.title),
        "applicability": fix.applicability.value,
        "edits": [_edit(edit) for edit in _completed(fix)],
        "snippet": _maybe(finding.snippet),
        "layer": _maybe(finding.layer_line),
        "labels": _maybe(finding.labels_line),
    }


def _completed(fix: Fix) -> Iterator[Edit]:
    """Yield the edits of a fix, each loss with the arguments that it keeps."""
    heads = {head.name: head for head in fix.before}
    for edit in fix.edits:
        head = heads.get(edit.head)
        if head is not None:
            yield edit.completed(head) if isinstance(edit, SetLoss) else edit
            heads[edit.head] = edit.applied(head)
        else:
            yield edit


def _edit(edit: Edit) -> Document:
    head = {"head": _text(edit.head)}
    match edit:
        case SetLoss():
            loss = {"loss": _text(edit.name), "from_logits": edit.from_logits}
            arguments = {"arguments": _mapping(edit.arguments)}
            return {"edit": "set-loss", **head, **loss, **arguments}
        case SetActivation():
            activation = {"activation": edit.activation.value}
            return {"edit": "set-activation", **head, **activation}
        case SetUnits():
            return {"edit": "set-units", **head, "units": edit.units}
        case SetMetric():
            metric = None if edit.metric is None else _metric(edit.metric)
            place = {"index": edit.index, "metric": metric}
            return {"edit": "set-metric", **head, **place}
        case WeighMetric():
            place = {"index": edit.index, "void": edit.void}
            return {"edit": "weigh-metric", **head, **place}
        case AddMetric():
            return {"edit": "add-metric", **head, "metric": _metric(edit.metric)}
        case RecodeLabels():
            to = {"to": edit.to.value, "width": edit.width}
            return {"edit": "recode-labels", **head, **to}
        case RepairLabels():
            return {"edit": "repair-labels", **head, "how": edit.how.value}
        case _:
            assert_never(edit)


def _confirmation(confirmation: Confirmation) -> Document:
    before, after = confirmation.before, confirmation.after
    interval, trained = confirmation.interval, confirmation.trained
    return {
        "status": confirmation.status.value,
        "reason": _text(confirmation.reason),
        "source": confirmation.source,
        "backend": _maybe(confirmation.backend),
        "device": _maybe(confirmation.device),
        "versions": _mapping(confirmation.versions),
        "seeds": confirmation.seeds,
        "failed_starts": confirmation.failed_starts,
        "starts_shown": confirmation.starts_shown,
        "trained": None if trained is None else _trained(trained),
        "before": None if before is None else _measurement(before),
        "after": None if after is None else _measurement(after),
        "difference": _number(confirmation.difference),
        "interval": None if interval is None else [_number(end) for end in interval],
        "seconds": _number(confirmation.seconds),
        "conditions": [
            {
                "task": other.task,
                "network": other.network,
                "learning_rate": other.learning_rate,
                "found": other.found,
                "reason": _text(other.reason),
            }
            for other in confirmation.conditions
        ],
        "elsewhere": [
            {
                "backend": other.backend,
                "status": other.status.value,
                "source": other.source,
                "reason": _text(other.reason),
            }
            for other in confirmation.elsewhere
        ],
    }


def _trained(trained: TrainedOn) -> Document:
    return {
        "task": trained.task,
        "classes": trained.classes,
        "classes_of_model": trained.classes_of_model,
        "hidden_units": trained.hidden_units,
        "steps": trained.steps,
        "batch": trained.batch,
        "learning_rate": trained.learning_rate,
        "optimizer": trained.optimizer,
        "assumed_labels": trained.assumed_labels,
        "axes_flattened": trained.axes_flattened,
        "loss_defaults": list(trained.loss_defaults),
    }


def _measurement(measured: Measurement) -> Document:
    return {
        "true_accuracy": _number(measured.true_accuracy),
        "reported_accuracy": _number(measured.reported_accuracy),
        "balanced_accuracy": _number(measured.balanced_accuracy),
        "auc": _number(measured.auc),
        "ece": _number(measured.ece),
        "loss": _number(measured.loss),
        "first_loss": _number(measured.first_loss),
        "constant": measured.constant,
        "raises": _maybe(measured.raises),
        "curve": [_number(value) for value in measured.curve],
        "reliability": [[_number(value) for value in b] for b in measured.reliability],
        "reported": _mapping(measured.reported),
        "spread": _number(measured.spread),
    }


def _not_run(item: NotRun) -> Document:
    return {
        "code": item.code,
        "name": item.name,
        "model": _text(item.model),
        "head": _maybe(item.head),
        "why": _text(item.why),
    }


def _suppressed(item: Suppressed, lines: tuple[SourceLine, ...]) -> Document:
    return {
        "by": item.by,
        "reason": _maybe(item.reason),
        "finding": finding_document(item.finding, lines),
    }
