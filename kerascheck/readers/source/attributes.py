"""The attributes of values."""

from __future__ import annotations

from kerascheck.model.typed import Any
from kerascheck.readers.source import arrays
from kerascheck.readers.source.values import (
    BoundMethod,
    Choice,
    ClassValue,
    Closure,
    Instance,
    Library,
    Native,
    Super,
    Unknown,
    UnknownMember,
    Value,
)

__all__ = ["attribute_of"]


def attribute_of(run: Any, value: Value, name: str) -> Value:
    """Return an attribute of any value."""
    if isinstance(value, Library):
        return run.models.library_attribute(value, name)
    if isinstance(value, Unknown):
        return UnknownMember(value, name)
    if isinstance(value, Instance):
        return _of_instance(run, value, name)
    if isinstance(value, ClassValue):
        return _of_class(value, value, name)
    if isinstance(value, Super):
        return _of_super(value, name)
    found = run.models.attribute(value, name)
    if found is None:
        found = arrays.attribute(value, name)
    if found is not None:
        return found
    if isinstance(value, Closure):
        if name == "__name__":
            return value.name
        return value.attributes.get(name, Native(value, name))
    if isinstance(value, Choice):
        return Unknown("an attribute of a choice")
    return Native(value, name)


def _of_instance(run: Any, value: Instance, name: str) -> Value:
    if name in value.attributes:
        return value.attributes[name]
    found = value.kind.find(name)
    if isinstance(found, Closure):
        if found.kind == "property":
            return run.call(found, [value], {}, found.node)
        return bound(found, value)
    if found is not None:
        return found
    if name == "__class__":
        return value.kind
    known = run.models.attribute(value, name)
    return Native(value, name) if known is None else known


def bound(function: Closure, instance: Value) -> Value:
    """Return a function of a class as it is asked of an object."""
    if function.kind == "staticmethod":
        return function
    if function.kind == "classmethod":
        owner = instance.kind if isinstance(instance, Instance) else instance
        return BoundMethod(function, owner)
    return BoundMethod(function, instance)


def _of_class(value: ClassValue, instance: Value, name: str) -> Value:
    found = value.find(name)
    if isinstance(found, Closure) and found.kind == "classmethod":
        return BoundMethod(found, value)
    if found is not None:
        return found
    if name == "__name__":
        return value.name
    return Native(value, name)


def _of_super(value: Super, name: str) -> Value:
    for base in value.kind.bases:
        found = base.find(name) if isinstance(base, ClassValue) else None
        if isinstance(found, Closure):
            return bound(found, value.instance)
        if found is not None:
            return found
    return Native(value, name)
