"""The last day that a suppression counts, written 2026-12-31."""

from __future__ import annotations


def today() -> str:
    """Return the date in UTC: 2026-12-31."""
    from time import gmtime, strftime

    return strftime("%Y-%m-%d", gmtime())


def is_day(text: str) -> bool:
    """Say whether this is a day of the calendar in the one form that sorts by time."""
    from datetime import date

    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def is_over(until: str | None, today: str) -> bool:
    """Say whether the last day that something counts is before `today`."""
    return until is not None and until < today
