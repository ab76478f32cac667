"""Random pairs of shapes, what is said of them and what `fit` did, as a table."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from kerascheck.engine.fix import metric
from kerascheck.keras_api.losses import LOSSES, loss_called
from kerascheck.keras_api.metric_shapes import MEASURED_METRICS, match_metric
from kerascheck.keras_api.shape_match import KerasUsed, Match, match_loss
from kerascheck.model.description import Shape
from tools.shape_lab import BATCH, KERASES, Setup, line_of, measure, setup_of

TABLE = Path(__file__).parent / "measured" / "shapes.jsonl"

SIZES = (1, 2, 3, 5, 11, 13)
"""Sizes of axes: 1 and primes, so that nothing fits by chance."""

_OFTEN = (
    "BinaryCrossentropy",
    "CategoricalCrossentropy",
    "SparseCategoricalCrossentropy",
)
_ONLY_IN_3 = frozenset(
    {
        "CTC",
        "CategoricalGeneralizedCrossEntropy",
        "Circle",
        "ConcordanceCorrelation",
        "Dice",
        "PearsonCorrelation",
        "Tversky",
    }
)
_CLASSES = ("num_classes", 14)
_TARGETS = ("target_class_ids", (0, 1))
_REQUIRED = {
    "IoU": (_CLASSES, _TARGETS),
    "MeanIoU": (_CLASSES,),
    "OneHotIoU": (_CLASSES, _TARGETS),
    "OneHotMeanIoU": (_CLASSES,),
    "PrecisionAtRecall": (("recall", 0.5),),
    "RecallAtPrecision": (("precision", 0.5),),
    "SensitivityAtSpecificity": (("specificity", 0.5),),
    "SpecificityAtSensitivity": (("sensitivity", 0.5),),
}
"""Arguments without which Keras makes no object of a class."""

_WITH_AXIS = frozenset({"CosineSimilarity", "Dice", "Tversky"})


class Row(NamedTuple):
    """One setup, and what `fit` did with it in each Keras that has the class."""

    setup: Setup
    measured: dict[str, str]


def random_setup(rng: random.Random) -> Setup:
    """Return a random loss or metric on a random pair of shapes."""
    output, labels = _random_shapes(rng)
    if rng.random() < 0.3:
        name = rng.choice(sorted(MEASURED_METRICS))
        return Setup(
            output or (rng.choice(SIZES),),
            labels,
            metric=name,
            arguments=_REQUIRED.get(name, ()),
        )
    name = rng.choice((*LOSSES, *_OFTEN * 3))
    form = rng.choice(("object", "object", "object", "string", "function"))
    if name == "CategoricalGeneralizedCrossEntropy":
        form = "object"  # the function raises for want of an argument
    arguments: list[tuple[str, object]] = []
    if form == "object" and LOSSES[name].from_logits and rng.random() < 0.3:
        arguments.append(("from_logits", True))
    takes_axis = LOSSES[name].from_logits or name in _WITH_AXIS
    if form == "object" and takes_axis and rng.random() < 0.15:
        arguments.append(("axis", rng.choice((-1, 1, 2, -2))))
    return Setup(
        output,
        labels,
        loss=name,
        arguments=tuple(arguments),
        activation=rng.choice(("linear", "linear", "sigmoid", "softmax"))
        if output
        else "linear",
        form=form,
        open=_some(rng, len(output) - 1, 0.1),
        dynamic=_some(rng, len(labels), 0.06),
    )


def _some(rng: random.Random, count: int, share: float) -> tuple[int, ...]:
    return tuple(i for i in range(max(count, 0)) if rng.random() < share)


def _random_shapes(rng: random.Random) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return an output and labels, ranks 1 to 4, that mostly share some axes."""
    output = tuple(rng.choice(SIZES) for _ in range(rng.choice((0, 1, 1, 1, 2, 2, 3))))
    labels = list(output)
    for _ in range(rng.choice((0, 1, 1, 1, 2, 2, 3))):
        place = rng.randrange(len(labels) + 1)
        step = rng.random()
        if step < 0.35 and labels:
            del labels[min(place, len(labels) - 1)]
        elif step < 0.55 and len(labels) < 3:
            labels.insert(place, rng.choice((1, *SIZES)))
        elif labels:
            labels[min(place, len(labels) - 1)] = rng.choice((1, *SIZES))
    return output, tuple(labels)


