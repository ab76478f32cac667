"""The wire format of Protocol Buffers, as far as to find one message in another.

Source: "Encoding", protobuf.dev/programming-guides/encoding.
"""

from __future__ import annotations

from collections.abc import Iterator

from kerascheck.model.errors import UnreadableModel
from kerascheck.model.named import NamedTuple
from kerascheck.model.typed import TYPE_CHECKING, Final
from kerascheck.readers.containers.limits import Limits, over_budget

if TYPE_CHECKING:
    from kerascheck.trust.byte_source import ByteSource

_MAX_VARINT: Final = 10
"""Bytes of a 64-bit number, seven bits in each."""
_MAX_HEAD: Final = 2 * _MAX_VARINT
"""Bytes of a tag and of the length or number behind it."""
_LENGTH_DELIMITED: Final = 2


class Span(NamedTuple):
    """A stretch of the file, from `start` up to but not including `end`."""

    start: int
    end: int


class Message:
    """A message that fills a file; only what is asked for is read.

    Attributes:
        span: Where the whole message is.
    """

    __slots__ = ("_fields_left", "_file", "_limits", "span")

    def __init__(self, file: ByteSource, limits: Limits) -> None:
        """Look at `file` under the budgets of `limits`."""
        self.span = Span(0, file.size)
        self._file = file
        self._limits = limits
        self._fields_left = limits.protobuf_fields

    def fields(self, message: Span, wanted: int) -> Iterator[Span]:
        """Yield where each length-delimited field of one number is.

        All other fields are passed over by their length, however large they are.

        Args:
            message: Where the message that holds the fields is.
            wanted: The fields' number.

        Raises:
            UnreadableModel: Cut short, damaged, or over the budget.
        """
        at = message.start
        while at < message.end:
            head = self._file.read(at, min(_MAX_HEAD, message.end - at))
            tag, start, end = self._field(head, 0)
            if at + end > message.end:
                raise _damaged("a field is longer than its message")
            if tag == wanted << 3 | _LENGTH_DELIMITED:
                yield Span(at + start, at + end)
            at += end

    def texts(self, message: Span) -> dict[int, bytes]:
        """Return the length-delimited fields of a small message by their numbers.

        As Protocol Buffers have it, the last of several with one number counts.

        Raises:
            UnreadableModel: Cut short, damaged, or over a budget.
        """
        size = message.end - message.start
        if size > self._limits.json_bytes:
            raise over_budget("a node", size, self._limits.json_bytes, "bytes")
        data = self._file.read(message.start, size)
        found = {}
        at = 0
        while at < size:
            tag, start, end = self._field(data, at)
            if end > size:
                raise _damaged("a field is longer than its message")
            if tag & 7 == _LENGTH_DELIMITED:
                found[tag >> 3] = data[start:end]
            at = end
        return found

    def _field(self, data: bytes, at: int) -> tuple[int, int, int]:
        """Return a field's tag, and where its value begins and ends in `data`."""
        self._fields_left -= 1
        if self._fields_left < 0:
            limit = self._limits.protobuf_fields
            raise over_budget("the protobuf file", limit + 1, limit, "fields")
        tag, at = _varint(data, at)
        if not tag >> 3:
            raise _damaged("a field has the number 0")
        match tag & 7:
            case 0:  # a number
                return tag, at, _varint(data, at)[1]
            case 1:  # eight bytes
                return tag, at, at + 8
            case 2:  # a length and as many bytes
                length, at = _varint(data, at)
                return tag, at, at + length
            case 5:  # four bytes
                return tag, at, at + 4
        raise _damaged(f"wire type {tag & 7} is not in use")


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """Return a number and the position behind it."""
    if at < len(data) and data[at] < 0x80:
        return data[at], at + 1
    value = 0
    for index, byte in enumerate(data[at : at + _MAX_VARINT]):
        value |= (byte & 0x7F) << (7 * index)
        if byte < 0x80:
            return value, at + index + 1
    raise _damaged("a number does not end")


def _damaged(what: str) -> UnreadableModel:
    return UnreadableModel(
        "damaged", f"the protobuf file is damaged: {what}; save or copy it again"
    )
