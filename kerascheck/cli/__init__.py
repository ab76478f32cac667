"""The command line: one command a file."""

from __future__ import annotations

import gc
import os
import sys

from kerascheck.cli.interrupt import INTERRUPTED

TYPE_CHECKING = False  # as in typing: nothing is looked for before the path is safe

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import NoReturn

OBJECTS_BETWEEN_COLLECTIONS = 100_000
"""What starting makes stays: to search it for cycles again and again, as Python does
after every 700 objects, takes 5 % of a check of one model."""

USUAL = gc.get_threshold()
"""How Python collects; for programs that are not ours."""


def main(
    arguments: Sequence[str] | None = None,
    *,
    import_path: Sequence[str] | None = None,
) -> NoReturn:
    """Run the command line and exit with its code.

    Args:
        arguments: Those after the name of the program; by default of this process.
        import_path: `sys.path` as Python was started with it.
    """
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS)
    given = sys.argv[1:] if arguments is None else list(arguments)
    started_with = list(sys.path if import_path is None else import_path)
    try:
        _import_nothing_from(given)
        from kerascheck.cli.plain import exit_code_of_paths

        code = exit_code_of_paths(given)
        if code is None:
            from kerascheck.cli.program import exit_code

            code = exit_code(given, import_path=started_with)
    except KeyboardInterrupt:
        code = INTERRUPTED
    _leave(code)


def _import_nothing_from(arguments: Sequence[str]) -> None:
    """Take the working folder, and what the arguments name, off the import path.

    This comes before click is imported, which alone knows which of them are paths.
    """
    from kerascheck.trust.import_path import keep_out
    from kerascheck.trust.tree import Tree

    named = [word for word in arguments if "\0" not in word and os.path.lexists(word)]
    keep_out(Tree.of((os.curdir, *named)))


def _leave(code: int) -> NoReturn:
    """End the process without freeing each object, a tenth of a check of one model.

    mypy ends like this as well (`hard_exit` in mypy/util.py).
    """
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (AttributeError, OSError, ValueError):  # closed before or meanwhile
            continue
    os._exit(code)
