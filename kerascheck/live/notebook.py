"""The code of a Jupyter notebook, run in order without a kernel.

Lines keep the numbers that they have in the file, as far as each is on a line of its
own there: so a traceback and the place of a compile call point into the .ipynb, where
a diff shows them. Magics and shell lines belong to IPython and are skipped.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from inspect import CO_COROUTINE
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Self

from kerascheck.model.errors import UsageError

if TYPE_CHECKING:
    import asyncio

__all__ = ["Cell", "Notebook", "execute", "load"]

_MAGIC: Final = re.compile(
    r"\s*(%[%\w]|!(?!=)|\?|[\w., ]+=\s*[%!])|\s*[\w.]+\?{1,2}\s*$"
)
"""Lines that only IPython understands. Source: its manual, "IPython syntax"."""

_TIMED: Final = re.compile(r"(\s*)%time\s+(\S.*)")
"""A line that IPython runs, and says how long it takes."""

_RUNS_PYTHON: Final = ("%%time", "%%capture", "%%prun")
"""Magics of a whole cell that run it as Python; `%%timeit` is one."""

_STRING: Final = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"')

JsonPath = tuple[str | int, ...]
"""Keys and indices that lead to a value of a JSON document."""


class Cell(NamedTuple):
    """One cell of code.

    Attributes:
        line: Line of the file that its first line is on, from 1 on.
        lines: Its code, without what only IPython understands.
        skipped_lines: How many lines that was.
    """

    line: int
    lines: Sequence[str]
    skipped_lines: int


class Notebook(NamedTuple):
    """A notebook whose language is Python."""

    path: str
    cells: Sequence[Cell]

    @property
    def skipped_lines(self) -> int:
        """How many lines only IPython understands."""
        return sum(cell.skipped_lines for cell in self.cells)


def load(path: str) -> Notebook:
    """Read a notebook of format 4.

    Raises:
        UsageError: It is not a notebook, or its language is not Python.
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
            f"{path!r} is not a notebook. Expected nbformat 4, as Jupyter saves it."
        ) from None
    if language not in (None, "python"):
        raise UsageError(f"{path!r} is a notebook in {language}, not in Python")
    return Notebook(path, cells)


def execute(notebook: Notebook, names: dict[str, Any]) -> None:
    """Run every cell, until one raises. What a cell would display is not shown.

    Args:
        notebook: From `load`.
        names: The names of its module.

    Raises:
        SyntaxError: A cell is not Python.
    """
    names.update(display=print, get_ipython=_Shell)
    with _EventLoop() as loop:
        for cell in notebook.cells:
            source = "\n" * (cell.line - 1) + "\n".join(cell.lines)
            flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
            code = compile(source, notebook.path, "exec", flags, dont_inherit=True)
            awaited = eval(code, names)  # noqa: S307  (what the user asks to run)
            if code.co_flags & CO_COROUTINE:
                loop.run(awaited)


class _EventLoop:
    """The loop that cells with `await` share, made for the first of them."""

    def __init__(self) -> None:
        self._runner: asyncio.Runner | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        if self._runner is not None:
            self._runner.close()

    def run(self, awaited: Coroutine[Any, Any, Any]) -> None:
        """Run a cell until its last `await` is done."""
        if self._runner is None:
            import asyncio

            self._runner = asyncio.Runner()
        self._runner.run(awaited)


class _Shell:
    """What `get_ipython()` returns: it does nothing, as magics are skipped."""

    def __getattr__(self, name: str) -> Callable[..., None]:
        if name.startswith("__"):
            raise AttributeError(name)
        return _do_nothing


def _do_nothing(*arguments: object, **options: object) -> None:
    return None


def _language(found: Mapping[str, Any]) -> str | None:
    metadata = found.get("metadata") or {}
    info, kernel = metadata.get("language_info"), metadata.get("kernelspec")
    name = (info or {}).get("name") or (kernel or {}).get("language")
    return name.lower() if isinstance(name, str) else None


def _lines(found: Any, text: str) -> dict[JsonPath, int]:
    """Return the line of the file on which each string of a document starts."""
    lines, line, last = {}, 1, 0
    for path, token in zip(_string_paths(found), _STRING.finditer(text), strict=True):
        line += text.count("\n", last, token.start())
        last = token.start()
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


def _cells(found: Any, lines: Mapping[JsonPath, int]) -> Iterator[Cell]:
    for number, cell in enumerate(found["cells"]):
        if cell["cell_type"] != "code":
            continue
        source, path = cell["source"], ("cells", number, "source")
        first = lines.get(path if isinstance(source, str) else (*path, 0), 1)
        written = _without_indent("".join(source).splitlines())
        kept = written if _is_python(written) else list(_without_magics(written))
        yield Cell(first, kept, sum(map(_is_skipped, written, kept)))


def _without_indent(lines: Sequence[str]) -> Sequence[str]:
    """Take away the indent of the first line, as IPython does."""
    first = next((line for line in lines if line.strip()), "")
    indent = first[: len(first) - len(first.lstrip())]
    return [line.removeprefix(indent) for line in lines]


def _is_python(lines: Sequence[str]) -> bool:
    try:
        ast.parse("\n".join(lines))
    except SyntaxError:
        return False
    return True


def _is_skipped(written: str, kept: str) -> bool:
    return written != kept and kept.strip() in ("", "pass")


def _without_magics(lines: Sequence[str]) -> Iterator[str]:
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
