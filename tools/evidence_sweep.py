"""Trains the space of setups over local processes, and goes on where it was stopped.

The results of each part stay in a working folder, and a setup that is there is not
trained again. What comes out is the same with any number of processes.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from kerascheck.confirm.evidence.alike import text_of
from kerascheck.confirm.parts import each
from kerascheck.confirm.result import Raised, SetupResult
from kerascheck.confirm.setup import Part, Setup
from kerascheck.model.frozen import replace
from kerascheck.trust.replace_file import replace_file
from tools.evidence_space import CROSSENTROPIES, HEADS, RARER_METRICS

ROOT = Path(__file__).resolve().parents[1]

PART = 240
"""Setups of one process: enough to share its start, few enough to bound its memory."""


class Sweep(NamedTuple):
    """Where and how the setups of one backend are trained."""

    backend: str
    seeds: int
    folder: Path  # of results that are kept; only for this engine and these seeds

    def results(self) -> Iterator[SetupResult]:
        """Yield every result that is kept, one file in memory at a time."""
        for path in sorted(self.folder.glob(f"{self.backend}-*.json.gz")):
            for plain in json.loads(gzip.decompress(path.read_bytes())):
                yield SetupResult.from_dict(plain)

    def missing(self, setups: Sequence[Setup]) -> list[Setup]:
        """Return the setups without a finished result, the most usual first."""
        done = {result.setup.key for result in self.results() if result.ended}
        return sorted((s for s in setups if s.key not in done), key=_order)

    def train(
        self, setups: Sequence[Setup], workers: int, scheduler: str | None = None
    ) -> Iterator[int]:
        """Train setups part by part and yield how many are done, in order.

        Args:
            setups: Without results.
            workers: Processes of this machine.
            scheduler: Of a Dask cluster that trains in their place.
        """
        starts = range(0, len(setups), PART)
        parts = [setups[first : first + PART] for first in starts]
        done = 0
        if scheduler is None:
            for size in each(self._train_part, parts, workers=workers):
                done += size
                yield done
            return
        requests = [_request(part, self.seeds) for part in parts]
        train = partial(_results, self.backend)
        found = each(train, requests, workers=workers, scheduler=scheduler)
        for part, request, data in zip(parts, requests, found, strict=True):
            replace_file(self._kept(request), data)
            done += len(part)
            yield done

    def _train_part(self, setups: Sequence[Setup]) -> int:
        """Train some setups here; what is finished is kept before its turn."""
        self._child(_request(setups, self.seeds))
        return len(setups)

    def metric_errors(self, wanted: Iterable[Setup]) -> dict[str, Raised | None]:
        """Return what a real `fit` raises with a metric that cannot be evaluated.

        Whether it raises depends on the case alone (`metric_case`), not on the loss.

        Args:
            wanted: Setups of the space; others that are kept are left out.
        """
        keys = {setup.key for setup in wanted}
        cases: dict[str, Setup] = {}
        for result in self.results():
            if result.setup.key in keys:
                for part in result.setup.watched:
                    if part.text in result.not_reported:
                        setup = replace(result.setup, metrics=(part,), watched=())
                        cases.setdefault(metric_case(result.setup, part), setup)
        plain = self._child(_request(cases.values(), self.seeds, fit=True))
        found = [None if one is None else _raised(*one) for one in plain]
        return dict(zip(cases, found, strict=True))

    def _child(self, text: str) -> list[Any]:
        """Run a worker unless its results are kept, and return them.

        Raises:
            CalledProcessError: It failed.
        """
        kept = self._kept(text)
        if not kept.exists():
            _run(self.backend, text, kept)
        found: list[Any] = json.loads(gzip.decompress(kept.read_bytes()))
        return found

    def _kept(self, text: str) -> Path:
        """Return the file that the results of a request are kept in."""
        name = hashlib.sha256(text.encode()).hexdigest()[:24]
        kind = "fits-" if json.loads(text)["fit"] else ""
        return self.folder / f"{kind}{self.backend}-{name}.json.gz"


def _results(backend: str, text: str) -> bytes:
    """Return the results of a backend and a request.

    Raises:
        CalledProcessError: Its child process failed.
    """
    with TemporaryDirectory() as folder:
        file = Path(folder) / "results.json.gz"
        _run(backend, text, file)
        return file.read_bytes()


def _request(setups: Iterable[Setup], seeds: int, *, fit: bool = False) -> str:
    plain = [setup.to_dict() for setup in setups]
    return json.dumps({"setups": plain, "fit": fit, "seeds": seeds})


def _run(backend: str, text: str, target: Path) -> None:
    """Let a child process do what a request asks."""
    changes = {
        "KERAS_BACKEND": backend,
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "CUDA_VISIBLE_DEVICES": "-1",
        "JAX_PLATFORMS": "cpu",
    }
    _run_twice_if_killed(
        [sys.executable, "-m", "tools.evidence_worker", str(target)],
        input=text,
        text=True,
        env={**os.environ, **changes},
        cwd=ROOT,
        check=True,
        stdout=subprocess.DEVNULL,
    )


def _run_twice_if_killed(command: Sequence[str], **options: Any) -> None:
    """Run a command, and once more if a signal other than Ctrl-C ends it.

    Raises:
        CalledProcessError: It failed, was interrupted, or was killed twice.
    """
    try:
        subprocess.run(command, **options)
    except subprocess.CalledProcessError as error:
        if error.returncode >= 0 or error.returncode == -signal.SIGINT:
            raise
        subprocess.run(command, **options)


def metric_case(setup: Setup, part: Part) -> str:
    """Return the text of what decides whether a metric raises."""
    labels = text_of(setup).split("/")[3]
    return f"{part.text} {setup.units} {setup.classes} {labels}"


def _raised(kind: str, message: str, cause: str | None) -> Raised:
    return Raised(type=kind, message=message, cause=cause)


def _order(setup: Setup) -> tuple[object, ...]:
    """Return what setups are sorted by: the usual first, then what trains together."""
    odd = setup.loss.name not in CROSSENTROPIES or setup.activation not in HEADS
    rare = setup.watched == RARER_METRICS or setup.hidden_activation
    features = max(4, setup.classes)
    row = len(setup.labels.row_shape(setup.classes)), str(setup.labels)
    return odd + rare, features, setup.units, setup.loss.text, row, setup.key
