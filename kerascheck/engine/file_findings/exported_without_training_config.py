"""An exported SavedModel holds a graph for serving, without a loss.

## What it is
`model.export()` and `tf.saved_model.save()` write a graph for serving. Layers, loss
and metrics are not in it, so no rule can be decided.

## What to do
Keep a copy saved with `model.save("model.keras")` next to the export and check that.
"""

from kerascheck.engine.file_rule import FileRule
from kerascheck.engine.finding import Severity

RULE = FileRule(
    code="KC004",
    name="exported-without-training-config",
    severity=Severity.NOTE,
    page=__doc__,
    summary="an exported SavedModel holds a graph for serving, without a loss",
    remedy="check the model that was saved with `model.save()`",
)
