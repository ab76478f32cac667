"""`__init__` of one class of frozen values, as code for its fields alone.

The one that all classes share looks each field up. A class with many values gets its
own, which takes a quarter of the instructions: it fills a value that is not frozen yet,
by plain assignments, and freezes it. It is imported once there are many values.
"""

from __future__ import annotations

from kerascheck.model.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["init_of"]


def init_of(
    kind: Any,
    missing: Any,
    wrong_fields: Callable[[Any, dict[str, Any]], Exception],
    shared: Callable[..., None],
) -> Callable[..., None]:
    """Return an `__init__` for values of a class.

    The names of fields are those of our own source.

    Args:
        kind: The class.
        missing: Stands for a field that is not given.
        wrong_fields: Returns the error about the fields that are given.
        shared: The `__init__` of all classes, for a subclass that calls this one.
    """

    def given(fields: dict[str, Any]) -> dict[str, Any]:
        return {name: v for name, v in fields.items() if v is not missing}

    def refused(unknown: dict[str, Any], needed: dict[str, Any]) -> Exception:
        return wrong_fields(kind, unknown | given(needed))

    def of_subclass(
        value: Any, unknown: dict[str, Any], fields: dict[str, Any]
    ) -> None:
        shared(value, **unknown, **given(fields))

    free = {
        "_missing": missing,
        "_refused": refused,
        "_of_subclass": of_subclass,
        "_set": object.__setattr__,
        "_frozen": kind,
        "_thawed": _thawed(kind),
    }
    exec(_source(kind, free), free)  # noqa: S102
    made: Callable[..., None] = free["__init__"]
    made.__qualname__ = f"{kind.__qualname__}.__init__"
    return made


def _thawed(kind: Any) -> Any:
    """Return a class of the same layout, to whose values can be assigned."""
    body = {
        "__slots__": (),
        "__setattr__": object.__setattr__,
        "__delattr__": object.__delattr__,
    }
    return type.__new__(type(kind), kind.__name__, (kind,), body)


def _source(kind: Any, free: dict[str, Any]) -> str:
    """Return the code, and add what it uses to its free names."""
    arguments, needed, makes, sets = [], [], [], []
    for place, name in enumerate(kind._specs):
        default = "_missing"
        if name in kind._defaults:
            default = f"_default_{place}"
            free[default] = kind._defaults[name]
        elif name in kind._factories:
            free[f"_make_{place}"] = kind._factories[name]
            makes.append(f"if {name} is _missing: {name} = _make_{place}()")
        else:
            needed.append(name)
        arguments.append(f"{name}={default}")
        sets.append(f"_self.{name} = {name}")
    wrong = " or ".join(["_unknown", *(f"{name} is _missing" for name in needed)])
    given = ", ".join(f"{name!r}: {name}" for name in needed)
    fields = ", ".join(f"{name!r}: {name}" for name in kind._specs)
    lines = [
        "if _self.__class__ is not _frozen:",
        f"    return _of_subclass(_self, _unknown, {{{fields}}})",
        f"if {wrong}: raise _refused(_unknown, {{{given}}})",
        *makes,
        "_set(_self, '__class__', _thawed)",
        *sets,
        "_self.__class__ = _frozen",
        "_self.__post_init__()",
    ]
    star = "*, " if arguments else ""
    head = f"def __init__(_self, /, {star}{', '.join([*arguments, '**_unknown'])}):"
    return "\n    ".join([head, *lines])
