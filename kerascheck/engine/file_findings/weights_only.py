"""The file holds weights only, not a model.

## What it is
`model.save_weights()` wrote this file. It holds arrays, but no layers, loss or metrics,
so no rule can be decided.

## What to do
Check a file that holds the whole model, saved with `model.save("model.keras")`, or the
live model with `kerascheck.check(model, y)`.
"""

from kerascheck.engine.file_rule import FileRule
from kerascheck.engine.finding import Severity

RULE = FileRule(
    code="KC003",
    name="weights-only",
    severity=Severity.NOTE,
    page=__doc__,
    summary="the file holds weights only, not a model",
    remedy="save the whole model with `model.save()`",
)
