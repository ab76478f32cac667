"""A suppression sets nothing aside any more.

## What it is
An entry of the baseline stands for a finding that is mended or whose model is gone, or
an entry of `per-model-ignores` sets nothing aside: a note, and a failure under
`--strict`, as it would hide the same finding if it came back. Or the last day that the
entry counts is over: a warning, beside the finding itself, which is set aside no
longer. Or no model matches the glob of a section `[models."glob"]`, so that its labels,
task or source are used for none: a note.

## What to do
Run `kerascheck baseline prune`, or take the entry out of the configuration. An entry
whose day is over can be given a later one.
"""

from kerascheck.engine.file_rule import FileRule
from kerascheck.engine.finding import Severity

RULE = FileRule(
    code="KC009",
    name="unused-suppression",
    severity=Severity.WARNING,
    page=__doc__,
    summary="a suppression sets nothing aside any more",
    remedy="take the entry out",
)
