"""A call that names paths and nothing else, which needs no click.

Importing click and making the options takes as long as checking a model. What happens
is the same: `run_check`, with the defaults of all options. A call that is anything
else, be it an option, a command, or a variable of ours, is left to click.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from kerascheck.cli.bundles import ConfirmOptions, FixOptions, SettingsOptions
from kerascheck.cli.checking import run_check
from kerascheck.cli.commands import COMMANDS
from kerascheck.cli.exit_codes import code_of
from kerascheck.cli.interrupt import INTERRUPTED
from kerascheck.cli.writing import Output

_COMMAND = "check"
_VARIABLES = ("KERASCHECK_", "_KERASCHECK_")
"""How the variables begin that click reads for options, and for completion."""


def exit_code_of_paths(arguments: Sequence[str]) -> int | None:
    """Check paths and return the exit code; None: the call has more in it.

    Args:
        arguments: Those of the command line.
    """
    if any(name.upper().startswith(_VARIABLES) for name in os.environ):
        return None
    paths = tuple(arguments)
    if paths[:1] == (_COMMAND,) and not os.path.lexists(_COMMAND):
        paths = paths[1:]
    elif paths and paths[0] in COMMANDS:
        return None
    if not all(map(_is_path, paths)):
        return None
    try:
        return code_of(lambda: _check(paths), verbose=False)
    except KeyboardInterrupt:
        sys.stderr.write("\n")  # as click does, so that the prompt has its line
        return INTERRUPTED


def _is_path(word: str) -> bool:
    """Say whether a word is the path of something that is there, and no more."""
    return not word.startswith(("-", "@")) and ":" not in word and _is_there(word)


def _is_there(path: str) -> bool:
    return "\0" not in path and os.path.lexists(path)


def _check(paths: tuple[str, ...]) -> int:
    return run_check(
        paths,
        options=SettingsOptions(),
        fixes=FixOptions(),
        output=Output(),
        confirmation=ConfirmOptions(),
    )
