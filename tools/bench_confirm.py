"""How fast reference training is, beside one `model.fit` a run.

python -m tools bench confirm measures, in one process: one finding (a setup
before and after its fix), the whole binary matrix trained together, and some of its
runs as an ordinary fit each. It prints the ratio and, last, one line of JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Callable
from itertools import pairwise
from statistics import median
from typing import Any, TypeVar

from kerascheck.confirm.evidence.matrix import binary_matrix
from kerascheck.confirm.result import SetupResult, Status
from kerascheck.confirm.setup import LabelForm, Part, Setup
from kerascheck.model.description import Encoding

T = TypeVar("T")


def main(arguments: list[str] | None = None) -> None:
    """Run the benchmark and print what it found."""
    options = _parser().parse_args(arguments)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    imported, engine = _timed(_import_engine)
    one_finding, _ = _timed(lambda: engine.train(_finding(), seeds=options.seeds))
    setups = binary_matrix()[:: options.every]
    ticks: list[float] = []
    together, results = _timed(
        lambda: engine.train(
            setups, seeds=options.seeds, progress=lambda *_: ticks.append(_now())
        )
    )
    alone = _fits(results, options.fits)
    trained = sum(result.status is Status.TRAINED for result in results)
    runs = trained * options.seeds
    found = {
        "environment": engine.environment(),
        "seconds_to_import": round(imported, 2),
        "seconds_for_one_finding": round(one_finding, 2),
        "setups": len(setups),
        "setups_that_raise": len(setups) - trained,
        "runs": runs,
        "seconds_together": round(together, 1),
        "seconds_in_the_loop": round(_loop_seconds(ticks), 1),
        "fits_timed": len(alone),
        "seconds_a_fit": round(median(alone), 3),
        "ratio": round(median(alone) * runs / together, 1),
    }
    print(_text(found))
    print(json.dumps(found))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="bench confirm", description=__doc__)
    parser.add_argument("--seeds", type=int, default=5, help="seeds of each setup")
    parser.add_argument("--fits", type=int, default=16, help="ordinary fits to time")
    parser.add_argument(
        "--every", type=int, default=1, help="take every n-th setup of the matrix"
    )
    return parser


def _import_engine() -> Any:
    from kerascheck.confirm.train import training

    return training


def _finding() -> list[Setup]:
    """Return logits scored as probabilities, and the fix."""
    labels = LabelForm(encoding=Encoding.CLASS_IDS)
    return [
        Setup(
            units=3,
            activation="linear",
            loss=Part.of("SparseCategoricalCrossentropy", from_logits=from_logits),
            labels=labels,
            metrics=(Part.of("accuracy"),),
            task="multiclass",
            classes=3,
        )
        for from_logits in (False, True)
    ]


def _fits(results: list[SetupResult], count: int) -> list[float]:
    """Return the seconds of some ordinary fits, spread over what trains."""
    from kerascheck.confirm.train.single_fit import fit

    setups = [result.setup for result in results if result.status is Status.TRAINED]
    step = max(1, len(setups) // count)
    seconds = []
    for setup in setups[::step][:count]:
        started = _now()
        fit(setup, 0)
        seconds.append(_now() - started)
    return seconds


def _loop_seconds(ticks: list[float]) -> float:
    """Return what all stretches would take at the pace of the usual one.

    The first stretch of a group holds tracing and graph optimisation, the last is
    followed by measuring; the median has neither.
    """
    gaps = [after - before for before, after in pairwise(ticks)]
    return median(gaps) * len(ticks) if gaps else 0.0


def _timed(work: Callable[[], T]) -> tuple[float, T]:
    started = _now()
    result = work()
    return _now() - started, result


def _now() -> float:
    return time.perf_counter()


def _text(found: dict[str, Any]) -> str:
    where = found["environment"]
    return "\n".join(
        [
            f"on {where['backend']} {where[where['backend']]}, {where['device']}",
            f"import of Keras       {found['seconds_to_import']:8.2f} s",
            f"one finding           {found['seconds_for_one_finding']:8.2f} s",
            f"{found['setups']:4} setups together   {found['seconds_together']:8.1f} s"
            f"  ({found['runs']} runs; {found['setups_that_raise']} setups raise)",
            f"  its compiled loop   {found['seconds_in_the_loop']:8.1f} s",
            f"one fit a run         {found['seconds_a_fit'] * found['runs']:8.1f} s"
            f"  ({found['seconds_a_fit']:.3f} s a fit, {found['fits_timed']} timed)",
            f"ratio                 {found['ratio']:8.1f}",
        ]
    )


if __name__ == "__main__":
    main()
