"""Python's own functions, on values as far as they are known."""

from __future__ import annotations

import ast
from collections.abc import Callable

from kerascheck.model.typed import Any, Final
from kerascheck.readers.source import arrays
from kerascheck.readers.source.attributes import attribute_of
from kerascheck.readers.source.bounds import is_constant, is_known
from kerascheck.readers.source.items import items_of
from kerascheck.readers.source.open_values import OpenDict, OpenList, is_open
from kerascheck.readers.source.operators import MAX_LENGTH, truth
from kerascheck.readers.source.values import (
    Closure,
    Generated,
    Instance,
    Library,
    Unknown,
    UnknownNumber,
    Value,
)

__all__ = ["Parser", "as_dict", "call"]

_MAX_RANGE: Final = 100_000
_MAX_ZIPPED: Final = 16


class Parser:
    """An `argparse.ArgumentParser`, and the defaults of its arguments."""

    __slots__ = ("defaults",)

    def __init__(self) -> None:
        self.defaults: dict[str, Value] = {}

    def add(self, args: list[Value], kwargs: dict[str, Value]) -> None:
        """Note an argument. A literal default is taken for the value."""
        flags = [each for each in args if isinstance(each, str)]
        long = [flag for flag in flags if flag.startswith("--")] or flags
        name = kwargs.get("dest") or (long[0] if long else None)
        if not isinstance(name, str):
            return
        name = name.lstrip("-").replace("-", "_")
        default = kwargs.get("default")
        if default is None or "action" in kwargs:
            default = Unknown(f"argument {name!r} of the command line")
        elif kwargs.get("type") == Library("builtins.int") and is_constant(default):
            default = _number(int, default)
        elif kwargs.get("type") == Library("builtins.float") and is_constant(default):
            default = _number(float, default)
        self.defaults[name] = default


def _number(kind: type, value: Any) -> Value:
    try:
        return kind(value)
    except (TypeError, ValueError, OverflowError):
        return Unknown("a number that cannot be read")


def call(
    run: Any, name: str, args: list[Value], kwargs: dict[str, Value], node: ast.AST
) -> Value:
    """Return what a function of `builtins` returns."""
    if name in ("exit", "quit"):
        from kerascheck.readers.source.run import Raised

        raise Raised(name)
    if name == "map" and len(args) == 2:
        items, complete = items_of(args[1])
        made = [run.call(args[0], [item], {}, node) for item in items[:64]]
        return made if complete and len(items) <= 64 else OpenList(made)
    if name in ("getattr", "hasattr", "setattr"):
        return _of_attribute(run, name, args)
    function = _FUNCTIONS.get(name)
    if function is None:
        return Unknown(f"{name}() is not known")
    try:
        return function(args, kwargs)
    except (TypeError, ValueError, IndexError, OverflowError, KeyError):
        return Unknown(f"{name}() of these arguments is not known")


def _of_attribute(run: Any, name: str, args: list[Value]) -> Value:
    if len(args) < 2 or not isinstance(args[1], str):
        return Unknown("an attribute whose name is not known")
    if name == "getattr":
        return attribute_of(run, args[0], args[1])
    if name == "setattr" and len(args) == 3:
        run.models.set_attribute(args[0], args[1], args[2])
        return None
    return Unknown(f"{name}() is not known")


def _len(args: list[Value], kwargs: dict[str, Value]) -> Value:
    value = args[0]
    if is_open(value):
        return UnknownNumber("the length of a list that is not fully known")
    if isinstance(value, (list, tuple, dict, set, frozenset, str, bytes, range)):
        return len(value)
    found = arrays.length(value)
    return UnknownNumber("the length of what is not known") if found is None else found


def _range(args: list[Value], kwargs: dict[str, Value]) -> Value:
    if all(type(each) is int for each in args):
        made = range(*args)
        if len(made) <= _MAX_RANGE:
            return made
    return Generated("range", [UnknownNumber("a number of a range")])


def _sequence(kind: type) -> Callable[[list[Value], dict[str, Value]], Value]:
    def make(args: list[Value], kwargs: dict[str, Value]) -> Value:
        if not args:
            return kind()
        items, complete = items_of(args[0])
        if not complete:
            if arrays.is_data(args[0]):
                return args[0]
            return OpenList(items) if items else Unknown("the items are not known")
        return kind(items)

    return make


def as_dict(value: Value) -> Value:
    """Return what `dict()` makes of a value."""
    if isinstance(value, dict):
        return type(value)(value)
    items, complete = items_of(value)
    made = {}
    for item in items:
        if isinstance(item, (tuple, list)) and len(item) == 2 and is_constant(item[0]):
            made[item[0]] = item[1]
        else:
            complete = False
    return made if complete else OpenDict(made)


def _dict(args: list[Value], kwargs: dict[str, Value]) -> Value:
    made = as_dict(args[0]) if args else {}
    is_open = isinstance(made, OpenDict) or "*" in kwargs
    made = dict(made) | {k: v for k, v in kwargs.items() if k != "*"}
    return OpenDict(made) if is_open else made


