"""Files of the same project that a program imports, found as Python would, not run.

A module is looked for in the folder of the importing file and in the folders above it,
up to the top of the tree, and in a `src` folder of each. Nothing outside the tree is
opened, and no more than a bounded number of files and bytes.
"""

from __future__ import annotations

import ast
import os
import sys
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from kerascheck.model.errors import UnreadableModel
from kerascheck.model.typed import Final
from kerascheck.readers.source.modules import LINES
from kerascheck.readers.source.text import (
    MAX_BYTES,
    NotUnderstood,
    Place,
    ProgramText,
    marks_in,
    program_text,
)
from kerascheck.trust.regular_file import RegularFile
from kerascheck.trust.tree import Tree

__all__ = ["MAX_FILES", "ProjectFiles"]

MAX_FILES: Final = 64
"""Files of the project that one program may import, directly or not."""

MAX_ALL_BYTES: Final = 1_000_000
"""Bytes of these files."""

MAX_ALL_MARKS: Final = 30_000
"""Marks of code in these files; see `text.MAX_MARKS`."""

MAX_ABOVE: Final = 8
"""Folders above the program that are looked into."""


_NOTHING: Final[Mapping[str, bytes]] = MappingProxyType({})

_OTHERS: Final = frozenset(
    {
        *("keras", "tensorflow", "tf_keras", "tensorflow_datasets", "keras_hub"),
        *("numpy", "pandas", "sklearn", "scipy", "matplotlib", "jax", "torch", "cv2"),
    }
)
"""Libraries, whatever else has their name in the tree."""


def _is_standard(name: str) -> bool:
    return name in sys.stdlib_module_names


class ProjectFiles:
    """The files that one program may import.

    Attributes:
        used: The files that were found, by path; the lines of the first start at
            `LINES`, those of the second at twice as many.
    """

    def __init__(
        self,
        text: ProgramText,
        tree: Tree,
        unsaved: Mapping[str, bytes] = _NOTHING,
    ) -> None:
        """Look for modules around one program.

        Args:
            text: The program.
            tree: What is checked; nothing outside is opened.
            unsaved: What files hold instead of what is saved, by real path.
        """
        self.used: dict[str, ProgramText] = {}
        self._tree = tree
        self._text = text
        self._unsaved = unsaved
        self._found: dict[tuple[str, str], ProgramText | None] = {}
        self._bytes = self._marks = 0

    def find(self, name: str, importer: str | None = None) -> ProgramText | None:
        """Return the text of a module of the project; None: it is not one of them.

        Args:
            name: As it is imported: "nets.zoo", or ".zoo" beside the importer.
            importer: Path of the file that imports it; by default the program.
        """
        importer = self._text.path if importer is None else importer
        key = (os.path.dirname(importer), name)
        if key not in self._found:
            self._found[key] = None  # a cyclic import finds nothing
            self._found[key] = self._look(name, importer)
        return self._found[key]

    def _add(self, path: str, text: ProgramText) -> ProgramText:
        if path not in self.used:
            ast.increment_lineno(text.tree, LINES * (len(self.used) + 1))
            self.used[path] = text
        return self.used[path]

    def at(self, line: int) -> Place:
        """Return where a line of the program, or of a file that it imports, is."""
        text, line = self.of_line(line)
        return text.at(line)

    def of_line(self, line: int) -> tuple[ProgramText, int]:
        """Return the text that a line is of, and its number there."""
        number, inside = divmod(line, LINES)
        texts = (self._text, *self.used.values())
        return (texts[number], inside) if number < len(texts) else (self._text, 1)

    def _look(self, name: str, importer: str) -> ProgramText | None:
        level = len(name) - len(name.lstrip("."))
        parts = [part for part in name[level:].split(".") if part]
        if not all(part.isidentifier() and len(part) < 100 for part in parts):
            return None
        if not level and (not parts or parts[0] in _OTHERS or _is_standard(parts[0])):
            return None
        written = self._text.written.get(f"{parts[0]}.py") if len(parts) == 1 else None
        if written is not None:
            return self._add(f"{written.path}:{parts[0]}.py", written.again())
        for folder in _folders(os.path.dirname(importer), level):
            for path in _files(folder, parts):
                if os.path.isfile(path) or self._unsaved_text(path) is not None:
                    return self._read(path)
        return None

    def _unsaved_text(self, path: str) -> bytes | None:
        return self._unsaved.get(os.path.realpath(path)) if self._unsaved else None

    def _read(self, path: str) -> ProgramText | None:
        shown = path.replace(os.sep, "/").removeprefix("./")
        is_new = shown not in self.used
        if (is_new and len(self.used) >= MAX_FILES) or not self._tree.holds(path):
            return None
        try:
            data = self._unsaved_text(path)
            if data is None:
                with RegularFile(path) as file:
                    if not self._has_room_for(file.size):
                        return None
                    data = file.read(0, file.size)
            elif not self._has_room_for(len(data)):
                return None
            self._bytes += len(data)
            self._marks += marks_in(data)
            if self._marks > MAX_ALL_MARKS:
                return None
            return self._add(shown, program_text(shown, data))
        except (UnreadableModel, OSError, NotUnderstood):
            return None

    def _has_room_for(self, size: int) -> bool:
        return size <= MAX_BYTES and self._bytes + size <= MAX_ALL_BYTES


def _folders(start: str, level: int) -> Iterator[str]:
    """Yield the folders that a module may be in; `level` is the number of dots."""
    start = start or os.curdir
    if level:
        yield os.path.normpath(os.path.join(start, *[os.pardir] * (level - 1)))
        return
    for above in range(MAX_ABOVE):
        folder = os.path.normpath(os.path.join(start, *[os.pardir] * above))
        yield folder
        yield os.path.join(folder, "src")
        if os.path.lexists(os.path.join(folder, ".git")):
            return


def _files(folder: str, parts: list[str]) -> Iterator[str]:
    base = os.path.join(folder, *parts)
    if parts:
        yield f"{base}.py"
    yield os.path.join(base, "__init__.py")
