"""The code of a Jupyter notebook, cell by cell, without what only IPython understands.

A line keeps its number in its cell, and the line of the file that it is on, as far as
each is on a line of its own there: so a place points into the .ipynb, where a diff
shows it. Magics and shell lines are replaced by `pass` or by nothing.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator, Mapping, Sequence

from kerascheck.model.named import NamedTuple
from kerascheck.model.typed import Any, Final

__all__ = [
    "Cell",
    "Cells",
    "parsed",
    "read_cells",
    "source_strings",
    "without_magics",
]

_MAGIC: Final = re.compile(
    r"\s*(%[%\w]|!(?!=)|\?|[\w., ]+=\s*[%!])|\s*[\w.]+\?{1,2}\s*$"
)
"""Lines that only IPython understands. Source: its manual, "IPython syntax"."""

_TIMED: Final = re.compile(r"(\s*)%time\s+(\S.*)")
"""A line that IPython runs, and says how long it takes."""

_RUNS_PYTHON: Final = ("%%time", "%%capture", "%%prun")
"""Magics of a whole cell that run it as Python; `%%timeit` is one."""

_WRITES: Final = re.compile(r"%%(?:writefile|file)\s+(?:-a\s+)?(\S+\.py)\s*$")
"""The magic of a cell that is the text of a file."""

_STRING: Final = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"')

JsonPath = tuple[str | int, ...]
"""Keys and indices that lead to a value of a JSON document."""


class Cell(NamedTuple):
    """One cell of code.

    Attributes:
        line: Line of the file that its first line is on, from 1 on.
        lines: Its code, without what only IPython understands.
        skipped_lines: How many lines that was.
        number: Among all cells of the notebook, from 1 on.
        step: Lines of the file for each line of code; 0: all are on one.
        writes: Name of the file that it is the text of, by `%%writefile`.
        written: That text.
    """

    line: int
    lines: Sequence[str]
    skipped_lines: int
    number: int = 1
    step: int = 1
    writes: str | None = None
    written: Sequence[str] = ()


class Cells(NamedTuple):
    """The cells of code of one notebook."""

    each: tuple[Cell, ...]
    language: str | None  # that the notebook says, in lower case; None: none


def read_cells(text: str) -> Cells:
    """Return the cells of code of a notebook, of nbformat 3 or 4.

    Args:
        text: The JSON; who passes it bounds its size.

    Raises:
        ValueError, LookupError, TypeError, AttributeError, RecursionError: It is not
            such a notebook.
    """
    found = json.loads(text)
    lines = _lines(found, text)
    return Cells(tuple(_cells(_placed(found), lines)), _language(found))


def _placed(found: Mapping[str, Any]) -> list[tuple[JsonPath, Any]]:
    """Return the cells, each with its path in the document."""
    if "cells" in found:
        return [(("cells", n), cell) for n, cell in enumerate(found["cells"])]
    _ = found["worksheets"][0]  # nbformat 3 has one at least
    return [
        (("worksheets", sheet, "cells", number), cell)
        for sheet, each in enumerate(found["worksheets"])
        for number, cell in enumerate(each["cells"])
    ]


def _language(found: Mapping[str, Any]) -> str | None:
    metadata = found.get("metadata") or {}
    info, kernel = metadata.get("language_info"), metadata.get("kernelspec")
    name = (info or {}).get("name") or (kernel or {}).get("language")
    return name.lower() if isinstance(name, str) else None


def source_strings(text: str) -> dict[int, list[tuple[int, int]]]:
    """Return where the strings are that hold each cell of code, by its number.

    Args:
        text: The JSON of a notebook that `read_cells` reads.

    Returns:
        The first character of each string, its quotation mark, and the one after it.
    """
    found = json.loads(text)
    spans = dict(_spans(found, text))
    held = {}
    for number, (path, cell) in enumerate(_placed(found), 1):
        if cell["cell_type"] == "code":
            key = _source_key(cell)
            source, path = cell[key], (*path, key)
            count = 0 if isinstance(source, str) else len(source)
            each = [(*path, i) for i in range(count)] if count else [path]
            held[number] = [spans[one] for one in each if one in spans]
    return held


def _spans(found: Any, text: str) -> Iterator[tuple[JsonPath, tuple[int, int]]]:
    """Yield the path of each string of a document, and where it is in the text."""
    for path, token in zip(_string_paths(found), _STRING.finditer(text), strict=True):
        yield path, token.span()


def _lines(found: Any, text: str) -> dict[JsonPath, int]:
    """Return the line of the file on which each string of a document starts."""
    lines, line, last = {}, 1, 0
    for path, (start, _) in _spans(found, text):
        line += text.count("\n", last, start)
        last = start
        lines[path] = line
    return lines


def _string_paths(value: Any, path: JsonPath = ()) -> Iterator[JsonPath]:
    """Yield the path of each string, keys as well, in the order of the file."""
    if isinstance(value, str):
        yield path
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _string_paths(inner, (*path, number))
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield (*path, key, "key")
            yield from _string_paths(inner, (*path, key))


def _cells(
    placed: Sequence[tuple[JsonPath, Any]], lines: Mapping[JsonPath, int]
) -> Iterator[Cell]:
    for number, (path, cell) in enumerate(placed, 1):
        if cell["cell_type"] != "code":
            continue
        key = _source_key(cell)
        source, path = cell[key], (*path, key)
        is_text = isinstance(source, str)
        first = lines.get(path if is_text else (*path, 0), 1)
        step = 0 if is_text or lines.get((*path, 1), first + 1) == first else 1
        written = _without_indent("".join(source).splitlines())
        if cell.get("language", "python") != "python":
            written = ["" for _ in written]
        kept = written if is_python(written) else list(without_magics(written))
        writes = next((_WRITES.match(line) for line in written if line.strip()), None)
        yield Cell(
            line=first,
            lines=kept,
            skipped_lines=sum(map(_is_skipped, written, kept)),
            number=number,
            step=step,
            writes=writes[1] if writes else None,
            written=_below(written) if writes else (),
        )


def _source_key(cell: Mapping[str, Any]) -> str:
    return "source" if "source" in cell else "input"  # nbformat 3


def _below(lines: Sequence[str]) -> Sequence[str]:
    """Return the lines below the first that is not blank, which is blanked itself."""
    first = next(i for i, line in enumerate(lines) if line.strip())
    return [*("" for _ in range(first + 1)), *lines[first + 1 :]]


def _without_indent(lines: Sequence[str]) -> Sequence[str]:
    """Take away the indent of the first line, as IPython does."""
    first = next((line for line in lines if line.strip()), "")
    indent = first[: len(first) - len(first.lstrip())]
    return [line.removeprefix(indent) for line in lines]


def is_python(lines: Sequence[str]) -> bool:
    """Say whether lines are Python as they are."""
    try:
        parsed("\n".join(lines))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def parsed(code: str) -> ast.Module:
    """Parse code as a cell, or a program, is compiled: `await` may be anywhere.

    Raises:
        SyntaxError, ValueError, RecursionError, MemoryError: It cannot be parsed.
    """
    import warnings

    flags = ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of odd escapes in the code of others
        tree: ast.Module = compile(code, "<program>", "exec", flags, dont_inherit=True)
    return tree


def _is_skipped(written: str, kept: str) -> bool:
    return written != kept and kept.strip() in ("", "pass")


def without_magics(lines: Sequence[str]) -> Iterator[str]:
    """Yield lines of code, one for each, with nothing that only IPython understands."""
    first = next((line for line in lines if line.strip()), "")
    if first.startswith("%%") and not first.startswith(_RUNS_PYTHON):
        yield from ("" for _ in lines)
        return
    continues = False
    for line in lines:
        if continues or _MAGIC.match(line):
            yield "" if continues else _replacement(line)
            continues = line.endswith("\\")
        else:
            yield line


def _replacement(line: str) -> str:
    """Return what is run in place of a magic: what it times, or `pass`.

    It may be the whole body of an `if`.
    """
    timed = _TIMED.fullmatch(line)
    if timed:
        return f"{timed[1]}{timed[2]}"
    return f"{line[: len(line) - len(line.lstrip())]}pass"
