"""Frozen values with named fields, made as dataclasses are, and cheaper to define.

    class Head(Value):
        name: str
        units: int | None = None

A type checker sees a frozen, keyword-only dataclass (PEP 681), and `dataclasses` does
as well: `fields`, `asdict` and `replace` work. The standard decorator compiles six
methods for each class and builds the class twice, which was two fifths of a cold start.
Here methods are shared, and `__init__` is compiled when a class makes its first value.
`python -m tools bench values` measures both.
"""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn, dataclass_transform

if TYPE_CHECKING:
    from collections.abc import Callable
    from dataclasses import Field, replace
    from typing import ClassVar
else:

    def replace(value, /, **changes):
        """Return a copy of `value` with other fields, as `dataclasses.replace` does."""
        return value.__replace__(**changes)


__all__ = ["Value", "field", "replace"]

_MISSING: Any = object()


class _Spec(NamedTuple):
    """What is known of a field besides its name and type."""

    default: Any = _MISSING
    default_factory: Any = _MISSING
    compare: bool = True
    repr: bool = True


def field(
    *,
    default: Any = _MISSING,
    default_factory: Callable[[], Any] = _MISSING,
    compare: bool = True,
    repr: bool = True,  # noqa: A002  (as in dataclasses)
) -> Any:
    """Specify a field, as `dataclasses.field` does.

    Args:
        default: Its value if none is given.
        default_factory: Called for that value.
        compare: Whether it takes part in `==` and `hash`.
        repr: Whether `repr` shows it.
    """
    return _Spec(default, default_factory, compare, repr)


@dataclass_transform(
    frozen_default=True, kw_only_default=True, field_specifiers=(field,)
)
class _ValueType(type):
    """Turns the annotations of a class into slots."""

    _specs: dict[str, _Spec]

    def __new__(
        mcs,
        name: str,
        bases: tuple[type, ...],
        body: dict[str, Any],
        *,
        eq: bool = True,
    ) -> _ValueType:
        """Make a class of values; without `eq`, a value is equal to itself alone."""
        specs = {k: s for base in bases for k, s in getattr(base, "_specs", {}).items()}
        own = [
            key
            for key, kind in body.get("__annotations__", {}).items()
            if not kind.startswith("ClassVar")
        ]
        for key in own:
            given = body.pop(key, _MISSING)
            specs[key] = given if isinstance(given, _Spec) else _Spec(given)
        body["__slots__"] = own
        body["__init__"] = _first_init
        if not eq:
            body["__eq__"], body["__hash__"] = object.__eq__, object.__hash__
        made = super().__new__(mcs, name, bases, body)
        made._specs = specs
        return made


def _first_init(self: Any, **given: Any) -> None:
    """Compile `__init__` of a class, and make its first value by it."""
    kind = type(self)
    kind.__init__ = _compiled_init(kind)
    kind.__init__(self, **given)


def _compiled_init(kind: _ValueType) -> Any:
    """Return a function that takes each field by keyword and sets its slot."""
    names: dict[str, Any] = {"_MISSING": _MISSING}
    arguments, body = [], []
    for name, spec in kind._specs.items():
        names[f"_set_{name}"] = getattr(kind, name).__set__
        value = name
        if spec.default_factory is not _MISSING:
            names[f"_make_{name}"] = spec.default_factory
            value = f"_make_{name}() if {name} is _MISSING else {name}"
            arguments.append(f"{name}=_MISSING")
        elif spec.default is not _MISSING:
            names[f"_default_{name}"] = spec.default
            arguments.append(f"{name}=_default_{name}")
        else:
            arguments.append(name)
        body.append(f"    _set_{name}(self, {value})")
    if hasattr(kind, "__post_init__"):
        body.append("    self.__post_init__()")
    star = ", *, " if arguments else ""
    lines = [
        f"def __init__(self{star}{', '.join(arguments)}):",
        *(body or ["    pass"]),
    ]
    exec("\n".join(lines), names)  # noqa: S102  (names of fields, from our own classes)
    init = names["__init__"]
    init.__qualname__ = f"{kind.__qualname__}.__init__"
    return init


class _Fields:
    """Gives `dataclasses` the fields of a class when it asks for them."""

    def __get__(self, value: object, kind: type) -> dict[str, Field[Any]]:
        import dataclasses

        specs: dict[str, _Spec] = kind._specs  # type: ignore[attr-defined]
        given = {"default": _MISSING, "default_factory": _MISSING}
        fields = [
            (
                name,
                object,
                dataclasses.field(
                    **{k: v for k, v in spec._asdict().items() if v is not given.get(k)}
                ),
            )
            for name, spec in specs.items()
        ]
        made = dataclasses.make_dataclass(kind.__name__, fields, kw_only=True)
        found: dict[str, Field[Any]] = made.__dataclass_fields__
        return found


class Value(metaclass=_ValueType):
    """A frozen value; a subclass names its fields as a dataclass does."""

    if TYPE_CHECKING:
        __dataclass_fields__: ClassVar[dict[str, Field[Any]]]
    else:
        __dataclass_fields__ = _Fields()

    def __eq__(self, other: object) -> bool:
        if other.__class__ is not self.__class__:
            return NotImplemented
        key = _compared(type(self))
        return bool(key(self) == key(other))

    def __hash__(self) -> int:
        return hash(_compared(type(self))(self))

    def __repr__(self) -> str:
        shown = (
            f"{name}={getattr(self, name)!r}"
            for name, spec in type(self)._specs.items()
            if spec.repr
        )
        return f"{type(self).__qualname__}({', '.join(shown)})"

    def __setattr__(self, name: str, value: object) -> NoReturn:
        from dataclasses import FrozenInstanceError

        raise FrozenInstanceError(f"cannot assign to field {name!r}")

    def __delattr__(self, name: str) -> NoReturn:
        from dataclasses import FrozenInstanceError

        raise FrozenInstanceError(f"cannot delete field {name!r}")

    def __replace__(self, **changes: Any) -> Any:
        for name in type(self)._specs:
            if name not in changes:
                changes[name] = getattr(self, name)
        return type(self)(**changes)

    def __reduce__(self) -> tuple[Any, ...]:
        return _again, (type(self), {n: getattr(self, n) for n in type(self)._specs})


def _again(kind: type[Value], fields: dict[str, Any]) -> Value:
    """Make a value again from its fields, for `copy`."""
    return kind(**fields)


_KEYS: dict[type, Any] = {}


def _compared(kind: _ValueType) -> Any:
    """Return what takes the compared fields of a value of this class."""
    key = _KEYS.get(kind)
    if key is None:
        names = [name for name, spec in kind._specs.items() if spec.compare]
        key = _KEYS[kind] = attrgetter(*names) if names else type
    return key
