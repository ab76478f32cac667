"""What a user can do next: the commands that explain and write a fix, each once."""

from __future__ import annotations

from collections.abc import Iterator

from kerascheck.engine.finding import Finding
from kerascheck.engine.outcome import Outcome
from kerascheck.engine.writable_fixes import IN_SOURCE, why_not
from kerascheck.model.description import Description

_OWN_RULES = "KC9"
"""Codes of users' own rules, whose page needs the option that names the rules."""

MANY = 20
"""Findings from which on they are a list, which a format of its own shows better."""

_OVERVIEW = "--output-format grouped shows each rule once, with a line for each place"

_CORRECTED = "found before the fixes were written: check again for what is left"


def page_of(finding: Finding) -> str | None:
    """Return the command that shows the page of a rule; None: it depends."""
    if finding.code.startswith(_OWN_RULES):
        return None
    return f"kerascheck rule {finding.code}"


def next_steps(outcome: Outcome, *, corrected: bool = False) -> Iterator[str]:
    """Yield how to get an overview of many findings, and how to write fixes."""
    if len(outcome.findings) > MANY:
        yield _OVERVIEW
    if corrected:
        yield _CORRECTED
    else:
        yield from _fixes(outcome)


def _fixes(outcome: Outcome) -> Iterator[str]:
    """Yield how the fixes are shown and written, those that can be."""
    models = {model.path: model for model in outcome.models}
    found = [(f, models[f.model]) for f in outcome.findings if f.model in models]
    fixable = [
        (model, _why_not(finding, model, unsafe=False))
        for finding, model in found
        if _why_not(finding, model, unsafe=True) is None
    ]
    if not fixable:
        return
    reasons = {why for _, why in fixable}
    flag = "" if None in reasons else " --unsafe-fixes"
    also = "; --unsafe-fixes adds those that change training"
    end = also if len(reasons) > 1 else ""
    if any(model.source is not None for model, _ in fixable):
        yield f"--diff{flag} shows the fix in your source, --fix{flag} writes it{end}"
    elif {model.format for model, _ in fixable} - {"live", None}:
        yield (
            f"--diff{flag} --source FILE shows the fix in the program that compiles "
            f"the model, --fix{flag} writes it{end}"
        )


def _why_not(finding: Finding, model: Description, *, unsafe: bool) -> str | None:
    in_program = model.program is not None
    return why_not(finding, IN_SOURCE, unsafe=unsafe, in_program=in_program)
