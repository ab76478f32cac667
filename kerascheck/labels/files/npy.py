"""Numpy's npy files, read without numpy.load: header first, then a sample of rows.

Source: NEP 1, and numpy.lib.format of NumPy 2.4. The header is matched, not
evaluated; its shape is compared with the size of the file before anything is read.
"""

from __future__ import annotations

import re
import struct
import sys
from math import prod

from kerascheck.labels.few import few_enough, whole_sample
from kerascheck.labels.sample import (
    Sample,
    no_characters,
    pick_rows,
    require_values,
    rows_of,
    samples_in,
    take_sample,
    width_of,
)
from kerascheck.model.errors import UnreadableLabels
from kerascheck.model.frozen import Frozen
from kerascheck.model.typed import IO, TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from numpy.typing import NDArray

MAGIC: Final = b"\x93NUMPY"

_MAX_HEADER: Final = 10_000
"""Bytes of a header; numpy.load's own limit for files it does not trust."""

_MAX_STREAMED: Final = 128 * 2**20
"""Bytes of values that are read from end to end; in more, single rows are read."""

_MAX_WHOLE: Final = 32 * 2**20
"""Bytes of values in Fortran order that are read as a whole."""

_MAX_SEEKS: Final = 50_000
"""Reads of single rows; 0.2 to 0.4 s from a warm disk cache."""

_CHUNK: Final = 2**20
"""Bytes read at a time."""

_DESCR: Final = r"""['"]descr['"]\s*:\s*(?P<descr>['"][^'"]{0,40}['"]|\[.*\]|\(.*\))"""
_ORDER: Final = r"""['"]fortran_order['"]\s*:\s*(?P<order>True|False)"""
_SHAPE: Final = r"""['"]shape['"]\s*:\s*\((?P<shape>[\d\sL,]*)\)"""
_DTYPE: Final = r"[<>|=]?(?:b1|[iu][1248]|f[248]|[US][1-9]\d{0,6})"
_ADVICE: Final = (
    "Expected bools, whole numbers, floats or strings saved by "
    "numpy.save(…, allow_pickle=False)"
)


_NAMES: Final = {
    "b": "bool",
    "i": "int",
    "u": "uint",
    "f": "float",
    "S": "bytes",
    "U": "str",
}

_NATIVE: Final = "<" if sys.byteorder == "little" else ">"
_UNICODE: Final = {"<": "utf-32-le", ">": "utf-32-be"}

_FORMATS: Final = {
    "b1": "?",
    "i1": "b",
    "i2": "h",
    "i4": "i",
    "i8": "q",
    "u1": "B",
    "u2": "H",
    "u4": "I",
    "u8": "Q",
    "f2": "e",
    "f4": "f",
    "f8": "d",
}
"""How `struct` spells a dtype of numbers."""


class Header(Frozen):
    """What an npy file says about its values."""

    dtype: str  # as numpy spells it: <f4
    columns_first: bool  # Fortran order
    shape: tuple[int, ...]
    start: int  # byte of the first value
    itemsize: int

    @property
    def bytes(self) -> int:
        """Bytes that the values take."""
        return prod(self.shape) * self.itemsize


def read_npy(
    stream: IO[bytes], size: int, limit: int, *, can_seek: bool = True
) -> Sample:
    """Read a sample of one npy file.

    Args:
        stream: Positioned at its start.
        size: Bytes there are.
        limit: Most samples to look at.
        can_seek: Seeking is cheap, unlike in a compressed member.

    Raises:
        UnreadableLabels: It is not an npy file, or not one of labels.
    """
    header = read_header(stream, size)
    if header.start + header.bytes > size:
        raise UnreadableLabels(
            f"are truncated: the header promises {header.bytes} bytes of values. "
            f"Expected a whole file, so save or copy it again. Received: "
            f"{size - header.start} bytes for shape {header.shape}."
        )
    entries = header.shape[0] if header.shape else 0
    if entries <= limit and few_enough(prod(header.shape), header.bytes):
        return _read_few(stream, header)
    if header.columns_first and len(header.shape) > 1:
        return _read_columns(stream, header, limit, can_seek=can_seek)
    if can_seek and header.bytes > _MAX_STREAMED:
        picks = pick_rows(header.shape, header.itemsize, limit, most=_MAX_SEEKS)
        return _sample(_seek_rows(stream, header, picks), header, picks)
    picks = pick_rows(header.shape, header.itemsize, limit)
    return _sample(_stream_rows(stream, header, picks), header, picks)


