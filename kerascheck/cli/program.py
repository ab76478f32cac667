"""The program: which command is meant, and what its end means to the shell."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module

import click

from kerascheck.cli.interrupt import INTERRUPTED
from kerascheck.cli.streams import complain, show_traceback, survive_any_encoding
from kerascheck.model.errors import KerascheckError
from kerascheck.model.version import __version__

COMMANDS = ("check", "run", "inspect", "rule", "baseline", "reference")
"""Each is a module of this folder with a click command COMMAND."""

DEFAULT = "check"

FAILED = 2
"""Exit code for usage, configuration and internal errors."""


class _Program(click.Group):
    """Imports a command when it is asked for; without one, checks."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"kerascheck.cli.{cmd_name}").COMMAND
        return command

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args or args[0] not in (*COMMANDS, "--help", "-h", "--version"):
            args = [DEFAULT, *args]
        return super().parse_args(ctx, args)


@click.group(
    cls=_Program,
    context_settings={"help_option_names": ["-h", "--help"]},
    options_metavar="",
    subcommand_metavar="[COMMAND] [ARGUMENTS]...",
    epilog="`kerascheck PATH` is `kerascheck check PATH`; see `kerascheck check -h`.",
)
@click.version_option(
    __version__, prog_name="kerascheck", message="%(prog)s %(version)s"
)
def program() -> None:
    """Find heads, losses, metrics and labels of Keras models that do not fit."""


def exit_code(arguments: list[str], *, import_path: Sequence[str] | None = None) -> int:
    """Run the program and return its exit code; errors become one line each.

    Args:
        arguments: Those of the command line.
        import_path: `sys.path` as Python was started with it, for code that the user
            asks to have run; by default as it is now.
    """
    survive_any_encoding()
    try:
        code = program.main(
            arguments, prog_name="kerascheck", standalone_mode=False, obj=import_path
        )
    except click.Abort:
        return INTERRUPTED
    except click.ClickException as error:
        complain(error.format_message())
    except KerascheckError as error:
        if error.__cause__ is not None and _wants_traceback(arguments):
            show_traceback("cause", error.__cause__)
        complain(str(error))
    except Exception as error:
        _complain_of(error, traceback=_wants_traceback(arguments))
    else:
        return code if isinstance(code, int) else 0
    return FAILED


def _complain_of(error: Exception, *, traceback: bool) -> None:
    """Tell of an error that is a fault of kerascheck."""
    if traceback:
        show_traceback("internal error", error)
    hint = "" if traceback else " (-v shows where)"
    complain(f"internal error: {type(error).__name__}: {error}{hint}")


def _wants_traceback(arguments: list[str]) -> bool:
    return "-v" in arguments or "--verbose" in arguments
