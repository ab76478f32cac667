"""Arguments read from elsewhere: @FILE for any of them, - for a list of paths."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Sequence

from kerascheck.cli.streams import complain
from kerascheck.model.errors import UsageError
from kerascheck.trust.tree import is_address

MAX_BYTES = 10_000_000
"""Bytes; a larger file of arguments, or list of paths, is refused."""

STDIN = "-"

LOCKED = "--locked"
LOCKED_VARIABLE = "KERASCHECK_LOCKED"

_TRUE = frozenset({"1", "true", "t", "yes", "y", "on"})
"""What click takes for a flag that is set."""

_FILE = "@"
_REVISION = "--base"
"""Git has revisions that begin with @, as @{upstream}, which a file may be called."""

_PROGRAMS = (".py", ".pyw", ".ipynb")

MODELS = (".keras", ".h5", ".hdf5", ".json", ".pb", *_PROGRAMS)
"""Endings of names that are never files of arguments: a commit may bring such a one."""


def expanded(arguments: Sequence[str]) -> Iterator[str]:
    """Yield arguments; what a file holds is not expanded again, nor is what follows --.

    After --, - is a file of that name as well, and an address is a path.

    Raises:
        UsageError: A file cannot be read.
    """
    end = arguments.index("--") if "--" in arguments else len(arguments)
    for before, argument in zip(("", *arguments), arguments[:end], strict=False):
        name = argument.removeprefix(_FILE)
        is_model = name.lower().endswith(MODELS)
        if name in ("", argument) or is_model or before == _REVISION:
            yield argument
        else:
            lines = list(_lines(_read(name), f"the file of arguments {name!r}"))
            if _locked(arguments[:end]) and any(map(_holds_address, lines)):
                raise _not_from("the file of arguments")
            yield from lines
    for argument in arguments[end:]:
        is_path = argument == STDIN or is_address(argument)
        yield f"{os.curdir}/{argument}" if is_path else as_path(argument)


def as_path(argument: str) -> str:
    """Return an argument that is a path, and never MODULE:FUNCTION.

    A list of names may come from a stranger, and a name with a line break in it makes
    two entries of a list, of which the second is the name of no file.
    """
    if ":" not in argument:
        return argument
    if is_address(argument):
        is_path = os.path.lexists(argument)
        return f"{os.curdir}/{argument}" if is_path else argument
    from kerascheck.live.factory import is_factory

    return f"{os.curdir}/{argument}" if is_factory(argument) else argument


def _read(name: str) -> bytes:
    try:
        with open(name, "rb") as file:
            return file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or type(error).__name__
        raise UsageError(
            f"the file of arguments {name!r} cannot be read: {why}; "
            f"a path of that name is written ./{_FILE}{name}"
        ) from None


def chosen_paths(given: Iterable[str], *, locked: bool = False) -> tuple[str, ...]:
    """Return the paths to check: the current folder if none is given.

    Args:
        given: Those of the command line.
        locked: A list on stdin names no addresses: its names may be of the tree.

    Raises:
        UsageError: - asks for a list on stdin, and there is none.
    """
    paths = tuple(_addressed(path) for path in given)
    if STDIN not in paths:
        return paths or (os.curdir,)
    lines = _lines(_read_stdin(), "the list of paths on stdin")
    listed = [_addressed(as_path(line)) for line in lines]
    if locked and any(map(is_address, listed)):
        raise _not_from("the list of paths on stdin")
    if not listed:
        complain("the list of paths on stdin is empty")
    first = paths.index(STDIN)
    others = [path for path in paths[first:] if path != STDIN]
    return (*paths[:first], *listed, *others)


def _locked(arguments: Sequence[str]) -> bool:
    """Say whether a run is locked, before its options are read."""
    text = os.environ.get(LOCKED_VARIABLE, "").strip().lower()
    return LOCKED in arguments or text in _TRUE


def _holds_address(line: str) -> bool:
    """Say whether an argument is an address, or an option with one."""
    option, equals, value = line.partition("=")
    is_option = option.startswith("--") and equals
    return is_address((value if is_option else line).strip())


def _not_from(what: str) -> UsageError:
    return UsageError(
        f"--locked ({LOCKED_VARIABLE}) takes addresses of stores from the command "
        f"line alone, and {what} holds one"
    )


def _addressed(path: str) -> str:
    """Return an address as it may be shown, and a path as it is."""
    if not is_address(path):
        return path
    from kerascheck.stores.address import Address

    return Address(path)


def program_on_stdin(given: Sequence[str], name: str, *, fix: bool) -> bytes:
    """Return the program on stdin that - and --stdin-filename ask for.

    Raises:
        UsageError: The call asks for something else as well, or nothing is there.
    """
    if tuple(given) != (STDIN,):
        raise UsageError("--stdin-filename needs - as the only path")
    if fix:
        raise UsageError("--fix and --diff are for files, not for a program on stdin")
    if not name.lower().endswith(_PROGRAMS):
        raise UsageError(
            f"--stdin-filename: Expected a name such as train.py. Received: {name!r}."
        )
    return _read_stdin("a program")


def _read_stdin(what: str = "a list of paths") -> bytes:
    if sys.stdin is None or sys.stdin.isatty():
        raise UsageError(f"- reads {what} from stdin; pipe one in")
    return sys.stdin.buffer.read(MAX_BYTES + 1)


def _lines(data: bytes, what: str) -> Iterator[str]:
    """Yield the lines that are not empty, as the system has names of files."""
    if len(data) > MAX_BYTES:
        raise UsageError(f"{what} is larger than {MAX_BYTES} bytes")
    if b"\0" in data:
        raise UsageError(f"{what} holds NUL bytes. Expected one a line.")
    for line in data.splitlines():
        if line.strip():
            yield os.fsdecode(line)
