"""The code of a Jupyter notebook, run in order without a kernel.

A traceback and the place of a compile call point into the .ipynb, where a diff shows
them. Magics and shell lines belong to IPython and are skipped.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Coroutine, Sequence
from inspect import CO_COROUTINE

from kerascheck.model.errors import UsageError
from kerascheck.model.named import NamedTuple
from kerascheck.model.typed import TYPE_CHECKING, Any, Self
from kerascheck.readers.source.cells import Cell, read_cells

if TYPE_CHECKING:
    import asyncio

__all__ = ["Cell", "Notebook", "execute", "load"]


class Notebook(NamedTuple):
    """A notebook whose language is Python."""

    path: str
    cells: Sequence[Cell]

    @property
    def skipped_lines(self) -> int:
        """How many lines only IPython understands."""
        return sum(cell.skipped_lines for cell in self.cells)


def load(path: str) -> Notebook:
    """Read a notebook of format 3 or 4.

    Raises:
        UsageError: It is not a notebook, or its language is not Python.
    """
    try:
        with open(path, encoding="utf-8") as file:
            text = file.read()
        cells, language = read_cells(text)
    except (
        OSError,
        ValueError,
        LookupError,
        TypeError,
        AttributeError,
        RecursionError,
    ):
        raise UsageError(
            f"{path!r} is not a notebook. Expected nbformat 3 or 4, as Jupyter saves "
            "it."
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
