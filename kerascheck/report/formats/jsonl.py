"""For runs over very many models: JSON Lines, a line a model, written as it goes.

Each line is an object with a `type`: first "header", then "model" with its findings,
"program", "skipped", "finding" for those about no model, "configuration", and last
"summary". Their members are those of the JSON report.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from kerascheck.engine.outcome import Outcome
from kerascheck.report.document import (
    Document,
    document,
    escaped,
    summary_of,
    with_header,
)
from kerascheck.trust.printable import Style


def render(outcome: Outcome, style: Style) -> str:
    """Return the report as lines of JSON in ASCII."""
    body = document(outcome)
    return "".join(
        (head(), *_models(body), *_rest(body), _line("summary", body["summary"]))
    )


def head() -> str:
    """Return the first line."""
    return _line("header", with_header({}))


def models(outcome: Outcome) -> str:
    """Return the lines of models, for a report that is written in parts."""
    return "".join(_models(document(outcome)))


def rest(outcome: Outcome) -> str:
    """Return the lines after those of models, but for the summary."""
    return "".join(_rest(document(outcome)))


def summary(outcome: Outcome) -> str:
    """Return the last line."""
    return _line("summary", summary_of(outcome))


def _models(body: Document) -> Iterator[str]:
    """Yield a line for each model, with all that is about it."""
    lines: list[Document] = []
    about: dict[str, Document] = {}
    for model in body["models"]:
        lists: Document = {"findings": [], "not_run": [], "suppressed": []}
        lines.append({**model, **lists})
        about.setdefault(model["path"], lines[-1])
    for kind, item, model in _about(body):
        if model in about:
            about[model][kind].append(item)
    for line in lines:
        yield _line("model", line)


def _about(body: Document) -> Iterator[tuple[str, Document, str]]:
    for kind in ("findings", "not_run"):
        for item in body[kind]:
            yield kind, item, item["model"]
    for item in body["suppressed"]:
        yield "suppressed", item, item["finding"]["model"]


def _rest(body: Document) -> Iterator[str]:
    known = {model["path"] for model in body["models"]}
    for program in body["programs"]:
        yield _line("program", program)
    for skipped in body["skipped"]:
        yield _line("skipped", skipped)
    for kind, item, model in _about(body):
        if model not in known:
            yield _line({"findings": "finding"}.get(kind, kind), item)
    for use in body["configuration"]:
        yield _line("configuration", use)


def _line(kind: str, value: Document) -> str:
    return escaped(json.dumps({"type": kind, **value}, allow_nan=False)) + "\n"
