"""Finds the cards of rules and reporters by their place: nothing lists them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from importlib import import_module
from types import ModuleType


def modules_in(package: str, folder: str) -> Iterator[ModuleType]:
    """Import every module of a package folder, in the order of their names."""
    names = sorted(
        entry.name[:-3]
        for entry in os.scandir(folder)
        if entry.name.endswith(".py") and not entry.name.startswith("_")
    )
    for name in names:
        yield import_module(f"{package}.{name}")
