"""Runs a program in this process as Python would: a script, a module, a notebook."""

from __future__ import annotations

import os
import runpy
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import chdir, contextmanager, redirect_stderr, redirect_stdout
from io import open_code
from types import FrameType, ModuleType, TracebackType

from kerascheck.model.errors import UsageError
from kerascheck.model.named import NamedTuple
from kerascheck.model.typed import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from kerascheck.live.notebook import Notebook

__all__ = ["Program", "find_program"]

MAIN: Final = "__main__"

_WRAPPERS: Final = (
    "kerascheck.live.callback",
    "kerascheck.live.call_sites",
    "kerascheck.live.first_batch",
    "kerascheck.live.fit_hook",
)
"""Modules whose functions are between the frames of the program and of Keras."""


class Program(NamedTuple):
    """A program that can be run.

    Attributes:
        arguments: All of `sys.argv`.
        folder: First entry of `sys.path`.
        execute: Runs it.
        skipped_lines: Lines of a notebook that only IPython understands.
    """

    arguments: Sequence[str]
    folder: str
    execute: Callable[[], object]
    skipped_lines: int = 0

    def run(self) -> int:
        """Run it, and return the exit code that Python would exit with.

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


def find_program(target: str, arguments: Sequence[str], *, module: bool) -> Program:
    """Return the program that a target names.

    Args:
        target: A Python file, a notebook (.ipynb), or the name of a module.
        arguments: Its `sys.argv[1:]`.
        module: `target` is the name of a module, as for `python -m`.

    Raises:
        UsageError: There is no such file or module, or it is not a notebook.
    """
    if module:
        return _module_program(target, arguments)
    if not os.path.isfile(target):
        raise UsageError(_no_file(target))
    path = os.path.abspath(target)
    argv, folder = [target, *arguments], os.path.dirname(path)
    if not target.endswith(".ipynb"):
        return Program(argv, folder, lambda: _run_script(path))
    from kerascheck.live.notebook import load

    notebook = load(target)
    return Program(
        argv, folder, lambda: _run_notebook(path, notebook), notebook.skipped_lines
    )


def _no_file(target: str) -> str:
    if os.path.isdir(target):
        return f"{target!r} is a folder; `kerascheck {target}` checks the models in it"
    hint = "" if os.sep in target or target.endswith(".py") else " (-m runs a module)"
    return f"there is no file {target!r} to run{hint}"


def _module_program(name: str, arguments: Sequence[str]) -> Program:
    argv, folder = [name, *arguments], os.getcwd()
    with _as_if_started(argv, folder):
        if _is_missing(name):
            raise UsageError(f"there is no module {name!r} to run")
    return Program(
        argv,
        folder,
        lambda: runpy.run_module(name, run_name=MAIN, alter_sys=True),
    )


def _is_missing(name: str) -> bool:
    """Say whether there is no such module, or package with one called `__main__`.

    Its packages are imported for this; what they raise is shown when it is run.
    """
    from importlib.util import find_spec

    if "" in name.split("."):
        return True
    try:
        spec = find_spec(name)
        if spec is not None and spec.submodule_search_locations is not None:
            spec = find_spec(f"{name}.{MAIN}")
    except ModuleNotFoundError as error:
        return f"{name}.".startswith(f"{error.name}.")
    except Exception:
        return False
    return spec is None


def _run_script(path: str) -> None:
    with open_code(path) as file:
        source = file.read()
    with _main(path) as names:
        exec(compile(source, path, "exec", dont_inherit=True), names)  # noqa: S102


def _run_notebook(path: str, notebook: Notebook) -> None:
    from kerascheck.live.notebook import execute

    with _main(path) as names:
        execute(notebook._replace(path=path), names)


@contextmanager
def _main(path: str) -> Iterator[dict[str, Any]]:
    """Yield the names of a new module `__main__` for `path`, for a while.

    Its `__file__` is absolute, as in Python since 3.9.
    """
    main, before = ModuleType(MAIN), sys.modules[MAIN]
    main.__file__ = path
    sys.modules[MAIN] = main
    try:
        yield vars(main)
    finally:
        sys.modules[MAIN] = before


@contextmanager
def _as_if_started(arguments: Sequence[str], folder: str) -> Iterator[None]:
    """Set `sys` up as for a program that Python started, for a while.

    What the program changes there, and the working folder, is restored afterwards.
    """
    argv, path = sys.argv, sys.path
    sys.argv, sys.path = list(arguments), [folder, *path]
    try:
        with chdir("."), redirect_stdout(sys.stdout), redirect_stderr(sys.stderr):
            yield
    finally:
        sys.argv, sys.path = argv, path


def _code(end: SystemExit) -> int:
    """Return the exit code of a program that calls `sys.exit`, as Python defines it."""
    if end.code is None:
        return 0
    if isinstance(end.code, int):
        return end.code
    sys.stderr.write(f"{end.code}\n")
    return 1


def _show(error: Exception) -> None:
    """Show an error with the program's own part of its traceback."""
    for one in _with_causes(error):
        one.__traceback__ = _own(one.__traceback__)
    sys.excepthook(type(error), error, error.__traceback__)


def _with_causes(error: BaseException) -> Iterator[BaseException]:
    found: list[BaseException] = []
    one: BaseException | None = error
    while one is not None and one not in found:
        found.append(one)
        one = one.__cause__ or one.__context__
    yield from found


def _own(traceback: TracebackType | None) -> TracebackType | None:
    """Return a traceback without the frames that are not the program's."""
    frames = list(_frames(traceback))
    while frames and _is_launcher(frames[0].tb_frame):
        del frames[0]
    own: TracebackType | None = None
    for one in reversed(frames):
        if not _is_wrapper(one.tb_frame):
            own = TracebackType(own, one.tb_frame, one.tb_lasti, one.tb_lineno)
    return own


def _frames(traceback: TracebackType | None) -> Iterator[TracebackType]:
    while traceback is not None:
        yield traceback
        traceback = traceback.tb_next


def _is_launcher(frame: FrameType) -> bool:
    module = str(frame.f_globals.get("__name__")).partition(".")[0]
    frozen = frame.f_code.co_filename.startswith("<frozen")
    return frozen or module in ("kerascheck", "runpy")


def _is_wrapper(frame: FrameType) -> bool:
    """Say whether this is a method that replaces one of Keras for a while."""
    return frame.f_globals.get("__name__") in _WRAPPERS
