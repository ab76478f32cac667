"""The model saves its compile call in its own format.

## What it is
The model overrides `get_compile_config`, or its `compile()` has arguments that Keras
does not have. The saved settings cannot be understood without the model's own code,
which kerascheck never runs.

## What to do
Check the live model with `kerascheck.check(model, y)`.
"""

from kerascheck.engine.file_rule import FileRule
from kerascheck.engine.finding import Severity

RULE = FileRule(
    code="KC010",
    name="own-compile-config",
    severity=Severity.NOTE,
    page=__doc__,
    summary="the model saves its compile call in its own format",
    remedy=None,
)
