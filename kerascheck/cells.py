"""The code of a Jupyter notebook, run in order without a kernel.

Lines keep the numbers that they have in the file, as far as each stands on a line of
its own there: so a traceback and the place of a compile call point into the .ipynb,
where a diff shows them. Magics and shell lines belong to IPython and are left out.
"""

from __future__ import annotations

import ast
import json
import re
import sys
from collections.abc import Iterator, Mapping
from types import ModuleType
from typing import Any, NamedTuple

from kerascheck.core.errors import UsageError

__all__ = ["Cell", "Notebook", "execute", "load"]

_MAGIC = re.compile(r"^\s*(%|!|\?)|^\s*[\w.]+\?{1,2}\s*$")
"""Lines that only IPython understands. Source: its manual, "IPython syntax"."""


class Cell(NamedTuple):
    """One cell of code.

    Attributes:
        number: Among the cells of code, from 1 on.
        line: That of the file on which its first line stands.
        lines: Its code, magics left out.
        magics: Lines that were left out.
    """

    number: int
    line: int
    lines: tuple[str, ...]
    magics: int


class Notebook(NamedTuple):
    """A notebook whose language is Python."""

    path: str
    cells: tuple[Cell, ...]

    @property
    def magics(self) -> int:
        """How many lines were left out."""
        return sum(cell.magics for cell in self.cells)


def load(path: str) -> Notebook:
    """Read a notebook of format 4.

    Raises:
        UsageError: It is none, or its language is not Python.
    """
    try:
        with open(path, encoding="utf-8") as file:
            text = file.read()
        found = json.loads(text)
        codes = [
            cell["source"] for cell in found["cells"] if cell["cell_type"] == "code"
        ]
    except (OSError, ValueError, LookupError, TypeError, RecursionError):
        raise UsageError(
            f"{path!r} is no notebook. Expected nbformat 4, as Jupyter saves it."
        ) from None
    language = _language(found)
    if language not in (None, "python"):
        raise UsageError(f"{path!r} is a notebook in {language}, not in Python")
    return Notebook(path, tuple(_cells(codes, text)))


def execute(notebook: Notebook) -> None:
    """Run every cell, as the module `__main__`; what one raises ends it.

    What a cell would display is not shown.
    """
    main = ModuleType("__main__")
    main.__dict__.update(__file__=notebook.path, display=print)
    before = sys.modules["__main__"]
    sys.modules["__main__"] = main
    try:
        for cell in notebook.cells:
            exec(_compiled(cell, notebook.path), main.__dict__)  # noqa: S102
    finally:
        sys.modules["__main__"] = before


def _compiled(cell: Cell, path: str) -> Any:
    """Return the code of a cell, with its lines counted as in the file.

    Raises:
        SyntaxError: It is no Python.
    """
    try:
        tree = ast.parse("\n".join(cell.lines), path)
    except SyntaxError as error:
        error.lineno = cell.line - 1 + (error.lineno or 1)
        raise
    ast.increment_lineno(tree, cell.line - 1)
    return compile(tree, path, "exec")


def _language(found: Mapping[str, Any]) -> str | None:
    metadata = found.get("metadata")
    told = metadata.get("language_info") if isinstance(metadata, Mapping) else None
    name = told.get("name") if isinstance(told, Mapping) else None
    return name.lower() if isinstance(name, str) else None


def _cells(codes: list[Any], text: str) -> Iterator[Cell]:
    place, line = 0, 1
    for number, code in enumerate(codes, 1):
        lines = (code if isinstance(code, str) else "".join(code)).splitlines()
        first = _written(code)
        found = text.find(first, place) if first else -1
        if found >= 0:
            line += text.count("\n", place, found)
            place = found
        kept = tuple(lines if _is_python(lines) else _without_magics(lines))
        magics = sum(old != new for old, new in zip(lines, kept, strict=True))
        yield Cell(number, line, kept, magics)


def _written(code: Any) -> str | None:
    """Return the first line of a cell as JSON writes it; None: there is none."""
    if isinstance(code, str) or not code:
        return None
    return json.dumps(code[0], ensure_ascii=False)


def _is_python(lines: list[str]) -> bool:
    try:
        ast.parse("\n".join(lines))
    except SyntaxError:
        return False
    return True


def _without_magics(lines: list[str]) -> Iterator[str]:
    """Yield lines of code, an empty one for each that only IPython understands.

    A cell that starts with %% is IPython's as a whole, but for those that only
    measure.
    """
    first = next((line for line in lines if line.strip()), "")
    if first.startswith("%%") and not first.startswith(("%%time", "%%capture")):
        yield from ("" for _ in lines)
        return
    for line in lines:
        if not _MAGIC.match(line):
            yield line
        else:  # its place may be the whole body of an `if`
            indent = len(line) - len(line.lstrip())
            yield f"{line[:indent]}pass"
