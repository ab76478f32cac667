"""One report in many formats; one format a file.

A format is a module in this folder with one function,

    def render(outcome: Outcome, style: Style) -> str

Its file name is the name of the format, and the first line of its docstring says what
it is for. It is found by its place in this folder; nothing lists it.
"""

from __future__ import annotations

import os
from collections.abc import Callable

from kerascheck.model.errors import UsageError

ENDINGS: dict[str, Format] = {
    ".html": "html",
    ".json": "json",
    ".md": "markdown",
    ".sarif": "sarif",
    ".txt": "text",
    ".xml": "junit",
}
"""Ending of a file -> format, for files whose name alone says it."""

TYPE_CHECKING = False  # names of formats are needed when nothing else is loaded

if TYPE_CHECKING:
    from kerascheck.engine.outcome import Outcome
    from kerascheck.model.vocabulary import Format
    from kerascheck.trust.printable import Style

    Render = Callable[[Outcome, Style], str]


def formats() -> tuple[str, ...]:
    """Return the names of all formats, sorted."""
    files = (entry.name for entry in os.scandir(__path__[0]))
    names = (name.removesuffix(".py") for name in files if name.endswith(".py"))
    return tuple(sorted(name for name in names if not name.startswith("_")))


def format_of(path: str) -> Format:
    """Return the format that the ending of a file names.

    Raises:
        UsageError: It names none.
    """
    name = ENDINGS.get(os.path.splitext(path)[1].lower())
    if name is None:
        raise UsageError(
            f"Expected a file that ends in {', '.join(ENDINGS)}. Received: {path!r}."
        )
    return name


def renderer(name: str) -> Render:
    """Return the function that shows a report in this format.

    Raises:
        UsageError: There is no such format.
    """
    from kerascheck.engine.discovery import imported

    if name not in formats():
        from kerascheck.model.suggest import did_you_mean

        known = ", ".join(formats())
        raise UsageError(
            f"no output format is called {name!r}"
            f"{did_you_mean(name, formats())} ({known})"
        )
    render: Render = imported(f"{__name__}.{name}").render
    return render
