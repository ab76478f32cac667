"""Five published tutorials of binary classification, trained again; one a file.

A write-up is a module in this folder with a card WRITE_UP. Importing it needs neither
Keras nor numpy; its trials import them when they run, in a child process.
"""

from __future__ import annotations

from importlib import import_module

from kerascheck.confirm.tutorials._card import WriteUp

_FILES = (
    "squares_and_circles",
    "two_gaussians",
    "activation_loss_tables",
    "parabola",
    "zero_and_one",
)
"""In the order in which they are told."""


def all_write_ups() -> list[WriteUp]:
    """Return every card."""
    return [import_module(f"{__name__}.{name}").WRITE_UP for name in _FILES]
