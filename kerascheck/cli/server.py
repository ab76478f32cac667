"""kerascheck server: findings in the editor, as one types."""

from __future__ import annotations

import click

from kerascheck.model.errors import UsageError


@click.command("server")
def command() -> int:
    """Show findings in an editor, as one types.

    The editor starts it, and talks to it over stdin and stdout by the Language Server
    Protocol. Programs and notebooks that are open are read as they are on the screen,
    and nothing of the workspace is run or imported.
    """
    try:
        from kerascheck.editor.server import serve
    except ModuleNotFoundError as error:
        if error.name not in ("pygls", "lsprotocol"):
            raise
        raise UsageError(
            "kerascheck server needs pygls: pip install 'kerascheck[editor]'"
        ) from None
    serve()
    return 0
