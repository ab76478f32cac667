"""The model has no loss and no metrics.

## What it is
The model was saved before `compile()`, with `include_optimizer=False`, or with
`to_json()` in a version of Keras that does not include the compile call; or a live
model is not compiled yet. A preset of KerasHub, which `save_to_preset()` writes, never
holds the compile call. What it will be trained with is unknown, so no rule can be
decided.

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
    summary="the model has no loss and no metrics",
    remedy="call `compile()` before `save()`",
    kinds=("uncompiled", "not-compiled", "architecture-only", "hub-preset"),
    remedies={
        "not-compiled": "call `compile()` before the model is checked",
        "hub-preset": "also save the task as a whole, with `task.save()`",
    },
)
