"""Trains every setup on every task that it suits, and stores the logs."""

from __future__ import annotations

import json
import lzma
import os
from collections.abc import Callable, Iterator
from pathlib import Path

from tools.training_logs.setups import RIGHT, WRONG, LogSetup
from tools.training_logs.tasks import TASKS, Task

RATES = (0.01, 0.003, 0.03)


def cases() -> Iterator[tuple[LogSetup, Task]]:
    """Yield every setup with every task of its kind."""
    for task in TASKS:
        for setup in (*RIGHT, *WRONG):
            if setup.kind == task.kind:
                yield setup, task


def make(target: Path, parts: Path, say: Callable[[str], None]) -> None:
    """Train all and write the logs to a file.

    Args:
        target: The stored logs, compressed.
        parts: Where each training is kept at once, to go on later.
        say: Called with a line for each.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    import keras

    from tools.training_logs.train import STYLES, How, train

    parts.parent.mkdir(parents=True, exist_ok=True)
    done = _done(parts)
    for place, (setup, task) in enumerate(cases()):
        how = How(
            style=STYLES[place % len(STYLES)],
            rate=RATES[place // 5 % len(RATES)],
            epochs=(4, 6, 9)[place // 3 % 3],
            seed=place,
        )
        key = f"{task.name}/{setup.name}"
        if key in done:
            continue
        keras.backend.clear_session()
        trained = train(setup, task, how)
        row = {
            "key": key,
            "side": task.side,
            "kind": task.kind,
            "fault": setup.fault,
            "style": how.style,
            "error": trained.error,
            "findings": trained.findings,
            "history": {
                n: [float(f"{v:.5g}") for v in values]
                for n, values in trained.history.items()
            },
            "log": trained.log,
        }
        with parts.open("a", encoding="utf-8") as file:
            file.write(json.dumps(row) + "\n")
        say(f"{key} {how.style} {trained.error} {dict(trained.findings)}")
    order = [f"{task.name}/{setup.name}" for setup, task in cases()]
    rows = _done(parts)
    text = "".join(json.dumps(rows[key]) + "\n" for key in order)
    target.write_bytes(lzma.compress(text.encode(), preset=9 | lzma.PRESET_EXTREME))


def _done(parts: Path) -> dict[str, dict[str, object]]:
    if not parts.exists():
        return {}
    rows = [json.loads(line) for line in parts.read_text("utf-8").splitlines()]
    return {row["key"]: row for row in rows}
