"""The rules against the truth: random setups, trained, next to what the rules say.

    python -m tools audit --setups 2000

Each setup is a real Keras model with labels: one to three heads of rank 2 to 4, any
encoding of the labels, any loss, metrics, dtype policy and weights. Mostly it is a
right one with up to two parts changed. `kerascheck.check` judges the live model; then
it is trained with three seeds on a task whose best possible classifier is known. What
it decides, what probabilities it shows and what its metrics report is compared with
that, in NumPy and without the rules.

A harm that no finding explains is silent; a finding whose harm was not measured is
without harm. Both are listed by kind, the most frequent first, with the plainest
example, which is trained once more in a `fit` of its own. Figures near a threshold are
never listed: `thresholds` says from when on they count.

    python -m tools audit --again build/audit

What was measured stays in a folder. After a change of the rules it is judged again, in
a minute and without training.

The parts: `setups` and `sampling` (what is tried), `tasks` (labels and the best
answer), `truth` (NumPy), `building`, `probe`, `towers`, `alone` and `worker` (Keras, in
child processes), `kinds`, `table` and `page` (what differs, and how it is shown), and
`accepted` (the kinds that remain, with the reason).
"""

from __future__ import annotations

import json
import math
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Literal

import click

from kerascheck.confirm.parts import each
from kerascheck.trust.printable import count
from tools.audit.kinds import Kind, disagreements, kinds
from tools.audit.page import page, section
from tools.audit.sampling import random_setups
from tools.audit.setups import Setup
from tools.audit.table import report

BACKENDS = ("tensorflow", "jax")
"""Of Keras, that setups are trained on."""

_ROOT = Path(__file__).resolve().parents[2]
_PAGE = _ROOT / "docs" / "audit.md"

Results = list[dict[str, Any]]

Way = Literal["together", "alone", "judged"]
"""Trained with others, or in a fit of its own; or only looked at by the rules."""

PART = 240
"""Setups of one child: a multiple of what its worker trains together."""


def audit(
    *,
    setups: int,
    seed: int,
    budget: float,
    backends: Sequence[str],
    workers: int,
    folder: Path,
    write: bool,
    say: Callable[[str], None],
    scheduler: str | None = None,
) -> None:
    """Train random setups and say where rules and measurement differ.

    Args:
        setups: How many, on each backend.
        seed: Of the random choice.
        budget: Seconds of training on each; what is left then is not reported.
        backends: Of Keras.
        workers: Processes that train.
        folder: Where what was measured is kept, a file for each backend.
        write: Write docs/audit.md as well, after each backend.
        say: Called with the report.
        scheduler: Of a Dask cluster that trains in place of processes here.
    """
    chosen = list(random_setups(setups, random.Random(seed)))
    sections = []
    for backend in backends:
        started = time.time()
        over = partial(measured, backend=backend, workers=workers, scheduler=scheduler)
        found = over(chosen, deadline=started + budget)
        folder.mkdir(parents=True, exist_ok=True)
        kept = json.dumps({"seed": seed, "results": found})
        (folder / f"{backend}.json").write_text(kept, encoding="utf-8")
        examples = list(dict.fromkeys(kind.example.setup for kind in _kinds(found)))
        end = time.time() + budget / 2
        alone = confirmed(over(examples, deadline=end, way="alone"))
        seconds = time.time() - started
        say(f"{len(found)} of {setups} setups on {backend}, {seconds:.0f} s\n")
        say(report(found, alone))
        sections.append(section(found, backend=backend, seed=seed))
        if write:
            _PAGE.write_text(page(sections), encoding="utf-8")


def judge_again(
    folder: Path, *, workers: int, write: bool, say: Callable[[str], None]
) -> None:
    """Say where the rules of today differ from what was measured before.

    Args:
        folder: Where `audit` kept it.
        workers: Processes that judge.
        write: Write docs/audit.md as well.
        say: Called with the report.

    Raises:
        FileNotFoundError: There is nothing in the folder.
    """
    sections = []
    for backend in BACKENDS:
        file = folder / f"{backend}.json"
        if not file.exists():
            continue
        kept = json.loads(file.read_text(encoding="utf-8"))
        setups = [Setup.from_dict(one["setup"]) for one in kept["results"]]
        said = measured(setups, backend, workers, math.inf, way="judged")
        pairs = zip(kept["results"], said, strict=True)
        found = [{**before, **now} for before, now in pairs]
        say(f"{len(found)} setups on {backend}, measured before and judged again\n")
        say(report(found, None))
        sections.append(section(found, backend=backend, seed=kept["seed"], again=True))
    if not sections:
        raise FileNotFoundError(f"no results of an audit in {folder}")
    if write:
        _PAGE.write_text(page(sections), encoding="utf-8")


def measured(
    setups: Sequence[Setup],
    backend: str,
    workers: int,
    deadline: float,
    *,
    way: Way = "together",
    scheduler: str | None = None,
) -> Results:
    """Return the results of child processes, in the order of the setups.

    Args:
        setups: What to train; what trains together does not depend on `workers`.
        backend: Of Keras.
        workers: How many processes at once.
        deadline: On `time.time()`.
        way: How they are trained, if at all.
        scheduler: Of a Dask cluster; its machines have the same time as this one.
    """
    train = partial(_child, backend=backend, deadline=deadline, way=way)
    parts = (setups[first : first + PART] for first in range(0, len(setups), PART))
    found = each(train, parts, workers=workers, scheduler=scheduler)
    return [result for part in found for result in part]


def confirmed(results: Results) -> frozenset[tuple[bool, str, Setup]]:
    """Return the keys of what differs in these results."""
    return frozenset(one.key for result in results for one in disagreements(result))


def _kinds(results: Results) -> list[Kind]:
    return kinds([one for result in results for one in disagreements(result)])


def _child(setups: Sequence[Setup], backend: str, deadline: float, way: Way) -> Results:
    """Return the results of one child; of a second one if the first is killed.

    One that Ctrl-C ended is not started again.
    """
    if time.time() > deadline:
        return []
    done = _run(setups, backend, deadline, way)
    killed = done.returncode < 0 and done.returncode != -signal.SIGINT
    if killed and time.time() <= deadline:
        done = _run(setups, backend, deadline, way)
    if done.returncode > 0:
        last = "\n".join(done.stderr.splitlines()[-12:])
        raise RuntimeError(f"the child of the audit ended early:\n{last}")
    whole = done.stdout.rpartition("\n")[0]  # a killed child may end within a line
    results = [json.loads(line) for line in whole.splitlines()]
    if done.returncode < 0:
        lost = count(len(setups) - len(results), "setup")
        click.echo(f"a child was killed, without results: {lost}", err=True)
    return results


def _run(
    setups: Sequence[Setup], backend: str, deadline: float, way: Way
) -> subprocess.CompletedProcess[str]:
    request = {
        "setups": [setup.to_dict() for setup in setups],
        "deadline": deadline,
        "way": way,
    }
    changes = {
        "KERAS_BACKEND": backend,
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "CUDA_VISIBLE_DEVICES": "-1",
        "JAX_PLATFORMS": "cpu",
    }
    return subprocess.run(
        [sys.executable, "-m", "tools.audit.worker"],
        input=json.dumps(request),
        capture_output=True,
        text=True,
        env={**os.environ, **changes},
        cwd=_ROOT,
        check=False,
    )
