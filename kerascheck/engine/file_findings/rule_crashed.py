"""A rule raised, so it decided nothing for this head.

## What it is
A rule raised an exception. This is a fault of the rule, not of the model. All other
rules still ran.

## What to do
Run again with `-v` for the traceback and report it. Until it is fixed, ignore the rule
that the message names.
"""

from kerascheck.engine.file_rule import FileRule
from kerascheck.engine.finding import Severity

RULE = FileRule(
    code="KC000",
    name="rule-crashed",
    severity=Severity.ERROR,
    page=__doc__,
    summary="a rule raised, so it decided nothing for this head",
    remedy="report it with the output of kerascheck -v, and ignore the rule",
)
