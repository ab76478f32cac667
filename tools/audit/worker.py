"""The child process of the audit: builds, checks, trains and measures setups.

    python -m tools.audit.worker < setups.json > results.json

One backend a process: Keras reads KERAS_BACKEND when it is imported.
"""

from __future__ import annotations

import json
import os
import sys
import time
import warnings
from collections.abc import Iterator, Sequence
from typing import Any

import keras
import numpy as np
from keras.src.trainers.compile_utils import CompileMetrics

import kerascheck
from kerascheck.engine.finding import Finding
from tools.audit import truth
from tools.audit.alone import fitted_alone
from tools.audit.building import class_weight, data_of, live_model, metric_of
from tools.audit.probe import Raised, raised
from tools.audit.setups import HeadSetup, Setup, call, replace_metrics
from tools.audit.tasks import OFFSETS
from tools.audit.towers import SEEDS, Tower, Trained, held_out, train

TOGETHER = 120
"""Setups that train in one loop."""

_CHECKED_ROWS = 600
_METRIC_ROWS = 500
"""Rows of one batch of a metric: some metrics compare the rows of a batch."""


def main() -> None:
    """Read setups from standard input, and write a result each to standard output."""
    request = json.load(sys.stdin)
    setups = [Setup.from_dict(plain) for plain in request["setups"]]
    run = _WAYS[request["way"]]
    with os.fdopen(os.dup(1), "w") as out:
        os.dup2(2, 1)  # what frameworks print
        for result in run(setups, request["deadline"]):
            out.write(json.dumps(result) + "\n")
            out.flush()


def results(setups: Sequence[Setup], deadline: float) -> Iterator[dict[str, Any]]:
    """Yield what was said and measured of each setup, in order.

    Args:
        setups: What to train.
        deadline: On `time.time()`; what is not trained by then is left out.
    """
    warnings.simplefilter("ignore")
    for first in range(0, len(setups), TOGETHER):
        if time.time() > deadline:
            return
        part = setups[first : first + TOGETHER]
        errors = []
        said = []
        for setup in part:
            said.append(findings(setup))
            errors.append(raised(setup))
        good = [s for s, error in zip(part, errors, strict=True) if error is None]
        trained = train([tower for setup in good for tower in towers(setup)])
        for setup, error, one in zip(part, errors, said, strict=True):
            yield {"setup": setup.to_dict(), **one, **_measured(setup, error, trained)}


def results_alone(setups: Sequence[Setup], deadline: float) -> Iterator[dict[str, Any]]:
    """Yield the same as `results`, each setup in a fit of its own."""
    warnings.simplefilter("ignore")
    for setup in setups:
        if time.time() > deadline:
            return
        found = fitted_alone(setup)
        error = found if isinstance(found, tuple) else None
        trained = {} if error else dict(zip(towers(setup), found, strict=True))
        yield {
            "setup": setup.to_dict(),
            **findings(setup),
            **_measured(setup, error, trained),
        }


def results_judged(
    setups: Sequence[Setup], _deadline: float
) -> Iterator[dict[str, Any]]:
    """Yield what is said of each setup, which is not trained."""
    warnings.simplefilter("ignore")
    for setup in setups:
        yield findings(setup)


_WAYS = {"together": results, "alone": results_alone, "judged": results_judged}


def findings(setup: Setup) -> dict[str, Any]:
    """Return what kerascheck says of the live model and its labels."""
    data = data_of(setup, _CHECKED_ROWS, 0)
    try:
        model = live_model(setup)
        report = kerascheck.check(model, data.y, data.x, **data.arguments)
    except Exception as error:  # nothing that Keras accepts may raise here
        text = f"{type(error).__name__}: {str(error)[:160]}"
        return {"findings": [], "refused": text, "undecided": []}
    said = [_plain(f) for one in report.findings for f in (one, *one.follows)]
    undecided = sorted({n.code for n in report.not_run})
    return {"findings": said, "refused": None, "undecided": undecided}


