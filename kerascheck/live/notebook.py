"""The code of a Jupyter notebook, run in order without a kernel.

Lines keep the numbers that they have in the file, as far as each stands on a line of
its own there: so a traceback and the place of a compile call point into the .ipynb,
where a diff shows them. Magics and shell lines belong to IPython and are left out.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from kerascheck.model.errors import UsageError

__all__ = ["Cell", "Notebook", "execute", "load"]

_MAGIC: Final = re.compile(
    r"\s*(%[%\w]|!(?!=)|\?|[\w., ]+=\s*[%!])|\s*[\w.]+\?{1,2}\s*$"
)
"""Lines that only IPython understands. Source: its manual, "IPython syntax"."""

_MEASURED: Final = re.compile(r"(\s*)%time\s+(\S.*)")
"""A line that IPython runs, and says how long it takes."""

_RUN_ANYHOW: Final = ("%%time", "%%capture", "%%prun")
"""Magics of a whole cell that run it as Python; `%%timeit` is one."""

_STRING: Final = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"')

Place = tuple[str | int, ...]


class Cell(NamedTuple):
    """One cell of code.

    Attributes:
        line: That of the file on which its first line stands, from 1 on.
        lines: Its code, without what only IPython understands.
        left_out: How many lines that was.
    """

    line: int
    lines: Sequence[str]
    left_out: int


class Notebook(NamedTuple):
    """A notebook whose language is Python."""

    path: str
    cells: Sequence[Cell]

    @property
    def left_out(self) -> int:
        """How many lines only IPython understands."""
        return sum(cell.left_out for cell in self.cells)


def load(path: str) -> Notebook:
    """Read a notebook of format 4.

    Raises:
        UsageError: It is none, or its language is not Python.
    """
    try:
        with open(path, encoding="utf-8") as file:
            text = file.read()
        found = json.loads(text)
        cells = tuple(_cells(found, _lines(found, text)))
        language = _language(found)
    except (
        OSError,
        ValueError,
        LookupError,
        TypeError,
        AttributeError,
        RecursionError,
    ):
        raise UsageError(
            f"{path!r} is no notebook. Expected nbformat 4, as Jupyter saves it."
        ) from None
    if language not in (None, "python"):
        raise UsageError(f"{path!r} is a notebook in {language}, not in Python")
    return Notebook(path, cells)


def execute(notebook: Notebook, names: dict[str, Any]) -> None:
    """Run every cell; what one raises ends it. What it would display is not shown.

    Args:
        notebook: From `load`.
        names: Those of the module that it is.

    Raises:
        SyntaxError: A cell is no Python.
    """
    names["display"] = print
    for cell in notebook.cells:
        source = "\n" * (cell.line - 1) + "\n".join(cell.lines)
        code = compile(source, notebook.path, "exec", dont_inherit=True)
        exec(code, names)  # noqa: S102  (what the user asks to run)


def _language(found: Mapping[str, Any]) -> str | None:
    metadata = found.get("metadata") or {}
    info, kernel = metadata.get("language_info"), metadata.get("kernelspec")
    name = (info or {}).get("name") or (kernel or {}).get("language")
    return name.lower() if isinstance(name, str) else None


def _lines(found: Any, text: str) -> dict[Place, int]:
    """Return the line of the file on which each string of a document starts."""
    lines, line, last = {}, 1, 0
    for place, token in zip(_places(found), _STRING.finditer(text), strict=True):
        line += text.count("\n", last, token.start())
        last = token.start()
        lines[place] = line
    return lines


def _places(value: Any, place: Place = ()) -> Iterator[Place]:
    """Yield the place of each string, keys as well, in the order of the file."""
    if isinstance(value, str):
        yield place
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _places(inner, (*place, number))
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield (*place, key, "key")
            yield from _places(inner, (*place, key))


def _cells(found: Any, lines: Mapping[Place, int]) -> Iterator[Cell]:
    for number, cell in enumerate(found["cells"]):
        if cell["cell_type"] != "code":
            continue
        source, place = cell["source"], ("cells", number, "source")
        first = lines.get(place if isinstance(source, str) else (*place, 0), 1)
        written = "".join(source).splitlines()
        kept = written if _is_python(written) else list(_without_magics(written))
        left_out = sum(map(_is_left_out, written, kept))
        yield Cell(first, kept, left_out)


def _is_python(lines: Sequence[str]) -> bool:
    try:
        ast.parse("\n".join(lines))
    except SyntaxError:
        return False
    return True


def _is_left_out(written: str, kept: str) -> bool:
    return written != kept and kept.strip() in ("", "pass")


def _without_magics(lines: Sequence[str]) -> Iterator[str]:
    """Yield lines of code, one for each, with nothing that only IPython understands."""
    first = next((line for line in lines if line.strip()), "")
    if first.startswith("%%") and not first.startswith(_RUN_ANYHOW):
        yield from ("" for _ in lines)
        return
    goes_on = False
    for line in lines:
        if goes_on or _MAGIC.match(line):
            yield "" if goes_on else _instead(line)
            goes_on = line.endswith("\\")
        else:
            yield line


def _instead(line: str) -> str:
    """Return what is run in place of a magic: what it measures, or nothing.

    It may be the whole body of an `if`.
    """
    measured = _MEASURED.fullmatch(line)
    if measured:
        return f"{measured[1]}{measured[2]}"
    return f"{line[: len(line) - len(line.lstrip())]}pass"
