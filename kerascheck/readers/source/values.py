"""Values of a program as far as they are known.

Numbers, texts, lists, tuples and dicts are Python's own. Everything else is one of the
classes here; what is not known is `Unknown`, with the reason.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable

from kerascheck.model.typed import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from kerascheck.readers.source.scope import Scope

__all__ = [
    "BoundMethod",
    "Choice",
    "ClassValue",
    "Closure",
    "Generated",
    "Instance",
    "Library",
    "Native",
    "Partial",
    "Slice",
    "Super",
    "Unknown",
    "UnknownMember",
    "UnknownNumber",
    "Value",
]

Value: TypeAlias = Any


class Unknown:
    """A value that is not known."""

    __slots__ = ("why",)

    def __init__(self, why: str) -> None:
        self.why = why

    def __repr__(self) -> str:
        return f"Unknown({self.why!r})"


class UnknownNumber(Unknown):
    """A number that is not known, such as the length of a file's data."""

    __slots__ = ()


class UnknownMember(Unknown):
    """An attribute of a value that is not known; it may be called."""

    __slots__ = ("name", "target")

    def __init__(self, target: Unknown, name: str) -> None:
        super().__init__(target.why)
        self.target = target
        self.name = name


class Choice:
    """One of several known values, such as what a tuner picks from."""

    __slots__ = ("values",)

    def __init__(self, values: Iterable[Value]) -> None:
        self.values = tuple(values)

    def __repr__(self) -> str:
        return f"Choice({self.values!r})"


class Library:
    """A module, class or function of a library, by its qualified name."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return f"Library({self.name!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Library) and other.name == self.name

    def __hash__(self) -> int:
        return hash(self.name)


class Closure:
    """A function or lambda of the program.

    Attributes:
        name: As defined; "<lambda>" for a lambda.
        node: Its definition.
        scope: Where it was defined.
        defaults: Values of the positional arguments that have one, last first.
        keyword_defaults: Values of keyword-only arguments that have one.
        options: Defaults of options of the command line that become its arguments.
        kind: "", "property", "staticmethod" or "classmethod".
        owner: The class that it is a method of.
    """

    __slots__ = (
        "attributes",
        "defaults",
        "keyword_defaults",
        "kind",
        "name",
        "node",
        "options",
        "owner",
        "scope",
    )

    def __init__(
        self,
        name: str,
        node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda,
        scope: Scope,
        defaults: list[Value],
        keyword_defaults: dict[str, Value],
    ) -> None:
        self.name = name
        self.node = node
        self.scope = scope
        self.defaults = defaults
        self.keyword_defaults = keyword_defaults
        self.options: dict[str, Value] = {}
        self.kind = ""
        self.owner: ClassValue | None = None
        self.attributes: dict[str, Value] = {}


class ClassValue:
    """A class of the program.

    Attributes:
        bases: Other classes of the program, or of a library.
    """

    __slots__ = ("attributes", "bases", "name", "node")

    def __init__(self, name: str, bases: tuple[Value, ...], node: ast.ClassDef) -> None:
        self.name = name
        self.bases = bases
        self.node = node
        self.attributes: dict[str, Value] = {}

    def find(self, name: str) -> Value | None:
        """Return an attribute of the class or of those it comes from."""
        for each in self.lineage():
            if name in each.attributes:
                return each.attributes[name]
        return None

    def lineage(self) -> list[ClassValue]:
        """Return the class and the program's classes that it comes from."""
        found: list[ClassValue] = []
        todo = [self]
        while todo and len(found) < 50:
            each = todo.pop(0)
            if each not in found:
                found.append(each)
                todo += [base for base in each.bases if isinstance(base, ClassValue)]
        return found

    def library_bases(self) -> list[Library]:
        """Return the library's classes that it comes from."""
        return [
            base
            for each in self.lineage()
            for base in each.bases
            if isinstance(base, Library)
        ]


class Instance:
    """An object of a class of the program.

    Attributes:
        kind: The class.
        attributes: What was assigned to it.
        layer: What it is as a layer or model of Keras; None: it is not one.
    """

    __slots__ = ("attributes", "built", "kind", "layer")

    def __init__(self, kind: ClassValue) -> None:
        self.kind = kind
        self.built = False
        self.attributes: dict[str, Value] = {}
        self.layer: Any = None


class BoundMethod:
    """A function of a class, and the object that it was asked of."""

    __slots__ = ("function", "instance")

    def __init__(self, function: Closure, instance: Value) -> None:
        self.function = function
        self.instance = instance


class Super:
    """What `super()` returns in a method."""

    __slots__ = ("instance", "kind")

    def __init__(self, kind: ClassValue, instance: Value) -> None:
        self.kind = kind
        self.instance = instance


class Native:
    """A method of a value, by its name."""

    __slots__ = ("name", "target")

    def __init__(self, target: Value, name: str) -> None:
        self.target = target
        self.name = name


class Partial:
    """What `functools.partial` returns."""

    __slots__ = ("args", "function", "kwargs")

    def __init__(
        self, function: Value, args: tuple[Value, ...], kwargs: dict[str, Value]
    ) -> None:
        self.function = function
        self.args = args
        self.kwargs = kwargs


class Generated:
    """What a generator of the program yields, as far as it was followed."""

    __slots__ = ("items", "name")

    def __init__(self, name: str, items: list[Value]) -> None:
        self.name = name
        self.items = items


class Slice:
    """A slice in a subscript."""

    __slots__ = ("lower", "step", "upper")

    def __init__(self, lower: Value, upper: Value, step: Value) -> None:
        self.lower = lower
        self.upper = upper
        self.step = step
