"""Trainings that ship with the package: the results of a whole space of setups.

One folder a backend and kind of device, one file a task, made by `python -m tools
evidence`. A setup is found by how it trains (`alike`), whoever wrote it, and its result
is judged like one of a training here. Nothing here needs Keras or numpy; a file is read
when a setup of its task is asked for.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping, Sequence
from functools import cache

from kerascheck.confirm.cache import ENGINE
from kerascheck.confirm.evidence.alike import (
    alike,
    plain_metric,
    task_text,
    text_of,
)
from kerascheck.confirm.evidence.packed import COLUMNS, Number, unpack
from kerascheck.confirm.metric_verdict import metric_name
from kerascheck.confirm.result import Raised, SetupResult, Status
from kerascheck.confirm.setup import Setup
from kerascheck.model.errors import UsageError
from kerascheck.model.frozen import Frozen
from kerascheck.model.named import NamedTuple
from kerascheck.model.typed import Any

FOLDER = os.path.join(os.path.dirname(__file__), "trainings")

INDEX = "index.json"

ENDING = ".json.xz"

DEVICE = "cpu"
"""Kind of device that all of them were trained on."""

BACKENDS = ("tensorflow", "jax")
"""Backends of which there are trainings, in the order in which they are asked."""

Notice = Callable[[str], None]


class Index(NamedTuple):
    """What all trainings of a backend have in common."""

    environment: Mapping[str, str]
    date: str
    seeds: int
    engine: str


class ShippedTrainings(Frozen):
    """The trainings that count here.

    Attributes:
        backends: Those of which some count.
    """

    backends: tuple[str, ...]

    def get(self, setup: Setup, backend: str) -> SetupResult | None:
        """Return the result of a setup; None if none like it was trained."""
        if backend not in self.backends or setup.watched:
            return None
        plain = alike(setup, backend)
        table = _table(backend, task_text(plain))
        row = table["rows"].get(text_of(plain))
        return None if row is None else _result(setup, json.loads(row), table, backend)


def shipped_trainings(
    installed: str | None, *, device: str, seeds: int, notice: Notice
) -> ShippedTrainings | None:
    """Return the trainings that count for what is installed; None: none does.

    They count for the minor version of Keras that they were made with, or if none is
    installed; for the kind of device and the number of starts.

    Args:
        installed: Version of Keras; None: it is not installed.
        device: "auto", "cpu" or "gpu".
        seeds: Starts of each setup that are wanted.
        notice: Called with one line if they do not count for what is installed.
    """
    index = index_of(BACKENDS[0])
    made_with = index.environment["keras"]
    if index.engine != ENGINE:
        return None
    if installed is not None and _minor(installed) != _minor(made_with):
        notice(
            f"the trainings that ship with kerascheck are of Keras {_minor(made_with)} "
            f"and do not count for Keras {installed}, which is installed"
        )
        return None
    if device == "gpu" or (device == "auto" and os.path.exists("/dev/nvidia0")):
        notice(
            "the trainings that ship with kerascheck are of a CPU and do not count "
            "for a GPU (--device cpu uses them)"
        )
        return None
    return ShippedTrainings(backends=BACKENDS) if seeds == index.seeds else None


@cache
def index_of(backend: str) -> Index:
    """Return what the trainings of a backend have in common."""
    path = os.path.join(FOLDER, f"{backend}-{DEVICE}", INDEX)
    try:
        with open(path, encoding="utf-8") as file:
            return Index(**json.load(file))
    except (OSError, ValueError, TypeError) as error:
        raise _damaged(path) from error


@cache
def _table(backend: str, task: str) -> Mapping[str, Any]:
    """Return what a file holds: one line for all, and a line of JSON for each setup.

    Of hundreds of lines, those alone that are wanted are parsed.
    """
    try:
        import lzma
    except ImportError:  # a Python that was built without it
        return {"rows": {}}
    path = os.path.join(FOLDER, f"{backend}-{DEVICE}", task + ENDING)
    if not os.path.exists(path):
        return {"rows": {}}
    try:
        with lzma.open(path, "rt", encoding="utf-8") as file:
            first, *lines = file.read().splitlines()
        plain: dict[str, Any] = json.loads(first)
        metrics = {name: COLUMNS + n for n, name in enumerate(plain["metrics"])}
        rows = dict(line.split("\t") for line in lines)
    except (OSError, EOFError, lzma.LZMAError, ValueError) as error:
        raise _damaged(path) from error
    return plain | {"metrics": metrics, "rows": rows}


def _damaged(path: str) -> UsageError:
    return UsageError(
        f"The trainings that ship with kerascheck are damaged: {path}. "
        "Install it again; --no-cache trains without them"
    )


def forget() -> None:
    """Read the files again, as they may have been written."""
    index_of.cache_clear()
    _table.cache_clear()


def _result(
    setup: Setup, row: Any, table: Mapping[str, Any], backend: str
) -> SetupResult | None:
    """Return the result of a setup from a row; None if a metric of it is not there."""
    environment = index_of(backend).environment
    if isinstance(row, int):
        return _raised(setup, table["errors"][row], environment)
    reported: dict[str, Sequence[Number]] = {}
    error: int | None = None
    for part in setup.metrics:
        place = table["metrics"].get(plain_metric(part).text, len(row))
        values = row[place] if place < len(row) else None
        if values is None or reported.get(metric_name(part), values) != values:
            return None
        if isinstance(values, int):
            error = values if error is None else error
        else:
            reported[metric_name(part)] = values
    if error is not None:
        return _raised(setup, table["errors"][error], environment)
    return SetupResult(
        setup=setup,
        status=Status.TRAINED,
        seeds=unpack(row, setup, reported),
        bayes_accuracy=table["bayes_accuracy"],
        set_accuracy=table["set_accuracy"],
        environment=environment,
    )


def _raised(
    setup: Setup, error: Sequence[str], environment: Mapping[str, str]
) -> SetupResult:
    kind, message, cause = error
    return SetupResult(
        setup=setup,
        status=Status.RAISED,
        error=Raised(type=kind, message=message, cause=cause),
        environment=environment,
    )


def _minor(version: str) -> str:
    return ".".join(version.split(".")[:2])
