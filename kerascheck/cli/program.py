"""The program: which command runs, and the exit code for the shell."""

from __future__ import annotations

import os
from collections.abc import Sequence
from importlib import import_module

import click

from kerascheck.cli.commands import COMMANDS
from kerascheck.cli.exit_codes import FAILED, code_of
from kerascheck.cli.interrupt import INTERRUPTED
from kerascheck.cli.streams import complain
from kerascheck.model.errors import UsageError
from kerascheck.model.typed import TYPE_CHECKING
from kerascheck.model.version import __version__

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

DEFAULT = "check"


class _Program(click.Group):
    """Imports a command when it is asked for; without one, checks."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"kerascheck.cli.{cmd_name}").command
        return command

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the usual command in front of arguments that begin with none."""
        if ctx.resilient_parsing and not args:
            return super().parse_args(ctx, args)  # the first word is being completed
        if not args or args[0] not in (*COMMANDS, "--help", "-h", "--version"):
            if args and not ctx.resilient_parsing:
                _refuse_misspelled(args[0])
            args = [DEFAULT, *args]
        elif not ctx.resilient_parsing and not _names_something(args[1:]):
            _point_to_folder(args[0])
        return super().parse_args(ctx, args)

    def shell_complete(
        self, ctx: click.Context, incomplete: str
    ) -> list[CompletionItem]:
        """Offer commands, and what the usual one takes."""
        from kerascheck.cli.completion import first_word

        return first_word(self, ctx, incomplete, usual=DEFAULT)


_OPTIONS = ("help", "version")
"""Options that are commands of other programs."""


def _refuse_misspelled(word: str) -> None:
    """Refuse a word that is not a path and is similar to a command.

    Raises:
        UsageError: It says which command, or which option.
    """
    if not word.isalpha() or os.path.lexists(word):
        return
    if word in _OPTIONS:
        raise UsageError(
            f"there is no command, file or folder {word!r}; the option is --{word}"
        )
    from kerascheck.model.suggest import nearest

    command = nearest(word, COMMANDS)
    if command:
        raise UsageError(
            f"there is no command, file or folder {word!r}; did you mean the command "
            f"{command!r}?"
        )


def _names_something(args: Sequence[str]) -> bool:
    """Say whether there is more than options: another word, or any after --."""
    end = args.index("--") if "--" in args else len(args)
    return bool(args[end + 1 :]) or not all(a.startswith("-") for a in args[:end])


def _point_to_folder(word: str) -> None:
    """Say how a folder is named that is called like a command."""
    if os.path.isdir(word):
        complain(f"{word!r} is the command; the folder of that name is ./{word}")


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
            asks to run; by default as it is now.
    """

    def run() -> object:
        try:
            return program.main(
                arguments,
                prog_name="kerascheck",
                standalone_mode=False,
                obj=import_path,
            )
        except click.Abort:
            return INTERRUPTED
        except click.ClickException as error:
            complain(error.format_message())
            return FAILED

    return code_of(run, verbose="-v" in arguments or "--verbose" in arguments)
