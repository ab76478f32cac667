"""The reference of what rules are written with, made of the code itself."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import fields
from enum import StrEnum
from typing import Any, get_args

from kerascheck import kit

Row = tuple[str, ...]


def facts() -> Iterator[Row]:
    """Yield what a rule can ask of a head: the question, its type, its meaning."""
    for name, member in vars(kit.Facts).items():
        if name.startswith("_"):
            continue
        if isinstance(member, property) and member.fget is not None:
            yield f"`facts.{name}`", _returned(member.fget), _first_line(member)
        elif inspect.isfunction(member):
            call = f"`facts.{name}({_parameters(member)})`"
            yield call, _returned(member), _first_line(member)


def edits() -> Iterator[Row]:
    """Yield every change that a fix can be made of, and what it does."""
    for edit in get_args(kit.Edit):
        names = ", ".join(field.name for field in fields(edit))
        yield f"`kit.{edit.__name__}({names})`", _first_line(edit)


def builders() -> Iterator[Row]:
    """Yield every function that makes a part of an example or of a fix."""
    for name in kit.__all__:
        function = getattr(kit, name)
        if inspect.isfunction(function):
            yield f"`kit.{name}({_parameters(function)})`", _first_line(function)


def words() -> Iterator[Row]:
    """Yield every list of words, such as the activations, with its members."""
    for name in kit.__all__:
        kind = getattr(kit, name)
        if inspect.isclass(kind) and issubclass(kind, StrEnum):
            yield f"`kit.{name}`", ", ".join(f"`{member.name}`" for member in kind)


def _returned(function: Callable[..., Any]) -> str:
    return f"`{inspect.get_annotations(function)['return']}`"


def _first_line(documented: object) -> str:
    first = (inspect.getdoc(documented) or "").partition("\n")[0].rstrip(".")
    return f"{first[:1].lower()}{first[1:]}".replace("|", "\\|")


def _parameters(function: Callable[..., Any]) -> str:
    """Return the names of the parameters, without the defaults and without `self`."""
    names: list[str] = []
    for parameter in inspect.signature(function).parameters.values():
        keyword_only = parameter.kind is parameter.KEYWORD_ONLY
        if keyword_only and not any(name.startswith("*") for name in names):
            names.append("*")
        shown = parameter.replace(annotation=parameter.empty, default=parameter.empty)
        names.append(str(shown))
    return ", ".join(name for name in names if name != "self")
