"""Makes the trainings that ship with the package: of a whole space of setups."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from time import monotonic

from kerascheck.confirm.cache import ENGINE
from kerascheck.confirm.evidence import trainings
from kerascheck.confirm.result import Status
from kerascheck.confirm.setup import Setup
from kerascheck.model.errors import UsageError
from tools import evidence_files
from tools.evidence_shipped import Shipped
from tools.evidence_space import more, space
from tools.evidence_sweep import Sweep


def make(
    backend: str,
    *,
    seeds: int,
    workers: int,
    results: Path,
    say: Callable[[str], None],
    scheduler: str | None = None,
    more_alone: bool = False,
) -> None:
    """Train what is missing, and write the files of one backend.

    First the usual setups; then what few models have, and all that trains with another
    network and another rate. What ships stays, if it is of the same engine.

    Args:
        backend: Of Keras.
        seeds: Starts of each setup.
        workers: Processes that train at once.
        results: Folder of results; what is there is not trained again.
        say: Called with a line now and then.
        scheduler: Of a Dask cluster that trains in place of processes here.
        more_alone: Leave the usual setups as they ship.
    """
    folder = results / f"engine-{ENGINE}-seeds-{seeds}"
    folder.mkdir(parents=True, exist_ok=True)
    sweep = Sweep(backend, seeds, folder)
    if not more_alone:
        _make(sweep, space(backend), workers, say, scheduler)
    trainings.forget()
    shipped = trainings.ShippedTrainings(backends=(backend,))

    def trains(setup: Setup) -> bool:
        result = shipped.get(setup, backend)
        return result is not None and result.status is Status.TRAINED

    _make(sweep, more(backend, trains), workers, say, scheduler)


def _make(
    sweep: Sweep,
    setups: Sequence[Setup],
    workers: int,
    say: Callable[[str], None],
    scheduler: str | None,
) -> None:
    backend, started = sweep.backend, monotonic()
    shipped = Shipped.of(backend, sweep.seeds)
    wanted = setups if shipped is None else list(shipped.missing(setups))
    missing = sweep.missing(wanted)
    say(f"{backend}: {len(missing)} of {len(setups)} setups to train")
    for done in sweep.train(missing, workers, scheduler):
        say(f"{backend}: {done} trained, {monotonic() - started:.0f} s")
    if not wanted:
        return
    tables, environment = evidence_files.tables(
        sweep.results(),
        [setup.key for setup in wanted],
        sweep.metric_errors(wanted),
        shipped.tables(setups) if shipped else {},
    )
    if shipped and environment != shipped.environment:
        raise UsageError(
            f"what ships was trained with {dict(shipped.environment)}, and this with "
            f"{environment}: train all of it again, without the files that ship"
        )
    size = evidence_files.write(tables, environment, sweep.seeds)
    say(f"{backend}: {len(setups)} setups, {size} bytes")
