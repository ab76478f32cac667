"""The progress that `fit` prints, and whatever else prints `loss: 0.5`.

Keras 2 and 3 with `verbose` 1 or 2, and lines of name and number as programs print
them: `Train Loss: 0.52 Acc: 71.2%`. A bar that is drawn again and again ends in the
state that counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from kerascheck.explain.formats._names import (
    FIGURES,
    HELD_OUT,
    TRAINING,
    canonical,
    decimals,
    is_share,
    is_usual,
    shares,
)
from kerascheck.explain.log import VALIDATION, Epoch, Line, Log
from kerascheck.model.typed import Final

_CONTROL: Final = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x08")
_NUMBER: Final = r"[-+]?(?:\d+(?:\.\d*)?(?:[eE][-+]?\d+)?|\.\d+|nan|inf(?:inity)?)"
_PAIR: Final = re.compile(
    rf"(?<![\w.])(?:([A-Za-z_][\w./@()]{{0,255}})\s*[:=]\s*|"
    rf"(\w{{0,30}}(?:loss|acc|accuracy))[ \t]+)({_NUMBER})(\s?%)?(?![\w/%])",
    re.IGNORECASE,
)
"""A name has an end: each letter of a long line would begin one that goes on to it."""

_WORD_BEFORE: Final = re.compile(r"([A-Za-z]+)(?:[ \t]+|[ \t]*[:|\]-][ \t]*)$")
_LONGEST_WORD: Final = 24

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
    digits: dict[str, int] = {}
    goes_on = False  # the last epoch is a bar that may be drawn again
    drawn = False  # and it has been, in an earlier line
    begun = True  # a header has been read since the last epoch
    for line in _lines(text):
        figures, most = _figures(line.text)
        if epochs and not begun and _completes(epochs[-1], figures, line):
            epochs[-1] = epochs[-1]._replace(values={**epochs[-1].values, **figures})
        elif not any(name.endswith("loss") for name in figures):
            header = bool(_HEADER.match(line.text))
            goes_on, begun = goes_on and not header, begun or header
            if line.text.strip() and not header:
                others.append(line)
            continue
        else:
            epoch = Epoch(figures, line)
            drawn = goes_on and _is_of(epochs[-1], epoch, drawn=drawn)
            if drawn:
                epochs.pop()
            epochs.append(epoch)
            goes_on, begun = _step(line.text) is not None, False
        for name, count in most.items():
            digits[name] = max(count, digits.get(name, 0))
    return Log("progress", shares(epochs, digits), others, digits)


def _lines(text: str) -> Iterator[Line]:
    """Yield each line in the last state that it was drawn in."""
    for number, line in enumerate(text.split("\n"), 1):
        states = _CONTROL.sub("", line).split("\r")
        shown = next((state for state in reversed(states) if state.strip()), "")
        yield Line(number, shown.rstrip())


def _figures(line: str) -> tuple[dict[str, float], dict[str, int]]:
    """Return the figures of a line, and their digits; none if it is of a step."""
    found: dict[str, float] = {}
    digits: dict[str, int] = {}
    section = ""  # of the last figure, if a word apart names it
    for match in _PAIR.finditer(line):
        given, number, percent = match[1] or match[2], match[3], bool(match[4])
        if given.lower() in _NOT_FIGURES:
            continue
        section = _section(line, match.start(), given, section)
        name = canonical(f"{section} {given}" if given.lower() in FIGURES else given)
        if name is None or (percent and not is_share(name)):
            continue
        found[name] = float(number) / (100 if percent else 1)
        digits[name] = decimals(number) + 2 * percent
    return found, digits


def _section(line: str, start: int, name: str, last: str) -> str:
    """Return the words before a figure that say what it is of, as "val" or "best".

    A name without such words is of what the figure before it is of.
    """
    before = _WORD_BEFORE.search(line, max(start - _LONGEST_WORD, 0), start)
    word = before[1].lower() if before else ""
    if word in (*TRAINING, *HELD_OUT):
        return word
    apart = before is not None and before[0][len(before[1]) :].strip() == ""
    if apart and name.lower() in FIGURES and word:
        return word
    return last if last in (*TRAINING, *HELD_OUT) else ""


def _completes(last: Epoch, figures: Mapping[str, float], line: Line) -> bool:
    """Say whether a line shows further figures of the epoch before it."""
    if not figures or not all(is_usual(name) for name in figures):
        return False
    number = _number(line.text)
    return not figures.keys() & last.values.keys() and (
        number is None or number == _number(last.line.text)
    )


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
