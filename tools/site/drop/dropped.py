"""Kerascheck's own report of a folder of files, for the page that they are dropped on.

The page runs this in the browser, with Python as WebAssembly.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from time import perf_counter
from typing import Any, Final

from kerascheck.api import check
from kerascheck.labels.files.find import SHARED_NAMES
from kerascheck.model.errors import KerascheckError
from kerascheck.report.formats import renderer
from kerascheck.report.totals import headline
from kerascheck.trust.printable import Style

_LABELS: Final = (".npy", ".npz", ".csv", ".tsv", ".txt")
"""Endings that no model and no program has."""

_NO_MODEL: Final = (
    "There is no model here. Choose a .keras, .h5 or .json file, a program or a "
    "notebook; labels alone are not judged."
)


def answer(folder: str, labels: str) -> str:
    """Check all files of a folder, and return what the page shows, as JSON.

    Args:
        folder: Where they are.
        labels: Name of the one that was chosen as labels; "": recognise them.
    """
    started = perf_counter()
    os.chdir(folder)
    try:
        shown = _checked(sorted(os.listdir()), labels)
    except KerascheckError as error:
        shown = {"message": str(error)}
    return json.dumps({**shown, "seconds": perf_counter() - started})


def _checked(names: Sequence[str], chosen: str) -> dict[str, Any]:
    labels = [chosen] if chosen else [name for name in names if _are_labels(name)]
    models = [name for name in names if name not in labels]
    if not models:
        return {"message": _NO_MODEL}
    # Several are found by their names, as next to a model in any folder.
    only = labels[0] if len(labels) == 1 else None
    report = check(models, labels=only)
    html = renderer("html")(report, Style())
    return {"message": headline(report), "html": html}


def _are_labels(name: str) -> bool:
    stem, ending = os.path.splitext(name)
    if ending.lower() != ".json":
        return ending.lower() in _LABELS
    if stem.lower() in SHARED_NAMES or stem.lower().endswith("labels"):
        return True
    with open(name, "rb") as file:
        return file.read(64).lstrip().startswith(b"[")
