"""How fast reference training is, beside one `model.fit` a run.

python -m tools bench confirm measures, in one process: importing Keras, one finding (a
setup before and after its fix), the whole binary matrix trained together, and some of
its runs as an ordinary fit each. What trains is split into the compiled loop and the
rest: probing, tracing, measuring. The floor is the matrix products of the same steps
in NumPy, and nothing else. It prints the ratio and, last, one line of JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Callable
from itertools import pairwise
from statistics import median
from typing import Any, NamedTuple, TypeVar

from kerascheck.confirm.evidence.matrix import binary_matrix
from kerascheck.confirm.result import SetupResult, Status
from kerascheck.confirm.setup import HIDDEN, LabelForm, Part, Setup
from kerascheck.model.description import Encoding

T = TypeVar("T")


def main(arguments: list[str] | None = None) -> None:
    """Run the benchmark and print what it found."""
    options = _parser().parse_args(arguments)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    imported, engine = _timed(_import_engine)
    one, _ = _trained(engine, _finding(), options.seeds)
    setups = binary_matrix()[:: options.every]
    together, results = _trained(engine, setups, options.seeds)
    alone = _fits(results, options.fits)
    trained = [r.setup for r in results if r.status is Status.TRAINED]
    runs = len(trained) * options.seeds
    found = {
        "environment": engine.environment(),
        "seconds_to_import": round(imported.wall, 2),
        "cpu_seconds_to_import": round(imported.cpu, 2),
        "seconds_for_one_finding": round(one.whole.wall, 2),
        "cpu_seconds_for_one_finding": round(one.whole.cpu, 2),
        "seconds_for_one_finding_in_the_loop": round(one.loop, 2),
        "setups": len(setups),
        "setups_that_raise": len(setups) - len(trained),
        "runs": runs,
        "seconds_together": round(together.whole.wall, 1),
        "cpu_seconds_together": round(together.whole.cpu, 1),
        "seconds_in_the_loop": round(together.loop, 1),
        "seconds_around_the_loop": round(together.whole.wall - together.loop, 1),
        "seconds_of_the_floor": round(_floor(trained[0], runs), 2),
        "fits_timed": len(alone),
        "seconds_a_fit": round(median(alone), 3),
        "ratio": round(median(alone) * runs / together.whole.wall, 1),
    }
    print(_text(found))
    print(json.dumps(found))


class Seconds(NamedTuple):
    """On the clock, and of all threads."""

    wall: float
    cpu: float


class Trained(NamedTuple):
    """How long a training took in all, and its compiled loop of that."""

    whole: Seconds
    loop: float


def _trained(
    engine: Any, setups: list[Setup], seeds: int
) -> tuple[Trained, list[SetupResult]]:
    ticks: list[float] = []
    whole, results = _timed(
        lambda: engine.train(
            setups, seeds=seeds, progress=lambda *_: ticks.append(_now())
        )
    )
    return Trained(whole, min(_loop_seconds(ticks), whole.wall)), results


def _floor(setup: Setup, runs: int) -> float:
    """Return the seconds of the matrix products of all runs, forwards and backwards.

    Some steps of all runs at once are timed; the others would take as long.
    """
    import numpy as np

    from kerascheck.confirm.train.initial_weights import task_of

    timed, hidden = 10, HIDDEN
    rng = np.random.default_rng(0)

    def numbers(*shape: int) -> Any:
        return rng.normal(size=(runs, *shape)).astype("float32")

    x = numbers(setup.batch, task_of(setup).features)
    first, second = numbers(x.shape[-1], hidden), numbers(hidden, setup.units)

    def steps() -> None:
        for _ in range(timed):
            middle = x @ first
            out = middle @ second
            back = out @ second.transpose(0, 2, 1)
            middle.transpose(0, 2, 1) @ out
            x.transpose(0, 2, 1) @ back

    steps()
    seconds, _ = _timed(steps)
    return seconds.wall * setup.steps / timed


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


def _timed(work: Callable[[], T]) -> tuple[Seconds, T]:
    wall, cpu = _now(), time.process_time()
    result = work()
    return Seconds(_now() - wall, time.process_time() - cpu), result


def _now() -> float:
    return time.perf_counter()


def _text(found: dict[str, Any]) -> str:
    where = found["environment"]
    fits = found["seconds_a_fit"] * found["runs"]
    lines = [
        ("import of Keras", "seconds_to_import", _cpu(found, "to_import")),
        ("one finding", "seconds_for_one_finding", _cpu(found, "for_one_finding")),
        ("  its compiled loop", "seconds_for_one_finding_in_the_loop", ""),
        (
            f"{found['setups']} setups together",
            "seconds_together",
            f"{found['runs']} runs; {found['setups_that_raise']} setups raise; "
            + _cpu(found, "together"),
        ),
        ("  tracing and the rest", "seconds_around_the_loop", ""),
        ("  training, the loop", "seconds_in_the_loop", ""),
        ("  floor of that", "seconds_of_the_floor", "matrix products in NumPy"),
    ]
    shown = [
        f"{name:<22}{found[key]:9.2f} s" + (f"  ({note})" if note else "")
        for name, key, note in lines
    ]
    return "\n".join(
        [
            f"on {where['backend']} {where[where['backend']]}, {where['device']}",
            *shown,
            f"{'one fit a run':<22}{fits:9.2f} s"
            f"  ({found['seconds_a_fit']:.3f} s a fit, {found['fits_timed']} timed)",
            f"{'ratio':<22}{found['ratio']:9.1f}",
        ]
    )


def _cpu(found: dict[str, Any], what: str) -> str:
    return f"{found[f'cpu_seconds_{what}']} s of CPU"


if __name__ == "__main__":
    main()
