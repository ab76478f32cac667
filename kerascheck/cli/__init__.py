"""The command line: one command a file."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

INTERRUPTED = 130
"""128 and the number of SIGINT, as shells count."""

OBJECTS_BETWEEN_COLLECTIONS = 100_000
"""What starting makes stays: to search it for cycles again and again, as Python does
after every 700 objects, takes 5 % of a check of one model."""

USUAL = gc.get_threshold()
"""How Python collects; for programs that are not ours."""


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and leave with its exit code."""
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS)
    try:
        from kerascheck.cli.program import exit_code

        code = exit_code(sys.argv[1:] if arguments is None else list(arguments))
    except KeyboardInterrupt:
        code = INTERRUPTED
    _leave(code)


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
