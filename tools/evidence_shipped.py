"""The trainings that ship already: a sweep trains what is not among them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from kerascheck.confirm.cache import ENGINE
from kerascheck.confirm.evidence import trainings
from kerascheck.confirm.evidence.alike import task_text, text_of
from kerascheck.confirm.evidence.packed import COLUMNS
from kerascheck.confirm.setup import Setup
from tools.evidence_files import Table, path_of


class Shipped(NamedTuple):
    """The files of one backend."""

    folder: Path
    environment: Mapping[str, str]

    @classmethod
    def of(
        cls, backend: str, seeds: int, home: Path = Path(trainings.FOLDER)
    ) -> Shipped | None:
        """Return those of this engine and as many starts; None: there are none."""
        folder = home / f"{backend}-{trainings.DEVICE}"
        index = folder / trainings.INDEX
        if not index.exists():
            return None
        plain = json.loads(index.read_text(encoding="utf-8"))
        if plain["engine"] != ENGINE or plain["seeds"] != seeds:
            return None
        return cls(folder, plain["environment"])

    def missing(self, setups: Iterable[Setup]) -> Iterator[Setup]:
        """Yield the setups without a row, or of which no watched metric is there.

        A metric that is added to those that are watched needs a list of its own.
        """
        rows: dict[str, tuple[list[str], dict[str, Any]]] = {}
        for setup in setups:
            task = task_text(setup)
            if task not in rows:
                rows[task] = self._rows(task)
            metrics, found = rows[task]
            row = found.get(text_of(setup))
            if row is None or not _watches(setup, row, metrics):
                yield setup

    def tables(self, wanted: Iterable[Setup]) -> dict[str, Table]:
        """Return the table of each task, with the rows of the setups that are wanted.

        Every row of a file is parsed.
        """
        texts: dict[str, set[str]] = {}
        for setup in wanted:
            texts.setdefault(task_text(setup), set()).add(text_of(setup))
        paths = ((task, path_of(self.folder, task)) for task in texts)
        return {
            task: Table.read(path, texts[task]) for task, path in paths if path.exists()
        }

    def _rows(self, task: str) -> tuple[list[str], dict[str, Any]]:
        path = path_of(self.folder, task)
        if not path.exists():
            return [], {}
        first, rows = Table.parse(path)
        return first["metrics"], rows


def _watches(setup: Setup, row: Any, metrics: list[str]) -> bool:
    """Say whether a row has some of the metrics that a setup watches, if any."""
    if isinstance(row, int) or not setup.watched:
        return True
    names = {part.text for part in setup.watched}
    values = zip(metrics, row[COLUMNS:], strict=False)
    return any(value is not None and name in names for name, value in values)