def runs_in(setup: Setup, keras: str) -> bool:
    """Say whether this Keras has the class and the argument."""
    if keras.startswith("3"):
        return True
    axis = setup.loss == "SparseCategoricalCrossentropy" and "axis" in dict(
        setup.arguments
    )
    return not axis and not {setup.loss, setup.metric} & _ONLY_IN_3


def said_of(setup: Setup, keras: str) -> Match:
    """Return what kerascheck says of a setup."""
    generation, backend = keras.split("-")
    used = KerasUsed(int(generation), backend, setup.activation != "linear")
    tail = (None if i in setup.open else n for i, n in enumerate(setup.output))
    output: Shape = (None, *tail)
    labels = (None, *setup.labels)
    arguments = dict(setup.arguments)
    if setup.metric is not None:
        scored = metric(setup.metric, **arguments)
        return match_metric(output, labels, scored, used)
    from_logits = arguments.pop("from_logits", None)
    loss = loss_called(
        setup.loss or "",
        from_logits=from_logits,
        arguments=tuple(sorted(arguments.items())),
    )
    dynamic = (None if i in setup.dynamic else n for i, n in enumerate(setup.labels))
    spec = (None, *dynamic) if setup.dynamic else None
    return match_loss(output, labels, loss, used, spec)


def agrees(setup: Setup, keras: str, said: Match, measured: str) -> bool:
    """Say whether `fit` did what is said of it; what is undecided contradicts nothing.

    A loss that runs must also have returned values of the shape that is left once the
    shape of the comparison is reduced.
    """
    if said.possible:
        return True
    if said.raises or measured == "raises":
        return said.raises and measured == "raises"
    found = [BATCH if n is None else n for n in json.loads(measured)]
    expected = _shape_of_values(setup, keras, said)
    return expected is None or not json.loads(measured) or found == expected


def _shape_of_values(setup: Setup, keras: str, said: Match) -> list[int] | None:
    if setup.loss is None or setup.open or setup.dynamic:
        return None
    axis = dict(setup.arguments).get("axis", LOSSES[setup.loss].axis)
    flattens = keras.startswith("2") and "Sparse" in setup.loss
    if not isinstance(axis, int) or flattens or setup.loss in ("CTC", "Circle"):
        return None
    shape = [BATCH if n is None else n for n in said.shape]
    del shape[axis]
    return shape


def measured_rows(setups: Sequence[Setup]) -> list[Row]:
    """Fit each setup with every Keras that has it."""
    rows = [Row(setup, {}) for setup in setups]
    for keras in KERASES:
        here = [row for row in rows if runs_in(row.setup, keras)]
        for row, result in zip(here, fitted(here, keras), strict=True):
            row.measured[keras] = result
    return rows


def fitted(rows: Iterable[Row], keras: str) -> list[str]:
    """Return what `fit` of one Keras does with each setup."""
    setups = [row.setup for row in rows]
    return measure(setups, keras, likely=[not said_of(s, keras).raises for s in setups])


def stored_rows() -> Iterator[Row]:
    """Yield the rows of the table."""
    for line in TABLE.read_text().splitlines():
        setup, measured = json.loads(line)
        yield Row(setup_of(json.dumps(setup)), measured)


def write_table(count: int, seed: int) -> None:
    """Measure random setups and write the table."""
    rng = random.Random(seed)
    rows = measured_rows([random_setup(rng) for _ in range(count)])
    lines = (json.dumps([json.loads(line_of(row.setup)), row.measured]) for row in rows)
    TABLE.parent.mkdir(exist_ok=True)
    TABLE.write_text("".join(f"{line}\n" for line in lines))
