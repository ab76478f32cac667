"""From the results of the sweep to the files that ship with the package."""

from __future__ import annotations

import json
import lzma
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from kerascheck.confirm.cache import ENGINE
from kerascheck.confirm.evidence.alike import task_text, text_of
from kerascheck.confirm.evidence.packed import pack
from kerascheck.confirm.evidence.trainings import DEVICE, ENDING, FOLDER, INDEX
from kerascheck.confirm.result import Raised, SetupResult
from tools.evidence_sweep import metric_case


def write(
    results: Sequence[SetupResult],
    metric_errors: Mapping[str, Raised | None],
    seeds: int,
    backend: str,
    home: Path = Path(FOLDER),
) -> list[Path]:
    """Write the index and the file of every task of one backend; return their paths.

    Args:
        results: Of the whole space.
        metric_errors: By `metric_case`: what a real `fit` with the metric raises.
        seeds: Starts of each setup.
        backend: Of Keras.
        home: Folder with one folder a backend.
    """
    folder = home / f"{backend}-{DEVICE}"
    folder.mkdir(parents=True, exist_ok=True)
    by_task: dict[str, list[SetupResult]] = {}
    for result in sorted(results, key=lambda one: text_of(one.setup)):
        by_task.setdefault(task_text(result.setup), []).append(result)
    data = {
        task + ENDING: lzma.compress(_json(_table(found, metric_errors)), preset=9)
        for task, found in sorted(by_task.items())
    }
    data[INDEX] = _index(results[0].environment, seeds)
    for old in folder.iterdir():
        if old.name not in data:
            old.unlink()
    for name, content in data.items():
        (folder / name).write_bytes(content)
    return [folder / name for name in data]


def _table(
    results: Sequence[SetupResult], metric_errors: Mapping[str, Raised | None]
) -> dict[str, object]:
    errors: dict[Raised, int] = {}
    rows = {
        text_of(result.setup): pack(
            result,
            lambda error: errors.setdefault(error, len(errors)),
            {
                part.text: metric_errors.get(metric_case(result.setup, part))
                for part in result.setup.watched
            },
        )
        for result in results
    }
    trained = next((result for result in results if result.seeds), results[0])
    return {
        "bayes_accuracy": trained.bayes_accuracy,
        "set_accuracy": trained.set_accuracy,
        "metrics": [part.text for part in trained.setup.watched],
        "errors": [[e.type, e.message, e.cause] for e in errors],
        "rows": rows,
    }


def _index(environment: Mapping[str, str], seeds: int) -> bytes:
    known = {k: v for k, v in environment.items() if k != "device_name"}
    plain = {
        "environment": known,
        "date": datetime.now(tz=UTC).date().isoformat(),
        "seeds": seeds,
        "engine": ENGINE,
    }
    return (json.dumps(plain, indent=2) + "\n").encode()


def _json(plain: object) -> bytes:
    return json.dumps(plain, separators=(",", ":"), allow_nan=False).encode()
