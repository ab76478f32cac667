"""Trains the space of setups over local processes, part by part, and can go on later.

Each part leaves a file in a working folder; a part whose file is there is not trained
again. What comes out is the same with any number of processes.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

from kerascheck.confirm.cache import ENGINE
from kerascheck.confirm.evidence.alike import text_of
from kerascheck.confirm.result import SetupResult
from kerascheck.confirm.setup import Part, Setup
from kerascheck.model.frozen import replace

ROOT = Path(__file__).resolve().parents[1]

PART = 240
"""Setups of one process: enough to share its start, few enough to bound its memory."""

_USUAL = (
    *("BinaryCrossentropy", "CategoricalCrossentropy", "SparseCategoricalCrossentropy"),
    *("MeanSquaredError", "MeanAbsoluteError", "Hinge"),
)


class Job(NamedTuple):
    """One part of the work: what to train, or to fit alone, and where it is kept."""

    setups: tuple[Setup, ...]
    backend: str
    seeds: int
    fit: bool
    folder: Path

    @property
    def kept(self) -> Path:
        """The file that its results are kept in."""
        plain = [self._request(), self.backend, ENGINE]
        name = hashlib.sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()
        return self.folder / f"{self.backend}-{name[:24]}.json.gz"

    def run(self) -> None:
        """Leave the results in the file, unless they are there.

        Raises:
            CalledProcessError: The child failed.
        """
        if self.kept.exists():
            return
        source = self.kept.with_suffix("").with_suffix(".request.json")
        source.write_text(json.dumps(self._request()), encoding="utf-8")
        changes = {
            "KERAS_BACKEND": self.backend,
            "TF_CPP_MIN_LOG_LEVEL": "3",
            "CUDA_VISIBLE_DEVICES": "-1",
            "JAX_PLATFORMS": "cpu",
        }
        subprocess.run(
            [sys.executable, "-m", "tools.evidence_worker", source, self.kept],
            env={**os.environ, **changes},
            cwd=ROOT,
            check=True,
            capture_output=True,
        )
        source.unlink()

    def results(self) -> list[Any]:
        """Return what was kept, one plain value a setup."""
        found: list[Any] = json.loads(gzip.decompress(self.kept.read_bytes()))
        return found

    def _request(self) -> dict[str, object]:
        plain = [setup.to_dict() for setup in self.setups]
        return {"setups": plain, "seeds": self.seeds, "fit": self.fit}


def parts(
    setups: Sequence[Setup],
    backend: str,
    seeds: int,
    folder: Path,
    *,
    fit: bool = False,
) -> list[Job]:
    """Return the work in parts: what is most usual first, and what trains together."""
    ordered = sorted(setups, key=_order)
    starts = range(0, len(ordered), PART)
    return [
        Job(tuple(ordered[first : first + PART]), backend, seeds, fit, folder)
        for first in starts
    ]


def run(jobs: Sequence[Job], processes: int) -> Iterator[int]:
    """Run jobs in order over processes, and yield how many are done."""
    with ThreadPoolExecutor(processes) as pool:
        for done, _ in enumerate(pool.map(Job.run, jobs), start=1):
            yield done


def trained(jobs: Sequence[Job]) -> list[SetupResult]:
    """Return the results of jobs that are done, in order."""
    return [SetupResult.from_dict(plain) for job in jobs for plain in job.results()]


def metric_setups(results: Sequence[SetupResult]) -> dict[str, Setup]:
    """Return one setup to fit for each metric that raises on a kind of head and labels.

    Whether a metric raises depends on these alone. A real `fit` decides, as for losses.
    """
    found: dict[str, Setup] = {}
    for result in results:
        for part in result.setup.watched:
            if part.text in result.not_reported:
                setup = replace(result.setup, metrics=(part,), watched=())
                found.setdefault(metric_case(result.setup, part), setup)
    return found


def metric_case(setup: Setup, part: Part) -> str:
    """Return the text of what decides whether a metric raises."""
    labels = text_of(setup).split("/")[3]
    return f"{part.text} {setup.units} {setup.classes} {labels}"


def _order(setup: Setup) -> tuple[object, ...]:
    usual = setup.loss.name in _USUAL and setup.activation in (
        *("linear", "sigmoid", "softmax"),
    )
    features = max(4, setup.classes)
    row = len(setup.labels.row_shape(setup.classes)), str(setup.labels)
    return not usual, features, setup.units, setup.loss.text, row, setup.key
