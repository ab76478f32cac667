"""Unified diffs that `git apply` takes."""

from __future__ import annotations

__all__ = ["unified"]

_CONTEXT = 3
"""Unchanged lines around a change, as `diff -u` has them."""

_ESCAPES = {"\n": "\\n", "\t": "\\t", "\r": "\\r", '"': '\\"', "\\": "\\\\"}
"""Characters of a quoted name that git writes in a way of their own."""


def unified(before: str, after: str, name: str, *, to: str | None = None) -> str:
    """Return the diff of two texts of a file.

    Args:
        before: The text as it is.
        after: The text as it is to be.
        name: Of the file.
        to: Its name afterwards, if that is another one.
    """
    from difflib import unified_diff

    lines = unified_diff(
        _lines(before),
        _lines(after),
        _quoted(f"a/{name}"),
        _quoted(f"b/{to or name}"),
        n=_CONTEXT,
    )
    ended = (
        line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
        for line in lines
    )
    return "".join(ended)


def _quoted(name: str) -> str:
    """Return the name of a file on one line, as git writes it."""
    plain = all(c.isprintable() and c not in '"\\' for c in name)
    return name if plain else f'"{"".join(map(_escaped, name))}"'


def _escaped(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    if character.isprintable():
        return character
    data = character.encode("utf-8", "surrogateescape")
    return "".join(f"\\{byte:03o}" for byte in data)


def _lines(text: str) -> list[str]:
    """Split at line feeds alone, as git does."""
    lines = [f"{line}\n" for line in text.split("\n")]
    lines[-1] = lines[-1][:-1]
    return lines if lines[-1] else lines[:-1]
