"""The text of a program, from its bytes to its syntax, bounded before it is parsed.

`ast.parse` takes 12 s and 2.4 GB for a million lines, so what it would take is
estimated from the bytes alone, with counts that cost next to nothing.
"""

from __future__ import annotations

import ast
import codecs
import io
import re
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate

from kerascheck.model.named import NamedTuple
from kerascheck.model.typed import Final
from kerascheck.readers.source.cells import Cell, parsed, read_cells, without_magics

__all__ = [
    "MAX_BYTES",
    "NotUnderstood",
    "Place",
    "ProgramText",
    "encoding_of",
    "marks_in",
    "program_text",
]

NOTEBOOK: Final = ".ipynb"

MAX_BYTES: Final = 500_000
"""Bytes of Python; a program of people is smaller."""

MAX_NOTEBOOK_BYTES: Final = 20_000_000
"""Bytes of a notebook, most of which are pictures."""

MAX_MARKS: Final = 50_000
"""Marks of code; each stands for up to 1.4 kB of syntax tree in CPython 3.11."""

MAX_DEPTH: Final = 200
"""Brackets inside one another; Python itself refuses more."""

_MARKS: Final = b"\n,.()[]{}=+-*/:;<>@%&|^~"
_NOT_MARKS: Final = bytes(byte for byte in range(256) if byte not in _MARKS)
_BRACKETS: Final = b"()[]{}"
_NOT_BRACKETS: Final = bytes(byte for byte in range(256) if byte not in _BRACKETS)
_STEPS: Final = bytes.maketrans(_BRACKETS, b"\x01\xff\x01\xff\x01\xff")
_STRINGS: Final = re.compile(
    r'"""(?:[^\\]|\\.)*?(?:"""|\\?\Z)'
    r"|'''(?:[^\\]|\\.)*?(?:'''|\\?\Z)"
    r'|"(?:[^"\\\n]|\\.)*+(?:"|\n|\\?\Z)'
    r"|'(?:[^'\\\n]|\\.)*+(?:'|\n|\\?\Z)"
    r"|#[^\n]*",
    re.DOTALL,
)
"""Strings and comments; an open one is matched up to its end, so that it takes time
in proportion to the text."""

_SLOW_ENCODINGS: Final = frozenset({"idna", "punycode"})
"""Encodings of domain names; their time grows with the square of a text."""

_PYTHON_2: Final = (
    "Missing parentheses in call to",
    "multiple exception types must be parenthesized",
    "leading zeros in decimal integer literals",
)
_TEMPLATE: Final = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|<%.*?%>", re.DOTALL)


class NotUnderstood(Exception):
    """Why a program cannot be read; the text is for the user.

    Attributes:
        line: Where it stops being Python, in its file; None: nowhere in particular.
    """

    def __init__(self, why: str, line: int | None = None) -> None:
        super().__init__(why)
        self.line = line


class Place(NamedTuple):
    """A line of a program, as its file has it."""

    file: str
    line: int  # of the file, or of the cell
    cell: int | None = None  # among all cells of a notebook, from 1 on
    line_of_file: int = 0  # the same as `line` unless it is in a cell

    def __str__(self) -> str:
        """Return "train.py:12" or "train.ipynb:cell 3:12"."""
        cell = "" if self.cell is None else f"cell {self.cell}:"
        return f"{self.file}:{cell}{self.line}"


class ProgramText:
    """One program as text, parsed and never run.

    Attributes:
        path: As given.
        code: All of it; of a notebook the cells, one after the other.
        tree: Its syntax; a line of it is one of `code`.
        written: Programs that cells of it write to files.
        unread: Numbers of cells that are not Python.
    """

    __slots__ = ("_cells", "_starts", "code", "path", "tree", "unread", "written")

    def __init__(
        self, path: str, code: str, tree: ast.Module, cells: Sequence[Cell] = ()
    ) -> None:
        self.path = path
        self.code = code
        self.tree = tree
        self.written: dict[str, ProgramText] = {}
        self.unread: tuple[int, ...] = ()
        self._cells = tuple(cells)
        lengths = (max(len(cell.lines), 1) for cell in cells)
        self._starts = [1, *accumulate(lengths, initial=1)][1:-1] if cells else []

    def again(self) -> ProgramText:
        """Return the same with a tree of its own."""
        return ProgramText(self.path, self.code, parsed(self.code), self._cells)

    def at(self, line: int) -> Place:
        """Return where a line of `code` is in the file."""
        if not self._cells:
            return Place(self.path, line, None, line)
        index = max(bisect_right(self._starts, line) - 1, 0)
        cell = self._cells[index]
        inside = line - self._starts[index]
        of_file = cell.line + inside * cell.step
        return Place(self.path, inside + 1, cell.number, of_file)

    def line_of(self, line: int, cell: int | None) -> int | None:
        """Return the line of `code` that a line of a cell, or of the file, is."""
        if not self._cells:
            return line if cell is None else None
        for start, each in zip(self._starts, self._cells, strict=True):
            if each.number == cell:
                return start + line - 1
        return None

    @property
    def cell_lines(self) -> tuple[tuple[int, int, int], ...]:
        """Number of each cell, the line of the file it starts at, and its step."""
        return tuple((cell.number, cell.line, cell.step) for cell in self._cells)

    def place(self, line: int) -> str:
        """Return where a line of `code` is: "FILE:12" or "FILE:cell 3:12"."""
        return str(self.at(line))


