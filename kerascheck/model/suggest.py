"""Suggestions for misspelled names."""

from __future__ import annotations

from collections.abc import Sequence

MIN_BEGINNING = 4
"""Letters of the beginning of a name that are enough to suggest it."""


def did_you_mean(word: str, words: Sequence[str]) -> str:
    """Return "; did you mean …?" if one of `words` is similar to `word`, else ""."""
    from difflib import get_close_matches

    for spelling in (word, word.lower(), word.upper()):
        found = get_close_matches(spelling, words)
        if found:
            best = max(found, key=lambda one: _shared(one, spelling))
            return f"; did you mean {best!r}?"
    longer = (one for one in words if len(word) >= MIN_BEGINNING and _begins(one, word))
    return next((f"; did you mean {one!r}?" for one in longer), "")


def _begins(one: str, word: str) -> bool:
    return one.lower().startswith(word.lower())


def _shared(one: str, other: str) -> int:
    """Return how many characters both begin with."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((i for i, (a, b) in pairs if a != b), min(len(one), len(other)))
