"""Python source as text, changed in places without touching the rest."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence

from kerascheck.model.named import NamedTuple
from kerascheck.model.typed import ClassVar
from kerascheck.readers.source.text import encoding_of

MAX_BYTES = 5_000_000
"""Bytes of one file of Python; a larger one is not read."""

_LINE_END = re.compile(r"\r\n|\r|\n")

_NOT_PARSED = (SyntaxError, ValueError, LookupError, RecursionError, MemoryError)
"""What decoding and parsing raise."""


class Unfixable(Exception):
    """Why a fix cannot be written; the text is for the user."""


class Splice(NamedTuple):
    """Characters of the text that are replaced."""

    start: int
    end: int
    text: str


class Source:
    """One Python file, parsed and never run.

    Attributes:
        path: As given.
        text: The whole of it, line ends as they are.
        tree: Its syntax.
    """

    most_bytes: ClassVar[int] = MAX_BYTES
    """Bytes of one file; a larger one is not read."""

    def __init__(self, path: str, data: bytes) -> None:
        """Decode and parse.

        Raises:
            Unfixable: It is not Python of this version, or too large.
        """
        if len(data) > MAX_BYTES:
            raise Unfixable(f"{path} is larger than {MAX_BYTES} bytes")
        try:
            self._encoding = encoding_of(data)
            text = data.decode(self._encoding)
            tree = ast.parse(text)
        except _NOT_PARSED as error:
            raise Unfixable(f"{path} does not parse as Python: {error}") from None
        self._set_text(path, text, tree)

    def _set_text(self, path: str, text: str, tree: ast.Module) -> None:
        self.path, self.text, self.tree = path, text, tree
        ends = [match.end() for match in _LINE_END.finditer(self.text)]
        self._lines = [0, *ends, len(self.text)]

    @property
    def file_text(self) -> str:
        """The whole file, for a diff."""
        return self.text

    def place(self, line: int) -> str:
        """Return where a line of the code is: "FILE:12"."""
        return f"{self.path}:{line}"

    def line_of(self, line: int, cell: int | None) -> int | None:
        """Return the line of the code that a line of the file, or of a cell, is."""
        return line if cell is None else None

    def changed(self, splices: Sequence[Splice]) -> Source:
        """Return the file as it is with the splices made.

        Raises:
            Unfixable: It is not Python then.
        """
        return type(self)(self.path, self.spliced(splices))

    def span(self, node: ast.expr | ast.keyword) -> tuple[int, int]:
        """Return the first character of a node and the one after its last."""
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        start = self._at(node.lineno, node.col_offset)
        return start, self._at(node.end_lineno, node.end_col_offset)

    def code(self, node: ast.expr | ast.keyword) -> str:
        """Return the text of a node."""
        start, end = self.span(node)
        return self.text[start:end]

    def _at(self, line: int, column: int) -> int:
        """Return the place of what `ast` gives as a line and bytes of UTF-8 in it."""
        start, end = self._lines[line - 1], self._lines[line]
        return start + len(self.text[start:end].encode()[:column].decode())

    def indented(self, node: ast.expr | ast.keyword) -> str | None:
        """Return the line end and indent of a node that is first on its line."""
        start, _ = self.span(node)
        line = self._lines[node.lineno - 1]
        indent = self.text[line:start]
        if indent.strip() or node.lineno < 2:
            return None
        end = _LINE_END.search(self.text, self._lines[node.lineno - 2])
        return (end.group() if end else "\n") + indent

    def spliced(self, splices: Sequence[Splice]) -> bytes:
        """Return the file with the splices made and every other byte as it was."""
        text = self.text
        for start, end, new in sorted(splices, reverse=True):
            text = text[:start] + new + text[end:]
        return text.encode(self._encoding)

    @property
    def quote(self) -> str:
        """The quotation mark that strings in the file mostly have."""
        return '"' if self.text.count('"') >= self.text.count("'") else "'"


def content(path: str, most: int = MAX_BYTES) -> bytes:
    """Return the bytes of a file, no more than are looked into.

    Raises:
        Unfixable: It is not a regular file, cannot be read, or changed meanwhile.
    """
    from kerascheck.model.errors import UnreadableModel
    from kerascheck.trust.regular_file import RegularFile

    try:
        with RegularFile(path) as file:
            return file.read(0, min(file.size, most + 1))
    except UnreadableModel as error:
        raise Unfixable(f"{path} cannot be read: {error}") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or type(error).__name__
        raise Unfixable(f"{path} cannot be read: {reason}") from None
