"""Globs of a configuration, matched against paths."""

from __future__ import annotations

from kerascheck.settings.globs import bare, excess, matcher

MAX_BYTES = 256


def one_input(data: bytes) -> None:
    """Match the glob on the first line against the paths on the others."""
    glob, *paths = data.decode("utf-8", "surrogateescape").split("\n")
    if excess([glob]) is not None:
        return
    matches = matcher(glob)
    for path in paths:
        assert matches(path) in (True, False)
    if not {*glob} & {*"*?["} and glob == bare(glob) and glob:
        assert matches(glob)
        assert matches(f"{glob}/below")
