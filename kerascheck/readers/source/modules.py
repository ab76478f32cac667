"""Modules of the project, executed once in each pass over a program.

The lines of each file start at a multiple of `LINES`, so that a line says which file it
is of.
"""

from __future__ import annotations

from collections.abc import Callable

from kerascheck.model.typed import TYPE_CHECKING, Final
from kerascheck.readers.source.run import Raised, Run
from kerascheck.readers.source.scope import Scope

if TYPE_CHECKING:
    from kerascheck.readers.source.text import ProgramText

__all__ = ["LINES", "Find", "Modules"]

LINES: Final = 1_000_000
"""More than a program has."""

MAX_DEPTH: Final = 16
"""Modules that import one another, one inside the other."""

Find = Callable[[str, "str | None"], "ProgramText | None"]
"""Returns the text of a module that a file imports; None: not one of the project."""


class Modules:
    """The modules that one pass has executed."""

    __slots__ = ("_find", "_importing", "_run", "_scopes")

    def __init__(self, run: Run, find: Find) -> None:
        self._run = run
        self._find = find
        self._importing: list[str] = []
        self._scopes: dict[int, Scope] = {}

    def scope(self, name: str) -> Scope | None:
        """Return the names of a module; None: it is not one of the project.

        In a cyclic import, they are those that it has so far.
        """
        importer = self._importing[-1] if self._importing else None
        text = self._find(name, importer)
        if text is None or len(self._importing) >= MAX_DEPTH:
            return None
        known = self._scopes.get(id(text))
        if known is not None:
            return known
        scope = self._scopes[id(text)] = Scope()
        scope.names["__name__"] = name.lstrip(".")
        self._importing.append(text.path)
        try:
            self._run.execute(text.tree.body, scope)
        except (Raised, RecursionError):
            pass
        finally:
            self._importing.pop()
        return scope
