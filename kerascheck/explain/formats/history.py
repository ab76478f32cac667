"""`History.history` as JSON, and one JSON object an epoch."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from kerascheck.explain.formats._names import canonical, shares
from kerascheck.explain.log import Epoch, Line, Log
from kerascheck.model.typed import Any, Final
from kerascheck.trust.json_limits import excess

_NOT_FIGURES: Final = frozenset(("lr", "learning_rate", "epoch", "step"))

_LARGEST: Final = 2**1023
"""An integer below it has a floating-point number."""


def read(text: str) -> Log | None:
    """Return the log of a history; None if the text is none."""
    if text.lstrip()[:1] not in ("{", "["):
        return None
    if excess(text.encode("utf-8", "replace")) is not None:
        return None
    epochs = list(_epochs(text))
    return Log("json", shares(epochs, {})) if epochs else None


def _epochs(text: str) -> Iterator[Epoch]:
    try:
        plain = json.loads(text)
    except (ValueError, RecursionError):
        yield from _json_lines(text)
        return
    if isinstance(plain, Mapping) and isinstance(plain.get("history"), Mapping):
        plain = plain["history"]
    rows = _rows(plain)
    if _has_loss(rows):
        for place, row in enumerate(rows, 1):
            yield Epoch(row, Line(place, _shown(place, row)))


def _json_lines(text: str) -> Iterator[Epoch]:
    for number, line in enumerate(text.split("\n"), 1):
        try:
            row = _figures(json.loads(line))
        except (ValueError, RecursionError):
            continue
        if _has_loss([row]):
            yield Epoch(row, Line(number, line.strip()))


def _rows(plain: Any) -> list[dict[str, float]]:
    """Return one row of figures an epoch, from columns or from rows."""
    if isinstance(plain, Mapping):
        columns = {
            str(name): column
            for name, column in plain.items()
            if isinstance(column, list) and all(_is_number(v) for v in column)
        }
        most = max(map(len, columns.values()), default=0)
        rows: list[dict[str, Any]] = [{} for _ in range(most)]
        for name, column in columns.items():
            for row, value in zip(rows, column, strict=False):
                row[name] = value
        plain = rows
    return [_figures(row) for row in plain] if isinstance(plain, list) else []


def _figures(row: Any) -> dict[str, float]:
    if not isinstance(row, Mapping):
        return {}
    found: dict[str, float] = {}
    for given, value in row.items():
        name = canonical(str(given))
        if name is None or name in _NOT_FIGURES or not _is_number(value):
            continue
        if name == given or name not in found:
            found[name] = float(value)
    return found


def _is_number(value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return isinstance(value, float) or abs(value) < _LARGEST


def _has_loss(rows: list[dict[str, float]]) -> bool:
    return any(name.lower().endswith("loss") for row in rows for name in row)


def _shown(place: int, row: Mapping[str, float]) -> str:
    figures = ", ".join(f"{name}: {value:.6g}" for name, value in row.items())
    return f"epoch {place}: {figures}"