def read_header(stream: IO[bytes], size: int) -> Header:
    """Read magic, version and header of an npy file.

    Raises:
        UnreadableLabels: They are not those of plain numbers or strings.
    """
    start = stream.read(8)
    if start[:6] != MAGIC or start[6:] not in (b"\1\0", b"\2\0", b"\3\0"):
        raise _not_npy(start)
    field = 2 if start[6] == 1 else 4
    length = int.from_bytes(_read_exactly(stream, field), "little")
    if length > min(_MAX_HEADER, size):
        raise UnreadableLabels(
            f"have an npy header that is too long. Expected at most {_MAX_HEADER} "
            f"bytes, so save plain numbers again. Received: {length} bytes."
        )
    text = _read_exactly(stream, length).decode("latin-1").strip()
    descr, order, shape = (re.search(p, text) for p in (_DESCR, _ORDER, _SHAPE))
    if descr is None or order is None or shape is None:
        raise UnreadableLabels(
            f"have a damaged npy header. {_ADVICE}. Received: {text[:80]!r}."
        )
    dtype = _dtype(descr["descr"])
    return Header(
        dtype=dtype,
        columns_first=order["order"] == "True",
        shape=_shape(shape["shape"]),
        start=8 + field + length,
        itemsize=_itemsize(dtype),
    )


def _not_npy(start: bytes) -> UnreadableLabels:
    if start[:1] == b"\x80" and start[1:2] in b"\2\3\4\5":
        return UnreadableLabels(
            f"are a pickle, which is never loaded. {_ADVICE}. "
            "Received: a pickle named as an array."
        )
    return UnreadableLabels(
        f"are not an npy file. {_ADVICE}. Received: a file that starts with {start!r}."
    )


def _dtype(descr: str) -> str:
    dtype = descr[1:-1]
    if descr[0] in "'\"" and re.fullmatch(_DTYPE, dtype):
        return dtype
    if "O" in dtype and descr[0] in "'\"":
        raise UnreadableLabels(
            f"hold Python objects, a pickle that is never loaded. {_ADVICE}. "
            f"Received: dtype {dtype!r}."
        )
    kind = "of several fields" if descr[0] in "[(" else "that is not measured"
    raise UnreadableLabels(
        f"have a dtype {kind}. {_ADVICE}. Received: dtype {descr[:80]}."
    )


def _itemsize(dtype: str) -> int:
    plain = dtype.lstrip("<>|=")
    return int(plain[1:]) * (4 if plain[0] == "U" else 1)


def _shape(text: str) -> tuple[int, ...]:
    sizes = [part.strip().rstrip("L") for part in text.split(",")]
    sizes = [size for size in sizes if size]
    if len(sizes) > 32 or not all(s.isdigit() and len(s) < 20 for s in sizes):
        raise UnreadableLabels(
            f"have a damaged npy header. {_ADVICE}. Received: shape ({text[:80]})."
        )
    return tuple(int(size) for size in sizes)


def _read_few(stream: IO[bytes], header: Header) -> Sample:
    """Read all values of a small file, without NumPy."""
    require_values(header.shape)
    values = _values(_read_exactly(stream, header.bytes), header)
    if header.columns_first:
        values = _in_rows(values, header.shape)
    return whole_sample(values, header.shape, _name(header))


def _name(header: Header) -> str:
    """Return NumPy's name of a dtype, which says nothing of the order of bytes."""
    kind = header.dtype.lstrip("<>|=")[0]
    bits = "" if kind == "b" else header.itemsize * 8
    return f"{_NAMES[kind]}{bits}"


