"""A command of click whose arguments may be in files: @FILE."""

from __future__ import annotations

import click

from kerascheck.cli.arguments import expanded


class FromFiles(click.Command):
    """A command whose arguments may be in files, one a line: @FILE."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the arguments of each file in its place."""
        return super().parse_args(ctx, list(expanded(args)))