def _plain(finding: Finding) -> dict[str, Any]:
    return {
        "code": finding.code,
        "severity": str(finding.severity),
        "harm": str(finding.harm),
        "head": finding.head,
        "location": finding.location,
        "message": finding.message,
    }


def towers(setup: Setup) -> list[Tower]:
    """Return the tower of each head."""
    pairs: tuple[tuple[int, float], ...] = ()
    if setup.class_weight:
        given = class_weight(setup)
        pairs = tuple((k, v) for k, v in given.items() if isinstance(k, int))
    return [
        Tower(replace_metrics(head, ()), setup.rank, setup.policy, pairs)
        for head in setup.heads
    ]


def _measured(
    setup: Setup, error: Raised | None, trained: dict[Tower, Trained]
) -> dict[str, Any]:
    """Return what training and metrics show of a setup."""
    if error is not None:
        return {"raised": list(error), "heads": [], "weights": None}
    heads = []
    for place, (head, tower) in enumerate(zip(setup.heads, towers(setup), strict=True)):
        outputs = trained[tower]
        if isinstance(outputs, str):
            return {"raised": ["graph", place, outputs], "heads": [], "weights": None}
        heads.append(_measured_head(head, tower, outputs))
    return {"raised": None, "heads": heads, "weights": misweighted(setup)}


def _measured_head(head: HeadSetup, tower: Tower, outputs: Any) -> dict[str, Any]:
    short, off, metrics = [], [], []
    for seed in range(SEEDS):
        sample = held_out(tower, seed)
        short.append(truth.shortfall(head, outputs[seed], sample))
        if not tower.class_weight:
            off.append(truth.miscalibration(head, outputs[seed], sample))
        if np.isfinite(outputs[seed]).all():
            metrics.append(list(_metrics(head, outputs[seed], sample)))
    return {
        "nan": not np.isfinite(outputs).all(),
        "constant": bool((outputs.std(axis=1) < 1e-6).all()),
        "shortfall": _spread(short),
        "miscalibration": _spread(off),
        "metrics": [
            {
                "metric": call(metric),
                "reported": _spread([seed[i][0] for seed in metrics]),
                "true": _spread([seed[i][1] for seed in metrics]),
            }
            for i, metric in enumerate(head.metrics)
        ],
    }


def _metrics(
    head: HeadSetup, outputs: Any, sample: Any
) -> Iterator[tuple[float | None, float | None]]:
    for metric in head.metrics:
        scored = CompileMetrics([metric_of(metric)], None)
        try:
            for first in range(0, len(outputs), _METRIC_ROWS):
                rows = slice(first, first + _METRIC_ROWS)
                labels = keras.ops.convert_to_tensor(sample.labels[rows])
                scored.update_state(labels, keras.ops.convert_to_tensor(outputs[rows]))
            values = [np.mean(np.asarray(v)) for v in scored.result().values()]
        except Exception:  # the probe says whether it raises in fit
            yield None, None
            continue
        yield float(values[0]), truth.metric_truth(head, metric, outputs, sample)


def misweighted(setup: Setup) -> str | None:
    """Return how the weights that Keras computes differ from those given, in words."""
    if not setup.class_weight or len(setup.heads) > 1:
        return None
    head, given = setup.heads[0], class_weight(setup)
    sample = data_of(setup, _CHECKED_ROWS, 0).samples[0]
    if head.task == "several":
        return "a sample of several tags has the weight of the first"
    if head.task not in ("binary", "exclusive"):
        return None
    first = OFFSETS.get(head.encoding, 0)
    ids = {int(c) + first for c in np.unique(sample.classes)}
    unused = [key for key in given if key not in ids]
    missing = [one for one in ids if one not in given]
    if unused:
        return f"weights for {unused} are used for no sample"
    return f"no weight for {missing}" if missing else None


def _spread(values: Sequence[float | None]) -> list[float] | None:
    """Return the figures of all seeds; None if one has no meaning."""
    known = [float(value) for value in values if value is not None]
    return known if known and len(known) == len(values) else None


if __name__ == "__main__":
    main()
