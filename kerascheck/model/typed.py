"""Names of `typing` that annotations need, without importing it.

Importing `typing` takes a tenth as many instructions as `import click`, which is what
a check of one model starts with less (`python -m tools bench instructions`). A checker
of types sees the names of `typing`; when a program runs they stand for nothing, since
annotations are not evaluated (`from __future__ import annotations`).
"""

from __future__ import annotations

__all__ = [
    "IO",
    "TYPE_CHECKING",
    "Any",
    "ClassVar",
    "Final",
    "Literal",
    "NoReturn",
    "Protocol",
    "Self",
    "TextIO",
    "TypeAlias",
    "TypeGuard",
    "TypeVar",
    "cast",
    "dataclass_transform",
]

TYPE_CHECKING = False

if TYPE_CHECKING:
    from typing import (
        IO,
        Any,
        ClassVar,
        Final,
        Literal,
        NoReturn,
        Protocol,
        Self,
        TextIO,
        TypeAlias,
        TypeGuard,
        TypeVar,
        cast,
        dataclass_transform,
    )
else:

    class _Form:
        """Stands for a type that only a checker of types asks for."""

        def __call__(self, *_, **__):
            return self

        def __getitem__(self, of):
            return type(list[int])(_Form, of)  # what `typing.get_args` reads

        def __or__(self, _):
            return self

        __ror__ = __or__

    IO = Any = ClassVar = Final = Literal = NoReturn = Self = TextIO = _Form()
    TypeAlias = TypeGuard = TypeVar = IO

    class Protocol:
        """A base of classes that say what values of others can do."""

    def cast(_, value):
        """Return the value."""
        return value

    def dataclass_transform(**_):
        """Return a decorator that leaves its class as it is."""
        return lambda kind: kind
