"""Makes the trainings that ship with the package: of a whole space of setups."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from time import monotonic

from kerascheck.confirm.cache import ENGINE
from tools import evidence_files
from tools.evidence_space import space
from tools.evidence_sweep import Sweep


def make(
    backend: str,
    *,
    seeds: int,
    jobs: int,
    results: Path,
    say: Callable[[str], None],
    scheduler: str | None = None,
) -> None:
    """Train what is missing, and write the files of one backend.

    Args:
        backend: Of Keras.
        seeds: Starts of each setup.
        jobs: Processes that train at once.
        results: Folder of results; what is there is not trained again.
        say: Called with a line now and then.
        scheduler: Of a Dask cluster that trains in place of processes here.
    """
    folder = results / f"engine-{ENGINE}-seeds-{seeds}"
    folder.mkdir(parents=True, exist_ok=True)
    sweep, setups = Sweep(backend, seeds, folder), space(backend)
    missing, started = sweep.missing(setups), monotonic()
    say(f"{backend}: {len(missing)} of {len(setups)} setups to train")
    for done in sweep.train(missing, jobs, scheduler):
        say(f"{backend}: {done} trained, {monotonic() - started:.0f} s")
    tables, environment = evidence_files.tables(
        sweep.results(), [setup.key for setup in setups], sweep.metric_errors(setups)
    )
    size = evidence_files.write(tables, environment, seeds)
    say(f"{backend}: {len(setups)} setups, {size} bytes")
