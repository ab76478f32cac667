"""Trains every setup on every task that it suits, and stores the logs.

A log that is stored is kept, so that a further task costs its own trainings alone.
"""

from __future__ import annotations

import json
import lzma
from collections.abc import Callable, Container, Iterator, Mapping
from pathlib import Path
from typing import Any

from tools.training_logs.further_tasks import FURTHER_TASKS
from tools.training_logs.how import How, Regime
from tools.training_logs.made_tasks import MADE_TASKS
from tools.training_logs.other_tasks import OTHER_TASKS
from tools.training_logs.setups import RIGHT, WRONG, LogSetup
from tools.training_logs.tasks import TASKS, Task


def cases() -> Iterator[tuple[LogSetup, Task]]:
    """Yield every setup with every task of its kind."""
    for task in (*TASKS, *MADE_TASKS, *FURTHER_TASKS, *OTHER_TASKS):
        for setup in (*RIGHT, *WRONG):
            if setup.kind == task.kind and task.classes <= setup.most:
                yield setup, task


def how_of(place: int, regime: Regime) -> How:
    """Return how a case is trained: styles, rates and lengths take turns."""
    return How(
        style=regime.styles[place % len(regime.styles)],
        rate=regime.rates[place // 5 % len(regime.rates)],
        epochs=regime.epochs[place // 3 % len(regime.epochs)],
        seed=place,
    )


def make(target: Path, parts: Path, say: Callable[[str], None]) -> None:
    """Train all that is not stored and write the logs to a file.

    Args:
        target: The stored logs, compressed.
        parts: Where each training is kept at once, to go on later.
        say: Called with a line for each.
    """
    parts.parent.mkdir(parents=True, exist_ok=True)
    old, done = _stored(target), _done(parts)
    for key, setup, task, how in trainings(old):
        if key not in done:
            row = _row(setup, task, how)
            _keep(parts, row | {"key": key, "twin_of": _twin_key(task, how)})
            say(key)
    rows = _done(parts)
    logs = []
    for setup, task in cases():
        key = f"{task.name}/{setup.name}"
        row = old.get(key) or _with_ends(rows[key], rows)
        logs.append(row | {"side": task.side})
    text = "".join(json.dumps(row) + "\n" for row in logs)
    target.write_bytes(lzma.compress(text.encode(), preset=9 | lzma.PRESET_EXTREME))


def _stored(target: Path) -> dict[str, dict[str, Any]]:
    if not target.exists():
        return {}
    lines = lzma.decompress(target.read_bytes()).decode().splitlines()
    return {row["key"]: row for row in map(json.loads, lines)}


def trainings(
    stored: Container[str] = (),
) -> Iterator[tuple[str, LogSetup, Task, How]]:
    """Yield what has to be trained: setups that are not stored, and their twins.

    A twin is the right training of a fault's task, rate and epochs, each once.
    """
    seen = set()
    for place, (setup, task) in enumerate(cases()):
        key = f"{task.name}/{setup.name}"
        if key in stored:
            continue
        how = how_of(place, task.regime)
        yield key, setup, task, how
        twin = _twin_key(task, how)
        if setup.fault and twin not in seen:
            seen.add(twin)
            yield twin, _right(task), task, how._replace(style="json")


def _twin_key(task: Task, how: How) -> str:
    return f"{task.name}/twin/{how.rate}/{how.epochs}"


def _right(task: Task) -> LogSetup:
    return next(setup for setup in RIGHT if setup.kind == task.kind)


def _with_ends(
    row: Mapping[str, Any], rows: Mapping[str, Mapping[str, Any]]
) -> dict[str, Any]:
    """Return the row of a training with the last figures of the right twin of a fault.

    Its rate and length are those that it was trained with, also if they were chosen
    among fewer cases than there are now.
    """
    history = rows[row["twin_of"]]["history"] if row["fault"] else {}
    kept = {name: value for name, value in row.items() if name != "twin_of"}
    return kept | {"twin": {name: values[-1] for name, values in history.items()}}


def _row(setup: LogSetup, task: Task, how: How) -> dict[str, Any]:
    """Train one and return all that is kept of it."""
    import keras

    from tools.training_logs.train import train

    keras.backend.clear_session()
    trained = train(setup, task, how)
    return {
        "key": f"{task.name}/{setup.name}",
        "side": task.side,
        "kind": task.kind,
        "fault": setup.fault,
        "style": how.style,
        "error": trained.error,
        "findings": trained.findings,
        "history": {
            name: [float(f"{value:.5g}") for value in values]
            for name, values in trained.history.items()
        },
        "log": trained.log,
    }


def _keep(parts: Path, row: Mapping[str, Any]) -> None:
    with parts.open("a", encoding="utf-8") as file:
        file.write(json.dumps(row) + "\n")


def _done(parts: Path) -> dict[str, dict[str, Any]]:
    if not parts.exists():
        return {}
    rows = [json.loads(line) for line in parts.read_text("utf-8").splitlines()]
    return {row["key"]: row for row in rows}
