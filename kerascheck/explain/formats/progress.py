"""The progress that `fit` prints, and whatever else prints `loss: 0.5`.

Keras 2 and 3 with `verbose` 1 or 2, and bare lines of name and number. A bar that is
drawn again and again ends in the state that counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kerascheck.explain.log import VALIDATION, Epoch, Line, Log
from kerascheck.model.typed import Final

_CONTROL: Final = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x08")
_NUMBER: Final = r"[-+]?(?:\d+(?:\.\d*)?(?:[eE][-+]?\d+)?|\.\d+|nan|inf(?:inity)?)"
_PAIR: Final = re.compile(
    rf"(?<![\w.])([A-Za-z_][\w./@()]{{0,255}})\s*[:=]\s*({_NUMBER})(?![\w/%])",
    re.IGNORECASE,
)
"""A name has an end: each letter of a long line would begin one that goes on to it."""

_STEPS: Final = re.compile(r"(?<![\w./])(\d{1,18})/(\d{1,18}|Unknown)(?![\w/])")
_HEADER: Final = re.compile(
    r"\s*Epoch[: ]+\d+(?:\s*/\s*\d+)?\s*(?:[:.]\s*)?$", re.IGNORECASE
)
_EPOCH: Final = re.compile(r"\bepoch\W{0,3}(\d+)", re.IGNORECASE)
_NOT_FIGURES: Final = frozenset(
    ("eta", "lr", "learning_rate", "epoch", "epochs", "step", "steps", "time", "batch")
)


def read(text: str) -> Log:
    """Return the log of printed progress; lines without figures are its text."""
    epochs: list[Epoch] = []
    others: list[Line] = []
    goes_on = False  # the last epoch is a bar that may be drawn again
    drawn = False  # and it has been, in an earlier line
    for line in _lines(text):
        figures = _figures(line.text)
        if figures is None:
            goes_on = goes_on and not _HEADER.match(line.text)
            if line.text.strip() and not _HEADER.match(line.text):
                others.append(line)
            continue
        epoch = Epoch(figures, line)
        drawn = goes_on and _is_of(epochs[-1], epoch, drawn=drawn)
        if drawn:
            epochs.pop()
        epochs.append(epoch)
        goes_on = _step(line.text) is not None
    return Log("progress", epochs, others)


def _lines(text: str) -> Iterator[Line]:
    """Yield each line in the last state that it was drawn in."""
    for number, line in enumerate(text.split("\n"), 1):
        states = _CONTROL.sub("", line).split("\r")
        shown = next((state for state in reversed(states) if state.strip()), "")
        yield Line(number, shown.rstrip())


def _figures(line: str) -> dict[str, float] | None:
    """Return the figures of a line of progress; None if it is none."""
    found = {
        name: float(number)
        for name, number in _PAIR.findall(line)
        if name.lower() not in _NOT_FIGURES
    }
    return found if any(name.lower().endswith("loss") for name in found) else None


def _is_of(last: Epoch, new: Epoch, *, drawn: bool) -> bool:
    """Say whether a bar shows the epoch of the bar before it.

    A full bar is drawn again at its end, or to show validation; full bars alone, as
    with `verbose=2`, are an epoch each.
    """
    if _has_validation(last) or _number(last.line.text) != _number(new.line.text):
        return False
    before, after = _step(last.line.text), _step(new.line.text)
    if before is None or after is None or before[1] != after[1]:
        return False
    if before == after and str(after[0]) == after[1]:
        return drawn or _has_validation(new)
    return after[0] >= before[0]


def _has_validation(epoch: Epoch) -> bool:
    return any(name.startswith(VALIDATION) for name in epoch.values)


def _number(line: str) -> str | None:
    found = _EPOCH.search(line)
    return found and found[1]


def _step(line: str) -> tuple[int, str] | None:
    """Return the step of a bar and how many there are; `Epoch 1/4` is none."""
    epoch = _EPOCH.search(line)
    for found in _STEPS.finditer(line):
        if epoch is None or found.start() != epoch.start(1):
            return int(found[1]), found[2]
    return None
