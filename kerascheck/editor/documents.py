"""What is open in the editor: programs, and notebooks with their cells.

Texts are kept here as the client sends them, and are never read from a disk.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cached_property

from lsprotocol import types

from kerascheck.editor.positions import TextLines, Units
from kerascheck.fix.notebooks import is_notebook
from kerascheck.model.typed import Final
from kerascheck.readers.source.text import encoding_of

__all__ = ["Document", "bytes_of", "notebook_text", "with_changes"]

BOM: Final = "\ufeff"
"""Mark before a text in UTF-8; some clients send it as a character."""


class Document:
    """A program or a notebook at one version; a new version is a new one.

    Attributes:
        uri: As the client spells it.
        path: Of the file that it is saved as, or is to be.
        version: Of the client; None: it counts none.
        text: All of it; of a notebook of cells, the JSON that it would be saved as.
        cells: URI and text of each cell, if the client sends a notebook as cells.
    """

    def __init__(
        self,
        uri: str,
        path: str,
        version: int | None,
        text: str,
        cells: Sequence[tuple[str, str]] = (),
    ) -> None:
        self.uri = uri
        self.path = path
        self.version = version
        self.text = text
        self.cells = tuple(cells)

    @cached_property
    def data(self) -> bytes:
        """Its bytes, as they would be saved."""
        return bytes_of(self.text)

    @property
    def is_notebook(self) -> bool:
        """Say whether it is a notebook, whichever way the client sends it."""
        return is_notebook(self.path)

    def texts(self) -> dict[str, str]:
        """Return the texts that positions can be in, by URI."""
        return dict(self.cells) if self.cells else {self.uri: self.text}


def bytes_of(text: str) -> bytes:
    """Return a text in the encoding that it names, or in UTF-8 if that cannot be."""
    data = text.encode("utf-8", "surrogatepass")
    if text.startswith(BOM):
        return data
    try:
        return text.encode(encoding_of(data))
    except (SyntaxError, UnicodeError, LookupError):
        return data


def notebook_text(cells: Sequence[tuple[types.NotebookCell, str]]) -> str:
    """Return cells as the JSON of a notebook."""
    return json.dumps(
        {
            "cells": [
                {
                    "cell_type": "code"
                    if cell.kind == types.NotebookCellKind.Code
                    else "markdown",
                    "source": text,
                }
                for cell, text in cells
            ],
            "metadata": {},
            "nbformat": 4,
            "nbformat_minor": 5,
        }
    )


def with_changes(
    text: str, changes: Sequence[types.TextDocumentContentChangeEvent], units: Units
) -> str:
    """Return a text after changes, each of the text that those before it left."""
    for change in changes:
        if isinstance(change, types.TextDocumentContentChangePartial):
            text = TextLines(text, units).replaced(change)
        else:
            text = change.text
    return text
