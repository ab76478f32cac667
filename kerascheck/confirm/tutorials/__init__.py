"""Five published tutorials of binary classification, trained again; one a file.

A tutorial is a module in this folder that defines TUTORIAL. Importing it needs neither
Keras nor numpy; its trials import them when they run, in a child process.
"""

from __future__ import annotations

from importlib import import_module

from kerascheck.confirm.tutorials._tutorial import Tutorial

_FILES = (
    "squares_and_circles",
    "two_gaussians",
    "activation_loss_tables",
    "parabola",
    "zero_and_one",
)
"""In the order in which they are shown."""


def all_tutorials() -> list[Tutorial]:
    """Return every tutorial."""
    return [import_module(f"{__name__}.{name}").TUTORIAL for name in _FILES]
