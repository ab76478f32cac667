"""Which parameter of a function gets which argument."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from kerascheck.readers.source.open_values import OpenDict, OpenList
from kerascheck.readers.source.values import Closure, Unknown, Value

__all__ = ["STAR", "OpenArgs", "bind"]

STAR = "*"
"""Key of the argument that stands for further keyword arguments, which are unknown."""


def bind(
    function: Closure, args: Sequence[Value], kwargs: dict[str, Value]
) -> dict[str, Value]:
    """Return the value of each parameter.

    A parameter that is given nothing gets its default. Arguments too many are left out,
    and what is missing is unknown: a program that raises here is not judged.

    Args:
        function: The function.
        args: Positional arguments; an `Unknown` marked as open ends what is known.
        kwargs: Keyword arguments; `STAR` if there may be others.
    """
    spec = function.node.args
    positional = [*spec.posonlyargs, *spec.args]
    found: dict[str, Value] = {}
    given = list(args)
    open_at = next(
        (place for place, value in enumerate(given) if isinstance(value, OpenArgs)),
        None,
    )
    if open_at is not None:
        given = given[:open_at]
    for parameter, value in zip(positional, given, strict=False):
        found[parameter.arg] = value
    rest = dict(kwargs)
    is_open = rest.pop(STAR, None) is not None
    _fill(function, positional, found, rest, is_open=is_open or open_at is not None)
    for parameter in spec.kwonlyargs:
        name = parameter.arg
        default = function.options.get(name, _missing(name))
        default = function.keyword_defaults.get(name, default)
        if is_open:
            default = Unknown(f"argument {name!r} may be given")
        found[name] = rest.pop(name, default)
    if spec.vararg is not None:
        more = tuple(given[len(positional) :])
        found[spec.vararg.arg] = OpenList(more) if open_at is not None else more
    if spec.kwarg is not None:
        found[spec.kwarg.arg] = OpenDict(rest) if is_open else rest
    return found


def _fill(
    function: Closure,
    positional: list[ast.arg],
    found: dict[str, Value],
    rest: dict[str, Value],
    *,
    is_open: bool,
) -> None:
    defaults = function.defaults
    first = len(positional) - len(defaults)
    for place, parameter in enumerate(positional):
        name = parameter.arg
        if name in rest:
            found[name] = rest.pop(name)
        elif name not in found:
            if is_open:
                found[name] = Unknown(f"argument {name!r} may be given")
            elif place >= first:
                found[name] = defaults[place - first]
            else:
                found[name] = function.options.get(name, _missing(name))


def _missing(name: str) -> Unknown:
    return Unknown(f"argument {name!r} is not given in the program")


class OpenArgs:
    """Stands for any number of further positional arguments."""

    __slots__ = ()
