"""Scalars of TensorBoard event files, read without TensorFlow.

A file is a row of records: length (8 bytes), its checksum (4), the data, its checksum
(4), as in TensorFlow's `record_writer.cc`. The data are a protobuf `Event` with step
(2) and summary (5); a summary has values (1) with tag (1) and either simple_value (2)
or a tensor (8) of one number (`event.proto`, `summary.proto`, `tensor.proto` of
TensorFlow 2.21). Checksums are not needed: nothing that is read is trusted.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from kerascheck.explain.log import VALIDATION, Epoch, Line, Log
from kerascheck.model.typed import Final

_HEAD: Final = struct.Struct("<QI")
_FOOT: Final = 4
_PREFIX: Final = "epoch_"
"""Of the tags of `keras.callbacks.TensorBoard`."""

_NOT_FIGURES: Final = frozenset(("learning_rate", "lr"))
_FLOAT, _DOUBLE = 1, 2  # DataType in types.proto
_FORMATS: Final = {_FLOAT: "<f", _DOUBLE: "<d"}

Scalars = dict[int, dict[str, float]]
"""Step -> tag -> value."""


def looks_like(data: bytes) -> bool:
    """Say whether data begin as an event file does, with its version."""
    return b"brain.Event:" in data[:64]


def read(training: bytes, validation: bytes = b"") -> Log | None:
    """Return the log of one or two event files; None without a loss."""
    steps = _scalars(training, "")
    for step, found in _scalars(validation, VALIDATION).items():
        steps.setdefault(step, {}).update(found)
    epochs = tuple(
        Epoch(found, Line(step, _shown(step, found)))
        for step, found in sorted(steps.items())
    )
    log = Log("events", epochs)
    return log if any(name.endswith("loss") for name in log.names) else None


def _shown(step: int, found: dict[str, float]) -> str:
    figures = ", ".join(f"{name}: {value:.6g}" for name, value in found.items())
    return f"step {step}: {figures}"


def _scalars(data: bytes, prefix: str) -> Scalars:
    found: Scalars = {}
    for record in _records(data):
        try:
            step, values = _event(record)
        except (IndexError, struct.error, UnicodeDecodeError):
            continue  # a damaged record says nothing
        for tag, value in values:
            name = tag.removeprefix(_PREFIX)
            if name not in _NOT_FIGURES and not tag.startswith(
                ("evaluation_", "batch_")
            ):
                found.setdefault(step, {})[prefix + name] = value
    return found


def _records(data: bytes) -> Iterator[bytes]:
    at = 0
    while at + _HEAD.size <= len(data):
        length, _ = _HEAD.unpack_from(data, at)
        at += _HEAD.size
        if length > len(data) - at:
            return
        yield data[at : at + length]
        at += length + _FOOT


def _event(record: bytes) -> tuple[int, list[tuple[str, float]]]:
    step, values = 0, []
    for number, field in _fields(record):
        if number == 2 and isinstance(field, int):
            step = field
        elif number == 5 and isinstance(field, bytes):
            for inner, value in _fields(field):
                scalar = _value(value) if inner == 1 else None
                if scalar is not None:
                    values.append(scalar)
    return step, values


def _value(field: int | bytes) -> tuple[str, float] | None:
    tag, number = "", None
    for place, inner in _fields(field) if isinstance(field, bytes) else ():
        if not isinstance(inner, bytes):
            continue
        if place == 1:
            tag = inner.decode("utf-8")
        elif place == 2 and len(inner) == 4:
            number = struct.unpack("<f", inner)[0]
        elif place == 8:
            number = _tensor(inner)
    return None if number is None else (tag, float(number))


def _tensor(field: bytes) -> float | None:
    """Return the one number of a tensor; None if it holds another count."""
    kind, content, dimensions = 0, b"", 0
    for place, inner in _fields(field):
        if place == 1 and isinstance(inner, int):
            kind = inner
        elif place == 2 and isinstance(inner, bytes):
            dimensions = sum(1 for n, _ in _fields(inner) if n == 2)
        elif place in (4, 5, 6) and isinstance(inner, bytes):
            content = inner
    form = _FORMATS.get(kind)
    if form is None or dimensions or len(content) != struct.calcsize(form):
        return None
    number: float = struct.unpack(form, content)[0]
    return number


def _fields(data: bytes) -> Iterator[tuple[int, int | bytes]]:
    """Yield number and value of each field of a message."""
    at = 0
    while at < len(data):
        tag, at = _varint(data, at)
        match tag & 7:
            case 0:
                value, at = _varint(data, at)
                yield tag >> 3, value
                continue
            case 1:
                length = 8
            case 2:
                length, at = _varint(data, at)
            case 5:
                length = 4
            case _:
                raise IndexError("a wire type that is not in use")
        if length > len(data) - at:
            raise IndexError("a field is longer than its message")
        yield tag >> 3, data[at : at + length]
        at += length


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    for shift in range(0, 70, 7):
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
    raise IndexError("a number does not end")
