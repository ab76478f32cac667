"""A notebook as source: its cells as one text, changed inside the strings of the JSON.

Characters of the code are found again in the strings that hold them, escapes and all,
so that every byte that no fix is about stays as it was.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Sequence
from itertools import pairwise

from kerascheck.fix.splices import Source, Splice, Unfixable
from kerascheck.model.named import NamedTuple
from kerascheck.model.typed import Final
from kerascheck.readers.source.cells import source_strings
from kerascheck.readers.source.text import (
    MAX_NOTEBOOK_BYTES,
    NOTEBOOK,
    NotUnderstood,
    program_text,
)

__all__ = ["Notebook", "is_notebook"]

_CHARACTER: Final = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
    r"|\\u[0-9a-fA-F]{4}|\\.|.",
    re.DOTALL,
)
"""One character inside a string of JSON."""

_BOM: Final = "\ufeff"


def is_notebook(path: str) -> bool:
    """Say whether a path is that of a notebook."""
    return path.lower().endswith(NOTEBOOK)


class _CellText(NamedTuple):
    """The text of one cell, and where each character of it is in the file."""

    text: str
    lines: tuple[int, ...]  # first character of each line of `text`
    spans: tuple[tuple[int, int], ...]  # of each character, in the file
    between: tuple[str, ...]  # from each string of the cell to the next

    @property
    def line_end(self) -> str:
        """How its lines end."""
        return "\r\n" if "\r\n" in self.text else "\n"


class Notebook(Source):
    """The cells of code of one notebook, one after the other, parsed and never run.

    `text` and `tree` are of the code; a splice is one of its characters.
    """

    most_bytes = MAX_NOTEBOOK_BYTES

    def __init__(self, path: str, data: bytes) -> None:
        """Decode and parse.

        Raises:
            Unfixable: It is not a notebook in Python, or too large.
        """
        try:
            self._program = program_text(path, data)
        except NotUnderstood as error:
            raise Unfixable(f"{path} is not changed: {error}") from None
        self._set_text(path, self._program.code, self._program.tree)
        text = data.decode()
        self._bom = _BOM if text.startswith(_BOM) else ""
        self._json = text.removeprefix(_BOM)
        strings = source_strings(self._json)
        self._cells = {n: _cell_text(self._json, spans) for n, spans in strings.items()}

    @property
    def file_text(self) -> str:
        """The whole file, for a diff."""
        return self._bom + self._json

    def place(self, line: int) -> str:
        """Return where a line of the code is: "FILE:cell 3:12"."""
        return self._program.place(line)

    def line_of(self, line: int, cell: int | None) -> int | None:
        """Return the line of the code that a line of a cell is.

        Raises:
            Unfixable: The cell is the text of a file.
        """
        if cell in {each.at(1).cell for each in self._program.written.values()}:
            raise Unfixable(f"cell {cell} of {self.path} is the text of a file")
        return self._program.line_of(line, cell)

    def spliced(self, splices: Sequence[Splice]) -> bytes:
        """Return the file with the splices made and every other byte as it was.

        Raises:
            Unfixable: What is replaced is not in one cell as the code has it.
        """
        text = self._json
        for splice in sorted(splices, reverse=True):
            start, end, new = self._in_file(splice)
            text = text[:start] + new + text[end:]
        return (self._bom + text).encode()

    def _in_file(self, splice: Splice) -> Splice:
        """Return the same change as one of characters of the file."""
        number, start = self._in_cell(splice.start)
        last, end = self._in_cell(splice.end)
        if last != number:
            raise self._not_as_read(number)
        cell = self._cells[number]
        pairs = zip(
            cell.text[start:end].splitlines(),
            self.text[splice.start : splice.end].splitlines(),
            strict=True,
        )
        if not all(written.endswith(code) for written, code in pairs):
            raise self._not_as_read(number)
        if start == end:
            place = cell.spans[start - 1][1] if start else cell.spans[start][0]
            return Splice(place, place, self._encoded(splice.text, cell))
        first, after = cell.spans[start][0], cell.spans[end - 1][1]
        return Splice(first, after, self._encoded(splice.text, cell))

    def _not_as_read(self, cell: int) -> Unfixable:
        return Unfixable(f"{self.path}: cell {cell} has lines of IPython in the call")

    def _in_cell(self, offset: int) -> tuple[int, int]:
        """Return the cell that a character of the code is in, and where in its text.

        Raises:
            Unfixable: The line there is not the one of the code.
        """
        line = bisect_right(self._lines, offset, hi=len(self._lines) - 1)
        at = self._program.at(line)
        assert at.cell is not None
        cell = self._cells[at.cell]
        start = cell.lines[at.line - 1]
        written = cell.text[start : cell.lines[at.line]].rstrip("\r\n")
        code = self.text[self._lines[line - 1] : self._lines[line]].rstrip("\n")
        if not written.endswith(code):
            raise self._not_as_read(at.cell)
        column = offset - self._lines[line - 1]
        return at.cell, start + len(written) - len(code) + column

    def _encoded(self, new: str, cell: _CellText) -> str:
        """Return code as strings of JSON hold it, one for each line if there are."""
        ascii_only = self._json.isascii()
        end = json.dumps(cell.line_end)[1:-1]
        lines = (
            json.dumps(line, ensure_ascii=ascii_only)[1:-1] for line in new.split("\n")
        )
        between = cell.between[0] if cell.between else ""
        return f"{end}{between}".join(lines)


def _cell_text(text: str, strings: Sequence[tuple[int, int]]) -> _CellText:
    held: list[str] = []
    spans: list[tuple[int, int]] = []
    for start, end in strings:
        held.append(json.loads(text[start:end]))
        spans += [m.span() for m in _CHARACTER.finditer(text, start + 1, end - 1)]
    whole = "".join(held)
    if len(whole) != len(spans):
        raise Unfixable("a cell has half of a surrogate pair")
    starts = [0]
    for line in whole.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    between = (text[end - 1 : start + 1] for (_, end), (start, _) in pairwise(strings))
    return _CellText(whole, tuple(starts), tuple(spans), tuple(between))
