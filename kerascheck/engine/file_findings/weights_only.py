"""The file holds weights and no model.

## What it is
`model.save_weights()` wrote this file. It holds arrays; there are no layers, no loss
and no metrics in it, so no rule can be decided.

## What to do
Check the model that was saved whole, with `model.save("model.keras")`, or the live
model with `kerascheck.check(model, y)`.
"""

from kerascheck.engine.file_rule import FileRule
from kerascheck.engine.finding import Severity

RULE = FileRule(
    code="KC003",
    name="weights-only",
    severity=Severity.NOTE,
    page=__doc__,
    summary="the file holds weights and no model",
    remedy="save the whole model with `model.save()`",
)
