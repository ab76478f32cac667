"""Runs a program in this process as Python would: a script, a module, a notebook."""

from __future__ import annotations

import os
import runpy
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import FrameType, TracebackType
from typing import NamedTuple

from kerascheck.core.errors import UsageError

__all__ = ["Program", "program"]

MAIN = "__main__"


class Program(NamedTuple):
    """A program that can be run.

    Attributes:
        name: As the user calls it.
        arguments: All of `sys.argv`.
        folder: First entry of `sys.path`.
        execute: Runs it.
    """

    name: str
    arguments: Sequence[str]
    folder: str
    execute: Callable[[], object]

    def run(self) -> int:
        """Run it, and return the exit code that Python would end with.

        An error that it does not catch is shown as Python shows it.

        Raises:
            KeyboardInterrupt: The user stops it.
        """
        with _as_if_started(self.arguments, self.folder):
            try:
                self.execute()
            except SystemExit as end:
                return _code(end)
            except Exception as error:
                _show(error)
                return 1
        return 0


def program(target: str, arguments: Sequence[str], *, module: bool) -> Program:
    """Return the program that a target names.

    Args:
        target: A Python file, a notebook (.ipynb), or the name of a module.
        arguments: What it is to find in `sys.argv[1:]`.
        module: Take `target` for the name of a module, as `python -m` does.

    Raises:
        UsageError: There is no such file or module, or it is no notebook.
    """
    if module:
        return _of_module(target, arguments)
    if not os.path.isfile(target):
        raise UsageError(_no_file(target))
    folder = os.path.dirname(os.path.abspath(target))
    if target.endswith(".ipynb"):
        from kerascheck.cells import execute, load

        notebook = load(target)
        return Program(target, [target, *arguments], folder, lambda: execute(notebook))
    return Program(
        target,
        [target, *arguments],
        folder,
        lambda: runpy.run_path(target, run_name=MAIN),
    )


def _no_file(target: str) -> str:
    if os.path.isdir(target):
        return f"{target!r} is a folder; `kerascheck {target}` checks the models in it"
    hint = "" if os.sep in target or target.endswith(".py") else " (-m runs a module)"
    return f"there is no file {target!r} to run{hint}"


def _of_module(name: str, arguments: Sequence[str]) -> Program:
    from importlib.util import find_spec

    with _as_if_started([name], os.getcwd()):
        try:
            spec = find_spec(name) or find_spec(f"{name}.{MAIN}")
        except (ImportError, ValueError) as error:
            raise UsageError(f"there is no module {name!r} to run: {error}") from None
    if spec is None:
        raise UsageError(f"there is no module {name!r} to run")
    return Program(
        name,
        [spec.origin or name, *arguments],
        os.getcwd(),
        lambda: runpy.run_module(name, run_name=MAIN, alter_sys=True),
    )


@contextmanager
def _as_if_started(arguments: Sequence[str], folder: str) -> Iterator[None]:
    """Let `sys` say what it says to a program that Python started, for a while."""
    argv, path = sys.argv, sys.path
    sys.argv, sys.path = list(arguments), [folder, *path]
    try:
        yield
    finally:
        sys.argv, sys.path = argv, path


def _code(end: SystemExit) -> int:
    """Return the exit code of a program that calls `sys.exit`, as Python counts it."""
    if end.code is None:
        return 0
    if isinstance(end.code, int):
        return end.code
    sys.stderr.write(f"{end.code}\n")
    return 1


def _show(error: Exception) -> None:
    """Show an error with the program's own part of its traceback."""
    own = _own(error.__traceback__)
    sys.excepthook(type(error), error.with_traceback(own), own)


def _own(traceback: TracebackType | None) -> TracebackType | None:
    """Return a traceback without the frames that lead into the program."""
    while traceback is not None and _leads_in(traceback.tb_frame):
        traceback = traceback.tb_next
    return traceback


def _leads_in(frame: FrameType) -> bool:
    module = str(frame.f_globals.get("__name__")).partition(".")[0]
    frozen = frame.f_code.co_filename.startswith("<frozen")
    return frozen or module in ("kerascheck", "runpy")
