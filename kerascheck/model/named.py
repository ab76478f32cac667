"""Named tuples, written as those of `typing` are, and cheaper to define.

    class Link(NamedTuple):
        layer: str
        node: int = 0

A type checker sees `typing.NamedTuple`, and values are the same: tuples with `_fields`,
`_replace`, `_asdict`, `_make` and `_field_defaults`. `typing` makes two classes and
compiles a function for each; here one is made, and its function when it is first
called. With those of `typing` a check of one model starts in a fifth more instructions
(`python -m tools bench instructions`); `bench values` measures both. Modules that
define such tuples need `from __future__ import annotations`.
"""

from __future__ import annotations

from kerascheck.model.typed import TYPE_CHECKING

__all__ = ["NamedTuple"]

if TYPE_CHECKING:
    from typing import NamedTuple
else:
    from collections import _tuplegetter as getter_of

    class _NamedTupleType(type):
        """Turns the annotations of a class into places of a tuple."""

        def __new__(mcs, name, bases, body):
            """Make a class of named tuples."""
            fields = tuple(body.get("__annotations__", ()))
            body["_field_defaults"] = {f: body[f] for f in fields if f in body}
            for place, field in enumerate(fields):
                body[field] = getter_of(place, None)
            body["_fields"] = body["__match_args__"] = fields
            body["__slots__"] = ()
            return super().__new__(mcs, name, bases, body)

    def _constructor(kind):
        """Return `__new__` of a class, with an argument for each field.

        The names of fields are those of our own source.
        """
        names = ", ".join(kind._fields)
        made = eval(  # noqa: S307  (as `collections.namedtuple` does)
            f"lambda _cls, {names}: _new(_cls, ({names},))", {"_new": tuple.__new__}
        )
        made.__defaults__ = tuple(kind._field_defaults.values())
        return made

    class NamedTuple(tuple, metaclass=_NamedTupleType):
        """A tuple whose places have names; a subclass names them."""

        def __new__(cls, /, *values, **given):
            """Return a tuple with these values, in their order or by name."""
            cls.__new__ = _constructor(cls)
            return cls(*values, **given)

        @classmethod
        def _make(cls, iterable):
            """Return a tuple with the values of an iterable."""
            return cls(*iterable)

        def _asdict(self):
            """Return the fields by name."""
            return dict(zip(self._fields, self, strict=True))

        def _replace(self, /, **changes):
            """Return a tuple with other fields."""
            values = [
                changes.pop(f, v) for f, v in zip(self._fields, self, strict=True)
            ]
            if changes:
                raise ValueError(f"Got unexpected field names: {list(changes)!r}")
            return tuple.__new__(self.__class__, values)

        def __repr__(self):
            pairs = (f"{f}={v!r}" for f, v in zip(self._fields, self, strict=True))
            return f"{self.__class__.__name__}({', '.join(pairs)})"

        def __getnewargs__(self):
            return tuple(self)
