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

TYPE_CHECKING = False  # names of formats are needed when nothing else is loaded

if TYPE_CHECKING:
    from kerascheck.engine.outcome import Outcome
    from kerascheck.trust.printable import Style

    Render = Callable[[Outcome, Style], str]


def formats() -> tuple[str, ...]:
    """Return the names of all formats, sorted."""
    files = (entry.name for entry in os.scandir(__path__[0]))
    names = (name.removesuffix(".py") for name in files if name.endswith(".py"))
    return tuple(sorted(name for name in names if not name.startswith("_")))


def renderer(name: str) -> Render:
    """Return the function that shows a report in this format.

    Raises:
        UsageError: There is no such format.
    """
    from importlib import import_module

    if name not in formats():
        from kerascheck.model.suggest import near

        known = ", ".join(formats())
        raise UsageError(
            f"no output format is called {name!r}{near(name, formats())} ({known})"
        )
    render: Render = import_module(f"{__name__}.{name}").render
    return render
