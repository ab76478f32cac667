"""Imports: names of libraries, and of files of the same project."""

from __future__ import annotations

import ast

from kerascheck.readers.source.binding import STAR
from kerascheck.readers.source.names import is_keras, star_name
from kerascheck.readers.source.run import Run
from kerascheck.readers.source.scope import Scope
from kerascheck.readers.source.values import Library, Value

__all__ = ["Module", "bind_import", "bind_import_from"]


class Module:
    """A module of the same project."""

    __slots__ = ("name", "scope")

    def __init__(self, name: str, scope: Scope) -> None:
        self.name = name
        self.scope = scope


def bind_import(run: Run, node: ast.Import, scope: Scope) -> None:
    """Bind the names of `import a.b as c`."""
    for alias in node.names:
        run.imports.add(alias.name)
        if alias.asname:
            scope.bind(alias.asname, _module(run, alias.name))
        else:
            root = alias.name.partition(".")[0]
            scope.bind(root, _module(run, root))


def bind_import_from(run: Run, node: ast.ImportFrom, scope: Scope) -> None:
    """Bind the names of `from a import b as c`."""
    name = "." * node.level + (node.module or "")
    run.imports.add(name)
    inner = run.project(name) if run.project is not None else None
    for alias in node.names:
        if alias.name == "*":
            _bind_all(name, inner, scope)
            continue
        run.imports.add(f"{name}.{alias.name}")
        bound = alias.asname or alias.name
        if inner is not None and alias.name in inner.names:
            scope.bind(bound, inner.names[alias.name])
        else:
            scope.bind(bound, _module(run, f"{name}.{alias.name}"))


def _bind_all(name: str, inner: Scope | None, scope: Scope) -> None:
    if inner is not None:
        for each, value in inner.names.items():
            if not each.startswith("_") and each != STAR:
                scope.bind(each, value)
    elif is_keras(name):
        stars = scope.module().names.setdefault(STAR, [])
        stars.append(lambda wanted: star_name(name, wanted))


def _module(run: Run, name: str) -> Value:
    found = run.project(name) if run.project is not None else None
    return Library(name) if found is None else Module(name, found)
