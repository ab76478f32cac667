"""An explanation as text and as JSON values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from kerascheck.explain.explanation import Explanation, Seen
from kerascheck.explain.log import Line
from kerascheck.trust.printable import Style, count, shown, wrapped

SCHEMA_VERSION = "1"

NEXT = (
    "kerascheck train.py, or kerascheck model.keras --labels labels.npy, decides which "
    "of them it is."
)

NOTHING = (
    "No sign of a fault. A log does not show all of them: a softmax head under a "
    "binary loss, say, looks like any other. kerascheck train.py checks what the log "
    "hides."
)

_LABEL = 10
_CODE = 8
_LONGEST = 160
"""Characters of a line of the log that are shown."""


class RuleName(NamedTuple):
    """What a code is called, and what it finds."""

    name: str
    summary: str


Rules = Mapping[str, RuleName]


def as_text(path: str, explanation: Explanation, rules: Rules, style: Style) -> str:
    """Return the explanation for a terminal.

    Args:
        path: Of the log, as given.
        explanation: Of it.
        rules: Code -> its name.
        style: Width in columns.
    """
    lines = [_heading(path, explanation), ""]
    for seen in explanation.seen:
        lines += [*_sign(seen, rules, style), ""]
    last = NEXT if explanation.seen else NOTHING
    return "\n".join([*lines, *wrapped(last, style.width)]) + "\n"


def _heading(path: str, explanation: Explanation) -> str:
    log = explanation.log
    name = "stdin" if path == "-" else shown(path)
    epochs = count(len(log.epochs), "epoch")
    codes = count(len(explanation.codes), "likely rule")
    return f"{name}: {log.format}, {epochs}, {codes}"


def _sign(seen: Seen, rules: Rules, style: Style) -> Iterator[str]:
    sign, reading = seen
    yield sign.title
    yield from _row("says", reading.says, style)
    for line in reading.lines:
        yield from _row(f"line {line.number}", _text(line), style)
    yield from _row("because", sign.reason, style)
    for place, code in enumerate(seen.codes):
        rule = rules[code]
        text = f"{code} {rule.name}: {rule.summary}"
        yield from _row("" if place else "likely", text, style, indent=_CODE)
    yield from _row("look at", sign.check, style)


def _row(label: str, text: str, style: Style, *, indent: int = 0) -> Iterator[str]:
    head = f"  {label:<{_LABEL}}"
    first, *others = wrapped(shown(text), style.width - len(head) - indent)
    yield head + first
    for line in others:
        yield " " * (len(head) + indent) + line


def _text(line: Line) -> str:
    text = " ".join(line.text.split())
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"


def as_document(path: str, explanation: Explanation, rules: Rules) -> dict[str, object]:
    """Return the explanation as JSON values."""
    return {
        "schema_version": SCHEMA_VERSION,
        "log": path,
        "format": explanation.log.format,
        "epochs": len(explanation.log.epochs),
        "codes": list(explanation.codes),
        "signs": [_plain(seen, rules) for seen in explanation.seen],
    }


def _plain(seen: Seen, rules: Rules) -> dict[str, object]:
    sign, reading = seen
    return {
        "title": sign.title,
        "says": reading.says,
        "lines": [line._asdict() for line in reading.lines],
        "reason": sign.reason,
        "check": sign.check,
        "rules": [{"code": code, **rules[code]._asdict()} for code in seen.codes],
    }
