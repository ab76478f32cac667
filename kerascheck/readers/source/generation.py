"""Which Keras a program is written for, as far as its text says."""

from __future__ import annotations

from kerascheck.readers.source.run import Run

__all__ = ["keras_version_of"]


def keras_version_of(run: Run) -> str | None:
    """Return the version of Keras that a program is written for; None: unknown."""
    return None
