"""The methods of texts, lists and dicts."""

from __future__ import annotations

import ast
import re

from kerascheck.model.typed import Any, Final
from kerascheck.readers.source.bounds import is_constant, is_known
from kerascheck.readers.source.builtin_functions import Parser, as_dict
from kerascheck.readers.source.items import items_of
from kerascheck.readers.source.open_values import MORE, OpenList, is_open, open_up
from kerascheck.readers.source.operators import MAX_LENGTH
from kerascheck.readers.source.values import Unknown, Value

__all__ = ["UNHANDLED", "add_items", "call"]

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
        if isinstance(target, set):
            return _of_set(target, name, args)
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
    if name == "join":
        parts = sum(len(each) + len(text) for each in args[0])
        if parts > MAX_LENGTH:
            return Unknown("a text that is too long")
    return getattr(text, name)(*args)


def _formatted(text: str, args: list[Value], kwargs: dict[str, Value]) -> Value:
    plain = all(is_constant(each) for each in (*args, *kwargs.values()))
    digits = "".join(c if c.isdigit() else " " for c in text).split()
    nested = re.search(r"\{[^{}]*\{", text.replace("{{", ""))
    long = any(len(d) > 2 for d in digits) or len(text) > 1_000
    if not plain or "." in text.replace("{:.", "") or nested or long:
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
        add_items(target, args[0])
        return None
    if name == "insert" and type(args[0]) is int:
        target.insert(args[0], args[1])
        return None
    if name == "pop" and is_open(target):
        return Unknown("an item of a list that is not fully known")
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


def add_items(target: list[Value], added: Value) -> None:
    """Add all items of a value to a list."""
    items, complete = items_of(added)
    target += items
    if not complete:
        open_up(target)


def _of_set(target: set[Value], name: str, args: list[Value]) -> Value:
    if name in ("add", "update"):
        items, complete = ([args[0]], True) if name == "add" else items_of(args[0])
        known = [each for each in items if is_constant(each)]
        if len(target) < MAX_LENGTH:
            target.update(known)
        if not complete or len(known) < len(items):
            open_up(target)
        return None
    if name in ("clear", "copy"):
        return getattr(target, name)()
    if name in ("discard", "remove", "pop"):
        open_up(target)
    return Unknown(f".{name}() of a set is not known")


def _of_dict(
    target: dict[Value, Value], name: str, args: list[Value], kwargs: dict[str, Value]
) -> Value:
    opened = is_open(target)
    if name in ("keys", "values", "items"):
        known = {k: v for k, v in target.items() if k is not MORE}
        found = list(getattr(known, name)())
        return OpenList(found) if opened else found
    if name in ("get", "setdefault", "pop"):
        key, default = args[0], args[1] if len(args) > 1 else None
        if not is_constant(key):
            if name == "setdefault":
                open_up(target)
            return Unknown("an item of a dict that is not known")
        if key not in target:
            if name == "setdefault":
                target[key] = default
            if opened:
                return Unknown("an item of a dict that is not known")
            return default
        return target.pop(key) if name == "pop" else target[key]
    if name == "update":
        for each in args:
            made = as_dict(each)
            target.update(made)
            if is_open(made):
                open_up(target)
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