def _set(args: list[Value], kwargs: dict[str, Value]) -> Value:
    items, complete = items_of(args[0]) if args else ([], True)
    if complete and all(is_constant(item) for item in items):
        return set(items)
    return Unknown("a set of what is not known")


def _zip(args: list[Value], kwargs: dict[str, Value]) -> Value:
    each = [items_of(value) for value in args[:_MAX_ZIPPED]]
    if len(args) > _MAX_ZIPPED:
        return Unknown("zip() of too many values")
    made = list(zip(*(items for items, _ in each), strict=False))
    return made if all(complete for _, complete in each) else OpenList(made)


def _enumerate(args: list[Value], kwargs: dict[str, Value]) -> Value:
    items, complete = items_of(args[0])
    first = kwargs.get("start", args[1] if len(args) > 1 else 0)
    if type(first) is not int:
        return Unknown("where enumerate() starts is not known")
    if not complete and (arrays.is_data(args[0]) or not items):
        number = UnknownNumber("a number of a loop")
        return OpenList([(number, *(items[:1] or [Unknown("an item of a loop")]))])
    made = list(enumerate(items, first))
    return made if complete else OpenList(made)


_OF_NUMBERS: Final = (int, float, ord)
"""Functions that return a number, whatever they are given."""


def _plain(function: Callable[..., Any]) -> Callable[..., Value]:
    """Return a function that is computed where all arguments are known."""

    def compute(args: list[Value], kwargs: dict[str, Value]) -> Value:
        if not all(is_known(each) for each in (*args, *kwargs.values())):
            kind = UnknownNumber if function in _OF_NUMBERS else Unknown
            return kind(f"{function.__name__}() of what is not known")
        if any(len(a) > MAX_LENGTH for a in args if hasattr(a, "__len__")):
            return Unknown("a value that is too long")
        if any(isinstance(a, int) and a.bit_length() > 4096 for a in args):
            return Unknown("a number that is too large")
        return function(*args, **kwargs)

    return compute


def _round(args: list[Value], kwargs: dict[str, Value]) -> Value:
    digits = kwargs.get("ndigits", args[1] if len(args) > 1 else None)
    if digits is not None and (type(digits) is not int or abs(digits) > 1_000):
        return Unknown("round() of what is not known")  # it computes 10**digits
    return _plain(round)(args, kwargs)


def _reversed(args: list[Value], kwargs: dict[str, Value]) -> Value:
    items, complete = items_of(args[0])
    return items[::-1] if complete else OpenList(items[::-1])


def _any_all(stops: bool) -> Callable[..., Value]:
    def check(args: list[Value], kwargs: dict[str, Value]) -> Value:
        items, complete = items_of(args[0])
        known = [truth(item) for item in items]
        if stops in known:
            return stops
        if complete and None not in known:
            return not stops
        return Unknown("a condition that is not known")

    return check


def _isinstance(args: list[Value], kwargs: dict[str, Value]) -> Value:
    value, kinds = args[0], args[1]
    kinds = kinds if isinstance(kinds, tuple) else (kinds,)
    if is_constant(value) or isinstance(value, (list, tuple, dict)):
        names = {each.name for each in kinds if isinstance(each, Library)}
        lineage = {f"builtins.{each.__name__}" for each in type(value).__mro__}
        if all(name.startswith("builtins.") for name in names):
            return bool(names & lineage)
    if isinstance(value, Instance) and value.kind in kinds:
        return True
    return Unknown("isinstance() is not known")


def _type(args: list[Value], kwargs: dict[str, Value]) -> Value:
    if isinstance(args[0], Instance):
        return args[0].kind
    return Unknown("type() is not known")


def _callable(args: list[Value], kwargs: dict[str, Value]) -> Value:
    if isinstance(args[0], Closure):
        return True
    return False if is_constant(args[0]) else Unknown("callable() is not known")


def _vars(args: list[Value], kwargs: dict[str, Value]) -> Value:
    """What `vars()` makes of the arguments of the command line."""
    parser = getattr(args[0], "parser", None)
    known = isinstance(parser, Parser)
    return OpenDict(parser.defaults) if known else Unknown("vars() is not known")  # type: ignore[union-attr]


def _next(args: list[Value], kwargs: dict[str, Value]) -> Value:
    items, _ = items_of(args[0])
    return items[0] if items else Unknown("what next() returns")


_FUNCTIONS: Final[dict[str, Callable[[list[Value], dict[str, Value]], Value]]] = {
    "len": _len,
    "range": _range,
    "list": _sequence(list),
    "tuple": _sequence(tuple),
    "dict": _dict,
    "set": _set,
    "frozenset": _set,
    "zip": _zip,
    "enumerate": _enumerate,
    "reversed": _reversed,
    "any": _any_all(True),
    "all": _any_all(False),
    "isinstance": _isinstance,
    "type": _type,
    "callable": _callable,
    "next": _next,
    "vars": _vars,
    "iter": lambda args, kwargs: args[0],
    "round": _round,
    "print": lambda args, kwargs: None,
    **{
        function.__name__: _plain(function)
        for function in (abs, bool, float, int, max, min, sorted, str, sum)
    },
}
