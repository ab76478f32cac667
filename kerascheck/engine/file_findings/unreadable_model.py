"""A file that should be a model can not be read, so nothing was checked.

## What it is
The file is damaged, truncated, encrypted, empty, larger than the budgets allow, may
not be opened, changed while it was read, or is not a saved Keras model. The message
says which. None of its heads was checked: the file is neither right nor wrong, it is
unknown.

## What to do
Save the model again with `model.save("model.keras")`, or take the path out of the
call. Check a file that changed again once nothing writes to it. A file that is beyond
a budget on purpose can be left out with `exclude` in the configuration.
"""

from kerascheck.engine.file_rule import FileRule
from kerascheck.engine.finding import Severity

RULE = FileRule(
    code="KC001",
    name="unreadable-model",
    severity=Severity.ERROR,
    page=__doc__,
    summary="a file that should be a model can not be read, so nothing was checked",
    remedy=None,
)
