"""What a user can do next: the commands that explain and write a fix, each once."""

from __future__ import annotations

from collections.abc import Iterator

from kerascheck.engine.finding import Finding
from kerascheck.engine.outcome import Outcome

_OWN_RULES = "KC9"
"""Codes of users' own rules, whose page needs the option that names the rules."""

_IN_SOURCE = "--diff shows the fix in your source, --fix writes it"
MANY = 20
"""Findings from which on they are a list, which a format of its own shows better."""

_OVERVIEW = "--output-format grouped shows each rule once, with a line for each place"
_BY_NAME = (
    "--diff --source FILE shows the fix in the program that compiles the model, --fix "
    "writes it"
)


def page_of(finding: Finding) -> str | None:
    """Return the command that shows the page of a rule; None: it depends."""
    if finding.code.startswith(_OWN_RULES):
        return None
    return f"kerascheck rule {finding.code}"


def next_steps(outcome: Outcome) -> Iterator[str]:
    """Yield how many findings are overseen, and how fixes are shown and written."""
    if len(outcome.findings) > MANY:
        yield _OVERVIEW
    fixable = {
        finding.model
        for finding in outcome.findings
        if finding.fix is not None and finding.fix.edits
    }
    models = [model for model in outcome.models if model.path in fixable]
    formats = {model.format for model in models}
    if any(model.source is not None for model in models):
        yield _IN_SOURCE
    elif formats - {"live", None}:
        yield _BY_NAME
