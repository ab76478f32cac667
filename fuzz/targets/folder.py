"""Folders: what a search finds in them, and models that are folders."""

from __future__ import annotations

from fuzz.mutators import json_values
from fuzz.oracle import raise_crash, sometimes
from fuzz.trees import files_in, object_in, tree_of
from kerascheck.api import check
from kerascheck.model.errors import UsageError
from kerascheck.model.frozen import replace
from kerascheck.settings.settings import Settings

IMPORTS = frozenset({"numpy", "pickle"})  # NumPy imports it
MAX_BYTES = 8192

mutated = json_values.mutated


def one_input(data: bytes) -> None:
    """Check the folder of the files that a JSON object holds, twice."""
    value = object_in(data)
    if value is None:
        return
    with tree_of(files_in(value)):
        report = _checked()
        if sometimes(data):
            assert repr(_checked()) == repr(report)


def _checked() -> object:
    try:
        report = check(".", config=Settings(isolated=True), on_crash=raise_crash)
    except UsageError as error:
        return str(error)
    return replace(report, seconds=0.0)
