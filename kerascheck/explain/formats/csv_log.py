"""Files of `keras.callbacks.CSVLogger` and tables like them."""

from __future__ import annotations

import csv

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
    for number, line in enumerate(lines[first + 1 :], first + 2):
        figures = _figures(names, _cells(line, delimiter))
        if figures:
            epochs.append(Epoch(figures, Line(number, line.strip())))
    return Log("csv", epochs) if epochs else None


def _cells(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:  # a cell beyond all measure, or a line with a NUL
        return []


def _figures(names: list[str], cells: list[str]) -> dict[str, float]:
    found = {}
    for name, cell in zip(names, cells, strict=False):
        value = _number(cell)
        if value is not None and name.lower() not in _NOT_FIGURES:
            found[name] = value
    return found


def _number(cell: str) -> float | None:
    try:
        return float(cell)
    except ValueError:
        return None
