"""Builds fixtures/ with real Keras: one folder a case."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tools.case import Case, Expected
from tools.content import content
from tools.save import save_labels, save_model

EXPECTED = "expected.json"


def build(cases: Iterable[Case], out: Path) -> Iterator[str]:
    """Build cases below `out`, and yield the name of each that came out different.

    A folder whose models and labels say the same already is left as it is: Keras 2
    gives a SavedModel other bytes on each save.
    """
    for case in cases:
        with TemporaryDirectory() as temporary:
            fresh = Path(temporary) / case.name
            write(case, fresh)
            if not same(fresh, out / case.name):
                shutil.rmtree(out / case.name, ignore_errors=True)
                shutil.copytree(fresh, out / case.name)
                yield case.name


def write(case: Case, folder: Path) -> None:
    """Write model, labels and expectations of one case into a new folder."""
    folder.mkdir(parents=True)
    _save(case, str(folder / case.file))
    if case.labels is not None:
        save_labels(case.labels(), str(folder / case.labels_file))
    (folder / EXPECTED).write_text(_expectations(case))


def _save(case: Case, path: str) -> None:
    _restart_names()
    save = case.save or save_model
    save(case.model(), path)


def _restart_names() -> None:
    """Let Keras number optimizers from the start: no case depends on those before."""
    for name in ("keras", "tf_keras"):
        if name in sys.modules:
            sys.modules[name].backend.clear_session()


def _expectations(case: Case) -> str:
    findings = [_finding(expected) for expected in case.finds]
    return json.dumps({"why": case.why, "findings": findings}, indent=2) + "\n"


def _finding(expected: Expected) -> dict[str, Any]:
    return {key: value for key, value in asdict(expected).items() if value != ()}


def same(one: Path, other: Path) -> bool:
    """Say whether two folders hold the same models, labels and expectations."""
    if not other.is_dir() or _names(one) != _names(other):
        return False
    return all(content(one / name) == content(other / name) for name in _names(one))


def _names(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


def stale(cases: Iterable[Case], out: Path) -> Iterator[Path]:
    """Yield folders below `out` that belong to no case and are not in `KEPT`."""
    names = {case.name for case in cases}
    for folder in sorted(out.iterdir()):
        if folder.is_dir() and folder.name not in names and folder.name not in KEPT:
            yield folder


KEPT = ("artefacts", "notebook", "project", "script")
"""Folders that are not built here: models of older versions of Keras, and samples of
what users write."""
