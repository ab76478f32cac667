"""The names that a piece of a program sees."""

from __future__ import annotations

from kerascheck.readers.source.bounds import is_constant
from kerascheck.readers.source.names import are_one
from kerascheck.readers.source.values import Library, Value

__all__ = ["Scope"]


class Scope:
    """Names and their values, and the scope around it.

    Attributes:
        names: Name -> value.
        around: The scope around it; None: the module.
        shared: Names that `global` or `nonlocal` declares, and whose scope they are of.
        function: Name of the function whose scope it is; "" for a module or class.
        owner: Class of the method whose scope it is.
        first: Value of the first argument, for `super()`.
        rebound: Names of a module that had several values.
    """

    __slots__ = (
        "around",
        "first",
        "function",
        "names",
        "owner",
        "rebound",
        "shared",
        "yielded",
    )

    def __init__(self, around: Scope | None = None, function: str = "") -> None:
        self.names: dict[str, Value] = {}
        self.around = around
        self.shared: dict[str, Scope] = {}
        self.function = function
        self.owner: Value = None
        self.first: Value = None
        self.rebound: set[str] = set()
        self.yielded: list[Value] | None = None

    def module(self) -> Scope:
        """Return the scope of the module."""
        scope = self
        while scope.around is not None:
            scope = scope.around
        return scope

    def holder(self, name: str) -> Scope | None:
        """Return the nearest scope that has `name`."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope.names:
                return scope
            scope = scope.around
        return None

    def bind(self, name: str, value: Value) -> None:
        """Give a name a value."""
        holder = self.shared.get(name, self)
        if holder.around is None and name in holder.names:
            old = holder.names[name]
            if old is not value and not same(old, value):
                holder.rebound.add(name)
        holder.names[name] = value


def same(one: Value, other: Value) -> bool:
    """Say whether two constants are equal, or two names of libraries mean one thing."""
    if isinstance(one, Library) and isinstance(other, Library):
        return are_one(one, other)
    return is_constant(one) and type(one) is type(other) and bool(one == other)
