"""Labels as comma-separated text: one column, one table, or a column for each head.

Columns named after heads are theirs; a column called `labels`, `label`, `y_true`,
`y_test`, `y_train` or `y` is alone the labels. Otherwise all columns are one table, as
of one-hot rows.

The first row is a header if a cell is one of those names; if its first cell is empty,
which is the index of pandas, a column that is skipped; if no cell is a number and the
row is not repeated; or if it counts 0, 1, 2, …, as pandas writes columns without names,
ten or more rows follow, and it is not repeated.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from math import inf

from kerascheck.labels.few import few_enough, integer
from kerascheck.labels.files.keys import LABEL_NAMES, Choose
from kerascheck.labels.plain import PlainRows
from kerascheck.labels.sample import Sample, spread
from kerascheck.model.errors import UnreadableLabels
from kerascheck.model.frozen import Frozen
from kerascheck.model.typed import IO, TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kerascheck.labels.seam import Rows

_MAX_BYTES: Final = 128 * 2**20
_MAX_CELLS: Final = 1_000_000
"""Cells that are turned into values; as Python objects they take some 60 MB."""

_MAX_KEPT: Final = 16 * 2**20
"""Bytes of the lines that are turned into values; one emoji makes four of each."""

_CHUNK: Final = 2**20
"""Bytes read at a time, and most bytes of a line."""

_MAX_COLUMNS: Final = 20_000

_MAX_QUOTED: Final = 1_000_000
_MAX_QUOTED_BYTES: Final = 64 * 2**20
"""Cells and bytes of a file with quotes, which is parsed from end to end; some 1 s."""

_INDEX_ROWS: Final = 10
"""Rows that must follow a first row of 0, 1, 2, … before it counts as a header."""

_MAX_WHOLE: Final = 40
"""Characters of a whole number: making one of 4,300 digits takes 20 µs."""

_TRUTH: Final = {"true": True, "false": False}


class _Survey(Frozen):
    """What one pass over the bytes shows."""

    size: int
    delimiter: str
    lines: int  # without blank ones at the end
    cells: int
    quoted: bool  # so that a row may go on over several lines

    def lines_to_parse(self, limit: int) -> int:
        """Return how many lines to parse, bounding cells and bytes."""
        most = min(
            max(limit, 1) + 1,
            self.lines * _MAX_CELLS // self.cells,
            self.lines * _MAX_KEPT // self.size,
        )
        return max(min(most, self.lines), 1)


def read_csv(
    stream: IO[bytes], size: int, choose: Choose, limit: int
) -> dict[str | None, Sample]:
    """Read a sample of the labels in a table of text.

    Raises:
        UnreadableLabels: It is not such a table, or too large.
    """
    if size > _MAX_BYTES:
        raise _too_much(f"{_MAX_BYTES} bytes", f"{size} bytes")
    text = _survey(stream, size)
    stream.seek(0)
    try:
        rows, total = (_parse_all if text.quoted else _parse_picked)(
            stream, text, limit
        )
    except (csv.Error, UnicodeDecodeError) as error:
        raise _not_a_table(str(error)[:80]) from error
    return _labels(rows, total, choose)


def _too_much(most: str, received: str) -> UnreadableLabels:
    return UnreadableLabels(
        f"are too much text to parse. Expected at most {most}; numpy.save has no such "
        f"limit. Received: {received}."
    )


def _not_a_table(received: str) -> UnreadableLabels:
    return UnreadableLabels(
        "are not a table of text. Expected UTF-8, one row a sample, as many columns in "
        f"each, such as numpy.savetxt writes. Received: {received}."
    )


def _survey(stream: IO[bytes], size: int) -> _Survey:
    first = stream.read(_CHUNK)
    header = first.split(b"\n", 1)[0]
    delimiter = _delimiter(header)
    if header.count(delimiter) >= _MAX_COLUMNS:
        raise _too_much(f"{_MAX_COLUMNS} columns", f"{header.count(delimiter) + 1}")
    lines = delimiters = 0
    quoted = False
    chunk, last = first, b""
    while chunk:
        if b"\0" in chunk:
            raise _not_a_table("NUL bytes")
        if len(chunk) == _CHUNK and b"\n" not in chunk:
            raise _not_a_table(f"a line of more than {_CHUNK} bytes")
        lines += chunk.count(b"\n")
        delimiters += chunk.count(delimiter)
        quoted = quoted or b'"' in chunk
        chunk, last = stream.read(_CHUNK), chunk
    blank = len(last) - len(last.rstrip(b"\r\n"))
    lines += 1 - last[len(last) - blank :].count(b"\n")
    if quoted and (lines + delimiters > _MAX_QUOTED or size > _MAX_QUOTED_BYTES):
        raise _too_much(
            f"{_MAX_QUOTED} cells and {_MAX_QUOTED_BYTES} bytes if any is quoted",
            f"{lines + delimiters} cells, {size} bytes",
        )
    return _Survey(
        size=size,
        delimiter=delimiter.decode(),
        lines=lines,
        cells=lines + delimiters,
        quoted=quoted,
    )


def _delimiter(line: bytes) -> bytes:
    commonest = max((b",", b";", b"\t"), key=line.count)
    if commonest in line:
        return commonest
    parts = line.decode("latin-1").split()
    return b" " if len(parts) > 1 and all(map(_is_number, parts)) else b","


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _parse_picked(
    stream: IO[bytes], text: _Survey, limit: int
) -> tuple[list[list[str]], int]:
    """Parse only the lines that are sampled; each is a row of its own."""
    wanted = text.lines_to_parse(limit)
    if wanted == text.lines:
        lines = _every_line(stream)
    else:
        lines = _read_lines(stream, spread(text.lines, wanted))
    reader = csv.reader(
        _decoded(lines), delimiter=text.delimiter, skipinitialspace=True, strict=True
    )
    return [row for row in reader if row], text.lines


def _read_lines(stream: IO[bytes], picks: NDArray[Any]) -> Iterator[bytes]:
    import numpy as np

    seen, rest = 0, b""
    while chunk := stream.read(_CHUNK):
        block = rest + chunk
        ends = np.flatnonzero(np.frombuffer(block, dtype=np.uint8) == ord("\n")) + 1
        starts = np.concatenate(([0], ends))
        begin, end = np.searchsorted(picks, (seen, seen + len(ends)))
        for i in (picks[begin:end] - seen).tolist():
            yield block[starts[i] : ends[i]]
        rest = block[starts[-1] :]
        seen += len(ends)
    if rest and picks[-1] == seen:
        yield rest


def _parse_all(
    stream: IO[bytes], text: _Survey, limit: int
) -> tuple[list[list[str]], int]:
    """Parse every row, as quotes require, and keep those on the sampled lines."""
    picks = iter(_picks(text.lines, text.lines_to_parse(limit)))
    reader = csv.reader(
        _decoded(_every_line(stream)),
        delimiter=text.delimiter,
        skipinitialspace=True,
        strict=True,
    )
    rows, total = [], 0
    pick: float = next(picks)
    for row in reader:
        total += bool(row)
        if pick < reader.line_num and row:
            rows.append(row)
        while pick < reader.line_num:
            pick = next(picks, inf)
    return rows, total


def _picks(lines: int, wanted: int) -> Sequence[int]:
    if wanted == lines:
        return range(lines)
    found: list[int] = spread(lines, wanted).tolist()
    return found


def _every_line(stream: IO[bytes]) -> Iterator[bytes]:
    rest = b""
    while chunk := stream.read(_CHUNK):
        *lines, rest = (rest + chunk).split(b"\n")
        yield from lines
    yield rest


def _decoded(lines: Iterable[bytes]) -> Iterator[str]:
    return (line.decode("utf-8").removeprefix("\ufeff") for line in lines)


def _labels(
    rows: list[list[str]], total: int, choose: Choose
) -> dict[str | None, Sample]:
    header = _header(rows)
    body, total = (rows[1:], total - 1) if header else (rows, total)
    width = len(rows[0]) if rows else 0
    for row in body:
        if len(row) != width:
            raise _not_a_table(f"rows of {width} and of {len(row)} columns")
    names = {name.strip(): i for i, name in enumerate(header) if name}
    chosen = choose([*names]) if names else {}
    if chosen:
        return {h: _sample(body, total, [names[name]]) for h, name in chosen.items()}
    first = 1 if names and not header[0] else 0
    return {None: _sample(body, total, range(first, width))}


def _header(rows: list[list[str]]) -> list[str]:
    """Return the first row if it names the columns, [] if it is a sample."""
    if not rows:
        return []
    first, body = rows[0], rows[1:]
    if any(cell.strip() in LABEL_NAMES for cell in first):
        return first
    if len(first) > 1 and not first[0]:
        return first
    counted = first == [str(i) for i in range(len(first))] and len(body) >= _INDEX_ROWS
    named = not any(_is_number(c) or c.strip().lower() in _TRUTH for c in first)
    return first if (counted or named) and first not in body else []


def _sample(body: list[list[str]], total: int, columns: Sequence[int]) -> Sample:
    if not body or not columns:
        raise UnreadableLabels(
            "hold no rows, so there is nothing to measure. "
            "Expected one row a sample. Received: a header alone, or nothing."
        )
    cells = [row[i].strip() for row in body for i in columns]
    values, dtype = _values(cells)
    if dtype == "object" and len(columns) > 1 and any(map(_is_number, cells)):
        raise UnreadableLabels(
            "mix numbers and strings. Expected a header that names the columns of "
            "labels after the heads, or one of them `labels`. "
            f"Received: {len(columns)} columns."
        )
    shape = (total, len(columns)) if len(columns) > 1 else (total,)
    rows = _rows(values, dtype, len(columns))
    return Sample(rows=rows, shape=shape, samples=len(body))


def _rows(values: list[Any], dtype: str, width: int) -> Rows:
    if few_enough(len(values)):
        return PlainRows(values, width, dtype)
    import numpy as np

    from kerascheck.labels.arrays import ArrayRows

    return ArrayRows(np.array(values, dtype=dtype).reshape(-1, width))


def _values(cells: list[str]) -> tuple[list[Any], str]:
    """Return cells as values, and their dtype; empty cells are NaN."""
    if all(cell.lower() in _TRUTH for cell in cells):
        return [_TRUTH[cell.lower()] for cell in cells], "bool"
    for kind, dtype in ((_whole, "int64"), (float, "float64")):
        try:
            return [kind(cell or "nan") for cell in cells], dtype
        except ValueError:
            continue
    return cells, "object"


def _whole(cell: str) -> int:
    """Return a whole number of 64 bits.

    Raises:
        ValueError: It is not one.
    """
    if len(cell) > _MAX_WHOLE:
        raise ValueError("too long")
    return integer(int(cell))
