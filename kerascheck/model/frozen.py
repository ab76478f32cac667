"""Frozen values with named fields, written as dataclasses are, and cheaper to define.

    class Head(Frozen):
        name: str
        units: int | None = None

A type checker sees a frozen, keyword-only dataclass (PEP 681), and so does the module
`dataclasses`: `fields`, `asdict` and `replace` work. The standard decorator compiles
six methods for each class and builds the class twice, which was two fifths of a cold
start. Here all classes share their methods, and no code is compiled but for a class
with many values. `python -m tools bench values` measures both. Modules that define such
values need `from __future__ import annotations`.
"""

from __future__ import annotations

from functools import cache
from itertools import count
from operator import attrgetter

from kerascheck.model.named import NamedTuple
from kerascheck.model.typed import TYPE_CHECKING, Any, NoReturn, dataclass_transform

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from dataclasses import Field, replace
    from inspect import Signature
    from typing import ClassVar
else:

    def replace(value, /, **changes):
        """Return a copy of `value` with other fields, as `dataclasses.replace` does."""
        return value.__replace__(**changes)


__all__ = ["Frozen", "field", "replace"]

MANY = 1000
"""Values of one class from which on it gets an `__init__` of its own."""

_MISSING: Any = object()


class _Spec(NamedTuple):
    """What is known of a field in addition to its name and type."""

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
class _FrozenType(type):
    """Turns the annotations of a class into slots."""

    _specs: dict[str, _Spec]
    _key: Any
    _setters: list[tuple[str, Callable[[object, Any], None]]]
    _defaults: dict[str, Any]
    _factories: dict[str, Callable[[], Any]]
    _made: Iterator[int]

    def __new__(
        mcs,
        name: str,
        bases: tuple[type, ...],
        body: dict[str, Any],
        *,
        eq: bool = True,
    ) -> _FrozenType:
        """Make a class of values; without `eq`, a value is equal to itself alone."""
        specs = {k: s for base in bases for k, s in getattr(base, "_specs", {}).items()}
        own = [
            key
            for key, kind in body.get("__annotations__", {}).items()
            if not kind.startswith("ClassVar")
        ]
        for key in own:
            given = body.pop(key, _MISSING)
            if given.__class__ is not _Spec:
                given = _Spec._make((given, _MISSING, True, True))
            specs[key] = given
        body["__slots__"] = own
        body.setdefault("__init__", _init)  # a base has other fields
        if not eq:
            body["__eq__"], body["__hash__"] = object.__eq__, object.__hash__
        made = super().__new__(mcs, name, bases, body)
        made._specs = specs
        made._setters, made._defaults, made._factories = [], {}, {}
        made._made = count(1)
        compared = []
        for name, (default, factory, compares, _) in specs.items():
            made._setters.append((name, getattr(made, name).__set__))
            if compares:
                compared.append(name)
            if default is not _MISSING:
                made._defaults[name] = default
            if factory is not _MISSING:
                made._factories[name] = factory
        made._key = attrgetter(*compared) if compared else type
        return made


def _init(self: Any, /, **given: Any) -> None:
    """Set the fields of a value, of whatever class."""
    kind = self.__class__
    if next(kind._made) > MANY and kind.__init__ is _init:  # a class may have its own
        from kerascheck.model.frozen_init import init_of

        kind.__init__ = init_of(kind, _MISSING, _wrong_fields, _init)
        kind.__init__(self, **given)
        return
    values = kind._defaults | given
    for name, make in kind._factories.items():
        if name not in values:
            values[name] = make()
    if len(values) != len(kind._setters):
        raise _wrong_fields(kind, given)
    try:
        for name, put in kind._setters:
            put(self, values[name])
    except KeyError:
        raise _wrong_fields(kind, given) from None
    self.__post_init__()


def _wrong_fields(kind: Any, given: dict[str, Any]) -> TypeError:
    """Return why these fields do not make a value of this class."""
    unknown = [name for name in given if name not in kind._specs]
    if unknown:
        return TypeError(f"{kind.__name__} has no field {unknown[0]!r}")
    factories = kind._factories
    missing = [
        name
        for name in kind._specs
        if name not in given and name not in kind._defaults and name not in factories
    ]
    return TypeError(f"{kind.__name__} needs the field {missing[0]!r}")


class _Fields:
    """The fields of a class, as `dataclasses` looks for them."""

    def __get__(self, frozen: object, kind: _FrozenType) -> dict[str, Field[Any]]:
        import dataclasses

        return {one.name: one for one in dataclasses.fields(_as_dataclass(kind))}


class _Signature:
    """The arguments of a class, as `inspect.signature` looks for them."""

    def __get__(self, frozen: object, kind: _FrozenType) -> Signature:
        import inspect

        return inspect.signature(_as_dataclass(kind))


@cache
def _as_dataclass(kind: _FrozenType) -> Any:
    """Return a dataclass with the same fields."""
    import dataclasses

    types: dict[str, Any] = {}
    for base in reversed(kind.__mro__):
        types |= getattr(base, "__annotations__", {})
    fields = []
    for name, spec in kind._specs.items():
        given = {key: v for key, v in spec._asdict().items() if v is not _MISSING}
        fields.append((name, types[name], dataclasses.field(**given)))
    return dataclasses.make_dataclass(kind.__name__, fields, kw_only=True)


class Frozen(metaclass=_FrozenType):
    """A frozen value; a subclass names its fields as a dataclass does."""

    if TYPE_CHECKING:
        __dataclass_fields__: ClassVar[dict[str, Field[Any]]]
    else:
        __dataclass_fields__ = _Fields()
        __signature__ = _Signature()

    def __post_init__(self) -> None:
        """Check the fields; a subclass raises if they do not go together."""

    def __eq__(self, other: object) -> bool:
        if other.__class__ is not self.__class__:
            return NotImplemented
        key = type(self)._key
        return bool(key(self) == key(other))

    def __hash__(self) -> int:
        return hash(type(self)._key(self))

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

    def __replace__(self, /, **changes: Any) -> Any:
        kept = {name: getattr(self, name) for name in type(self)._specs}
        return type(self)(**(kept | changes))

    def __reduce__(self) -> tuple[Any, ...]:
        kind = type(self)
        return _again, (kind, *(getattr(self, name) for name in kind._specs))


def _again(kind: type[Frozen], *values: Any) -> Frozen:
    """Make a value again from the values of its fields, for `copy` and `pickle`."""
    made = object.__new__(kind)
    for (_, put), value in zip(kind._setters, values, strict=True):
        put(made, value)
    return made
