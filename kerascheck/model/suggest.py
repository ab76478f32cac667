"""Names that are spelled nearly like one that does not exist."""

from __future__ import annotations

from collections.abc import Sequence


def near(word: str, words: Sequence[str]) -> str:
    """Return "; did you mean …?" where one of `words` is like `word`, else ""."""
    from difflib import get_close_matches

    for spelt in (word, word.lower(), word.upper()):
        found = get_close_matches(spelt, words)
        if found:
            best = max(found, key=lambda one: _shared(one, spelt))
            return f"; did you mean {best!r}?"
    return ""


def _shared(one: str, other: str) -> int:
    """Return how many characters both begin with."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((i for i, (a, b) in pairs if a != b), min(len(one), len(other)))
