"""Questions about the curves of a log that several signs ask."""

from __future__ import annotations

import re
from collections.abc import Iterator
from math import exp, isfinite, log

from kerascheck.explain.log import VALIDATION, Curve, Line, Log, Point, values
from kerascheck.keras_api.metrics import auto_name, names_by_shape
from kerascheck.model.typed import Final

LN_2: Final = log(2)

ROUNDING: Final = 6e-5
"""Half of the last digit that progress shows, and a little."""

LEAST_SHOWN: Final = 0.06
"""A loss below it moves by a thousandth before progress shows another number."""

FEW: Final = 20
"""Classes; the losses of guessing among more are close to each other."""

_SUFFIX: Final = re.compile(r"_\d+$")

BINARY, SPARSE, CATEGORICAL = map(auto_name, names_by_shape("accuracy"))
"""Names under which logs show what "accuracy" may stand for."""

ARGMAX: Final = (CATEGORICAL, SPARSE)

_ACCURACIES: Final = (SPARSE, CATEGORICAL, BINARY, "accuracy", "acc")


def plain(name: str) -> str:
    """Return the name of a metric without the number that Keras adds."""
    return _SUFFIX.sub("", name)


def is_called(name: str, metric: str) -> bool:
    """Say whether a figure of training is a metric, of any head."""
    if name.startswith(VALIDATION):
        return False
    name = plain(name)
    return name == metric or name.endswith("_" + metric)


def accuracies(given: Log) -> Iterator[tuple[str, Curve]]:
    """Yield the accuracies of training: which one, and its curve."""
    for name in given.names:
        if "top_k" in name or name.startswith(VALIDATION):
            continue
        for metric in _ACCURACIES:
            if is_called(name, metric):
                yield metric, given.curve(name)
                break


def accuracy(given: Log) -> tuple[str, Curve] | None:
    """Return the one accuracy of training; None if there is none, or several."""
    found = list(accuracies(given))
    return found[0] if len(found) == 1 else None


def of_training(given: Log, part: str) -> Iterator[str]:
    """Yield the names of figures of training that hold a part."""
    for name in given.names:
        if part in name and not name.startswith(VALIDATION):
            yield name


def metrics(given: Log, *names: str) -> Iterator[Curve]:
    """Yield the curves of metrics of training."""
    for name in given.names:
        if any(is_called(name, metric) for metric in names):
            yield given.curve(name)


def loss(given: Log) -> Curve:
    """Return the loss of training."""
    return given.curve("loss")


def is_constant(curve: Curve) -> bool:
    """Say whether a curve shows one number from the first epoch to the last."""
    found = values(curve)
    return len(found) == len(curve) and stay(found)


def stay(numbers: list[float]) -> bool:
    """Say whether three numbers or more are one, as far as progress shows it."""
    return len(numbers) >= 3 and max(numbers) - min(numbers) <= ROUNDING


def both(one: Curve, other: Curve) -> list[tuple[Point, Point]]:
    """Return the points of two curves that stand on one line, if finite."""
    by_line = {point.line.number: point for point in other}
    return [
        (point, by_line[point.line.number])
        for point in one
        if point.line.number in by_line
        and isfinite(point.value)
        and isfinite(by_line[point.line.number].value)
    ]


def ends(curve: Curve) -> tuple[Line, ...]:
    """Return the lines of the first and the last point."""
    return tuple(dict.fromkeys((curve[0].line, curve[-1].line)))


def has_classes(given: Log) -> bool:
    """Say whether a metric shows that classes are predicted."""
    named = ("accuracy", "precision", "recall", "auc", "f1_score", "acc")
    return any(is_called(name, metric) for name in given.names for metric in named)


def entropy(share: float) -> float:
    """Return the entropy of two classes in nats, of which one has a share."""
    if not 0 < share < 1:
        return 0.0
    return -share * log(share) - (1 - share) * log(1 - share)


def calibrated(wrong: float, classes: int) -> float:
    """Return the highest loss of calibrated probabilities with a share of errors."""
    return entropy(wrong) + wrong * log(classes - 1)


def guessed_classes(loss: float) -> int:
    """Return the count of classes whose loss of guessing is nearest."""
    return round(exp(min(loss, 7.0)))
