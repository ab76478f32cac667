"""Files of `keras.callbacks.CSVLogger` and tables like them."""

from __future__ import annotations

import csv

from kerascheck.explain.formats._names import canonical, decimals, shares
from kerascheck.explain.log import Epoch, Line, Log
from kerascheck.model.typed import Final

_NOT_FIGURES: Final = frozenset(("epoch", "lr", "learning_rate", "step", "time", ""))


def read(text: str) -> Log | None:
    """Return the log of a table with a column for a loss; None if it is none."""
    lines = text.split("\n")
    first = next((n for n, line in enumerate(lines) if line.strip()), len(lines))
    if first == len(lines):
        return None
    delimiter = next((d for d in ",;\t" if d in lines[first]), ",")
    names = [name.strip() for name in _cells(lines[first], delimiter)]
    if not any(name.lower().endswith("loss") for name in names):
        return None
    if any(_number(name) is not None or ":" in name for name in names):
        return None
    epochs = []
    digits: dict[str, int] = {}
    for number, line in enumerate(lines[first + 1 :], first + 2):
        figures = _figures(names, _cells(line, delimiter), digits)
        if figures:
            epochs.append(Epoch(figures, Line(number, line.strip())))
    if not epochs:
        return None
    return Log("csv", shares(epochs, digits), digits=digits)


def _cells(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:  # a cell beyond all measure, or a line with a NUL
        return []


def _figures(
    names: list[str], cells: list[str], digits: dict[str, int]
) -> dict[str, float]:
    found: dict[str, float] = {}
    for given, cell in zip(names, cells, strict=False):
        value, name = _number(cell), canonical(given)
        if value is None or name is None or name in _NOT_FIGURES:
            continue
        if name == given or name not in found:
            found[name] = value
            digits[name] = max(decimals(cell), digits.get(name, 0))
    return found


def _number(cell: str) -> float | None:
    try:
        return float(cell)
    except ValueError:
        return None
