"""Errors and warnings of Keras and TensorFlow that name a fault."""

from __future__ import annotations

import re
from functools import partial
from typing import NamedTuple

from kerascheck.explain.log import Line, Log
from kerascheck.explain.signs._sign import Reading, Sign
from kerascheck.model.typed import Final

_GAP: Final = r".{0,200}"
_AXES: Final = r"[^)]{0,200}"
"""Bounded, so that a long line is read once and not again from each of its words."""


class _Message(NamedTuple):
    """A pattern of a line, and the findings that it speaks for."""

    pattern: re.Pattern[str]
    codes: tuple[str, ...]


def _messages(*given: tuple[str, str]) -> tuple[_Message, ...]:
    return tuple(_Message(re.compile(p), tuple(c.split())) for p, c in given)


_WARNINGS: Final = _messages(
    (
        rf"softmax over axis {_GAP} of a tensor of shape {_GAP}axis has size 1",
        "KC103",
    ),
    (
        rf"`?from_logits=True`?{_GAP}(?:does not represent logits|was produced by)",
        "KC102",
    ),
)

_ERRORS: Final = _messages(
    (r"outside the valid range of \[0, 1\)", "KC104 KC205"),
    (r"label value of -?\d+ which is outside the valid range", "KC205 KC330"),
    (
        rf"[Rr]ank of labels {_GAP}should equal rank of logits|rank \(ndim\) "
        rf"`target\.ndim - 1`|must have rank{_GAP}target\.ndim|"
        r"labels\.shape must equal logits\.shape except for the last",
        "KC202 KC220",
    ),
    (r"Invalid dtype: (?:str|<U|object)|Cast string to \w+ is not supported", "KC207"),
    (r"could not convert string to float", "KC207"),
    (r"'list' object has no attribute '(?:get|items|keys)'", "KC410"),
    (r"only 0-dimensional arrays can be converted to Python scalars", "KC410"),
    (r"indices\[\d+\] = \d+ is not in \[0, \d+\)", "KC410 KC412"),
    (r"`class_weight` is only supported for Models with a single output", "KC404"),
    (r"provide one `sample_weight` array per output", "KC414"),
    (r"Data cardinality is ambiguous", "KC415"),
    (rf"InTopKV2{_GAP}type float16", "KC331"),
    (r"parameter 'labels' has DataType float32", "KC137"),
    (r"labels\.shape\.rank must equal logits\.shape\.rank - 1", "KC137"),
)

_SHAPES: Final = re.compile(
    rf"target\.shape=\((?P<target>{_AXES})\), output\.shape=\((?P<output>{_AXES})\)"
    rf"|must have the same shape, received \(\((?P<logits>{_AXES})\) vs "
    rf"\((?P<labels>{_AXES})\)\)"
    rf"|Shapes \((?P<first>{_AXES})\) and \((?P<second>{_AXES})\) are incompatible"
)
"""Keras 3 (`binary_crossentropy` and `categorical_crossentropy` of its backends), and
Keras 2 on TensorFlow, which names labels first in the last form."""


def _first(messages: tuple[_Message, ...], says: str, log: Log) -> Reading | None:
    """Find the first line that holds one of the messages."""
    for line in log.text:
        for message in messages:
            if message.pattern.search(line.text):
                return Reading((line,), says, message.codes)
    return None


def _shapes(log: Log) -> Reading | None:
    for line in log.text:
        found = _SHAPES.search(line.text)
        if found and "rank (ndim) `target" not in line.text:
            reading = _of_shapes(found, line)
            if reading is not None:
                return reading
    return None


def _of_shapes(found: re.Match[str], line: Line) -> Reading | None:
    parts = found.groupdict()
    labels = _axes(parts["target"] or parts["labels"] or parts["first"])
    output = _axes(parts["output"] or parts["logits"] or parts["second"])
    if labels == output or not labels or not output:
        return None
    width, units = (labels[-1] if len(labels) > 1 else "1"), output[-1]
    says = f"labels ({', '.join(labels)}), output ({', '.join(output)})"
    if units == "1" and width != "1":
        codes: tuple[str, ...] = ("KC203", "KC204")
    elif width == "1" and units.isdigit():
        codes = ("KC201", "KC220", "KC204")
    else:
        codes = ("KC204", "KC220")
    return Reading((line,), says, codes)


def _axes(text: str | None) -> list[str]:
    return [axis.strip() for axis in (text or "").split(",") if axis.strip()]


def _all(*tables: tuple[_Message, ...]) -> tuple[str, ...]:
    codes = (c for table in tables for message in table for c in message.codes)
    return tuple(dict.fromkeys(codes))


SIGNS: Final = (
    Sign(
        title="A warning of Keras about the head",
        codes=_all(_WARNINGS),
        reason="Keras writes it once, while it traces the model.",
        check="the last layer and its activation",
        find=partial(_first, _WARNINGS, "Keras warns of it by name"),
    ),
    Sign(
        title="An error in the first step",
        codes=_all(_ERRORS),
        reason="The text of the error says what does not fit.",
        check="the labels that fit gets, and the units of the last layer",
        find=partial(_first, _ERRORS, "the error names it"),
    ),
    Sign(
        title="Shapes of labels and output that do not fit",
        codes=("KC201", "KC203", "KC204", "KC220"),
        reason="A loss compares labels and output element by element.",
        check="labels.shape and model.output_shape, and which labels the loss expects",
        find=_shapes,
    ),
)
