"""Suggestions for misspelled names."""

from __future__ import annotations

from collections.abc import Sequence

MIN_BEGINNING = 4
"""Letters of the beginning of a name that are enough to suggest it."""

MOST = 20
"""Similar words of which the one that begins most alike is suggested."""

MAX_ENTRIES = 1000
"""Entries of a folder that are compared with a name."""

_CODE = len("KC101")
_FAMILY = len("KC1")

_DIGITS = str.maketrans("OILSZ", "01152")
"""Letters in a code that were meant for digits."""


def did_you_mean(word: str, words: Sequence[str]) -> str:
    """Return "; did you mean …?" if one of `words` is similar to `word`, else ""."""
    found = nearest(word, words)
    return f"; did you mean {found!r}?" if found else ""


def near_path(path: str) -> str:
    """Return "; did you mean …?" if something of a similar name is there, else ""."""
    import os
    from itertools import islice

    folder, name = os.path.split(path)
    try:
        with os.scandir(folder or os.curdir) as entries:
            names = sorted(entry.name for entry in islice(entries, MAX_ENTRIES))
    except (OSError, ValueError):
        return ""
    found = nearest(name, names)
    return f"; did you mean {os.path.join(folder, found)!r}?" if found else ""


def nearest(word: str, words: Sequence[str]) -> str | None:
    """Return the one of `words` that is most similar to `word`; None: none is.

    A code is similar to others of its family alone.
    """
    from difflib import get_close_matches

    code = word.upper().translate(_DIGITS)
    if code in words:
        return code
    family = code[:_FAMILY] if _is_code(code) else ""
    known = [one for one in words if one.startswith(family)]
    for spelling in (word, word.lower(), word.upper()):
        found = get_close_matches(spelling, known, n=MOST)
        if found:
            return max(found, key=lambda one: _shared(one, spelling))
    longer = (one for one in words if len(word) >= MIN_BEGINNING and _begins(one, word))
    return next(longer, None)


def _is_code(word: str) -> bool:
    return len(word) == _CODE and word[:2].isalpha() and word[2:].isdecimal()


def _begins(one: str, word: str) -> bool:
    return one.lower().startswith(word.lower())


def _shared(one: str, other: str) -> int:
    """Return how many characters both begin with."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((i for i, (a, b) in pairs if a != b), min(len(one), len(other)))
