"""Logs of training, as `kerascheck explain` reads them."""

from __future__ import annotations

from fuzz.mutators import lines
from kerascheck.explain.explanation import explain
from kerascheck.explain.formats import events
from kerascheck.explain.read import parse

mutated = lines.mutated


def one_input(data: bytes) -> None:
    """Read a log in whatever format it is, and explain it twice."""
    log = events.read(data) if events.looks_like(data) else parse(data)
    if log is not None:
        assert repr(explain(log)) == repr(explain(log))
