"""Users' own rules: modules with a RULE, or packages of such modules.

They come from installed distributions by the entry-point group `kerascheck.rules`, and
from modules that the user names. A configuration file cannot name any: it may be in a
folder that is only to be checked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from types import ModuleType

from kerascheck.engine.discovery import entry_points, modules_in
from kerascheck.engine.rule import Rule
from kerascheck.model.errors import UsageError

GROUP = "kerascheck.rules"

_CODE = re.compile(r"KC9\d\d")
_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def own_rules(named: Iterable[str], ours: Iterable[Rule]) -> list[Rule]:
    """Return the rules of installed distributions and of the modules `named`.

    Args:
        named: Names of modules or packages, as `import` takes them.
        ours: Rules whose codes and names are taken.

    Raises:
        UsageError: A module cannot be imported or holds no rule, or a rule has a
            code or a name that is already in use.
    """
    taken = {word: "kerascheck" for rule in ours for word in (rule.code, rule.name)}
    found: dict[str, Rule] = {}
    for module, origin in _modules(named):
        for rule in _rules_of(module, origin):
            if found.get(rule.code) is rule:
                continue  # a module that is both installed and named
            _refuse_wrong(rule, origin)
            for word in (rule.code, rule.name):
                if word in taken:
                    raise UsageError(f"{origin}: {word} is taken by {taken[word]}")
                taken[word] = origin
            found[rule.code] = rule
    return list(found.values())


def _modules(named: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield names of modules, and what to call them in a message."""
    for point in entry_points(GROUP):
        distribution = point.distribution.partition("-")[0]
        yield point.module, f"rules {point.module!r} of {distribution}"
    for name in dict.fromkeys(named):
        yield name, f"rules {name!r}"


def _rules_of(name: str, origin: str) -> Iterator[Rule]:
    """Yield the rule of a module, or those of a package that has none itself."""
    modules = [_imported(name, origin)]
    if not hasattr(modules[0], "RULE"):
        folders = list(getattr(modules[0], "__path__", ()))
        modules = [m for folder in folders for m in _members(name, folder, origin)]
    if not modules:
        raise UsageError(f"{origin}: Expected a module with RULE. Received: none")
    for module in modules:
        rule = getattr(module, "RULE", None)
        if not isinstance(rule, Rule):
            called = module.__name__
            raise UsageError(f"{origin}: {called} has no RULE made by kit.Rule")
        yield rule


def _imported(name: str, origin: str) -> ModuleType:
    from importlib import import_module

    try:
        return import_module(name)
    except Exception as error:
        raise UsageError(_failed(origin, error)) from error


def _members(package: str, folder: str, origin: str) -> list[ModuleType]:
    try:
        return list(modules_in(package, folder))
    except Exception as error:
        raise UsageError(_failed(origin, error)) from error


def _failed(origin: str, error: Exception) -> str:
    reason = " ".join(str(error).split())
    return f"{origin}: importing failed: {type(error).__name__}: {reason}"


def _refuse_wrong(rule: Rule, origin: str) -> None:
    if not _CODE.fullmatch(rule.code):
        raise UsageError(
            f"{origin}: Expected a code from KC900 to KC999. Received: {rule.code!r}"
        )
    if not _NAME.fullmatch(rule.name):
        raise UsageError(
            f"{origin}: Expected a name such as one-two. Received: {rule.name!r}"
        )
