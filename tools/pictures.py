"""Every picture in README.md, ARCHITECTURE.md and the guides, and what makes it.

To look at one: chromium --headless --screenshot=FILE.png --window-size=896,1420 PICTURE
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from tools import (
    architecture_picture,
    editor_picture,
    page_picture,
    terminal_picture,
)

FOLDER = Path("docs", "images")

QUICK: Mapping[str, Callable[[Path], str]] = {
    "architecture.svg": architecture_picture.architecture,
    "terminal.svg": terminal_picture.terminal,
}
"""Name of a file -> what makes it of the repository at a path."""

TRAINED: Mapping[str, Callable[[Path], str]] = {"report.svg": page_picture.page}
"""The same, for pictures of what was measured."""

EDITOR: Mapping[str, Callable[[Path], str]] = {"editor.svg": editor_picture.editor}
"""The same, for pictures that need an editor."""


def stale(
    root: Path, *, train: bool = False, editor: bool = False
) -> Mapping[Path, str]:
    """Return the pictures that are out of date, each with what it should be.

    Args:
        root: Folder of the repository.
        train: Also look at pictures of what was measured.
        editor: Also look at pictures that need an editor.
    """
    found = {}
    wanted = {**QUICK, **(TRAINED if train else {}), **(EDITOR if editor else {})}
    for name, made in wanted.items():
        path, fresh = root / FOLDER / name, made(root)
        if not path.exists() or path.read_text(encoding="utf-8") != fresh:
            found[path] = fresh
    return found
