"""A sign in a log, and a reading of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from kerascheck.explain.log import Line, Log
from kerascheck.model.frozen import Frozen


class Reading(NamedTuple):
    """Where a log shows a sign, and what it speaks for.

    Attributes:
        codes: Findings that are likely, the likeliest first.
        lines: That speak for them.
        says: What the lines show, with figures.
    """

    codes: tuple[str, ...]
    lines: tuple[Line, ...]
    says: str


class Sign(Frozen):
    """Something that a log shows if a model is set up wrongly.

    Attributes:
        title: What one sees, as one would search for it.
        codes: All findings that it can speak for.
        reason: Why a right training does not show it.
        check: What to look at next.
        find: Returns a reading of a log that shows it.
    """

    title: str
    codes: tuple[str, ...]
    reason: str
    check: str
    find: Callable[[Log], Reading | None]
