"""The layers of the model do not lead to its outputs.

## What it is
An output names a layer that is not in the file, layers lead back to themselves, or the
graph is deeper than the budgets allow. What the output computes is unknown.

## What to do
Ask what wrote the file. If it is yours, save the model again.
"""

from kerascheck.engine.file_rule import FileRule
from kerascheck.engine.finding import Severity

RULE = FileRule(
    code="KC013",
    name="broken-graph",
    severity=Severity.WARNING,
    page=__doc__,
    summary="the layers of the model do not lead to its outputs",
    remedy="save the model again with Keras",
    kinds=("graph-too-large",),
)
