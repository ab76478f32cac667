"""A file that should be a model cannot be read, so nothing was checked.

## What it is
The file is damaged, truncated, encrypted, empty, larger than the budgets allow, must
not be opened, changed while it was read, or is not a saved Keras model. The message
says which. None of its heads was checked: the file is neither right nor wrong, it is
unknown.

## What to do
Save the model again with `model.save("model.keras")`, or remove the path from the
call. If the file changed, check it again once nothing writes to it. A file that is
over a budget on purpose can be skipped with `exclude` in the configuration.
"""

from kerascheck.engine.file_rule import FileRule
from kerascheck.engine.finding import Severity

RULE = FileRule(
    code="KC001",
    name="unreadable-model",
    severity=Severity.ERROR,
    page=__doc__,
    summary="a file that should be a model cannot be read, so nothing was checked",
    remedy=None,
)
