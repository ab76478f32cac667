"""A sign in a log, and a reading of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from kerascheck.explain.log import Line, Log
from kerascheck.model.frozen import Frozen


class Reading(NamedTuple):
    """Where a log shows a sign.

    Attributes:
        lines: That show it.
        says: What they show, with figures.
        codes: The findings that are likely here, the likeliest first; empty: those of
            the sign.
    """

    lines: tuple[Line, ...]
    says: str
    codes: tuple[str, ...] = ()


class Sign(Frozen):
    """Something that a log shows if a model is set up wrongly.

    Attributes:
        title: What one sees, as one would search for it.
        codes: All findings that it can speak for, the likeliest first.
        reason: Why a right training does not show it.
        check: What to look at next.
        find: Returns a reading of a log that shows it.
        exact: Figures that are rounded to two or three digits do not show it.
    """

    title: str
    codes: tuple[str, ...]
    reason: str
    check: str
    find: Callable[[Log], Reading | None]
    exact: bool = False
