"""Code of the user that a call asks to run: where it is imported from.

Only here are entries restored that the start of the program removed from the path.
"""

from __future__ import annotations

import os
import sys

import click


def import_as_started() -> None:
    """Import from where Python would without kerascheck, the tree included."""
    started_with = _started_with()
    if started_with is not None:
        sys.path[:] = started_with


def import_from_here_too() -> None:
    """Import from the working folder too, and from what was removed from the path.

    What is installed comes first: nothing in this folder replaces a module that
    kerascheck itself imports later.
    """
    left_out = [*(_started_with() or ()), os.getcwd()]
    sys.path += [entry for entry in dict.fromkeys(left_out) if entry not in sys.path]


def _started_with() -> list[str] | None:
    context = click.get_current_context(silent=True)
    path = None if context is None else context.find_root().obj
    return None if path is None else list(path)