def _values(data: bytes, header: Header) -> list[Any]:
    dtype = header.dtype.lstrip("<>|=")
    size = header.itemsize
    order = header.dtype[0] if header.dtype[0] in "<>" else _NATIVE
    if dtype[0] == "S":
        texts = (data[i : i + size] for i in range(0, len(data), size))
        return [text.rstrip(b"\0") for text in texts]
    if dtype[0] == "U":
        try:
            text = data.decode(_UNICODE[order], "surrogatepass")
        except UnicodeDecodeError as error:
            raise no_characters(_name(header)) from error
        length = size // 4
        return [text[i : i + length].rstrip("\0") for i in range(0, len(text), length)]
    return [*struct.unpack(f"{order}{len(data) // size}{_FORMATS[dtype]}", data)]


def _in_rows(values: list[Any], shape: tuple[int, ...]) -> list[Any]:
    """Return values in Fortran order in the order of rows."""
    places, step = [0], 1
    steps = []
    for size in shape:
        steps.append(step)
        step *= size
    for size, step in zip(shape, steps, strict=True):
        places = [place + i * step for place in places for i in range(size)]
    return [values[place] for place in places]


def _sample(rows: NDArray[Any], header: Header, picks: NDArray[Any]) -> Sample:
    from kerascheck.labels.arrays import ArrayRows

    return Sample(
        rows=ArrayRows(rows.reshape(len(picks), width_of(header.shape))),
        shape=header.shape,
        samples=samples_in(picks, header.shape),
    )


def _stream_rows(
    stream: IO[bytes], header: Header, picks: NDArray[Any]
) -> NDArray[Any]:
    import numpy as np

    stream.seek(header.start)
    width = width_of(header.shape)
    at_once = max(1, _CHUNK // (width * header.itemsize))
    found = np.empty((len(picks), width), dtype=header.dtype)
    for first in range(0, rows_of(header.shape), at_once):
        count = min(at_once, rows_of(header.shape) - first)
        data = _read_exactly(stream, count * width * header.itemsize)
        begin, end = np.searchsorted(picks, (first, first + count))
        rows = np.frombuffer(data, dtype=header.dtype).reshape(count, width)
        found[begin:end] = rows[picks[begin:end] - first]
    return found


def _seek_rows(stream: IO[bytes], header: Header, picks: NDArray[Any]) -> NDArray[Any]:
    import numpy as np

    length = width_of(header.shape) * header.itemsize
    data = bytearray()
    for pick in picks.tolist():
        stream.seek(header.start + pick * length)
        data += _read_exactly(stream, length)
    return np.frombuffer(data, dtype=header.dtype)


def _read_columns(
    stream: IO[bytes], header: Header, limit: int, *, can_seek: bool
) -> Sample:
    """Read values in Fortran order: all of a small file, single cells of a big one."""
    import numpy as np

    width = width_of(header.shape)
    if header.bytes <= _MAX_WHOLE:
        stream.seek(header.start)
        flat = np.frombuffer(_read_exactly(stream, header.bytes), dtype=header.dtype)
        return take_sample(flat.reshape(header.shape, order="F"), limit)
    if not can_seek or width > _MAX_SEEKS:
        raise UnreadableLabels(
            "are too big to sample in Fortran order. Expected rows one after another: "
            "numpy.save(path, numpy.ascontiguousarray(labels)). "
            f"Received: shape {header.shape}."
        )
    picks = pick_rows(header.shape, header.itemsize, limit, most=_MAX_SEEKS // width)
    places = np.unravel_index(picks, header.shape[:-1])
    firsts = np.ravel_multi_index(places, header.shape[:-1], order="F")
    step = rows_of(header.shape)
    cells = firsts[:, None] + step * np.arange(width)[None, :]
    one = Header(
        dtype=header.dtype,
        columns_first=False,
        shape=(prod(header.shape),),
        start=header.start,
        itemsize=header.itemsize,
    )
    return _sample(_seek_rows(stream, one, cells.ravel()), header, picks)


def _read_exactly(stream: IO[bytes], length: int) -> bytes:
    data = stream.read(length)
    while len(data) < length:  # one call returns 2 GiB at most on Linux
        more = stream.read(length - len(data))
        if not more:
            raise UnreadableLabels(
                "end too early. Expected a whole file, so save or copy it again. "
                f"Received: {len(data)} of {length} bytes."
            )
        data += more
    return data
