"""A fixture as data: a small model, its labels, and what must be found in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kerascheck.model.frozen import Frozen

Save = Callable[[Any, str], None]


class Expected(Frozen):
    """One finding that kerascheck must report, and those that its fix removes too."""

    code: str
    head: str | None
    severity: str
    follows: tuple[str, ...] = ()  # codes


class Case(Frozen):
    """One folder of fixtures/.

    The endings of `file` and `labels_file` choose the formats. A setup that is right
    finds nothing.
    """

    name: str  # of the folder: <where it comes from>-<variant>
    why: str  # one sentence: what is wrong, or that nothing is
    model: Callable[[], Any]  # returns a compiled Keras model
    labels: Callable[[], Any] | None = None  # returns an array, or a dict of arrays
    file: str = "model.keras"
    labels_file: str = "labels.npy"
    finds: tuple[Expected, ...] = ()
    save: Save | None = None  # where it is not saved as its ending says


def error(code: str, head: str | None, *follows: str) -> Expected:
    """Return an expected error."""
    return Expected(code=code, head=head, severity="error", follows=follows)


def warning(code: str, head: str | None, *follows: str) -> Expected:
    """Return an expected warning."""
    return Expected(code=code, head=head, severity="warning", follows=follows)


def note(code: str, head: str | None, *follows: str) -> Expected:
    """Return an expected note."""
    return Expected(code=code, head=head, severity="note", follows=follows)
