"""The model comes without loss and metrics.

## What it is
The model was saved before `compile()`, with `include_optimizer=False`, or as
`to_json()` of a Keras that leaves the compile call out; or a live model is not compiled
yet. What it will be trained with is not known, so no rule can be decided.

## What to do
Compile the model before it is saved or checked. A model that is only ever compiled in
a program can be checked there, with `kerascheck.check(model, y)`.
"""

from kerascheck.engine.file_rule import FileRule
from kerascheck.engine.finding import Severity

RULE = FileRule(
    code="KC005",
    name="uncompiled-model",
    severity=Severity.NOTE,
    page=__doc__,
    summary="the model comes without loss and metrics",
    remedy="call `compile()` before `save()`",
    kinds=("uncompiled", "not-compiled", "architecture-only"),
    remedies={"not-compiled": "call `compile()` before the model is checked"},
)
