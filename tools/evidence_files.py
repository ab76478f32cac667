"""From the results of the sweep to the files that ship with the package."""

from __future__ import annotations

import json
import lzma
from collections.abc import Container, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

from kerascheck.confirm.cache import ENGINE
from kerascheck.confirm.evidence.alike import task_text, text_of
from kerascheck.confirm.evidence.packed import COLUMNS, pack, pack_metrics
from kerascheck.confirm.evidence.trainings import DEVICE, ENDING, FOLDER, INDEX
from kerascheck.confirm.result import Raised, SetupResult
from tools.evidence_sweep import metric_case

MetricErrors = Mapping[str, Raised | None]
"""By `metric_case`: what a real `fit` raises with a metric; None: nothing."""


class Table:
    """The trainings of one task: a row for each setup, with all of its metrics."""

    def __init__(self) -> None:
        self._rows: dict[str, int | list[object]] = {}
        self._metrics: dict[str, dict[str, object]] = {}  # setup -> metric -> values
        self._names: dict[str, None] = {}
        self._errors: dict[Raised, int] = {}
        self._best: tuple[float | None, float | None] = (None, None)

    @classmethod
    def read(cls, path: Path, wanted: Container[str]) -> Table:
        """Return what `lines` wrote to a file, of the setups that are wanted."""
        first, rows = cls.parse(path)
        table = cls()
        table._best = first["bayes_accuracy"], first["set_accuracy"]
        for kind, message, cause in first["errors"]:
            table._number(Raised(type=kind, message=message, cause=cause))
        for text, row in rows.items():
            if text in wanted:
                table._take_over(text, row, first["metrics"])
        return table

    @staticmethod
    def parse(path: Path) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return the line for all of a file, and the row of each setup."""
        first, *lines = lzma.decompress(path.read_bytes()).decode().splitlines()
        rows = (line.split("\t") for line in lines)
        return json.loads(first), {text: json.loads(row) for text, row in rows}

    def _take_over(self, text: str, row: Any, metrics: Iterable[str]) -> None:
        if isinstance(row, int):
            self._rows[text] = row
            return
        values = zip(metrics, row[COLUMNS:], strict=False)
        found = {name: value for name, value in values if value is not None}
        self._rows[text], self._metrics[text] = row[:COLUMNS], found
        self._names |= dict.fromkeys(found)

    def add(self, result: SetupResult, metric_errors: MetricErrors) -> None:
        """Take over a result."""
        text = text_of(result.setup)
        self._rows[text] = pack(result, self._number)
        if not result.seeds:
            return
        self._best = result.bayes_accuracy, result.set_accuracy
        raised = {
            part.text: metric_errors.get(metric_case(result.setup, part))
            for part in result.setup.watched
        }
        values = pack_metrics(result, self._number, raised)
        self._names |= dict.fromkeys(values)
        self._metrics.setdefault(text, {}).update(values)

    def lines(self) -> Iterator[str]:
        """Yield a line for all, and one for each setup in order of their texts."""
        rows = [(text, self._row(text)) for text in sorted(self._rows)]
        yield _json(
            {
                "bayes_accuracy": self._best[0],
                "set_accuracy": self._best[1],
                "metrics": list(self._names),
                "errors": [[e.type, e.message, e.cause] for e in self._errors],
            }
        )
        for text, row in rows:
            yield f"{text}\t{_json(row)}"

    def _row(self, text: str) -> object:
        row, values = self._rows[text], self._metrics.get(text, {})
        if isinstance(row, int):
            return row
        whole = [*row, *(values.get(name) for name in self._names)]
        while whole[-1] is None:
            whole.pop()
        return whole

    def _number(self, error: Raised) -> int:
        return self._errors.setdefault(error, len(self._errors))


def tables(
    results: Iterable[SetupResult],
    wanted: Iterable[str],
    metric_errors: MetricErrors,
    shipped: Mapping[str, Table] = MappingProxyType({}),
) -> tuple[dict[str, Table], dict[str, str]]:
    """Return the table of each task, and the environment of all results.

    Args:
        results: Finished ones; they are taken one by one.
        wanted: Keys of the setups of the space; results of others are left out.
        metric_errors: What metrics raise.
        shipped: Table of each task that ships; results are added to it.
    """
    found = dict(shipped)
    keys, environment = set(wanted), {}
    for result in results:
        if result.setup.key in keys:
            environment = dict(result.environment)
            table = found.setdefault(task_text(result.setup), Table())
            table.add(result, metric_errors)
    environment.pop("device_name", None)
    return found, environment


def write(
    found: Mapping[str, Table],
    environment: Mapping[str, str],
    seeds: int,
    home: Path = Path(FOLDER),
) -> int:
    """Write the index and the file of every task of one backend; return their bytes.

    Files of other tasks stay.

    Args:
        found: By task.
        environment: That all were trained in.
        seeds: Starts of each setup.
        home: Folder with one folder a backend.
    """
    folder = home / f"{environment['backend']}-{DEVICE}"
    folder.mkdir(parents=True, exist_ok=True)
    data = {
        path_of(folder, task).name: lzma.compress(
            "\n".join(table.lines()).encode(), preset=9
        )
        for task, table in sorted(found.items())
    }
    data[INDEX] = _index(environment, seeds)
    for name, content in data.items():
        (folder / name).write_bytes(content)
    return sum(map(len, data.values()))


def path_of(folder: Path, task: str) -> Path:
    """Return the file of a task."""
    return folder / (task + ENDING)


def _index(environment: Mapping[str, str], seeds: int) -> bytes:
    plain = {
        "environment": environment,
        "date": datetime.now(tz=UTC).date().isoformat(),
        "seeds": seeds,
        "engine": ENGINE,
    }
    return (json.dumps(plain, indent=2) + "\n").encode()


def _json(plain: Any) -> str:
    return json.dumps(plain, separators=(",", ":"), allow_nan=False)
