"""The methods of texts, lists and dicts."""

from __future__ import annotations

import ast
from typing import Any, Final

from kerascheck.readers.source.builtin_functions import Parser
from kerascheck.readers.source.items import items_of
from kerascheck.readers.source.operators import MAX_LENGTH
from kerascheck.readers.source.values import (
    OpenDict,
    OpenList,
    Unknown,
    Value,
    is_constant,
    is_known,
)

__all__ = ["UNHANDLED", "call"]

UNHANDLED: Final = object()
"""Stands for a method that is not known here."""

_TEXT_METHODS: Final = """
    capitalize count endswith find index isdigit join lower lstrip replace
    rstrip split splitlines startswith strip title upper
"""
_TEXT: Final = frozenset(_TEXT_METHODS.split())
_ADDING: Final = frozenset({"append", "insert", "extend"})


def call(
    run: Any,
    target: Value,
    name: str,
    args: list[Value],
    kwargs: dict[str, Value],
    node: ast.AST,
) -> Value:
    """Return what a method of a plain value returns; `UNHANDLED`: it is not known."""
    try:
        if isinstance(target, str):
            return _of_text(target, name, args, kwargs)
        if isinstance(target, list):
            return _of_list(target, name, args)
        if isinstance(target, dict):
            return _of_dict(target, name, args, kwargs)
        if isinstance(target, Parser):
            return _of_parser(target, name, args, kwargs)
        if isinstance(target, tuple) and name in ("index", "count"):
            return getattr(target, name)(*args) if is_known(target) else UNHANDLED
    except Exception as error:
        return Unknown(f".{name}() raises {type(error).__name__}")
    return UNHANDLED


def _of_text(
    text: str, name: str, args: list[Value], kwargs: dict[str, Value]
) -> Value:
    if not all(is_known(each) for each in (*args, *kwargs.values())):
        return Unknown("a text whose parts are not known")
    if name == "format":
        return _formatted(text, args, kwargs)
    if name not in _TEXT:
        return Unknown(f".{name}() of a text is not known")
    if name == "replace" and len(text) * len(str(args[1])) > MAX_LENGTH:
        return Unknown("a text that is too long")
    if name == "join" and len(text) * len(args[0]) > MAX_LENGTH:
        return Unknown("a text that is too long")
    return getattr(text, name)(*args)


def _formatted(text: str, args: list[Value], kwargs: dict[str, Value]) -> Value:
    plain = all(is_constant(each) for each in (*args, *kwargs.values()))
    digits = "".join(c if c.isdigit() else " " for c in text).split()
    if not plain or "." in text.replace("{:.", "") or any(len(d) > 2 for d in digits):
        return Unknown("a text that is formatted")
    made = text.format(*args, **kwargs)
    return made if len(made) <= MAX_LENGTH else Unknown("a text that is too long")


def _of_list(target: list[Value], name: str, args: list[Value]) -> Value:
    if name in _ADDING and len(target) >= MAX_LENGTH:
        return Unknown("a list that is too long")
    if name == "append":
        target.append(args[0])
        return None
    if name == "extend":
        target += items_of(args[0])[0]
        return None
    if name == "insert" and type(args[0]) is int:
        target.insert(args[0], args[1])
        return None
    if name == "pop":
        return target.pop(*args)
    if name in ("clear", "reverse"):
        getattr(target, name)()
        return None
    if name == "copy":
        return type(target)(target)
    if name in ("index", "count") and is_known(target):
        return getattr(target, name)(*args)
    if name in ("remove", "sort"):
        target[:] = [Unknown("an item of a list that was changed")] * len(target)
        return None
    return Unknown(f".{name}() of a list is not known")


def _of_dict(
    target: dict[Value, Value], name: str, args: list[Value], kwargs: dict[str, Value]
) -> Value:
    is_open = isinstance(target, OpenDict)
    if name in ("keys", "values", "items"):
        found = list(getattr(target, name)())
        return OpenList(found) if is_open else found
    if name in ("get", "setdefault", "pop"):
        key, default = args[0], args[1] if len(args) > 1 else None
        if not is_constant(key):
            return Unknown("an item of a dict that is not known")
        if key not in target:
            if name == "setdefault":
                target[key] = default
            if is_open:
                return Unknown("an item of a dict that is not known")
            return default
        return target.pop(key) if name == "pop" else target[key]
    if name == "update":
        for each in args:
            if isinstance(each, dict):
                target.update(each)
        target.update(kwargs)
        return None
    if name == "copy":
        return type(target)(target)
    return Unknown(f".{name}() of a dict is not known")


def _of_parser(
    parser: Parser, name: str, args: list[Value], kwargs: dict[str, Value]
) -> Value:
    if name == "add_argument":
        parser.add(args, kwargs)
        return None
    if name in ("add_argument_group", "add_mutually_exclusive_group"):
        return parser
    if name == "set_defaults":
        parser.defaults.update(kwargs)
        return None
    if name in ("parse_args", "parse_known_args"):
        found = Arguments(parser)
        return found if name == "parse_args" else (found, Unknown("other arguments"))
    return UNHANDLED


class Arguments:
    """What `parse_args()` returns."""

    __slots__ = ("parser",)

    def __init__(self, parser: Parser) -> None:
        self.parser = parser
