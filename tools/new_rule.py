"""Writes the skeleton of a rule, with the next free code of its family."""

from __future__ import annotations

import re
from pathlib import Path

from kerascheck.model import vocabulary
from kerascheck.rules import our_rules

FAMILIES = {n: title for n, title in vocabulary.FAMILIES.items() if n in "1234"}
"""First digit of a code -> what its rules are about, for rules that are files."""

_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)+")

_SKELETON = '''\
"""{title}.

## What it checks
…

## In the log
…

## Why it matters
…

## When to ignore
…

## Source
…
"""

from collections.abc import Iterator

from kerascheck import kit


def check(facts: kit.Facts) -> Iterator[kit.Finding]:
    """Yield a finding if …."""
    loss = facts.loss
    if loss.kind not in kit.CROSSENTROPIES:
        return
    yield RULE.finding(
        facts,
        "loss",
        message=f"… {{facts.name!r}} …",
        because=(facts.fact("activation"), facts.fact("loss")),
        expected=(("loss", "…"),),
        fix=kit.Fix(
            applicability=kit.Applicability.UNSAFE,
            edits=kit.fitting(facts),
            advice="…",  # if there are no edits: imperative, lower case, no full stop
        ),
    )


def bad() -> tuple[kit.Description, ...]:
    """Return …."""
    return (kit.classifier("sigmoid", "bce", labels=kit.labels("binary")),)


def good() -> tuple[kit.Description, ...]:
    """Return near misses: …."""
    return (kit.regressor(),)


RULE = kit.Rule(
    code="{code}",
    name="{name}",
    severity=kit.Severity.WARNING,
    harm=kit.Harm.MISREPORTED,
    summary="…",
    reads=frozenset({{"activation", "loss", "labels", "units", "shape"}}),
    check=check,
    bad=bad,
    good=good,
)
'''


def new_rule(name: str, family: str, folder: Path) -> Path:
    """Write the skeleton of a rule and return its path.

    Args:
        name: States the fault in kebab case, two words or more.
        family: One of `FAMILIES`.
        folder: Where rules live.

    Raises:
        ValueError: `name` is not in kebab case, or is taken.
    """
    if not _NAME.fullmatch(name):
        raise ValueError(f"Expected a name such as one-two. Received: {name!r}.")
    path = folder / f"{name.replace('-', '_')}.py"
    if path.exists():
        raise ValueError(f"Expected a name that is free. Received: {name!r}.")
    title = name.replace("-", " ").capitalize()
    path.write_text(_SKELETON.format(title=title, name=name, code=next_code(family)))
    return path


def next_code(family: str) -> str:
    """Return the code after the highest that a rule of this family has."""
    taken = [int(r.code[2:]) for r in our_rules() if r.code.startswith(f"KC{family}")]
    return f"KC{max(taken, default=int(family) * 100) + 1}"


STEPS = """\
Fill in every … of it; docs/own-rules.md lists what Facts answers. Then
- try its examples, and the programs of its page with Keras:
    python -m pytest tests/rules tests/test_docs.py -k {code}
- write its page:
    python -m tools docs
- show its harm by training:
    python -m pytest -m slow tests/confirm -k {code}
- promise its code from now on:
    python -m pytest tests/docs/test_stability.py --update-golden
- add a line to CHANGELOG.md, under "Added"."""


def next_steps(code: str) -> str:
    """Return what is left to do for a new rule, command by command."""
    return STEPS.format(code=code)
