"""One kind of file finding a file; it is found by its place here, nothing lists it.

The codes are KC0xx. The modules are imported only if a file has something to say, or if
the codes or pages of all rules are asked for.
"""

from __future__ import annotations

from functools import cache

from kerascheck.engine.discovery import modules_in
from kerascheck.engine.file_rule import FileRule
from kerascheck.engine.finding import Finding, Severity
from kerascheck.model.description import Problem, ProblemKind
from kerascheck.model.frozen import replace

_UNREADABLE = "unreadable-model"


@cache
def file_rules() -> tuple[FileRule, ...]:
    """Return everything that reading can report, in the order of the codes."""
    modules = modules_in(__name__, __path__[0])
    return tuple(sorted((m.RULE for m in modules), key=lambda rule: rule.code))


@cache
def _by_kind() -> dict[str, FileRule]:
    return {kind: rule for rule in file_rules() for kind in (rule.name, *rule.kinds)}


def rule_for(kind: ProblemKind) -> FileRule:
    """Return what a problem of this kind is reported as."""
    return _by_kind()[kind]


def finding_of(problem: Problem, path: str) -> Finding:
    """Return the finding for a problem that a reader met in the model at `path`."""
    return rule_for(problem.kind).finding(
        problem.message,
        path,
        kind=problem.kind,
        head=problem.head,
        origin=problem.origin,
    )


def unreadable(kind: str, message: str, path: str) -> Finding:
    """Return the finding for a model that cannot be read.

    Args:
        kind: Kind of the `UnreadableModel`, such as "truncated" or "git-lfs-pointer".
        message: Why it cannot be read.
        path: The model.
    """
    by_kind = _by_kind()
    rule = by_kind.get(kind, by_kind[_UNREADABLE])
    return rule.finding(message, path, kind=kind)


def unused_entry(message: str, path: str, severity: Severity) -> Finding:
    """Return the finding for an entry of the file at `path` that does nothing."""
    finding = rule_for("unused-suppression").finding(message, path)
    return replace(finding, severity=severity)