def program_text(path: str, data: bytes) -> ProgramText:
    """Return the text of a program.

    Args:
        path: As messages and places name it; its ending tells notebooks.
        data: All bytes of the file.

    Raises:
        NotUnderstood: It is not Python 3, or too large.
    """
    if path.lower().endswith(NOTEBOOK):
        return _notebook(path, data)
    _require_size(data, MAX_BYTES)
    code = _decoded(data)
    _require_bounds(code)
    return ProgramText(path, code, _tree(code))


def _require_size(data: bytes, most: int) -> None:
    if len(data) > most:
        raise NotUnderstood(f"it is larger than {most} bytes")


def encoding_of(data: bytes) -> str:
    """Return the encoding of a program, as PEP 263 says.

    Raises:
        SyntaxError: There is no such encoding, or no program is in it.
    """
    from tokenize import detect_encoding

    encoding, _ = detect_encoding(io.BytesIO(data).readline)
    if codecs.lookup(encoding).name in _SLOW_ENCODINGS:
        raise SyntaxError(f"programs are not in {encoding}")
    return encoding


def _decoded(data: bytes) -> str:
    """Return the text, decoded as PEP 263 says, with line feeds alone."""
    if b"\0" in data:
        raise NotUnderstood("it is not text: it has NUL bytes")
    try:
        text = data.decode(encoding_of(data))
    except (SyntaxError, UnicodeDecodeError, LookupError) as error:
        raise NotUnderstood(f"its encoding is not what it says: {error}") from None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _require_bounds(code: str) -> None:
    """Refuse what would take too much to parse, or nests too deeply.

    Raises:
        NotUnderstood: By which bound.
    """
    data = code.encode("utf-8", "surrogatepass")
    if marks_in(data) > MAX_MARKS:
        raise NotUnderstood("it is not understood within the budget: too much code")
    brackets = data.translate(None, _NOT_BRACKETS)
    if len(brackets) > MAX_DEPTH and _depth(brackets) > MAX_DEPTH:
        bare = _STRINGS.sub("", code).encode("utf-8", "surrogatepass")
        if _depth(bare.translate(None, _NOT_BRACKETS)) > MAX_DEPTH:
            raise NotUnderstood(f"brackets nest deeper than {MAX_DEPTH} levels")


def marks_in(data: bytes) -> int:
    """Return how many marks of code there are, in strings and comments as well."""
    return len(data.translate(None, _NOT_MARKS))


def _depth(brackets: bytes) -> int:
    steps = memoryview(brackets.translate(_STEPS)).cast("b")
    return max(accumulate(steps), default=0)


def _tree(code: str) -> ast.Module:
    """Parse a program, also one that IPython wrote to a file with its magics.

    Raises:
        NotUnderstood: It is not Python 3.
    """
    try:
        return parsed(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        lines = code.split("\n")
        kept = list(without_magics(lines))
        if kept != lines:
            try:
                return parsed("\n".join(kept))
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                pass
        raise _why(code, error) from None


def _why(code: str, error: BaseException) -> NotUnderstood:
    if isinstance(error, SyntaxError):
        line = error.lineno
        if _TEMPLATE.search(code):
            return NotUnderstood("it is a template, not a program", line)
        if str(error.msg).startswith(_PYTHON_2):
            return NotUnderstood("it is Python 2", line)
        return NotUnderstood(f"it does not parse as Python: {error.msg}", line)
    if isinstance(error, (RecursionError, MemoryError)):
        return NotUnderstood("its expressions nest too deeply")
    return NotUnderstood(f"it does not parse as Python: {error}")


def _notebook(path: str, data: bytes) -> ProgramText:
    from kerascheck.trust.json_limits import excess

    _require_size(data, MAX_NOTEBOOK_BYTES)
    beyond = excess(data)
    if beyond is not None:
        raise NotUnderstood(f"it is too much to parse: {beyond}")
    try:
        cells, language = read_cells(data.decode("utf-8-sig"))
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        raise NotUnderstood("it is not a notebook of nbformat 3 or 4") from None
    if language not in (None, "python"):
        raise NotUnderstood(f"it is a notebook in {language:.40}, not in Python")
    _require_bounds("\n".join(line for cell in cells for line in cell.lines))
    unread: list[int] = []
    read = tuple(_with_python(cell, unread) for cell in cells)
    code = "\n".join("\n".join(cell.lines or ("",)) for cell in read)
    text = ProgramText(path, code, _tree(code), read)
    text.unread = tuple(unread)
    for cell in read:
        if cell.writes is not None:
            _add_written(text, cell)
    return text


def _with_python(cell: Cell, unread: list[int]) -> Cell:
    """Return a cell, emptied if it is not Python, as a cell may be left unfinished."""
    try:
        parsed("\n".join(cell.lines))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        unread.append(cell.number)
        return cell._replace(lines=tuple("" for _ in cell.lines))
    return cell


def _add_written(text: ProgramText, cell: Cell) -> None:
    assert cell.writes is not None
    code = "\n".join(cell.written)
    try:
        tree = _tree(code)
    except NotUnderstood:
        return
    placed = cell._replace(lines=tuple(cell.written))
    text.written[cell.writes] = ProgramText(text.path, code, tree, (placed,))
